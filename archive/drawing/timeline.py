"""A timeline: a row for each year, a column for each month, a mark for the events of a month.

Three or more empty rows in a row are drawn as one, so that a law of another century does not part
what happened in a decade.  What then has too many rows has a row for each decade and a column for
each year, or a row for each century and a column for each decade.  So a drawing has at most forty
rows (or one for each century) and thirteen columns, whatever the number of events.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from archive.drawing import Circle, Drawing, Label, Link, Rule, Shape, listed
from archive.model.dates import MONTHS, ArchiveDate
from archive.model.words import Words, words

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
