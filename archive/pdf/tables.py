"""Tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

from archive.pdf import code
from archive.pdf.direction import isolated, runs_against

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archive.pdf.pen import Pen

_ALIGNMENTS = {"text-left": "left", "text-center": "center", "text-right": "right"}
_GIVEN = "colwidths-given"  # docutils' class of a table whose author chose the widths


def table(node: nodes.Element, pen: Pen) -> str:
    """A table; its head is repeated on each page it comes to."""
    title = node.next_node(nodes.title)
    caption = _caption(title, pen) if title is not None and title.parent is node else "none"
    group = next(child for child in node.children if isinstance(child, nodes.tgroup))
    head = _cells(group.findall(nodes.thead), pen)
    body = _cells(group.findall(nodes.tbody), pen)
    return pen.placed(node, code.call(
        "data-table", _columns(node, group), code.array(head), code.array(body), caption=caption
    ))  # fmt: skip


def _caption(title: nodes.title, pen: Pen) -> str:
    pen.wait(title["ids"])
    body, anchors = pen.title(title)
    around = pen.subject.from_the_right
    if runs_against(title.astext(), around):
        body = isolated(body, not around)
    return code.block([anchors, body])


def _columns(node: nodes.Element, group: nodes.tgroup) -> str:
    """The widths that the author gave; else each column is as wide as it needs."""
    widths = [spec["colwidth"] for spec in group.children if isinstance(spec, nodes.colspec)]
    if _GIVEN in node["classes"]:
        return code.array(f"{width}fr" for width in widths)
    return code.array("auto" for _ in widths)


def _cells(parts: Iterable[nodes.Element], pen: Pen) -> list[str]:
    rows = [row for part in parts for row in part.children if isinstance(row, nodes.row)]
    return [pen.draw(entry) for row in rows for entry in row.children]


def entry(node: nodes.Element, pen: Pen) -> str:
    """A cell, over as many columns and rows as it spans."""
    spans = {"colspan": node.get("morecols", 0) + 1, "rowspan": node.get("morerows", 0) + 1}
    named = {name: str(span) for name, span in spans.items() if span > 1}
    for name in node["classes"]:
        if name in _ALIGNMENTS:
            named["align"] = _ALIGNMENTS[name]
    return code.call("table.cell", pen.children(node), **named)
