"""Locators: the numbers and names by which a source itself has its passages cited.

A passage has the locator that its document gives it: ``[57]``, ``§ 793(d)(1)``, ``art. 19(3)(b)``,
``count 3``, ``12:04``.  It is shown and spoken in place of the anchor's letter and number, and may
be corrected; the anchor stays.
"""

from __future__ import annotations

LONGEST = 40  # characters; a longer one is text, and no margin has room for it


def is_locator(text: str) -> bool:
    """Whether a text can be a locator: visible, on one line, with a letter or a digit."""
    return (
        0 < len(text) <= LONGEST
        and text == " ".join(text.split())
        and text.isprintable()
        and any(map(str.isalnum, text))
    )


def spoken(short_title: str, locator: str) -> str:
    """The name people say: ``High Court ruling [57]``, ``ICCPR, art. 19(3)(b)``.

    A comma parts what would read as one phrase; a bracket or a section sign parts by itself.
    """
    separator = ", " if locator[:1].isalnum() else " "
    return f"{short_title}{separator}{locator}"
