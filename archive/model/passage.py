"""Anchors: the permanent ids of passages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

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
