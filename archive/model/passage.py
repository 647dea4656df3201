"""What a passage is known by: its anchor, its locator in the source, and its fingerprint."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from archive.model.words import Words

# --- Anchors, the permanent ids of passages, and locators, the numbers that a source itself gives.

# Letters that mark what the archive adds, its notes and headings.  What a letter stands for is a
# setting of the archive.
NOTE, SECTION = "n", "s"
EDITORIAL = frozenset((NOTE, SECTION))

# Letters that mark what a source has beside its paragraphs: footnotes, signatories and figures.
FOOTNOTE, SIGNATORY, FIGURE = "f", "g", "x"
BESIDE = frozenset((FOOTNOTE, SIGNATORY, FIGURE))

_DOCUMENT_ID = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_ANCHOR = re.compile(rf"({_DOCUMENT_ID})-([a-z])([1-9][0-9]*)")


def is_document_id(text: str) -> bool:
    """Whether ``text`` may name a document: lower-case words joined by hyphens."""
    return re.fullmatch(_DOCUMENT_ID, text) is not None


@dataclass(frozen=True, slots=True, order=True)
class Anchor:
    """``<document id>-<letter><number>``, one namespace for the whole archive."""

    document: str
    letter: str
    number: int

    @classmethod
    @lru_cache(maxsize=1024)  # those of a few documents
    def parse(cls, text: str) -> Anchor:
        """Read an anchor.

        Raises ValueError if ``text`` is not of the form.
        """
        match = _ANCHOR.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not of the form <document id>-<letter><number>")
        return cls(match[1], match[2], int(match[3]))

    def __str__(self) -> str:
        return f"{self.document}-{self.letter}{self.number}"

    @property
    def label(self) -> str:
        """The short form for a margin: ``W3``."""
        return f"{self.letter.upper()}{self.number}"

    @property
    def is_passage(self) -> bool:
        """Whether what it names renders a paragraph of a source.

        A section or a note is the archive's; a footnote, a signatory or a figure stands beside the
        paragraphs.
        """
        return self.letter not in _NO_PASSAGES


_NO_PASSAGES = EDITORIAL | BESIDE


def names_passage(anchor: str) -> bool:
    """Return ``Anchor.is_passage`` of what is an anchor, in a tenth of the time."""
    return anchor[anchor.rindex("-") + 1] not in _NO_PASSAGES


# A passage has the locator that its document gives it: ``[57]``, ``§ 793(d)(1)``, ``count 3``,
# ``art. 19(3)(b)``, ``12:04``.  It is shown and spoken in place of the anchor's letter and number,
# and may be corrected; the anchor stays.

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


def spoken_name(short_title: str, locator: str, _: Words) -> str:
    """The name people say: ``High Court ruling [57]``, ``ICCPR, art. 19(3)(b)``.

    A comma parts what would read as one phrase; a bracket or a section sign parts by itself.
    """
    if not locator[:1].isalnum():
        return f"{short_title} {locator}"
    return _("{document}, {place}").format(document=short_title, place=locator)


def with_number(word: str, number: int, _: Words) -> str:
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


def way_of(name: str, around: str, locator: str) -> str:
    """What tells a part from all others: ``[3] › P5``, its name behind the way to what is around.

    A name that begins with the ``locator`` around it has the way already: ``art. 19(3)(a)``.
    """
    return name if not around or (locator and name.startswith(locator)) else f"{around} › {name}"


# --- Fingerprints: the SHA-256 of what a passage says.

# Characters that word processors replace or add without changing what is said.
_FOLDED = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'",
        "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"',
        "\u00ad": None, "\u200b": None, "\ufeff": None,
    }
)  # fmt: skip


def normalise(text: str) -> str:
    """Fold differences without meaning: Unicode form (NFC), quotation marks, white space.

    The caller leaves out citation and footnote marks.
    """
    folded = unicodedata.normalize("NFC", text).translate(_FOLDED)
    return " ".join(folded.split())


def fingerprint(text: str) -> str:
    """SHA-256 of the normalised text in UTF-8, as 64 lower-case hexadecimal digits (FIPS 180-4)."""
    return hashlib.sha256(normalise(text).encode("utf-8")).hexdigest()
