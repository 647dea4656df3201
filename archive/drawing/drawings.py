"""Draws the archive: a timeline of events, and a map of citations and references."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from archive.drawing import Circle, Curve, Drawing, Label, Link, Rule, Shape, listed, shortened
from archive.model.dates import MONTHS, ArchiveDate
from archive.model.words import Words, words

# --- A timeline: a row for each year, a column for each month, a mark for the events of a month.
#
# Three or more empty rows in a row are drawn as one, so that a law of another century does not part
# what happened in a decade.  What then has too many rows has a row for each decade and a column for
# each year, or a row for each century and a column for each decade.  So a drawing has at most forty
# rows (or one for each century) and thirteen columns, whatever the number of events.

_ROWS = 40  # at most, of years or decades
_EMPTY = 2  # rows without an event that are drawn, where there are no more of them
_LEFT, _TOP, _ROW = 46.0, 30.0, 30.0
# The width of a column: on paper, and on a phone, where a mark is still a target (WCAG 2.2, 2.5.8).
WIDE, NARROW = 44.0, 29.0
_LETTER = 9.0  # the width of a letter of a column's name, at most
_SMALLEST, _LARGEST = 5.0, 11.0  # radius of a mark


@dataclass(frozen=True, slots=True)
class Dated:
    """An event of the timeline."""

    date: ArchiveDate
    address: str  # of its entry in the chronology


@dataclass(frozen=True, slots=True)
class Scale:
    """The years of a row, and the names of its columns."""

    years: int  # of a row
    columns: tuple[str, ...]
    words: Words

    def place(self, date: ArchiveDate) -> tuple[int, int]:
        """The first year of the row, and the column, of a date whose year is known."""
        year = int(date.year or "0")
        if self.years == 1:
            month = date.sort_key[0][5:7]
            return year, int(month) if month else 0
        return year // self.years * self.years, year % self.years * 10 // self.years

    def spoken(self, row: int, column: int) -> str:
        """The time of one cell in words."""
        _ = self.words
        if self.years == 1:
            if column:
                return ArchiveDate(f"{row:04}-{column:02}").said(_)
            return _("{year}, month unknown").format(year=row)
        start = row + column * self.years // 10
        if self.years == 10:
            return f"{start}"
        last = start + self.years // 10 - 1
        return _("{first} to {last}").format(first=start, last=last)

    def row_name(self, row: int) -> str:
        """The label of a row."""
        return f"{row}" if self.years == 1 else f"{row}–"


def _scales(_: Words, column: float) -> tuple[Scale, ...]:
    """Return the scales, the finest first, with the names of their columns in a language."""
    decades = (_("{year}s").format(year=f"{decade}0") for decade in range(10))
    return (
        Scale(1, (_("year"), *_months(_, column)), _),
        Scale(10, tuple(str(year) for year in range(10)), _),
        Scale(100, tuple(decades), _),
    )


def _months(_: Words, column: float) -> tuple[str, ...]:
    """Return the months as short as the language has them; numbers where a column is narrower."""
    if _.is_english:
        return tuple(month[:3] for month in MONTHS)
    from babel import Locale  # noqa: PLC0415 - English archives need not load it

    names = Locale.parse(_.language.partition("-")[0]).months["stand-alone"]["abbreviated"]
    short = tuple(str(names[month]).removesuffix(".") for month in range(1, 13))
    fits = max(map(len, short)) * _LETTER <= column
    return short if fits else tuple(str(month) for month in range(1, 13))


def timeline(
    events: Iterable[Dated], column: float = WIDE, language: str | None = None
) -> Drawing | None:
    """The timeline of some events, with columns of this width; None if no event has a year."""
    _ = words(language)
    dated = [event for event in events if event.date.year is not None]
    if not dated:
        return None
    *finer, coarsest = _scales(_, column)
    scale = next((each for each in finer if len(_rows(dated, each)) <= _ROWS), coarsest)
    cells: defaultdict[tuple[int, int], list[Dated]] = defaultdict(list)
    for event in sorted(dated, key=lambda event: event.date.sort_key):
        cells[scale.place(event.date)].append(event)
    rows = _rows(dated, scale)
    width = _LEFT + column * len(scale.columns)
    middles = tuple(_LEFT + column * (place + 0.5) for place in range(len(scale.columns)))
    shapes = [*_frame(rows, scale, middles, width), *_marks(cells, rows, scale, middles)]
    return Drawing(
        width, _TOP + _ROW * len(rows) + 6, tuple(shapes), _("Timeline"),
        _described(cells, scale),
    )  # fmt: skip


def _rows(dated: Iterable[Dated], scale: Scale) -> list[int | None]:
    """The first year of each row; None stands for a run of empty rows."""
    rows: list[int | None] = []
    for row in sorted({scale.place(event.date)[0] for event in dated}):
        if rows and rows[-1] is not None:
            between = range(rows[-1] + scale.years, row, scale.years)
            rows += between if len(between) <= _EMPTY else [None]
        rows.append(row)
    return rows


def _frame(
    rows: Sequence[int | None], scale: Scale, middles: Sequence[float], width: float
) -> Iterator[Shape]:
    for middle, name in zip(middles, scale.columns, strict=True):
        yield Label(middle, 16, name, "middle")
    for place, row in enumerate(rows):
        y = _TOP + _ROW * (place + 0.5)
        if row is not None:
            yield Rule(_LEFT, y, width, y)
        yield Label(_LEFT - 10, y + 4.5, "…" if row is None else scale.row_name(row), "end")


def _marks(
    cells: dict[tuple[int, int], list[Dated]],
    rows: Sequence[int | None],
    scale: Scale,
    middles: Sequence[float],
) -> Iterator[Circle]:
    _ = scale.words
    for (row, column), events in sorted(cells.items()):
        many = len(events)
        radius = _SMALLEST if many == 1 else min(_LARGEST, 6.5 + math.log2(many))
        title = _("{time}: {events}").format(
            time=scale.spoken(row, column), events=_events(many, _)
        )
        yield Circle(
            middles[column], _down(row, rows), radius, Link(events[0].address, title),
            says=str(many) if 1 < many < 1000 else "",
        )  # fmt: skip


def _down(row: int, rows: Sequence[int | None]) -> float:
    return _TOP + _ROW * (rows.index(row) + 0.5)


def _events(many: int, _: Words) -> str:
    return _.plural("{} event", "{} events", many)


def _described(cells: dict[tuple[int, int], list[Dated]], scale: Scale) -> str:
    _ = scale.words
    times = [f"{scale.spoken(*cell)} ({len(events)})" for cell, events in sorted(cells.items())]
    total = sum(map(len, cells.values()))
    if len(times) > 24:
        more = _("{number} more times").format(number=len(times) - 24)
        times = [*times[:12], more, *times[-12:]]
    said = _("A timeline of {events}: {times}.")
    return said.format(events=_events(total, _), times=listed(times, _(" and ")))


# --- A map of citations: documents on the left, the works they cite on the right, lines between.
#
# Dashed lines on the left show which documents refer to each other.  Each side has at most forty
# marks: the caller groups documents where there are more, and leaves out the least cited works.  Of
# too many lines, those that stand for most citations are drawn.

MOST = 40  # marks on a side
_CITES, _REFERS = 120, 40  # lines of each kind; more could not be told apart

_MAP_TOP, _MAP_ROW = 34.0, 28.0
_LONGEST = 34  # characters of a name
_NAME_LETTER = 7.2  # the width of a letter, at least
_RADIUS = 5.0


@dataclass(frozen=True, slots=True)
class Node:
    """A mark of the map: a document, several of them, or a work."""

    id: str
    name: str
    address: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Bond:
    """A line of the map: one node cites another, or refers to it."""

    source: str
    target: str
    many: int  # how many times
    link: Link


@dataclass(frozen=True, slots=True)
class Relations:
    """What the map shows."""

    citing: tuple[Node, ...]
    cited: tuple[Node, ...]
    cites: tuple[Bond, ...]  # from citing to cited
    refers: tuple[Bond, ...]  # among the citing
    unshown: int = 0  # works that are left out


@dataclass(frozen=True, slots=True)
class Across:
    """How wide a map is, and where the marks of both its sides stand."""

    width: float
    left: float
    right: float


_ON_PAPER = Across(656.0, 232.0, 436.0)


def _fitted(relations: Relations) -> Across:
    """As narrow as the names allow, so that a map of short names is whole on a phone."""
    names = [
        max((min(len(node.name), _LONGEST) for node in side), default=0) * _NAME_LETTER
        for side in (relations.citing, relations.cited)
    ]
    left, gap = 20 + max(names[0], 72), 130.0
    return Across(left + gap + 20 + max(names[1], 96), left, left + gap)


def relations_map(
    relations: Relations, *, is_fitted: bool = False, language: str | None = None
) -> Drawing | None:
    """The map, as narrow as its names or as wide as a sheet; None if there is nothing to show."""
    _ = words(language)
    if not relations.cites and not relations.refers:
        return None
    across = _fitted(relations) if is_fitted else _ON_PAPER
    rows = max(len(relations.citing), len(relations.cited))
    left_out = _left_out(relations, _)
    height = _MAP_TOP + _MAP_ROW * rows + (30 if left_out else 8)
    left = _places(relations.citing, across.left, rows)
    right = _places(_in_order(relations), across.right, rows)
    shapes = [
        Label(across.left, 14, _("Documents"), "end"),
        Label(across.right, 14, _("Works they cite")),
        *_lines(relations, left, right, across),
        *_ends(relations.citing, left, "end"),
        *_ends(relations.cited, right, "start"),
        *([Label(across.width / 2, height - 8, left_out, "middle")] if left_out else []),
    ]
    return Drawing(
        across.width, height, tuple(shapes), _("Map of the archive"), _map_described(relations, _)
    )


def _left_out(relations: Relations, _: Words) -> str:
    """What the map leaves out, in words; empty if it shows everything."""
    lines = max(len(relations.cites) - _CITES, 0) + max(len(relations.refers) - _REFERS, 0)
    counts = (
        (relations.unshown, _("{number} more works")), (lines, _("{number} weaker lines")),
    )  # fmt: skip
    parts = [said.format(number=f"{many:,}") for many, said in counts if many]
    return _("Not shown: {what}").format(what=listed(parts, _(" and "))) if parts else ""


def _strongest(bonds: Sequence[Bond], most: int) -> list[Bond]:
    return sorted(bonds, key=lambda bond: -bond.many)[:most]


def _in_order(relations: Relations) -> list[Node]:
    """The works, sorted by the mean position of the documents that cite them: few lines cross."""
    rank = {node.id: number for number, node in enumerate(relations.citing)}
    heights: defaultdict[str, list[int]] = defaultdict(list)
    for bond in relations.cites:
        heights[bond.target].append(rank[bond.source])
    middle = {id_: sum(found) / len(found) for id_, found in heights.items()}
    return sorted(relations.cited, key=lambda node: (middle.get(node.id, math.inf), node.name))


def _places(nodes: Sequence[Node], x: float, rows: int) -> dict[str, tuple[float, float]]:
    """The place of each mark: the longer side fills the rows, the other is spread over them."""
    step = _MAP_ROW * rows / max(len(nodes), 1)
    return {node.id: (x, _MAP_TOP + step * (number + 0.5)) for number, node in enumerate(nodes)}


def _lines(
    relations: Relations,
    left: Mapping[str, tuple[float, float]],
    right: Mapping[str, tuple[float, float]],
    across: Across,
) -> Iterator[Shape]:
    for bond in _strongest(relations.refers, _REFERS):
        start, end = left[bond.source], left[bond.target]
        apart = 14 if start[1] > end[1] else 0  # so that a line up does not cover the line down
        reach = 24 + 0.25 * abs(end[1] - start[1]) + apart
        yield Curve(
            start, end, min(reach, (across.right - across.left) * 0.74), bond.link, dashed=True
        )
    for bond in _strongest(relations.cites, _CITES):
        width = min(1 + math.log2(bond.many) / 2, 5)
        bulge = (across.right - across.left) * 0.44
        yield Curve(left[bond.source], right[bond.target], bulge, bond.link, width=width)


def _ends(
    nodes: Sequence[Node], places: Mapping[str, tuple[float, float]], anchor: str
) -> Iterator[Shape]:
    aside = -14 if anchor == "end" else 14
    for node in nodes:
        x, y = places[node.id]
        yield Circle(x, y, _RADIUS, Link(node.address, node.name, in_order=False))
        link = Link(node.address, node.name)
        words = shortened(node.name, _LONGEST)
        yield Label(x + aside, y + 4.5, words, anchor, link, node.language)


def _map_described(relations: Relations, _: Words) -> str:
    said = _(
        "A map of {documents} documents or groups of documents and of {works} works that they "
        "cite, with {cites} lines for what cites what and {refers} for what refers to what; the "
        "list with it says the same."
    )
    return said.format(
        documents=len(relations.citing), works=len(relations.cited),
        cites=len(relations.cites), refers=len(relations.refers),
    )  # fmt: skip
