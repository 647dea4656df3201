"""Compares a quotation with wordings: exactly, and with the nearest words (section 6)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from archive.checking.copy import Stream, Wording
from archive.checking.quoting import Item, Pattern
from archive.checking.words import WORD, Token, key, numbers

_WILD = 6  # tokens that brackets may stand for
_FAR = 1_000_000  # tokens that a gap may stand for
_TRIES = 2_000  # places where a pattern could begin


def broken_joined(pattern: Pattern, stream: Stream | None) -> tuple[Item, ...]:
    """The items of a pattern, with words that a line break divided as the stream has them.

    Without a stream each is one word.
    """
    if not any(item.broken for item in pattern.items):
        return pattern.items
    done: list[Item] = []
    at = 0
    while at < len(pattern.items):
        item = pattern.items[at]
        if item.broken and at + 1 < len(pattern.items):
            after = pattern.items[at + 1].token
            said = item.token.said + after.said
            if stream is None or key(said) in stream.places:
                token = Token(said, WORD, item.token.at, after.end)
                done.append(Item(token, item.any_case, item.gap, item.wild))
                at += 2
                continue
        done.append(item)
        at += 1
    return tuple(done)


def equal(item: Item, token: Token) -> bool:
    """Whether a token of a wording is that of a quotation."""
    said = item.token.said
    if said == token.said:
        return True
    return (
        item.any_case and said[1:] == token.said[1:]
        and said[:1].lower() == token.said[:1].lower()
    )  # fmt: skip


# --- Exactly


def place_of(
    pattern: Pattern, stream: Stream, begin: int = 0, end: int | None = None
) -> int | None:
    """Where a pattern stands in a stream, between two places; None where it does not."""
    items = broken_joined(pattern, stream)
    parts = _parts(items)
    if not parts or any(key(item.token.said) not in stream.places for item in items):
        return None
    last = len(stream.tokens) if end is None else end
    for start in _all(parts[0], stream, begin, last, _TRIES):
        count = _following(parts[1:], stream, start + len(parts[0]), last)
        if count == len(parts) - 1:
            return start
        if all(each[0].gap for each in parts[1 : count + 2]):
            return None  # what does not stand behind a place stands behind no later one
    return None


def _following(parts: Sequence[Sequence[Item]], stream: Stream, at: int, last: int) -> int:
    """How many parts stand one after another from a place on."""
    for number, part in enumerate(parts):
        reach = _FAR if part[0].gap else _WILD
        found = next(_all(part, stream, at, min(last, at + reach + len(part)), 1), None)
        if found is None:
            return number
        at = found + len(part)
    return len(parts)


def _parts(items: Sequence[Item]) -> list[list[Item]]:
    """The runs of items between which other tokens may stand."""
    parts: list[list[Item]] = []
    for item in items:
        if not parts or item.gap or item.wild:
            parts.append([])
        parts[-1].append(item)
    return parts


def _all(part: Sequence[Item], stream: Stream, begin: int, end: int, most: int) -> Iterator[int]:
    """Where a run of items stands, looked for at its rarest token."""
    listed = [stream.places.get(key(item.token.said), []) for item in part]
    rarest = min(range(len(part)), key=lambda number: len(listed[number]))
    found = 0
    first = bisect_left(listed[rarest], begin + rarest)
    for place in islice(listed[rarest], first, None):
        start = place - rarest
        if start + len(part) > end:
            return
        if all(map(equal, part, stream.tokens[start : start + len(part)])):
            yield start
            found += 1
            if found >= most:
                return


# --- Nearest

_WORD_CHANGED, _MARK_CHANGED = 8, 2
_WORD_LEFT_OUT, _MARK_LEFT_OUT = 2, 1
_IMPOSSIBLE = 1 << 30
_ASIDE = 12  # tokens around the words that are equal


@dataclass(frozen=True, slots=True)
class Near:
    """The part of a wording that is nearest to a quotation."""

    cost: int
    wording: Wording
    equal: int  # words
    differences: tuple[tuple[str, str], ...]
    only_marks: bool


class Budget:
    """How much may be compared in one text: cells of alignments."""

    def __init__(self, cells: int) -> None:
        self.left = cells


def nearest(
    pattern: Pattern, stream: Stream, budget: Budget, span: tuple[int, int] | None = None
) -> Near | None:
    """The part of a stream that is nearest; None where no run of words is the same.

    With a ``span``, only these tokens are compared, whatever they have.
    """
    items = broken_joined(pattern, stream)
    begin, end = span or _region(items, stream)
    end = min(end, begin + 4_000)
    size = len(items) * (end - begin)
    if end <= begin or size > budget.left:
        return None
    budget.left -= size
    return _near(pattern, items, stream, begin, end)


def _region(items: Sequence[Item], stream: Stream) -> tuple[int, int]:
    """The part of a stream that has most of a pattern’s runs of words."""
    said = [item.token.said for item in items if item.token.kind == WORD]
    found = sorted(
        {place for number in numbers(said) for place in stream.runs.get(number, ())[:50]}
    )
    if not found:
        return 0, 0
    reach = 2 * len(items) + (400 if any(item.gap for item in items) else 40)
    best, first, last = 0, found[0], found[0]
    low = 0
    for high, place in enumerate(found):
        while place - found[low] > reach:
            low += 1
        if high - low + 1 > best:
            best, first, last = high - low + 1, found[low], place
    around = len(items) + _ASIDE
    return max(first - around, 0), min(last + around, len(stream.tokens))


def _near(
    pattern: Pattern, items: Sequence[Item], stream: Stream, begin: int, end: int
) -> Near | None:
    part = stream.tokens[begin:end]
    rows = _costs(items, part)
    at = min(range(len(part), -1, -1), key=rows[-1].__getitem__)
    cost = rows[-1][at]
    if cost >= _IMPOSSIBLE:
        return None
    steps = [*_back(items, part, rows, at)][::-1]
    same = sum(step.is_equal and items[step.row].token.kind == WORD for step in steps)
    different = [step for step in steps if not step.is_equal]
    first = next((step.column for step in steps if step.is_equal), at and at - 1)
    wording = stream.wording(begin + max(first, 0))
    only_marks = all(
        (step.row < 0 or items[step.row].token.kind != WORD)
        and (step.column < 0 or part[step.column].kind != WORD)
        for step in different
    )
    pairs = tuple(_pairs(pattern, items, stream, begin, steps))
    return Near(cost, wording, same, pairs, only_marks and bool(different))


def _costs(items: Sequence[Item], part: Sequence[Token]) -> list[list[int]]:
    """The least cost of each beginning of the items that ends at each token."""
    left_out = [_WORD_LEFT_OUT if token.kind == WORD else _MARK_LEFT_OUT for token in part]
    is_word = [token.kind == WORD for token in part]
    said = [token.said for token in part]
    rows = [[0] * (len(part) + 1)]
    for number, item in enumerate(items):
        before = rows[-1]
        if number and (item.gap or item.wild):
            before = rows[-1] = _freed(before)
        word = item.token.kind == WORD
        changed = _WORD_CHANGED if word else _MARK_CHANGED
        row = [before[0] + changed]
        own, last = item.token.said, row[0]
        is_last = number + 1 == len(items)
        for at, token in enumerate(said):
            if token == own or (item.any_case and equal(item, part[at])):
                best = before[at]
            else:
                best = before[at] + changed if is_word[at] == word else _IMPOSSIBLE
            other = last + left_out[at]
            if other < best and not is_last:
                best = other
            other = before[at + 1] + changed
            best = min(best, other)
            row.append(best)
            last = best
        rows.append(row)
    return rows


def _freed(row: Sequence[int]) -> list[int]:
    """Costs where any number of tokens may be left out for nothing."""
    found, least = [], _IMPOSSIBLE
    for cost in row:
        least = min(least, cost)
        found.append(least)
    return found


@dataclass(frozen=True, slots=True)
class _Step:
    row: int  # of the items; -1 where the wording has more
    column: int  # of the tokens; -1 where the quotation has more
    is_equal: bool


def _back(
    items: Sequence[Item], part: Sequence[Token], rows: Sequence[Sequence[int]], at: int
) -> Iterator[_Step]:
    """The steps of the least cost, from the end."""
    row = len(items)
    while row:
        item, cost = items[row - 1], rows[row][at]
        word = item.token.kind == WORD
        changed = _WORD_CHANGED if word else _MARK_CHANGED
        if at:
            token = part[at - 1]
            same = equal(item, token)
            diagonal = rows[row - 1][at - 1] + (0 if same else changed)
            if (same or (token.kind == WORD) == word) and diagonal == cost:
                yield _Step(row - 1, at - 1, same)
                row, at = row - 1, at - 1
                at = _unfreed(items, rows, row, at)
                continue
            skip = _WORD_LEFT_OUT if token.kind == WORD else _MARK_LEFT_OUT
            if row < len(items) and rows[row][at - 1] + skip == cost:
                yield _Step(-1, at - 1, False)
                at -= 1
                continue
        yield _Step(row - 1, -1, False)
        row -= 1
        at = _unfreed(items, rows, row, at)


def _unfreed(items: Sequence[Item], rows: Sequence[Sequence[int]], row: int, at: int) -> int:
    """Where the item before a gap ends, from the place behind it."""
    if 0 < row < len(items) and (items[row].gap or items[row].wild):
        while at and rows[row][at - 1] == rows[row][at]:
            at -= 1
    return at


def _pairs(
    pattern: Pattern, items: Sequence[Item], stream: Stream, begin: int, steps: Sequence[_Step]
) -> Iterator[tuple[str, str]]:
    """What differs, side by side, as it stands on either side."""
    run: list[_Step] = []
    for step in [*steps, _Step(-1, -1, True)]:
        if not step.is_equal:
            run.append(step)
        elif run:
            own = [items[each.row].token for each in run if each.row >= 0]
            other = [begin + each.column for each in run if each.column >= 0]
            yield _slice(pattern.text, own), _slices(stream, other)
            run = []


def _slice(text: str, found: Sequence[Token]) -> str:
    return text[found[0].at : found[-1].end] if found else ""


def _slices(stream: Stream, columns: Sequence[int]) -> str:
    """The words of a stream at some places, which may lie in several wordings."""
    said: list[str] = []
    group: list[int] = []
    for column, after in pairwise([*columns, -1]):
        group.append(column)
        if after < 0 or stream.wording(after) is not stream.wording(column):
            tokens = [stream.tokens[each] for each in group]
            said.append(_slice(stream.wording(column).text, tokens))
            group = []
    return " ".join(said)
