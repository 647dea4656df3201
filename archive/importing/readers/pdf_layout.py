"""The lines of a PDF in the order of reading: columns found, and what is no text set apart.

A page is divided where a strip without words runs beside enough lines, so that what spans two
columns stands before or after them.  Set apart are running heads and feet, which recur, page
numbers, and the numbers of lines.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any

from archive.importing.readers.pdf_lines import MARK

_PAGE_NUMBER = re.compile(
    r"(?:[Pp]age |S\. ?|p\. ?|[–—-] ?)?(?:\d{1,4}|[ivxl]{1,6})(?: ?(?:/|of|von|sur|de) ?\d{1,4})?"
    r"(?: ?[–—-])?"
)
_FIGURES = re.compile(r"\d{1,2}")
_LEADING_MARK = re.compile(rf"{MARK[0]}[^{MARK[1]}]*{MARK[1]}|[*∗†‡]")
LABEL = re.compile(r"[\[(]?(?:\d{1,4}|[ivxlc]{1,6}|[A-Za-z])[\])]?[.)]?|[•–—◦▪‣-]|§ ?\d{1,4}\.?")
_EDGE = 0.1  # of the page’s height, which its margin is of
_OUTER = 0.2  # of the page’s height, in which running heads and feet stand
_FEWEST = 3  # lines on each side of a strip that divides columns
_NARROW = 6  # times the letters’ size: what is narrower is no column


@dataclass(frozen=True, slots=True)
class Segment:
    """Words that stand close to each other on a line, in points from the lower left corner."""

    page: int
    x0: float
    x1: float
    y0: float
    y1: float
    size: float
    bold: bool
    rtl: bool
    text: str

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a column."""

    page: int
    column: int  # counted through the whole file; a new one for each part of a page
    left: float  # of the column
    right: float
    x0: float  # of its words without the label
    x1: float
    y0: float
    size: float
    bold: bool
    rtl: bool
    label: str  # that stands apart before the words, such as “(a)” or “12”
    text: str
    cells: tuple[tuple[float, str], ...] = ()  # of the row of a table: where each begins


@dataclass(frozen=True, slots=True)
class Aside:
    """Words that are no text, and why."""

    page: int
    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines in the order of reading, and what was set apart."""

    lines: tuple[Line, ...]
    asides: tuple[Aside, ...]
    usual: float  # the size of most letters


def layout(pages: Sequence[Mapping[str, Any]]) -> Layout:
    """The layout of the pages that ``pdf_lines`` found."""
    found = [
        [Segment(number, **each) for each in page["segments"] if each["text"]]
        for number, page in enumerate(pages, 1)
    ]
    asides = [
        Aside(number, "words set sideways or aslant", page["turned"].strip())
        for number, page in enumerate(pages, 1) if page["turned"].strip()
    ]  # fmt: skip
    usual = _usual([each for page in found for each in page])
    heights = [page["height"] for page in pages]
    furniture = _furniture(found, heights, usual)
    lines: list[Line] = []
    for page in found:
        left = [each for each in page if each not in furniture]
        counted = _line_numbers(left)
        if counted:
            said = " ".join(each.text for each in sorted(counted, key=lambda each: -each.y0))
            asides.append(Aside(page[0].page, "numbers of lines", said))
        for region in _regions([each for each in left if each not in counted]):
            lines += _lines(region, (lines[-1].column if lines else 0) + 1)
    asides += [
        Aside(each.page, "running heads and page numbers", each.text)
        for each in sorted(furniture, key=lambda each: (each.page, -each.y0, each.x0))
    ]
    asides.sort(key=lambda each: each.page)
    return Layout(tuple(lines), tuple(asides), usual)


def _usual(segments: Sequence[Segment]) -> float:
    sizes = sorted((each.size, len(each.text)) for each in segments)
    total, so_far = sum(count for _, count in sizes), 0
    for size, count in sizes:
        so_far += count
        if so_far * 2 >= total:
            return size
    return 0.0


# --- What is no text


def _rows(segments: Sequence[Segment]) -> list[list[Segment]]:
    """The segments in rows from the top of the page down, each from left to right."""
    rows: list[list[Segment]] = []
    for each in sorted(segments, key=lambda each: -each.middle):
        last = rows[-1][0] if rows else None
        if last is not None and min(last.y1, each.y1) - max(last.y0, each.y0) > 0.5 * min(
            last.size, each.size
        ):
            rows[-1].append(each)
        else:
            rows.append([each])
    return [sorted(row, key=lambda each: each.x0) for row in rows]


def _furniture(
    pages: Sequence[Sequence[Segment]], heights: Sequence[float], usual: float
) -> set[Segment]:
    """Running heads and feet and page numbers: outer rows that recur at one height, or numbers.

    On the only page of a file nothing recurs: they are the outermost rows in smaller letters.
    """
    outer: list[tuple[str, int, list[Segment]]] = []
    alone: set[Segment] = set()
    for page, height in zip(pages, heights):
        rows = _rows(page)
        notes = _rows_of_notes(rows, height)
        for number in dict.fromkeys([0, 1, 2, *range(max(0, len(rows) - 3), len(rows))]):
            row = rows[number] if number < len(rows) else []
            if not row or _OUTER * height < row[0].middle < (1 - _OUTER) * height:
                continue
            text = " ".join(each.text for each in row)
            is_last = number in {0, len(rows) - 1}
            is_apart = number not in notes and _stands_off(rows, number)
            is_foot = len(pages) == 1 and is_apart and _is_edge(row, height, usual)
            is_number = len(row) == 1 and _PAGE_NUMBER.fullmatch(text)
            if is_last and (is_number or is_foot):
                alone.update(row)
            elif is_apart:
                outer.append((re.sub(r"\d+|\b[ivxl]+\b", "#", text), round(row[0].y0), row))
    heights_of: dict[str, list[int]] = defaultdict(list)
    for shape, y, _ in outer:
        heights_of[shape].append(y)
    often = max(2, len(pages) // 3)
    recurring = {
        segment for shape, y, row in outer
        if sum(abs(other - y) <= 4 for other in heights_of[shape]) >= often
        for segment in row
    }  # fmt: skip
    return recurring | alone


def _is_edge(row: Sequence[Segment], height: float, usual: float) -> bool:
    """Whether a row stands in the margin of a page, in smaller letters than its text."""
    is_outer = not _EDGE * height < row[0].middle < (1 - _EDGE) * height
    return is_outer and all(each.size < 0.95 * usual for each in row)


def _stands_off(rows: Sequence[Sequence[Segment]], number: int) -> bool:
    """Whether a wide gap is between an outer row and the text, as beside heads and feet."""
    gaps = [one[0].y0 - two[0].y0 for one, two in pairwise(rows)]
    if len(gaps) < 4:
        return True
    wide = 1.2 * sorted(gaps)[len(gaps) // 4]
    near = gaps[number:3] if number < 3 else gaps[-3:number]
    return max(near, default=0) > wide


def _rows_of_notes(rows: Sequence[Sequence[Segment]], height: float) -> set[int]:
    """The rows of notes at the foot of a page: those from the first on that begins with a mark.

    A mark that is not raised is a number that also stands right after a word of the page.
    """
    found: set[int] = set()
    for number, row in enumerate(rows):
        text = row[0].text
        if row[0].middle > height / 2:
            continue
        begins = _LEADING_MARK.match(text) or (
            (match := re.match(r"(\d{1,3})[.)]?(?:\s*[^\W\d]|$)", text)) and any(
                re.search(rf"[^\W\d_][.,;:!?”\"’)]?{match[1]}(?!\d)", each.text)
                for above in rows[:number] for each in above
            )
        )  # fmt: skip
        goes_on = number - 1 in found and abs(row[0].size - rows[number - 1][0].size) < 0.5 and (
            rows[number - 1][0].y0 - row[0].y0 < 2 * row[0].size
        )  # fmt: skip
        if begins or goes_on:
            found.add(number)
    return found


def _line_numbers(segments: Sequence[Segment]) -> set[Segment]:
    """The numbers of the lines of a page: one below the other, counted by one or by five."""
    columns: dict[int, list[Segment]] = defaultdict(list)
    for each in segments:
        if _FIGURES.fullmatch(each.text):
            columns[round(each.x1 / 4)].append(each)
    found: set[Segment] = set()
    for key in list(columns):
        column = sorted(
            {*columns[key], *columns.get(key + 1, ())}, key=lambda each: -each.y0
        )  # fmt: skip
        steps = {int(two.text) - int(one.text) for one, two in pairwise(column)}
        gaps = [one.y0 - two.y0 for one, two in pairwise(column)]
        even = gaps and max(gaps) < 1.5 * median(gaps)
        between = [
            each for each in segments
            if column[-1].y0 < each.y1 and each.y0 < column[0].y1 and each not in column
        ]  # fmt: skip
        rows = len(_rows(between))
        counted = (steps == {1} and len(column) >= 8 and rows < 1.7 * len(column)) or (
            steps == {5} and len(column) >= 4
        )
        if even and counted:
            found.update(column)
    return found


# --- Columns


def _regions(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    """The parts of a page in the order of reading, each of one column."""
    divided = _divided(segments)
    if divided is None:
        if segments:
            yield list(segments)
        return
    for part in divided:
        yield from _regions(part)


def _divided(segments: Sequence[Segment]) -> list[list[Segment]] | None:
    """What stands above two columns, the columns in their order, and what stands below them."""
    best: tuple[float, list[Segment], list[Segment]] | None = None
    if len(segments) < 2 * _FEWEST:
        return None
    size = median(each.size for each in segments)
    starts = Counter(round(each.x0 / 2) for each in segments)
    for start in [start for start, count in starts.items() if count + starts[start + 1] >= 2]:
        edge = 2 * start - 1.5
        for left, right in _runs(segments, edge, size):
            words = float(sum(len(each.text) for each in (*left, *right)))
            if (best is None or words > best[0]) and _are_columns(left, right, size):
                best = words, left, right
    if best is None:
        return None
    _, left, right = best
    inside = {*left, *right}
    top, bottom = max(each.middle for each in inside), min(each.middle for each in inside)
    rest = [each for each in segments if each not in inside]
    above = [each for each in rest if each.middle > (top + bottom) / 2]
    below = [each for each in rest if each.middle <= (top + bottom) / 2]
    rtl = sum(each.rtl for each in inside) * 2 > len(inside)
    return [part for part in (above, *((right, left) if rtl else (left, right)), below) if part]


def _runs(
    segments: Sequence[Segment], edge: float, size: float
) -> Iterator[tuple[list[Segment], list[Segment]]]:
    """What stands left and right of a strip, between two segments that cross it."""
    left: list[Segment] = []
    right: list[Segment] = []
    for each in sorted(segments, key=lambda each: -each.middle):
        if each.x0 >= edge:
            right.append(each)
        elif each.x1 <= edge - 0.6 * size:
            left.append(each)
        else:
            yield left, right
            left, right = [], []
    yield left, right


def _are_columns(left: Sequence[Segment], right: Sequence[Segment], size: float) -> bool:
    """Whether two groups of segments are columns of text, and no table and no labels."""
    sides = left, right
    if any(len(side) < _FEWEST for side in sides):
        return False
    tops = [max(each.y1 for each in side) for side in sides]
    bottoms = [min(each.y0 for each in side) for side in sides]
    shared = min(tops) - max(bottoms)
    if shared < 0.4 * min(top - bottom for top, bottom in zip(tops, bottoms)):
        return False
    return all(_is_column(side, size) or _divided(side) is not None for side in sides)


def _is_column(side: Sequence[Segment], size: float) -> bool:
    """Whether most lines of a part of a page are as wide as it is."""
    begin, end = min(each.x0 for each in side), max(each.x1 for each in side)
    wide = median(row[-1].x1 - row[0].x0 for row in _rows(side))
    return end - begin >= _NARROW * size and wide >= 0.6 * (end - begin)


# --- Lines


def _lines(segments: Sequence[Segment], column: int) -> Iterator[Line]:
    rows = _rows(segments)
    tabular = _tabular(rows)
    bodies = [row[1:] if _labelled(row) and number not in tabular else row
              for number, row in enumerate(rows)]  # fmt: skip
    left = min(row[0].x0 for row in bodies)
    right = max(row[-1].x1 for row in bodies)
    for number, (row, body) in enumerate(zip(rows, bodies)):
        main = max(body, key=lambda each: len(each.text))
        rtl = sum(each.rtl * len(each.text) for each in body) * 2 > sum(
            len(each.text) for each in body
        )
        cells = tuple((each.x0, each.text) for each in body) if number in tabular else ()
        label = row[0].text if body is not row else ""
        text = " ".join(each.text for each in (body[::-1] if rtl else body))
        yield Line(
            main.page, column, left, right, body[0].x0, body[-1].x1, main.y0, main.size,
            all(each.bold for each in body), rtl, label, text, cells,
        )  # fmt: skip


def _labelled(row: Sequence[Segment]) -> bool:
    return len(row) > 1 and not row[0].rtl and bool(LABEL.fullmatch(row[0].text))


def _tabular(rows: Sequence[Sequence[Segment]]) -> set[int]:
    """The rows of tables: three or more below each other whose cells begin at the same places."""
    found: set[int] = set()
    run: list[int] = []
    for number, row in enumerate([*rows, []]):
        if len(row) >= 2 and not (len(row) == 2 and _labelled(row)) and (
            not run or _alike(rows[run[-1]], row)
        ):  # fmt: skip
            run.append(number)
            continue
        if len(run) >= _FEWEST:
            found.update(run)
        run = []
    return found


def _alike(one: Sequence[Segment], other: Sequence[Segment]) -> bool:
    """Whether two rows have cells that begin, end or are centred at the same places."""
    near = one[0].size
    same = sum(
        any(abs(a.x0 - b.x0) < near or abs(a.x1 - b.x1) < near
            or abs(a.x0 + a.x1 - b.x0 - b.x1) < 2 * near for b in other) for a in one
    )  # fmt: skip
    return same >= 2 and len(one) == len(other)


def within_text(line: Line) -> str:
    """The words of a line with its label."""
    return f"{line.label} {line.text}".strip()


def relabelled(line: Line) -> Line:
    """The line with its label among its words."""
    return replace(line, label="", text=within_text(line))
