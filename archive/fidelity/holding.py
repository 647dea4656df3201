"""A document beside its source: what is compared, and which passage renders which paragraph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, pairwise

from archive.fidelity.languages import is_spaceless
from archive.fidelity.source import Paragraph, Source
from archive.fidelity.words import NO_NAMES, Names, bare_words, shown
from archive.model import Problem
from archive.model.passage import Anchor
from archive.model.record import Record
from archive.model.states import State


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage, or the place of a withdrawn one (``archive.model.states``)."""

    anchor: str
    text: str  # without citation and footnote marks
    path: str  # of the document, relative to the archive's root
    line: int
    cites: tuple[str, ...] = ()  # keys of references
    state: State = State.DRAFT
    is_own: bool = True  # it renders a paragraph of this source; of others this may be so
    former: tuple[str, ...] = ()  # other anchors that lead to it
    listed: str = ""  # the names in a group of signatories: facts, which are copied as they are
    parent: str | None = None  # the anchor of the passage that it is a part of
    locator: str = ""  # the number that its source has for it, which is no word of the passage

    @property
    def withdrawn(self) -> bool:
        """Whether it says nothing any more; its paragraph may be left without a passage."""
        return self.state is State.WITHDRAWN

    @property
    def labels(self) -> tuple[str, ...]:
        """The short forms in lower case, as records write them (``w3``), the newest first."""
        return tuple(Anchor.parse(each).label.lower() for each in (self.anchor, *self.former))


@dataclass(frozen=True, slots=True)
class NoteText:
    """An editor's note or a heading, which the archive adds, or a footnote with an anchor."""

    anchor: str
    text: str
    path: str
    line: int
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """An entry of the references."""

    key: str
    title: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """One document with its source."""

    record: Record
    passages: tuple[PassageText, ...]  # in the order of the document
    source: bytes
    source_path: str  # named in problems of the source itself
    notes: tuple[NoteText, ...] = ()
    works: Mapping[str, Work] = field(default_factory=dict)  # by key
    names: Names = NO_NAMES  # names that the archive knows

    @property
    def path(self) -> str:
        """The document's file."""
        name = self.record.id
        here = (each.path for each in self.passages if Anchor.parse(each.anchor).document == name)
        return next(here, f"documents/{name}.md")


# A word identifies a paragraph if no more paragraphs of the source than this have it.
_MOST_COMMON = 3
# Another paragraph has to fit better by this factor, and by this score, to be called the right one.
_BETTER, _ENOUGH = 2.0, 3.0
# Above this product of passages and paragraphs, alignment would take too long.
_MOST_WEIGHED = 250_000


@dataclass(frozen=True, slots=True)
class Pair:
    """A passage and the paragraph it renders."""

    passage: PassageText
    paragraph: Paragraph


class _Likeness:
    """Scores how well a text fits each paragraph, by the words that few paragraphs have."""

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        places: dict[str, list[int]] = {}
        for place, paragraph in enumerate(paragraphs):
            for word in _word_set(paragraph.text):
                places.setdefault(word, []).append(place)
        self._places = {word: at for word, at in places.items() if len(at) <= _MOST_COMMON}

    def scores(self, text: str) -> dict[int, float]:
        """The score of each paragraph that shares such a word with the text, by its index."""
        found: dict[int, float] = {}
        for word in sorted(_word_set(text)):
            at = self._places.get(word, ())
            for place in at:
                found[place] = found.get(place, 0.0) + 1 / len(at)
        return found


def _word_set(text: str) -> set[str]:
    """The words of a text; in scripts without spaces each pair of letters, as one says little."""
    words = list(map(str.casefold, bare_words(text)))
    if text.isascii() or not any(is_spaceless(word[0]) for word in words):
        return set(words)
    pairs = (
        one + two for one, two in pairwise(words) if is_spaceless(one[0]) and is_spaceless(two[0])
    )
    return {*pairs, *(word for word in words if not is_spaceless(word[0]))}


def pair(holding: Holding, source: Source) -> list[Pair]:
    """Pair the k-th passage with the k-th paragraph, also withdrawn passages where they count.

    A passage that was withdrawn or moved, here or away, may render a paragraph of the source or
    none: of the rows that have as many as the source, the one that fits best counts.  Where there
    are more of one than of the other, pair those that fit best in the given order.
    """
    paragraphs = source.paragraphs
    rows = [row for row in _rows(holding.passages) if len(row) == len(paragraphs)]
    if rows:
        fitting = (_fit(row, paragraphs) for row in rows) if len(rows) > 1 else (0.0,)
        _, row = max(zip(fitting, rows), key=lambda found: found[0])
        return [Pair(*both) for both in zip(row, paragraphs)]
    if shared := _shared(holding.passages, paragraphs):
        return shared
    live = [passage for passage in holding.passages if not passage.withdrawn]
    if len(live) * len(paragraphs) > _MOST_WEIGHED:
        return [Pair(*both) for both in zip(live, paragraphs)]
    return _aligned(live, paragraphs)


def _rows(passages: Sequence[PassageText]) -> Iterator[list[PassageText]]:
    """The passages with and without those of each kind that may render none, all of them first."""
    kinds = sorted({each.state for each in passages if not each.is_own})
    for left_out in chain.from_iterable(combinations(kinds, n) for n in range(len(kinds) + 1)):
        yield [each for each in passages if each.is_own or each.state not in left_out]


def _shared(passages: Sequence[PassageText], paragraphs: Sequence[Paragraph]) -> list[Pair]:
    """Pair all passages, where parts may stand in the paragraph of the passage before them.

    Of the ways that leave no paragraph without a passage, the one that fits best.  Empty where
    there is none.
    """
    row = [each for each in passages if not each.withdrawn]
    least = sum(each.parent is None for each in row)
    is_possible = 0 < least <= len(paragraphs) <= len(row)
    if not is_possible or len(row) * len(paragraphs) > _MOST_WEIGHED:
        return []
    best = _weighed(row, paragraphs)
    place = len(paragraphs) - 1
    pairs: list[Pair] = []
    for passage, before in zip(reversed(row), [*reversed(best[:-1]), None]):
        pairs.append(Pair(passage, paragraphs[place]))
        if before is not None and place:
            stays = passage.parent is not None and before[place] >= before[place - 1]
            place -= not stays
    return pairs[::-1] if best[-1][-1] > _NEVER else []


_NEVER = float("-inf")


def _weighed(row: Sequence[PassageText], paragraphs: Sequence[Paragraph]) -> list[list[float]]:
    """The score of the best way to each passage, by the paragraph that it renders."""
    likeness = _Likeness(paragraphs)
    best: list[list[float]] = []
    for passage in row:
        before = best[-1] if best else [_NEVER] * len(paragraphs)
        same = before if passage.parent is not None else [_NEVER] * len(paragraphs)
        ahead = [_NEVER if best else 0.0, *before]
        scores = likeness.scores(passage.text)
        best.append([
            max(same[place], ahead[place]) + scores.get(place, 0.0)
            for place in range(len(paragraphs))
        ])  # fmt: skip
    return best


def _fit(row: Sequence[PassageText], paragraphs: Sequence[Paragraph]) -> float:
    likeness = _Likeness(paragraphs)
    return sum(likeness.scores(each.text).get(place, 0.0) for place, each in enumerate(row))


def _aligned(passages: Sequence[PassageText], paragraphs: Sequence[Paragraph]) -> list[Pair]:
    """The pairs with the highest score in sum (Needleman-Wunsch alignment without gap cost)."""
    likeness = _Likeness(paragraphs)
    table = [[0.0] * (len(paragraphs) + 1)]
    for passage in passages:
        above, line, row = table[-1], [0.0], likeness.scores(passage.text)
        for place in range(len(paragraphs)):
            line.append(max(line[-1], above[place + 1], above[place] + row.get(place, 0.0)))
        table.append(line)
    pairs: list[Pair] = []
    i, j = len(passages), len(paragraphs)
    while i and j:
        if table[i][j] == table[i - 1][j]:
            i -= 1
        elif table[i][j] == table[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append(Pair(passages[i], paragraphs[j]))
    return pairs[::-1]


def miscounted(holding: Holding, source: Source, pairs: Sequence[Pair]) -> Iterator[Problem]:
    """Paragraphs without passage, passages without paragraph, and a wrong count in the record."""
    pinned, found = holding.record.source.paragraphs, len(source.paragraphs)
    if pinned != found:
        yield Problem(
            holding.path, 0, "paragraph-count",
            f"The source has {found} paragraphs, but the record says {pinned}",
            f"write source.paragraphs: {found} in the record",
        )  # fmt: skip
    rendered = {each.paragraph.number for each in pairs}
    left = [each for each in source.paragraphs if each.number not in rendered]
    gone = sum(passage.withdrawn for passage in holding.passages)
    for paragraph in left if len(left) > gone else ():
        yield Problem(
            holding.path, 0, "paragraph-count",
            f"No passage renders paragraph {paragraph.number} of the source, on its line "
            f"{paragraph.line}: “{shown(paragraph.text, 6)}”",
            "write the passage where the source has the paragraph",
        )  # fmt: skip
    paired = {each.passage.anchor for each in pairs}
    for passage in holding.passages:
        if passage.is_own and passage.anchor not in paired:
            yield Problem(
                passage.path, passage.line, "paragraph-count",
                f"{passage.anchor} renders no paragraph of the source: “{shown(passage.text, 6)}”",
                "join it to the passage whose paragraph it renders, or make it an editor's note",
            )  # fmt: skip


def disordered(pairs: Sequence[Pair], source: Source) -> Iterator[Problem]:
    """Passages that fit another paragraph much better than their own."""
    likeness = _Likeness(source.paragraphs)
    for each in pairs:
        scores = likeness.scores(each.passage.text)
        if not scores:
            continue
        own = scores.get(each.paragraph.number - 1, 0.0)
        best = max(scores, key=lambda place: (scores[place], -place))
        if scores[best] >= _ENOUGH and scores[best] > _BETTER * own:
            common = _word_set(each.passage.text) & _word_set(source.paragraphs[best].text)
            longest = sorted(common, key=lambda word: (-len(word), word))[:5]
            yield Problem(
                each.passage.path, each.passage.line, "passage-order",
                f"{each.passage.anchor} is in the place of paragraph {each.paragraph.number} of "
                f"the source, but fits paragraph {best + 1}: both have {', '.join(longest)}",
                "put the passages into the order of the source",
            )  # fmt: skip
