"""Finds quotations in a text, and reads one as a pattern of words (section 6)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from archive.checking.reading import Block
from archive.checking.words import GAP, WORD, WORD_MARK, Token, plain, tokens

MOST = 5_000  # characters between marks
_TRIES = 4  # marks that could close a quotation between single marks


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation in a block; ``at`` and ``end`` are without its marks."""

    at: int
    end: int
    others: tuple[int, ...] = ()  # other ends that it could have
    is_block: bool = False


# What closes each mark that opens.
_PAIRS = {
    "“": "”", "„": "“”", "«": "»", "»": "«", "‹": "›", "›": "‹", "「": "」", "『": "』",
    "‘": "’", "‚": "‘’", '"': '"', "'": "'", "”": "”", "``": "''",
}  # fmt: skip
_OPENS = re.compile(r"``|[“„«»‹›「『‘‚\"'”]")
_SINGLE_CLOSE = frozenset({"’", "‘’", "'"})
_NESTING = frozenset("“«‹「『")  # whose opening and closing marks differ, and open nothing else
_ALWAYS = frozenset("「『“„‘‚«‹")  # can open wherever they stand
_FIRST_CJK = 0x2E80
_BEFORE = frozenset(" ([{—–―-/\"'“‘„‚«»‹›「『」』")


def find(block: Block) -> Iterator[Quotation]:
    """The quotations of a block, in order; none lies in another."""
    if block.is_quotation:
        yield _whole(block)
        return
    text = block.text
    closing = _Marks(text)
    at = 0
    while (match := _OPENS.search(text, at)) is not None:
        at = match.end()
        if not _can_open(text, match.start(), at):
            continue
        found = _between(text, at, match[0], closing)
        if found is not None:
            at = found.end + 1
            if WORD_MARK.search(text, found.at, found.end):
                yield found


def _whole(block: Block) -> Quotation:
    """A block that is a quotation, without who said it."""
    end = len(block.text)
    for begin, _line in block.lines:
        if begin and re.match(r"(?:—|―|--) ?\S", block.text[begin : begin + 5]):
            end = begin - 1
            break
    at = 0
    if block.text[:1] in _PAIRS and block.text[:end].rstrip(".,;")[-1:] in _PAIRS[block.text[0]]:
        at, end = 1, len(block.text[:end].rstrip(".,;")) - 1
    return Quotation(at, max(end, at), is_block=True)


class _Marks:
    """Where the marks of a text could close, and what nested ones close."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._closing: dict[str, list[int]] = {}
        self._nested: dict[str, dict[int, int]] = {}

    def closing(self, marks: str) -> list[int]:
        """The places where any of these marks could close."""
        if marks not in self._closing:
            found = re.finditer(f"[{marks}]" if marks != "''" else marks, self._text)
            places = [match.start() for match in found]
            if marks in _SINGLE_CLOSE:
                places = [place for place in places if _can_close(self._text, place)]
            self._closing[marks] = places
        return self._closing[marks]

    def after(self, marks: str, at: int, most: int) -> list[int]:
        """The next such places from one on, within the longest quotation."""
        places = self.closing(marks)
        first = bisect_right(places, at)
        return [place for place in places[first : first + most] if place <= at + MOST]

    def nested(self, opens: str, closes: str) -> dict[int, int]:
        """What closes each mark that opens, by the places behind the one and of the other."""
        if opens not in self._nested:
            found: dict[int, int] = {}
            still: list[int] = []
            for match in re.finditer(f"[{opens}{closes}]", self._text):
                if match[0] == opens:
                    still.append(match.end())
                elif still:
                    found[still.pop()] = match.start()
            self._nested[opens] = found
        return self._nested[opens]


def _can_open(text: str, at: int, end: int) -> bool:
    if end >= len(text):
        return False
    mark, before = text[at], text[at - 1] if at else " "
    if mark in _ALWAYS:
        return mark != "‘" or not _is_letter(before)
    return (before in _BEFORE or ord(before) > _FIRST_CJK) and text[end] != " "


def _is_letter(mark: str) -> bool:
    return mark.isalnum()


def _between(text: str, at: int, mark: str, marks: _Marks) -> Quotation | None:
    closes = _PAIRS[mark]
    if mark in _NESTING:
        end = marks.nested(mark, closes).get(at)
        if end is not None and at < end <= at + MOST:
            return Quotation(at, end)
    ends = marks.after(closes, at, _TRIES)
    if not ends:
        return None
    return Quotation(at, ends[0], tuple(ends[1:]) if closes in _SINGLE_CLOSE else ())


def _can_close(text: str, place: int) -> bool:
    """Whether a single mark could close: it is no apostrophe between letters."""
    after = text[place + 1 : place + 2]
    return place > 0 and text[place - 1] != " " and not (after and _is_letter(after))


# --- Patterns


@dataclass(frozen=True, slots=True)
class Item:
    """A token of a quotation that has to stand in the wording."""

    token: Token
    any_case: bool = False  # of its first letter
    gap: bool = False  # any number of tokens may stand before it
    wild: bool = False  # up to 6 may
    broken: bool = False  # a hyphen at a line break divides it from the next one


@dataclass(frozen=True, slots=True)
class Pattern:
    """A quotation as it is compared."""

    text: str  # plain
    items: tuple[Item, ...]
    has_gaps: bool
    has_brackets: bool

    @property
    def words(self) -> list[str]:
        return [item.token.said for item in self.items if item.token.kind == WORD]


_NOTHING = frozenset({"sic", "sic!"})
_INSIDE = 40  # tokens between brackets


def patterns(text: str, breaks: frozenset[int] = frozenset()) -> list[Pattern]:
    """The ways to read a quotation: as it stands, and with its gaps and brackets as such.

    ``breaks`` are the places of line breaks in it.
    """
    said = plain(text)
    found = tokens(said)
    literal = _pattern(said, [Item(each) for each in found], breaks)
    if any(each.kind == GAP or each.said == "[" for each in found):
        return [literal, _pattern(said, [*_items(found)], breaks, read=True)]
    return [literal]


def _pattern(
    text: str, items: list[Item], breaks: frozenset[int], *, read: bool = False
) -> Pattern:
    gaps, wild = any(item.gap for item in items), any(item.wild or item.any_case for item in items)
    places = [number for number, item in enumerate(items) if item.token.kind == WORD]
    items = items[places[0] : places[-1] + 1] if places else []
    if items:
        first = items[0]
        items = [Item(first.token, True, broken=first.broken), *items[1:]]
    done = []
    for number, item in enumerate(items):
        end = item.token.end
        is_broken = number + 1 < len(items) and text[end : end + 1] in "-‐" and end + 1 in breaks
        done.append(
            Item(item.token, item.any_case, item.gap, item.wild, is_broken) if is_broken else item
        )
    return Pattern(text, tuple(done), read and gaps, read and wild)


def _items(found: list[Token]) -> Iterator[Item]:
    """The tokens of a quotation whose gaps and brackets stand for others."""
    gap = wild = False
    at = 0
    while at < len(found):
        close = _close(found, at)
        if found[at].kind == GAP:
            gap = True
            at += 1
        elif close is not None and (whole := _whole_word(found, at, close)) is not None:
            yield Item(whole, True, gap, wild)
            gap = wild = False
            at = close + 2
        elif close is not None:
            said = "".join(each.said for each in found[at + 1 : close])
            wild = wild or said.lower() not in _NOTHING
            at = close + 1
        else:
            yield Item(found[at], False, gap, wild)
            gap = wild = False
            at += 1


def _close(found: list[Token], at: int) -> int | None:
    """Where the bracket closes that opens there."""
    if found[at].said != "[":
        return None
    reach = range(at + 1, min(at + _INSIDE, len(found)))
    return next((number for number in reach if found[number].said == "]"), None)


def _whole_word(found: list[Token], at: int, close: int) -> Token | None:
    """The word whose first letter stands in brackets: [t]he."""
    if close != at + 2 or close + 1 >= len(found) or found[at + 1].kind != WORD:
        return None
    rest = found[close + 1]
    if rest.kind != WORD or rest.at != found[close].end:
        return None
    return Token(found[at + 1].said + rest.said, WORD, found[at].at, rest.end)
