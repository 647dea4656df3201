"""Finds quotations, and checks what a passage takes from its source word for word.

The conventions of quoting are understood: ``[t]he`` changes the case of a letter, ``court[s]`` the
end of a word, ``[his]`` stands for other words or none, ``…``, ``...`` and ``[...]`` omit words,
and punctuation before the closing mark may be that of whoever quotes.

Quotations have to stand exactly in the paragraph, and be short.  Outside quotations no eight words
in a row may be those of the source; names and titles do not count.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from archive.fidelity.holding import Holding, NoteText, Pair, PassageText
from archive.fidelity.languages import (
    MARKS,
    SPACELESS,
    closes,
    goes_on,
    in_row,
    opens,
    quotation_marks,
    told,
    weight,
)
from archive.fidelity.source import Source
from archive.fidelity.words import Names, Runs, bare_words, places_of, shown, tidy
from archive.model import Problem
from archive.model.passage import normalise

# A bracketed alteration stands for up to so many tokens of the source, or more if it is longer.
_ALTERED = 8


class Span(NamedTuple):
    """A part of a normalised text; offset and length in characters."""

    start: int
    length: int

    @property
    def end(self) -> int:
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Quotation:
    """An outermost quotation, without its marks."""

    text: str  # as written, white space collapsed
    span: Span  # in the normalised text


@dataclass(frozen=True, slots=True)
class Quoted:
    """The quotations of a text, and the marks that are not paired."""

    quotations: tuple[Quotation, ...]
    unbalanced: tuple[int, ...]  # offsets in the normalised text


def find_quotations(text: str, language: str = "en") -> Quoted:
    """Find what stands between “…” or "…", with all that is quoted within; no words are none.

    A ‘…’ by itself is no quotation.  Within one, a ‘ needs its ’; a ’ alone is an apostrophe.
    Other languages than English have marks of their own besides: «…», „…“, ”…”, 「…」.
    """
    text = tidy(text)
    marks = quotation_marks(language)
    is_single = "‚" not in text
    open_: list[int] = []
    found: list[Quotation] = []
    unbalanced: list[int] = []
    for match in re.finditer(f"[{marks}]", text):
        if open_ and closes(match[0], text[open_[-1]], language):
            start = open_.pop() + 1
            inside = text[start : match.start()]
            if not open_ and inside.strip():
                found.append(Quotation(inside, Span(start, len(inside))))
                single = inside.rfind("‘")
                if is_single and single > inside.rfind("’"):
                    unbalanced.append(start + single)
        elif opens(match[0], language):
            open_.append(match.start())
        else:
            unbalanced.append(match.start())
    return Quoted(tuple(found), tuple(sorted(unbalanced + open_)))


class _Token(NamedTuple):
    """A word, or one other character that is not white space."""

    text: str
    start: int
    end: int
    free: bool = False  # whether its first letter may be of either case: it was bracketed


_TOKEN = re.compile(rf"\[([^\W\d_])\]([^\W_{SPACELESS}]*)|((?:[^\W_{SPACELESS}]|[{MARKS}])+|[^\s])")
_FOLDED = (('"', "'"), ("‐", "-"), ("‑", "-"), ("—", "–"))
_QUOTES = re.compile("[«»„‟‹›‚‘’“”「」『』]")
_ELLIPSIS = re.compile(r"\[\s*(?:…|\.\s?\.\s?\.)\s*\]|…|\.\s?\.\s?\.")
_BRACKET = re.compile(r"([^\W_]*)\[([^\[\]]*)\]")
_SINGLE = re.compile(r"\[([^\W\d_])\]")
_LETTER = re.compile(r"[^\W\d_]")
_TRAILING = ".,;:!?"


def _fold(text: str) -> str:
    """The text with marks folded that differ between editions; offsets stay the same."""
    for written, folded in _FOLDED:
        text = text.replace(written, folded)
    return text if text.isascii() else _QUOTES.sub("'", text)


def _tokens(text: str) -> list[_Token]:
    """The tokens of a normalised text; ``[t]he`` is one."""
    found = []
    for match in _TOKEN.finditer(_fold(text)):
        letter, rest, word = match.groups()
        start, end = match.span()
        found.append(_Token(word or letter + rest, start, end, letter is not None))
    return found


@dataclass(frozen=True, slots=True)
class _Word:
    """A token of a quotation that has to stand in the source.

    ``step`` takes the places reached so far, each end with the start it was reached from, and
    returns those that are reached with this token.
    """

    token: _Token
    cut: bool = False  # whether the source may have another ending

    def step(self, reached: dict[int, int], tokens: Sequence[_Token]) -> dict[int, int]:
        return {
            end + 1: start
            for end, start in reached.items()
            if end < len(tokens) and self._is(tokens[end])
        }

    def _is(self, token: _Token) -> bool:
        wanted, found = self.token.text, token.text
        if wanted == found:
            return True
        if self.cut:
            return found.startswith(wanted)
        free = token.free or self.token.free
        return free and wanted[1:] == found[1:] and wanted[:1].lower() == found[:1].lower()


@dataclass(frozen=True, slots=True)
class _Altered:
    """A bracketed alteration, which stands for up to ``most`` tokens of the source."""

    most: int

    def step(self, reached: dict[int, int], tokens: Sequence[_Token]) -> dict[int, int]:
        later: dict[int, int] = {}
        for end, start in reached.items():
            for further in range(end, min(end + self.most, len(tokens)) + 1):
                later[further] = max(start, later.get(further, 0))
        return later


class Text:
    """A source text, normalised, in which quotations are searched."""

    def __init__(self, text: str) -> None:
        self.text = normalise(text)
        self._folded = _fold(self.text)

    def find(self, quotation: str) -> tuple[Span, ...] | None:
        """The places of the quotation's words, one span for each part between ellipses.

        The parts have to stand in the same order.  None if one is missing, or there are no words.
        """
        spans: list[Span] = []
        for part in _parts(normalise(quotation)):
            after = spans[-1].end if spans else 0
            span = self._verbatim(_fold(part), after) or self._find(list(_items(part)), after)
            if span is None:
                return None
            spans.append(span)
        return tuple(spans) or None

    def _verbatim(self, part: str, after: int) -> Span | None:
        """The first place from ``after`` on at which the part stands literally, as whole words."""
        at = self._folded.find(part, after)
        while at >= 0 and not self._between_words(at, at + len(part)):
            at = self._folded.find(part, at + 1)
        return Span(at, len(part)) if at >= 0 else None

    def _between_words(self, start: int, end: int) -> bool:
        """Whether both ends lie between words; ``[t]he`` is one word."""
        before, after = self._folded[start - 1 : start], self._folded[end : end + 1]
        first, last = self._folded[start], self._folded[end - 1]
        begins = not (goes_on(before) or before == "]") or not goes_on(first)
        return begins and not (after and goes_on(after) and goes_on(last))

    @cached_property
    def _tokens(self) -> list[_Token]:
        return _tokens(self.text)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """The places of each token, by its lower-case form."""
        places: dict[str, list[int]] = {}
        for place, token in enumerate(self._tokens):
            places.setdefault(token.text.lower(), []).append(place)
        return places

    def _find(self, items: Sequence[_Word | _Altered], after: int) -> Span | None:
        """The first place from the offset ``after`` on at which the items match."""
        first = bisect_left(self._tokens, after, key=lambda token: token.start)
        reached = {place: place for place in self._beginnings(items[0], first)}
        for item in items:
            reached = item.step(reached, self._tokens)
            if not reached:
                return None
        end = min(reached)
        start = self._tokens[min(reached[end], end - 1)].start
        return Span(start, self._tokens[end - 1].end - start)

    def _beginnings(self, item: _Word | _Altered, first: int) -> Sequence[int]:
        if isinstance(item, _Altered) or item.cut:
            return range(first, len(self._tokens))
        places = self._places.get(item.token.text.lower(), [])
        return places[bisect_left(places, first) :]


def _parts(quotation: str) -> Iterator[str]:
    """The parts between ellipses, without punctuation at their ends."""
    for text in _ELLIPSIS.split(quotation):
        part = text.strip().rstrip(_TRAILING).rstrip()
        if any(map(str.isalnum, _BRACKET.sub(r"\1", _SINGLE.sub(r"\1", part)))):
            yield part


def _items(part: str) -> Iterator[_Word | _Altered]:
    """The tokens of a part; what stands in brackets is an alteration."""
    done = 0
    for match in _BRACKET.finditer(part):
        if _LETTER.fullmatch(match[2]) and not match[1]:
            continue  # [t]he is a token of its own
        yield from map(_Word, _tokens(part[done : match.start()]))
        if match[1]:
            yield _Word(_Token(match[1], 0, 0), cut=True)
        else:
            yield _Altered(max(_ALTERED, len(_tokens(match[2])) + 2))
        done = match.end()
    yield from map(_Word, _tokens(part[done:]))


# --- The checks

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


def compare(pair: Pair, language: str = "en") -> Comparison:
    """Find every quotation of a passage in its paragraph."""
    quoted = find_quotations(pair.passage.text, language)
    text = Text(pair.paragraph.text)
    found = ((each, text.find(each.text)) for each in quoted.quotations)
    return Comparison(pair, quoted, tuple(Verified(each, spans) for each, spans in found if spans))


def inexact(comparisons: Sequence[Comparison]) -> Iterator[Problem]:
    """Quotations that are inexact, too long or not closed."""
    for comparison in comparisons:
        yield from _unbalanced(comparison)
        verified = {each.quotation for each in comparison.verified}
        for quotation in comparison.quoted.quotations:
            if quotation not in verified:
                yield _not_in_source(quotation, comparison, comparisons)
            words = bare_words(quotation.text)
            if _count(words) > LONGEST_QUOTATION:
                yield _too_long(comparison, words, quotation.text)


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


def _count(words: Iterable[str]) -> int:
    """How many words these are, or come to where they are characters."""
    return int(sum(map(weight, words)))


def _too_long(comparison: Comparison, words: Sequence[str], text: str) -> Problem:
    passage = comparison.pair.passage
    return Problem(
        passage.path, passage.line, "quotation-too-long",
        f"{passage.anchor} quotes {in_row(words)} in a row: “{shown(text)}”",
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
        texts += [heading.text for heading in source.headings]
        self._runs = Runs(map(str.casefold, _joined(texts, _BETWEEN_SOURCES)))
        self._names = names

    def unquoted(self, text: str, quoted: Quoted) -> Iterator[Shared]:
        """The runs shared outside quotations: all that are forbidden, else the longest ones.

        A quotation ends a run.
        """
        whole, spans = tidy(text), [each.span for each in quoted.quotations]
        starts = [0, *(span.end for span in spans)]  # of what is not quoted
        pieces = (whole[a:b] for a, b in zip(starts, [*(span.start for span in spans), None]))
        said = list(_joined(pieces, _BETWEEN_SAID))
        named = set().union(*(places_of(names.within(said)) for names in self._names))
        shares = (0 if place in named else weight(word) for place, word in enumerate(said))
        before = list(accumulate(shares, initial=0))
        longest = 0
        for start, end in self.within(said):
            counted = int(before[end] - before[start])
            if counted > longest or counted >= FORBIDDEN_RUN:
                longest = max(longest, counted)
                yield Shared(tuple(said[start:end]), counted)

    def within(self, said: Iterable[str]) -> Iterator[tuple[int, int]]:
        """Start and end of each run, quoted or not."""
        return self._runs.shared(list(map(str.casefold, said)))


def _joined(texts: Iterable[str], between: str) -> Iterator[str]:
    for text in texts:
        yield from bare_words(text)
        yield between


def _titles(holding: Holding) -> Names:
    """The titles and institutions that the record and the cited entries name."""
    record = holding.record
    cited = {key for passage in holding.passages for key in passage.cites}
    cited |= {key for note in holding.notes for key in note.cites}
    named = [record.title.strip("[]"), record.source.title, record.source.publisher]
    named += [agent.name for agent in (*record.cited, *record.agents)]
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
        quoted = find_quotations(note.text, holding.record.language)
        problems += _too_long_runs(note, shared.unquoted(note.text, quoted))
    return longest, problems


def _too_long_runs(where: PassageText | NoteText, found: Iterable[Shared]) -> Iterator[Problem]:
    for run in found:
        if run.counted >= FORBIDDEN_RUN:
            yield Problem(
                where.path, where.line, "copied-run",
                f"{where.anchor} has {in_row(run.words)} in a row of the source outside "
                f"quotation marks: {told(run.words)}",
                "say it in the archive's own words, or quote it in quotation marks",
            )  # fmt: skip


def _quotations_in_a_row(comparison: Comparison, shared: _Copied) -> Iterator[Problem]:
    """Adjacent quotations that together are longer than one may be."""
    quotations = comparison.quoted.quotations
    if any(_count(bare_words(each.text)) > LONGEST_QUOTATION for each in quotations):
        return  # already a problem
    said = bare_words(comparison.pair.passage.text)
    for start, end in shared.within(said):
        if _count(said[start:end]) > LONGEST_QUOTATION:
            yield _too_long(comparison, said[start:end], told(said[start:end]))
