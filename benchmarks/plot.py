"""CPU seconds by documents, both in logarithms, as an SVG: a line that is straight is a power."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from benchmarks import table
from benchmarks.results import Results

Points = Sequence[tuple[float, float]]

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 900, 520, 70, 30, 260, 60
_COLOURS = (
    "#1b4f9c", "#c2410c", "#15803d", "#7e22ce", "#b45309", "#0f766e", "#be123c", "#4d7c0f",
    "#475569", "#0369a1", "#a21caf", "#854d0e",
)  # fmt: skip


def lines(results: Results) -> dict[str, Points]:
    """The lines of the plot: each kind of build."""
    return {name: sorted(found) for name, found in table.points(results).items()}


@dataclass(frozen=True, slots=True)
class _Axis:
    """Whole powers of ten, from pixel to pixel."""

    low: int
    high: int
    begin: float
    end: float

    @classmethod
    def over(cls, values: Iterable[float], begin: float, end: float) -> _Axis:
        logs = [log10(value) for value in values]
        low, high = floor(min(logs)), ceil(max(logs))
        return cls(low, max(high, low + 1), begin, end)

    def at(self, value: float) -> float:
        part = (log10(value) - self.low) / (self.high - self.low)
        return round(self.begin + part * (self.end - self.begin), 1)

    def marks(self) -> Iterator[float]:
        return (10.0**power for power in range(self.low, self.high + 1))


def draw(named: Mapping[str, Points]) -> str:
    """Draw a line for each name; the points' values are greater than 0."""
    all_points = [point for points in named.values() for point in points]
    across = _Axis.over((size for size, _cost in all_points), _LEFT, _WIDTH - _RIGHT)
    upward = _Axis.over((cost for _size, cost in all_points), _HEIGHT - _BOTTOM, _TOP)
    picture = ET.Element(
        "svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        attrib={"font-family": "sans-serif", "font-size": "12"},
    )  # fmt: skip
    ET.SubElement(picture, "title").text = "CPU seconds of a build, by documents"
    ET.SubElement(picture, "rect", width="100%", height="100%", fill="white")
    _draw_axes(picture, across, upward)
    for number, (name, points) in enumerate(named.items()):
        places = [(across.at(size), upward.at(cost)) for size, cost in points]
        _draw_line(picture, name, places, number)
    ET.indent(picture)
    return ET.tostring(picture, encoding="unicode") + "\n"


def _draw_axes(picture: ET.Element, across: _Axis, upward: _Axis) -> None:
    for mark in across.marks():
        x = across.at(mark)
        _rule(picture, (x, upward.begin), (x, upward.end))
        _write(picture, (x, upward.begin + 18), f"{mark:,g}", "middle")
    for mark in upward.marks():
        y = upward.at(mark)
        _rule(picture, (across.begin, y), (across.end, y))
        _write(picture, (across.begin - 8, y + 4), f"{mark:,g}", "end")
    middle = (across.begin + across.end) / 2
    _write(picture, (middle, upward.begin + 42), "documents", "middle")
    _write(picture, (across.begin - 50, upward.end - 12), "CPU seconds")


def _draw_line(
    picture: ET.Element, name: str, places: Sequence[tuple[float, float]], number: int
) -> None:
    colour = _COLOURS[number % len(_COLOURS)]
    path = " ".join(f"{x},{y}" for x, y in places)
    ET.SubElement(
        picture, "polyline", points=path, fill="none", stroke=colour, attrib={"stroke-width": "2"}
    )
    for x, y in places:
        ET.SubElement(picture, "circle", cx=f"{x}", cy=f"{y}", r="3", fill=colour)
    name_at = (_WIDTH - _RIGHT + 16, _TOP + 12 + 20 * number)
    _write(picture, name_at, name, colour=colour)


def _rule(picture: ET.Element, begin: tuple[float, float], end: tuple[float, float]) -> None:
    (x1, y1), (x2, y2) = begin, end
    ET.SubElement(picture, "line", x1=f"{x1}", y1=f"{y1}", x2=f"{x2}", y2=f"{y2}", stroke="#d4d4d4")


def _write(
    picture: ET.Element,
    place: tuple[float, float],
    text: str,
    anchor: str = "start",
    colour: str = "#262626",
) -> None:
    x, y = place
    ET.SubElement(
        picture, "text", x=f"{x}", y=f"{y}", fill=colour, attrib={"text-anchor": anchor}
    ).text = text
