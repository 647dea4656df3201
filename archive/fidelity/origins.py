"""Follows a quotation to the work that its words are from, where that work is held.

The words are looked for in the source of the held work, as a quotation is looked for in that of its
own document.  Where they stand there otherwise, the words that differ are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from archive.fidelity.quotations import FORBIDDEN_RUN, Span, Text
from archive.fidelity.source import Paragraph
from archive.fidelity.words import tidy

# Words before and after the ones that fit, among which those that differ are looked for.
_AROUND = 3
# How like the quotation what stands in the source has to be, from 0 to 1 (Ratcliff and Obershelp).
_LIKE = 0.6
_MARKS = "“”‘\"'.,;:!?()[]–—-"

Difference = tuple[str, str]  # words of the quotation, and of the source in their place


class Result(StrEnum):
    """What became of a quotation that was followed."""

    EXACT = "exact"
    DIFFERING = "differing"
    NOT_FOUND = "not-found"  # in what is held
    NOT_HELD = "not-held"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the words of a quotation stand in the source of a held work."""

    paragraph: int | None = None  # counted from 1; None where they were not found
    places: tuple[Span, ...] = ()  # one for each part between ellipses, where they are exact
    differences: tuple[Difference, ...] = ()


def trace(quotation: str, paragraphs: Sequence[Paragraph]) -> Origin:
    """Find the words of a quotation in paragraphs: exact in one, else in the one most like them."""
    for paragraph in paragraphs:
        if places := Text(paragraph.text).find(quotation):
            return Origin(paragraph.number, places)
    found = ((*_likeness(quotation, each.text), each.number) for each in paragraphs)
    ratio, differences, number = max(found, key=lambda each: each[0], default=(0.0, (), 0))
    return Origin(number, (), differences) if ratio >= _LIKE else Origin()


def _likeness(quotation: str, text: str) -> tuple[float, tuple[Difference, ...]]:
    """How like the words of a text come to those of a quotation, and how they differ."""
    said, there = _words(quotation), _words(text)
    longest = SequenceMatcher(None, said, there, autojunk=False).find_longest_match()
    if not longest.size:
        return 0.0, ()
    start = longest.b - longest.a
    there = there[max(0, start - _AROUND) : start + len(said) + _AROUND]
    matched = SequenceMatcher(None, said, there, autojunk=False)
    steps = matched.get_opcodes()
    while steps and steps[0][0] == "insert":
        del steps[0]
    while steps and steps[-1][0] == "insert":
        del steps[-1]
    aligned = list(_aligned(steps))
    like = " ".join(there[aligned[0][3] : aligned[-1][4]])
    differences = tuple(
        (" ".join(said[a:b]), " ".join(there[c:d]))
        for what, a, b, c, d in aligned
        if what != "equal"
    )
    if any(len(words.split()) >= FORBIDDEN_RUN for _, words in differences):
        return 0.0, ()
    return SequenceMatcher(None, " ".join(said), like, autojunk=False).ratio(), differences


_Step = tuple[str, int, int, int, int]


def _aligned(steps: Iterable[_Step]) -> Iterator[_Step]:
    """Steps, of which one at an end replaces words by no more words than there are."""
    *others, last = steps
    for number, (what, a, b, c, d) in enumerate((*others, last)):
        if what == "replace" and not number:
            yield what, a, b, max(c, d - (b - a)), d
        elif what == "replace" and number == len(others):
            yield what, a, b, c, min(d, c + b - a)
        else:
            yield what, a, b, c, d


def _words(text: str) -> list[str]:
    stripped = (word.strip(_MARKS) for word in tidy(text).split())
    return [word for word in stripped if word]
