"""Locators: the numbers and names by which a source itself has its passages cited.

A passage has the locator that its document gives it: ``[57]``, ``§ 793(d)(1)``, ``art. 19(3)(b)``,
``count 3``, ``12:04``.  It is shown and spoken in place of the anchor's letter and number, and may
be corrected; the anchor stays.
"""

from __future__ import annotations

import re

from archive.model.words import Words

# A space before a number, and what before it is nothing without that number: a sign, or one of the
# abbreviations of legal citation in the languages that print has words of.
_GAP = re.compile(r" (?<=[§¶№.] )(?=[\[(]?(?:[0-9]|[A-Z]\b))")
_ABBREVIATION = re.compile(
    r"(?:[§¶№]|(?<!\w)(?:abs|al|app|arts?|ch|cls?|ex|figs?|nn?|nos?|nr|paras?|par|pp?|regs?|rn|rr?|rz"
    r"|secs?|ss?|vols?|vv?)\.)\Z",
    re.IGNORECASE,
)

LONGEST = 40  # characters; a longer one is text, and no margin has room for it


def is_locator(text: str) -> bool:
    """Whether a text can be a locator: visible, on one line, with a letter or a digit."""
    return (
        0 < len(text) <= LONGEST
        and text == " ".join(text.split())
        and text.isprintable()
        and any(map(str.isalnum, text))
    )


def spoken(short_title: str, locator: str, _: Words) -> str:
    """The name people say: ``High Court ruling [57]``, ``ICCPR, art. 19(3)(b)``.

    A comma parts what would read as one phrase; a bracket or a section sign parts by itself.
    """
    if not locator[:1].isalnum():
        return f"{short_title} {locator}"
    return _("{document}, {place}").format(document=short_title, place=locator)


def counted(word: str, number: int, _: Words) -> str:
    """A word with its number, in the order of a language: ``whereas 3``, ``第3段``."""
    said = _(word)
    return said.format(number) if "{}" in said else f"{said} {number}"


def unbroken(text: str) -> str:
    """The text with a no-break space between “§”, “art.” or “No.” and its number."""
    gaps = [
        gap.start() for gap in _GAP.finditer(text)
        if _ABBREVIATION.search(text, max(gap.start() - 6, 0), gap.start())
    ]  # fmt: skip
    for at in gaps:
        text = f"{text[:at]}\u00a0{text[at + 1 :]}"
    return text


def way(name: str, around: str, locator: str) -> str:
    """What tells a part from all others: ``[3] › P5``, its name behind the way to what is around.

    A name that begins with the ``locator`` around it has the way already: ``art. 19(3)(a)``.
    """
    return name if not around or (locator and name.startswith(locator)) else f"{around} › {name}"
