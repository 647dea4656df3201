"""What sources have of one another: quotations are followed, and shared runs of words found.

A quotation is followed to the work that its words are from, where that work is held.  The words are
looked for in the source of the held work, as a quotation is looked for in that of its own document.
Where they stand there otherwise, the words that differ are told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

from archive.fidelity.quotations import FORBIDDEN_RUN, Span, Text
from archive.fidelity.source import Paragraph
from archive.fidelity.words import BARE, Runs, bare_words, tidy

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


# --- Finds runs of words that two sources have in common, with or without quotation marks.

_BETWEEN_ONES, _BETWEEN_OTHERS = "\n", "\f"  # between paragraphs: no word equals one of these


@dataclass(frozen=True, slots=True)
class SharedRun:
    """A run of words in a paragraph of one source and in one of another; places in both texts."""

    words: int
    first: int  # word of the run in its paragraph, counted from 0
    sha256: str  # of the words in lower case, joined by spaces
    paragraph: int
    place: Span
    other_paragraph: int
    other_place: Span

    @property
    def range(self) -> range:
        """The numbers of its words in its paragraph."""
        return range(self.first, self.first + self.words)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    paragraph: int
    number: int  # in its paragraph, counted from 0
    start: int
    end: int


def shared_runs(one: Sequence[Paragraph], other: Sequence[Paragraph]) -> list[SharedRun]:
    """The runs of ``FORBIDDEN_RUN`` words or more, as long as can be, in the order of the first."""
    ones, others = list(_words_of(one, _BETWEEN_ONES)), list(_words_of(other, _BETWEEN_OTHERS))
    said, there = [each.text for each in ones], [each.text for each in others]
    found = []
    for start, end in Runs(there).shared(said):
        if end - start >= FORBIDDEN_RUN:
            at = _find(there, said[start:end])
            found.append(_run(ones[start:end], others[at : at + end - start]))
    return found


def _words_of(paragraphs: Sequence[Paragraph], between: str) -> Iterator[_Word]:
    for paragraph in paragraphs:
        words = BARE.finditer(tidy(paragraph.text).replace("’", "'"))
        for number, match in enumerate(words):
            text = match[1].casefold()
            yield _Word(text, paragraph.number, number, match.start(), match.end())
        yield _Word(between, paragraph.number, 0, 0, 0)


def _find(there: list[str], words: list[str]) -> int:
    first = words[0]
    return next(
        at for at, word in enumerate(there)
        if word == first and there[at : at + len(words)] == words
    )  # fmt: skip


def _run(ours: Sequence[_Word], theirs: Sequence[_Word]) -> SharedRun:
    said = " ".join(each.text for each in ours)
    return SharedRun(
        len(ours), ours[0].number, hashlib.sha256(said.encode()).hexdigest(),
        ours[0].paragraph, _span(ours), theirs[0].paragraph, _span(theirs),
    )  # fmt: skip


def _span(words: Sequence[_Word]) -> Span:
    return Span(words[0].start, words[-1].end - words[0].start)


def by_paragraph(runs: Sequence[SharedRun]) -> dict[int, int]:
    """How many words each paragraph of the first source shares; runs that overlap count once."""
    return {
        number: len({word for run in group for word in run.range})
        for number, group in groupby(runs, key=lambda run: run.paragraph)
    }


Read = tuple[str, Sequence[Paragraph]]  # the id of a document, and its source


def told(one: Read, other: Read) -> Iterator[str]:
    """A report on the runs that two sources share, with no word of theirs; empty if they do not."""
    runs = shared_runs(one[1], other[1])
    if not runs:
        return
    yield f"{one[0]} and {other[0]}:"
    for (name, paragraphs), found in ((one, runs), (other, shared_runs(other[1], one[1]))):
        counts, words = by_paragraph(found), {each.number: _count(each) for each in paragraphs}
        places = ", ".join(f"{count} of {words[n]} in paragraph {n}" for n, count in counts.items())
        yield f"  {sum(counts.values())} of the {sum(words.values())} words of {name}: {places}"
    for run in runs:
        yield (
            f"  {run.words} words: paragraph {run.paragraph} at {_at(run.place)}, there paragraph "
            f"{run.other_paragraph} at {_at(run.other_place)}; SHA-256 {run.sha256}"
        )


def _count(paragraph: Paragraph) -> int:
    return len(bare_words(paragraph.text))


def _at(place: Span) -> str:
    return f"{place.start}+{place.length}"
