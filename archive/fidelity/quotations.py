"""Quotations: what stands between double quotation marks, and where its words stand in a source.

Conventions of quoting that are understood: ``[t]he`` changes the case of a letter, ``court[s]`` the
end of a word, ``[his]`` stands for other words or none, ``…``, ``...`` and ``[...]`` leave words
out, and punctuation before the closing mark may be the quoter's.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from archive.fidelity.words import tidy
from archive.model.fingerprint import normalise

_CLOSING = {"“": "”", '"': '"'}
_MARKS = re.compile(r"[“”\"]")

# How many tokens of the source a bracketed alteration may stand for, if it is not itself longer.
_ALTERED = 8


class Span(NamedTuple):
    """A stretch of a normalised text."""

    start: int
    length: int

    @property
    def end(self) -> int:
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Quotation:
    """An outermost quotation; its text and place are those between the marks."""

    text: str  # as written, white space collapsed
    span: Span  # in the normalised text


@dataclass(frozen=True, slots=True)
class Quoted:
    """The quotations of a text, and the marks that have no counterpart."""

    quotations: tuple[Quotation, ...]
    unbalanced: tuple[int, ...]  # offsets in the normalised text

    def outside(self, length: int) -> Iterator[tuple[int, int]]:
        """Start and end of each stretch of a text of that length that is not quoted."""
        done = 0
        for quotation in self.quotations:
            yield done, quotation.span.start
            done = quotation.span.end
        yield done, length


def find_quotations(text: str) -> Quoted:
    """Find what is quoted: “…” and "…", whatever is quoted within; ‘…’ alone is no quotation."""
    text = tidy(text)
    open_: list[int] = []
    found: list[Quotation] = []
    unbalanced: list[int] = []
    for match in _MARKS.finditer(text):
        closes = bool(open_) and _CLOSING[text[open_[-1]]] == match[0]
        if closes:
            start = open_.pop() + 1
            if not open_:
                span = Span(start, match.start() - start)
                found.append(Quotation(text[start : match.start()], span))
        elif match[0] in _CLOSING:
            open_.append(match.start())
        else:
            unbalanced.append(match.start())
    for quotation in found:
        unbalanced += _unbalanced_within(quotation)
    return Quoted(tuple(found), tuple(sorted(unbalanced + open_)))


def _unbalanced_within(quotation: Quotation) -> Iterator[int]:
    """A ‘ has its ’ in the same quotation; a ’ alone is an apostrophe."""
    rest = quotation.text
    opening = rest.rfind("‘")
    if opening >= 0 and "’" not in rest[opening:]:
        yield quotation.span.start + opening


class _Token(NamedTuple):
    """A word, or one other character that is not white space."""

    text: str
    start: int
    end: int
    free: bool = False  # whether its first letter may be of either case: it was bracketed


_TOKEN = re.compile(r"\[([^\W\d_])\]([^\W_]*)|([^\W_]+|[^\s])")
_FOLDED = (('"', "'"), ("‐", "-"), ("‑", "-"), ("—", "–"))
_ELLIPSIS = re.compile(r"\[\s*(?:…|\.\s?\.\s?\.)\s*\]|…|\.\s?\.\s?\.")
_BRACKET = re.compile(r"([^\W_]*)\[([^\[\]]*)\]")
_SINGLE = re.compile(r"\[([^\W\d_])\]")
_LETTER = re.compile(r"[^\W\d_]")
_TRAILING = ".,;:!?"


def _fold(text: str) -> str:
    """The text with marks exchanged that quoting exchanges; offsets stay."""
    for written, folded in _FOLDED:
        text = text.replace(written, folded)
    return text


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
    """One token of a quotation, to be found as it is."""

    token: _Token
    cut: bool = False  # whether the word may end otherwise in the source

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
    """A bracketed alteration, which stands for up to so many tokens of the source."""

    most: int

    def step(self, reached: dict[int, int], tokens: Sequence[_Token]) -> dict[int, int]:
        later: dict[int, int] = {}
        for end, start in reached.items():
            for further in range(end, min(end + self.most, len(tokens)) + 1):
                later[further] = max(start, later.get(further, 0))
        return later


class Text:
    """A normalised text in which quotations are looked for."""

    def __init__(self, text: str) -> None:
        self.text = normalise(text)
        self._folded = _fold(self.text)

    def find(self, quotation: str) -> tuple[Span, ...] | None:
        """Where the quotation's words stand, one span for each part between ellipses.

        The parts stand in their order.  None if they do not stand there, or there are no words.
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
        """The first place from ``after`` on at which the part stands as it is, between words."""
        at = self._folded.find(part, after)
        while at >= 0 and not self._between_words(at, at + len(part)):
            at = self._folded.find(part, at + 1)
        return Span(at, len(part)) if at >= 0 else None

    def _between_words(self, start: int, end: int) -> bool:
        """Whether no word, nor one like ``[t]he``, is cut at its beginning or its end."""
        before, after = self._folded[start - 1 : start], self._folded[end : end + 1]
        begins = not (before.isalnum() or before == "]") or not self._folded[start].isalnum()
        return begins and not (after.isalnum() and self._folded[end - 1].isalnum())

    @cached_property
    def _tokens(self) -> list[_Token]:
        return _tokens(self.text)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """The places of each token, whatever its case."""
        places: dict[str, list[int]] = {}
        for place, token in enumerate(self._tokens):
            places.setdefault(token.text.lower(), []).append(place)
        return places

    def _find(self, items: Sequence[_Word | _Altered], after: int) -> Span | None:
        """The first place from the offset ``after`` on at which the items stand."""
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
    """What is to be found, between ellipses; punctuation at the end of a part is left out."""
    for text in _ELLIPSIS.split(quotation):
        part = text.strip().rstrip(_TRAILING).rstrip()
        if any(map(str.isalnum, _BRACKET.sub(r"\1", _SINGLE.sub(r"\1", part)))):
            yield part


def _items(part: str) -> Iterator[_Word | _Altered]:
    """The tokens, with what stands in brackets understood as an alteration."""
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
