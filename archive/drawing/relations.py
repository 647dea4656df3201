"""A map of citations: documents on the left, the works they cite on the right, lines between.

Dashed lines on the left show which documents refer to each other.  Each side has at most forty
marks: the caller groups documents where there are more, and leaves out the least cited works.  Of
too many lines, those that stand for most citations are drawn.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from archive.drawing import Circle, Curve, Drawing, Label, Link, Shape, listed, shortened
from archive.model.words import Words, words

MOST = 40  # marks on a side
_CITES, _REFERS = 120, 40  # lines of each kind; more could not be told apart

_TOP, _ROW = 34.0, 28.0
_LONGEST = 34  # characters of a name
_LETTER = 7.2  # the width of a letter, at least
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
        max((min(len(node.name), _LONGEST) for node in side), default=0) * _LETTER
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
    height = _TOP + _ROW * rows + (30 if left_out else 8)
    left = _places(relations.citing, across.left, rows)
    right = _places(_in_order(relations), across.right, rows)
    shapes = [
        Label(across.left, 14, _("Documents"), "end"),
        Label(across.right, 14, _("Works they cite")),
        *_lines(relations, left, right, across),
        *_marks(relations.citing, left, "end"),
        *_marks(relations.cited, right, "start"),
        *([Label(across.width / 2, height - 8, left_out, "middle")] if left_out else []),
    ]
    return Drawing(
        across.width, height, tuple(shapes), _("Map of the archive"), _described(relations, _)
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
    step = _ROW * rows / max(len(nodes), 1)
    return {node.id: (x, _TOP + step * (number + 0.5)) for number, node in enumerate(nodes)}


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


def _marks(
    nodes: Sequence[Node], places: Mapping[str, tuple[float, float]], anchor: str
) -> Iterator[Shape]:
    aside = -14 if anchor == "end" else 14
    for node in nodes:
        x, y = places[node.id]
        yield Circle(x, y, _RADIUS, Link(node.address, node.name, in_order=False))
        link = Link(node.address, node.name)
        words = shortened(node.name, _LONGEST)
        yield Label(x + aside, y + 4.5, words, anchor, link, node.language)


def _described(relations: Relations, _: Words) -> str:
    said = _(
        "A map of {documents} documents or groups of documents and of {works} works that they "
        "cite, with {cites} lines for what cites what and {refers} for what refers to what; the "
        "list with it says the same."
    )
    return said.format(
        documents=len(relations.citing), works=len(relations.cited),
        cites=len(relations.cites), refers=len(relations.refers),
    )  # fmt: skip
