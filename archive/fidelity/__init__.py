"""Checks that documents are faithful to their sources.  Imports no Sphinx, docutils or BibTeX."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

from archive.fidelity.completeness import (
    UNSURE,
    Matched,
    added,
    incomplete,
    match_endnotes,
    misdeclared,
)
from archive.fidelity.holding import Holding, disordered, miscounted, pair
from archive.fidelity.quotations import (
    FORBIDDEN_RUN,
    Comparison,
    Span,
    Text,
    compare,
    copied,
    inexact,
)
from archive.fidelity.source import Paragraph, Source, read_source
from archive.fidelity.words import BARE, Runs, bare_words, tidy
from archive.model import Problem

# --- Checks whether a document is faithful to its source, by all rules of this package.

# The rules that need the source, by their stable codes.
RULES = {
    "source-sha256": "the source has the SHA-256 that the record pins",
    "source-encoding": "a source is UTF-8",
    "source-empty": "a source has at least one paragraph",
    "source-endnote": "each endnote of a source has one mark or more, each mark one endnote",
    "paragraph-count": "each paragraph of the source has one passage, each passage a paragraph",
    "passage-order": "the passages stand in the order of the paragraphs they render",
    "quotation-unbalanced": "each quotation mark has its counterpart",
    "quotation-not-in-source": "a quotation stands word for word in its passage's paragraph",
    "quotation-too-long": "no more than 25 words in a row are quoted",
    "copied-run": "outside quotations, names and titles no eight words in a row are the source's",
    "repeated-words": "a passage that repeats another has eight words of its source in a row",
    "endnote-incomplete": "a footnote that renders an endnote has what it names, or its entry",
    "endnote-uncited": "an endnote is cited at the passage whose paragraph marks it",
    "endnote-title-differs": "the entry cited has the endnote's title, or a note says why not",
    "endnote-address-differs": "the entry cited has the endnote's address, or a note says why not",
    "name-missing": "each proper name of a paragraph is in its passage, or declared left out",
    "name-unsure": "it is told where a name may stand in its passage with another ending",
    "number-missing": "each number of a paragraph is in its passage, or declared left out",
    "number-added": "each number of a passage stands in the source; small ones in words may count",
    "date-missing": "each date of a paragraph is in its passage, or declared left out",
    "left-out-unknown": "what is declared left out stands in the paragraph of a passage",
    "left-out-too-long": "a record has no run of the source that a passage may not have",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """The size of the comparison, for the report."""

    paragraphs: int
    passages: int
    quotations: int  # found in the passages
    exact: int  # of these, found word for word in their paragraphs
    longest_run: int  # words shared in a row outside quotations, names and titles
    longest_run_words: str  # the run itself, as the archive has it
    endnotes: int
    matched: int  # cited by an entry that agrees in title and address
    explained: int  # explained by an editor's note instead

    def __str__(self) -> str:
        return (
            f"{self.paragraphs} paragraphs, {self.passages} passages; "
            f"{self.exact} of {self.quotations} quotations exact; "
            f"longest shared run outside quotations {self.longest_run} words; "
            f"{self.matched} of {self.endnotes} endnotes matched"
            + (f", {self.explained} explained" if self.explained else "")
        )


@dataclass(frozen=True, slots=True)
class Examination:
    """The result of the check."""

    holding: Holding
    problems: tuple[Problem, ...]
    source: Source | None = None  # None where it could not be read or is not the one pinned
    comparisons: tuple[Comparison, ...] = ()
    endnotes: tuple[Matched, ...] = ()
    figures: Figures | None = None
    unsure: tuple[Problem, ...] = ()  # what only a reader of the language can tell


def examine(holding: Holding) -> Examination:
    """Compare a document with its source.

    Nothing is compared where the source is not the one that the record pins.
    """
    source, problems = _read(holding)
    if source is None:
        return Examination(holding, tuple(problems))
    paired = pair(holding, source)
    pairs = [each for each in paired if not each.passage.withdrawn]
    comparisons = tuple(compare(each, holding.record.language) for each in pairs)
    endnotes, unmatched = match_endnotes(holding, source, pairs)
    longest, runs = copied(holding, comparisons, source)
    problems += [
        *miscounted(holding, source, paired), *disordered(pairs, source), *inexact(comparisons),
        *runs, *unmatched, *incomplete(holding, source, pairs), *added(holding, source),
        *misdeclared(holding, paired),
    ]  # fmt: skip
    unsure = sorted(each for each in problems if each.rule == UNSURE)
    problems = [each for each in problems if each.rule != UNSURE]
    figures = Figures(
        paragraphs=len(source.paragraphs),
        passages=sum(not passage.withdrawn for passage in holding.passages),
        quotations=sum(len(each.quoted.quotations) for each in comparisons),
        exact=sum(len(each.verified) for each in comparisons),
        longest_run=longest.counted,
        longest_run_words=" ".join(longest.words),
        endnotes=len(source.endnotes),
        matched=sum(not each.explained for each in endnotes),
        explained=sum(each.explained for each in endnotes),
    )
    return Examination(
        holding,
        tuple(sorted(problems)),
        source,
        comparisons,
        tuple(endnotes),
        figures,
        tuple(unsure),
    )


def _read(holding: Holding) -> tuple[Source | None, list[Problem]]:
    found, pinned = hashlib.sha256(holding.source).hexdigest(), holding.record.source.sha256
    if found != pinned:
        return None, [Problem(
            holding.path, 0, "source-sha256",
            f"The SHA-256 of {holding.source_path} is {found}, but the record pins {pinned}",
            "give the file that the document was made from; if the source itself was corrected, "
            "compare every passage with it anew and pin its SHA-256 in the record",
        )]  # fmt: skip
    source, problems = read_source(holding.source, holding.source_path)
    return source and source.held(holding.record), problems


# --- What sources have of one another: quotations are followed, and shared runs of words found.
#
# A quotation is followed to the work that its words are from, where that work is held.  The words
# are looked for in the source of the held work, as a quotation is looked for in that of its own
# document. Where they stand there otherwise, the words that differ are told.

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
