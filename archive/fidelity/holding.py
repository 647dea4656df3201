"""What is compared: a document as the archive says it, and the bytes of its source.

Pairs passages with the paragraphs they render, and tells where the two part ways.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from archive.fidelity.names import NO_NAMES, Names
from archive.fidelity.source import Paragraph, Source
from archive.fidelity.words import bare_words, shown
from archive.model.passage import Anchor
from archive.model.problem import Problem
from archive.model.record import Record


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage, or the place of a withdrawn one."""

    anchor: str
    text: str  # what it says, citation and footnote marks aside
    path: str  # of the document, relative to the archive's root
    line: int
    cites: tuple[str, ...] = ()  # keys of references
    withdrawn: bool = False  # a tombstone without successor: its paragraph is rendered no more

    @property
    def label(self) -> str:
        """The short form in lower case, as records write it: ``w3``."""
        return Anchor.parse(self.anchor).label.lower()


@dataclass(frozen=True, slots=True)
class NoteText:
    """What the archive adds: an editor's note or a heading."""

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
    passages: tuple[PassageText, ...]  # as they stand in the document
    source: bytes
    source_path: str  # named where the source itself is at fault
    notes: tuple[NoteText, ...] = ()
    works: Mapping[str, Work] = field(default_factory=dict)  # by key
    names: Names = NO_NAMES  # names known from elsewhere, in all their forms

    @property
    def path(self) -> str:
        """The document's file."""
        paths = [passage.path for passage in self.passages]
        return paths[0] if paths else f"documents/{self.record.id}.md"


# A word of a source is telling where so many of its paragraphs have it, or fewer.
_TELLING = 3
# How much better another paragraph must fit before a passage is said to be out of its place.
_BETTER, _ENOUGH = 2.0, 3.0
# Up to so many pairs are weighed to find out which passage or paragraph is the odd one.
_MOST_WEIGHED = 250_000


@dataclass(frozen=True, slots=True)
class Pair:
    """A passage and the paragraph it renders."""

    passage: PassageText
    paragraph: Paragraph


class _Likeness:
    """How well passages fit paragraphs: by the words that few paragraphs have."""

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        places: dict[str, list[int]] = {}
        for place, paragraph in enumerate(paragraphs):
            for word in _word_set(paragraph.text):
                places.setdefault(word, []).append(place)
        self._places = {word: at for word, at in places.items() if len(at) <= _TELLING}

    def scores(self, text: str) -> dict[int, float]:
        """What the paragraphs share with a text, by their place; those that share nothing miss."""
        found: dict[int, float] = {}
        for word in sorted(_word_set(text)):
            at = self._places.get(word, ())
            for place in at:
                found[place] = found.get(place, 0.0) + 1 / len(at)
        return found


def _word_set(text: str) -> set[str]:
    return set(map(str.casefold, bare_words(text)))


def pair(holding: Holding, source: Source) -> list[Pair]:
    """The k-th passage with the k-th paragraph; a withdrawn one keeps its place.

    Where their numbers differ, the order is kept and the pairs are those that fit best.
    """
    paragraphs = source.paragraphs
    live = [passage for passage in holding.passages if not passage.withdrawn]
    for row in (holding.passages, live):
        if len(row) == len(paragraphs):
            return [Pair(*both) for both in zip(row, paragraphs) if not both[0].withdrawn]
    if len(live) * len(paragraphs) > _MOST_WEIGHED:
        return [Pair(*both) for both in zip(live, paragraphs)]
    return _aligned(live, paragraphs)


def _aligned(passages: Sequence[PassageText], paragraphs: Sequence[Paragraph]) -> list[Pair]:
    """The pairs, in order, that share most (Needleman and Wunsch, without a price for gaps)."""
    likeness = _Likeness(paragraphs)
    table = [[0.0] * (len(paragraphs) + 1)]
    scores = [likeness.scores(passage.text) for passage in passages]
    for row in scores:
        above, line = table[-1], [0.0]
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
    """The source has as many paragraphs as its record says, and each has its passage."""
    pinned, found = holding.record.source.paragraphs, len(source.paragraphs)
    if pinned != found:
        yield Problem(
            holding.path, 0, "paragraph-count",
            f"The source has {found} paragraphs, but the record says {pinned}",
            f"write source.paragraphs: {found} in the record",
        )  # fmt: skip
    live = [passage for passage in holding.passages if not passage.withdrawn]
    if found in (len(holding.passages), len(live)):
        return
    rendered = {each.paragraph.number for each in pairs}
    for paragraph in source.paragraphs:
        if paragraph.number not in rendered:
            yield Problem(
                holding.path, 0, "paragraph-count",
                f"No passage renders paragraph {paragraph.number} of the source, on its line "
                f"{paragraph.line}: “{shown(paragraph.text, 6)}”",
                "write the passage where the source has the paragraph",
            )  # fmt: skip
    paired = {each.passage.anchor for each in pairs}
    for passage in live:
        if passage.anchor not in paired:
            yield Problem(
                passage.path, passage.line, "paragraph-count",
                f"{passage.anchor} renders no paragraph of the source: “{shown(passage.text, 6)}”",
                "join it to the passage whose paragraph it renders, or make it an editor's note",
            )  # fmt: skip


def disordered(pairs: Sequence[Pair], source: Source) -> Iterator[Problem]:
    """Each passage renders the paragraph of its place, and not rather another one."""
    likeness = _Likeness(source.paragraphs)
    for each in pairs:
        scores = likeness.scores(each.passage.text)
        if not scores:
            continue
        own = scores.get(each.paragraph.number - 1, 0.0)
        best = max(scores, key=lambda place: (scores[place], -place))
        if scores[best] >= _ENOUGH and scores[best] > _BETTER * own:
            common = _word_set(each.passage.text) & _word_set(source.paragraphs[best].text)
            telling = sorted(common, key=lambda word: (-len(word), word))[:5]
            yield Problem(
                each.passage.path, each.passage.line, "passage-order",
                f"{each.passage.anchor} stands for paragraph {each.paragraph.number} of the "
                f"source, but renders paragraph {best + 1}: both have {', '.join(telling)}",
                "put the passages into the order of the source",
            )  # fmt: skip
