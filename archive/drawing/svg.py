"""The shapes of the archive's drawings, and how they are written as SVG 2.

Colours and fonts are presentation attributes, which print uses.  On pages the style sheet overrides
them by class, and a reader's own colours override the style sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

_NAMESPACE = "http://www.w3.org/2000/svg"

_MARK = "#7c2529"
_INK = "#1d1a17"
_RULE = "#8b8178"
_PAPER = "#ffffff"


@dataclass(frozen=True, slots=True)
class Link:
    """Where a mark leads, and its accessible name."""

    address: str
    title: str
    in_order: bool = True  # of the keyboard; False if another mark leads to the same place


@dataclass(frozen=True, slots=True)
class Circle:
    """A mark; one that stands for several things says how many."""

    x: float
    y: float
    radius: float
    link: Link
    says: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """Text at a point.  ``anchor`` is start, middle or end."""

    x: float
    y: float
    words: str
    anchor: str = "start"
    link: Link | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin guide line."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Curve:
    """A line between two marks; dashed for the second kind of relation."""

    start: tuple[float, float]
    end: tuple[float, float]
    bulge: float  # how far the control points lie sideways
    link: Link | None = None
    dashed: bool = False
    width: float = 1.0


Shape = Circle | Label | Rule | Curve


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes, the size of the drawing in CSS pixels, and what it shows."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    name: str  # a few words
    description: str  # the whole in words, for readers who do not see it


def written(drawing: Drawing, *, linked: bool) -> str:
    """A drawing as SVG; without links it is a plain image."""
    ground = {"viewBox": f"0 0 {_number(drawing.width)} {_number(drawing.height)}"}
    if linked:
        ground |= {"class": "drawing", "role": "group", "aria-label": drawing.name}
    else:
        ground |= {
            "xmlns": _NAMESPACE,
            "width": _number(drawing.width),
            "height": _number(drawing.height),
        }
    root = ET.Element("svg", ground)
    for shape in drawing.shapes:
        _WRITERS[type(shape)](root, shape, linked)
    return ET.tostring(root, encoding="unicode")


def _within(parent: ET.Element, link: Link | None, linked: bool) -> ET.Element:
    """The parent of the parts of a shape: the element of its link, if it has one."""
    if link is None or not linked:
        return parent
    order = {} if link.in_order else {"tabindex": "-1"}
    anchor = ET.SubElement(parent, "a", {"href": link.address, "aria-label": link.title, **order})
    ET.SubElement(anchor, "title").text = link.title
    return anchor


def _circle(parent: ET.Element, shape: Circle, linked: bool) -> None:
    within = _within(parent, shape.link, linked)
    at = {"cx": _number(shape.x), "cy": _number(shape.y)}
    if linked:  # a target large enough for a finger (WCAG 2.5.8)
        ET.SubElement(within, "circle", {**at, "r": "12", "class": "reach", "fill": "none"})
    ET.SubElement(within, "circle", {
        **at, "r": _number(shape.radius), "class": "mark", "fill": _MARK,
    })  # fmt: skip
    if shape.says:
        count = Label(shape.x, shape.y + 3.6, shape.says, "middle")
        _text(within, count, {"class": "count", "fill": _PAPER, "font-size": "11"})


def _label(parent: ET.Element, shape: Label, linked: bool) -> None:
    within = _within(parent, shape.link, linked)
    _text(within, shape, {"class": "label", "fill": _INK, "font-size": "13"})


def _text(parent: ET.Element, label: Label, look: dict[str, str]) -> None:
    text = ET.SubElement(parent, "text", {
        "x": _number(label.x), "y": _number(label.y), "text-anchor": label.anchor,
        "font-family": "Libertinus Serif, serif", **look,
        **({"lang": label.language} if label.language else {}),
    })  # fmt: skip
    text.text = label.words


def _rule(parent: ET.Element, shape: Rule, _linked: bool) -> None:
    ends = {name: _number(getattr(shape, name)) for name in ("x1", "y1", "x2", "y2")}
    ET.SubElement(parent, "line", {
        **ends, "class": "rule", "stroke": _RULE, "stroke-width": "0.5",
    })  # fmt: skip


def _curve(parent: ET.Element, shape: Curve, linked: bool) -> None:
    (x1, y1), (x2, y2) = shape.start, shape.end
    back = shape.bulge if x1 == x2 else -shape.bulge
    handles = f"{_point(x1 + shape.bulge, y1)} {_point(x2 + back, y2)}"
    path = f"M{_point(x1, y1)}C{handles} {_point(x2, y2)}"
    within = _within(parent, shape.link, linked)
    if linked and shape.link is not None:
        ET.SubElement(within, "path", {
            "d": path, "class": "reach", "fill": "none", "stroke": "none", "stroke-width": "9",
        })  # fmt: skip
    drawn = {
        "d": path, "class": "line", "fill": "none", "stroke": _RULE,
        "stroke-width": _number(shape.width),
    }  # fmt: skip
    ET.SubElement(within, "path", drawn | ({"stroke-dasharray": "4 3"} if shape.dashed else {}))


_WRITERS: Mapping[type, Callable[[ET.Element, Any, bool], None]] = {
    Circle: _circle, Label: _label, Rule: _rule, Curve: _curve,
}  # fmt: skip


def _point(x: float, y: float) -> str:
    return f"{_number(x)} {_number(y)}"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def shortened(words: str, longest: int) -> str:
    """The words, cut at a space if they are longer than ``longest`` characters."""
    if len(words) <= longest:
        return words
    return f"{words[: longest - 1].rsplit(' ', 1)[0]} …"


def listed(items: Iterable[str]) -> str:
    """Items as in a sentence: ``a, b and c``."""
    *first, last = items
    return f"{', '.join(first)} and {last}" if first else last
