"""Checks what a passage takes from its source word for word.

Quotations have to stand exactly in the paragraph, and be short.  Outside quotations no eight words
in a row may be those of the source; names and titles do not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from archive.fidelity.holding import Holding, NoteText, Pair, PassageText
from archive.fidelity.names import Names
from archive.fidelity.quotations import Quotation, Quoted, Span, Text, find_quotations
from archive.fidelity.source import Source
from archive.fidelity.words import Runs, bare_words, shown, tidy
from archive.model.problem import Problem

LONGEST_QUOTATION = 25  # words
FORBIDDEN_RUN = 8  # words, those of names and titles not counted


@dataclass(frozen=True, slots=True)
class Verified:
    """A quotation and where its words stand in the normalised text of the paragraph."""

    quotation: Quotation
    spans: tuple[Span, ...]  # one for each part between ellipses


@dataclass(frozen=True, slots=True)
class Comparison:
    """A passage and its paragraph, and the quotations found in both."""

    pair: Pair
    quoted: Quoted
    verified: tuple[Verified, ...]


def compare(pair: Pair) -> Comparison:
    """Find every quotation of a passage in its paragraph."""
    quoted = find_quotations(pair.passage.text)
    text = Text(pair.paragraph.text) if quoted.quotations else None
    found = ((each, text.find(each.text)) for each in quoted.quotations if text is not None)
    return Comparison(pair, quoted, tuple(Verified(each, spans) for each, spans in found if spans))


def inexact(comparisons: Sequence[Comparison]) -> Iterator[Problem]:
    """Quotations that are inexact, too long or not closed."""
    for comparison in comparisons:
        yield from _unbalanced(comparison)
        verified = {each.quotation for each in comparison.verified}
        for quotation in comparison.quoted.quotations:
            if quotation not in verified:
                yield _not_in_source(quotation, comparison, comparisons)
            count = len(bare_words(quotation.text))
            if count > LONGEST_QUOTATION:
                yield too_long(comparison, count, quotation.text)


def _unbalanced(comparison: Comparison) -> Iterator[Problem]:
    passage = comparison.pair.passage
    text = tidy(passage.text)
    for place in comparison.quoted.unbalanced:
        yield Problem(
            passage.path, passage.line, "quotation-unbalanced",
            f"{passage.anchor} has a quotation mark {text[place]} without its counterpart, at "
            f"“{shown(text[place + 1 :] or text[:place], 6)}”",
            "open every quotation with “ and close it with ”, within it with ‘ and ’",
        )  # fmt: skip


def _not_in_source(
    quotation: Quotation, comparison: Comparison, comparisons: Sequence[Comparison]
) -> Problem:
    passage, paragraph = comparison.pair.passage, comparison.pair.paragraph
    others = (each.pair.paragraph for each in comparisons if each is not comparison)
    found = next((each for each in others if Text(each.text).find(quotation.text)), None)
    elsewhere = f"; it stands in paragraph {found.number}" if found is not None else ""
    return Problem(
        passage.path, passage.line, "quotation-not-in-source",
        f"{passage.anchor} quotes “{quotation.text}”, which does not stand word for word in "
        f"paragraph {paragraph.number} of the source, on its line {paragraph.line}{elsewhere}",
        "quote the words of the paragraph, with … for what is left out and [brackets] around what "
        "is altered, or take the quotation marks away",
    )  # fmt: skip


def too_long(comparison: Comparison, count: int, text: str) -> Problem:
    """The problem of ``count`` words of the source in a row, more than may be quoted."""
    passage = comparison.pair.passage
    return Problem(
        passage.path, passage.line, "quotation-too-long",
        f"{passage.anchor} quotes {count} words in a row: “{shown(text)}”",
        f"quote at most {LONGEST_QUOTATION} words, and say the rest in the archive's own",
    )  # fmt: skip


# Separate the words of one text from those of the next: no word equals one of these.
_BETWEEN_SOURCES, _BETWEEN_SAID = "\n", "\f"


@dataclass(frozen=True, slots=True)
class Shared:
    """A run of words that a text and the source have in common."""

    words: tuple[str, ...]  # as the archive writes them
    counted: int  # how many of them belong to no name or title


class _Copied:
    """Finds the runs of words that passages and notes share with one source."""

    def __init__(self, source: Source, names: Sequence[Names]) -> None:
        texts = [paragraph.text for paragraph in source.paragraphs]
        texts += [endnote.text for endnote in source.endnotes]
        self._runs = Runs(_folded(_joined(texts, _BETWEEN_SOURCES)))
        self._names = names

    def unquoted(self, text: str, quoted: Quoted) -> Iterator[Shared]:
        """The runs shared outside quotations: all that are forbidden, else the longest ones.

        A quotation ends a run.
        """
        whole = tidy(text)
        pieces = (whole[start:end] for start, end in quoted.outside(len(whole)))
        return self._counted(_joined(pieces, _BETWEEN_SAID))

    def anywhere(self, text: str) -> Iterator[Shared]:
        """The runs, quoted or not, that are longer than a quotation may be."""
        said = bare_words(text)
        for start, end in self._runs.shared(_folded(said)):
            if end - start > LONGEST_QUOTATION:
                yield Shared(tuple(said[start:end]), end - start)

    def _counted(self, said: Sequence[str]) -> Iterator[Shared]:
        named: set[int] = set()
        for names in self._names:
            for start, end, _ in names.within(said):
                named.update(range(start, end))
        before = [0, *accumulate(place not in named for place in range(len(said)))]
        longest = 0
        for start, end in self._runs.shared(_folded(said)):
            counted = before[end] - before[start]
            if counted > longest or counted >= FORBIDDEN_RUN:
                longest = max(longest, counted)
                yield Shared(tuple(said[start:end]), counted)


def _joined(texts: Iterable[str], between: str) -> list[str]:
    found: list[str] = []
    for text in texts:
        found += bare_words(text)
        found.append(between)
    return found


def _folded(words: Iterable[str]) -> list[str]:
    return list(map(str.casefold, words))


def _titles(holding: Holding) -> Names:
    """The titles and institutions that the record and the cited entries name."""
    record = holding.record
    cited = {key for passage in holding.passages for key in passage.cites}
    cited |= {key for note in holding.notes for key in note.cites}
    named = [record.title.strip("[]"), record.issuer, record.source.title, record.source.publisher]
    named += [holding.works[key].title for key in sorted(cited) if key in holding.works]
    return Names(tuple((name,) for name in named if name))


def copied(
    holding: Holding, comparisons: Sequence[Comparison], source: Source
) -> tuple[Shared, list[Problem]]:
    """The longest run that a passage shares with the source, and every run that is too long."""
    shared = _Copied(source, (holding.names, _titles(holding)))
    longest = Shared((), 0)
    problems: list[Problem] = []
    for comparison in comparisons:
        passage = comparison.pair.passage
        found = list(shared.unquoted(passage.text, comparison.quoted))
        longest = max([longest, *found], key=lambda each: each.counted)
        problems += _too_long_runs(passage, found)
        problems += _quotations_in_a_row(comparison, shared)
    for note in holding.notes:
        problems += _too_long_runs(note, shared.unquoted(note.text, find_quotations(note.text)))
    return longest, problems


def _too_long_runs(where: PassageText | NoteText, found: Iterable[Shared]) -> Iterator[Problem]:
    for run in found:
        if run.counted >= FORBIDDEN_RUN:
            yield Problem(
                where.path, where.line, "copied-run",
                f"{where.anchor} has {len(run.words)} words in a row of the source outside "
                f"quotation marks: {' '.join(run.words)}",
                "say it in the archive's own words, or quote it in quotation marks",
            )  # fmt: skip


def _quotations_in_a_row(comparison: Comparison, shared: _Copied) -> Iterator[Problem]:
    """Adjacent quotations that together are longer than one may be."""
    quotations = comparison.quoted.quotations
    if any(len(bare_words(each.text)) > LONGEST_QUOTATION for each in quotations):
        return  # already a problem
    for run in shared.anywhere(comparison.pair.passage.text):
        yield too_long(comparison, len(run.words), " ".join(run.words))
