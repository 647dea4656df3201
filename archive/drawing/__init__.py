"""Drawings of the archive's facts as SVG, in which every mark is a link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from xml.etree import ElementTree as ET

# The shapes of the archive's drawings, and how they are written as SVG 2.
#
# Colours and fonts are presentation attributes, which print uses.  On pages the style sheet
# overrides them by class, and a reader's own colours override the style sheet.

_NAMESPACE = "http://www.w3.org/2000/svg"

_ON_A_PHONE = 470  # CSS pixels: what is wider could not be read and touched there as a whole
_MARK = "#7c2529"
_INK = "#1d1a17"
_RULE = "#8b8178"
_PAPER = "#ffffff"
LABEL_SIZE = 13  # of the letters of labels, in CSS pixels


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

    def draw(self, parent: ET.Element, *, linked: bool) -> None:
        within = _within(parent, self.link if linked else None)
        at = {"cx": self.x, "cy": self.y}
        if linked:  # a target large enough for a finger (WCAG 2.5.8)
            _add(within, "circle", {**at, "r": 12, "class": "reach", "fill": "none"})
        _add(within, "circle", {**at, "r": self.radius, "class": "mark", "fill": _MARK})
        if self.says:
            count = Label(self.x, self.y + 3.6, self.says, "middle")
            count.write(within, {"class": "count", "fill": _PAPER, "font-size": 11})


@dataclass(frozen=True, slots=True)
class Label:
    """Text at a point.  ``anchor`` is start, middle or end."""

    x: float
    y: float
    words: str
    anchor: str = "start"
    link: Link | None = None
    language: str | None = None

    def draw(self, parent: ET.Element, *, linked: bool) -> None:
        within = _within(parent, self.link if linked else None)
        unsaid = linked and self.link is None  # an axis, which each mark's own name tells
        hidden = {"aria-hidden": "true"} if unsaid else {}
        self.write(within, {"class": "label", "fill": _INK, "font-size": LABEL_SIZE, **hidden})

    def write(self, parent: ET.Element, look: Attributes) -> None:
        language = {"lang": self.language} if self.language else {}
        _add(parent, "text", {
            "x": self.x, "y": self.y, "text-anchor": self.anchor,
            "font-family": "Libertinus Serif, serif", **look, **language,
        }).text = self.words  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin guide line."""

    x1: float
    y1: float
    x2: float
    y2: float

    def draw(self, parent: ET.Element, *, linked: bool) -> None:
        look = {"class": "rule", "stroke": _RULE, "stroke-width": "0.5"}
        _add(parent, "line", {**asdict(self), **look})


@dataclass(frozen=True, slots=True)
class Curve:
    """A line between two marks; dashed for the second kind of relation."""

    start: tuple[float, float]
    end: tuple[float, float]
    bulge: float  # how far the control points lie sideways
    link: Link | None = None
    dashed: bool = False
    width: float = 1.0

    def draw(self, parent: ET.Element, *, linked: bool) -> None:
        (x1, y1), (x2, y2) = self.start, self.end
        back = self.bulge if x1 == x2 else -self.bulge
        points = ((x1, y1), (x1 + self.bulge, y1), (x2 + back, y2), (x2, y2))
        start, *others = (f"{_number(x)} {_number(y)}" for x, y in points)
        line: Attributes = {"d": f"M{start}C{' '.join(others)}"}
        within = _within(parent, self.link if linked else None)
        if linked and self.link is not None:
            reach = {"class": "reach", "fill": "none", "stroke": "none", "stroke-width": "9"}
            _add(within, "path", {**line, **reach})
        look = {"class": "line", "fill": "none", "stroke": _RULE}
        dashes = {"stroke-dasharray": "4 3"} if self.dashed else {}
        _add(within, "path", {**line, **look, "stroke-width": self.width, **dashes})


Shape = Circle | Label | Rule | Curve
Attributes = Mapping[str, str | float]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes, the size of the drawing in CSS pixels, and what it shows."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    name: str  # a few words
    description: str  # the whole in words, for readers who do not see it
    is_mirrored: bool = False  # for lines from right to left


def mirrored(drawing: Drawing) -> Drawing:
    """The drawing as it is read from right to left: what began at the left begins at the right."""
    width = drawing.width

    def turned(shape: Shape) -> Shape:
        match shape:
            case Circle():
                return replace(shape, x=width - shape.x)
            case Label():
                return replace(shape, x=width - shape.x, anchor=_OTHER[shape.anchor])
            case Rule():
                return replace(shape, x1=width - shape.x1, x2=width - shape.x2)
        (x1, y1), (x2, y2) = shape.start, shape.end
        return replace(shape, start=(width - x1, y1), end=(width - x2, y2), bulge=-shape.bulge)

    return replace(drawing, shapes=tuple(map(turned, drawing.shapes)), is_mirrored=True)


_OTHER = {"start": "end", "middle": "middle", "end": "start"}


def written(drawing: Drawing, *, linked: bool) -> str:
    """A drawing as SVG; without links it is a plain image."""
    width, height = _number(drawing.width), _number(drawing.height)
    ground = {"viewBox": f"0 0 {width} {height}"}
    if linked:
        size = "drawing" if drawing.width <= _ON_A_PHONE else "drawing wide"
        ground |= {"class": size, "width": width, "height": height}
    else:
        ground |= {"xmlns": _NAMESPACE, "width": width, "height": height}
    if drawing.is_mirrored:  # its labels have the sides that they say
        ground["direction"] = "ltr"
    root = ET.Element("svg", ground)
    for shape in drawing.shapes:
        shape.draw(root, linked=linked)
    return ET.tostring(root, encoding="unicode")


def _within(parent: ET.Element, link: Link | None) -> ET.Element:
    """The parent of the parts of a shape: the element of its link, if it has one."""
    if link is None:
        return parent
    order = {} if link.in_order else {"tabindex": "-1"}
    anchor = ET.SubElement(parent, "a", {"href": link.address, "aria-label": link.title, **order})
    ET.SubElement(anchor, "title").text = link.title
    return anchor


def _add(parent: ET.Element, tag: str, attributes: Attributes) -> ET.Element:
    written = {
        name: value if isinstance(value, str) else _number(value)
        for name, value in attributes.items()
    }
    return ET.SubElement(parent, tag, written)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def shortened(words: str, longest: int) -> str:
    """The words, cut at a space if they are longer than ``longest`` characters."""
    if len(words) <= longest:
        return words
    return f"{words[: longest - 1].rsplit(' ', 1)[0]} …"


def listed(items: Iterable[str], link: str = " and ") -> str:
    """Items as in a sentence: ``a, b and c``."""
    *first, last = items
    return f"{', '.join(first)}{link}{last}" if first else last
