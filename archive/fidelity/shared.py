"""Finds runs of words that two sources have in common, with or without quotation marks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from archive.fidelity.quotations import FORBIDDEN_RUN, Span
from archive.fidelity.source import Paragraph
from archive.fidelity.words import BARE, Runs, bare_words, tidy

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
    ones, others = list(_words(one, _BETWEEN_ONES)), list(_words(other, _BETWEEN_OTHERS))
    said, there = [each.text for each in ones], [each.text for each in others]
    found = []
    for start, end in Runs(there).shared(said):
        if end - start >= FORBIDDEN_RUN:
            at = _find(there, said[start:end])
            found.append(_run(ones[start:end], others[at : at + end - start]))
    return found


def _words(paragraphs: Sequence[Paragraph], between: str) -> Iterator[_Word]:
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
