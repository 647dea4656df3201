"""Lists and tables: blocks made of items, pairs or cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

from archive.pdf import code
from archive.pdf.blocks import flow
from archive.pdf.language import isolated, runs_against

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archive.pdf.pen import Pen

_COUNTERS = {
    "arabic": "1",
    "loweralpha": "a",
    "upperalpha": "A",
    "lowerroman": "i",
    "upperroman": "I",
}


def bullet_list(node: nodes.Element, pen: Pen) -> str:
    return pen.placed(node, code.call("bullet-list", _tight(node), _items(node, pen)))


def enumerated_list(node: nodes.Element, pen: Pen) -> str:
    counter = _COUNTERS[node.get("enumtype", "arabic")]
    numbering = f"{node.get('prefix', '')}{counter}{node.get('suffix', '.')}"
    return pen.placed(node, code.call(
        "numbered-list", _tight(node), code.string(numbering), str(node.get("start", 1)),
        _items(node, pen),
    ))  # fmt: skip


def _items(node: nodes.Element, pen: Pen) -> str:
    return code.array(pen.draw(child) for child in node.children)


def _tight(node: nodes.Element) -> str:
    """Whether items are set without space between: each is one paragraph, or one with lists."""
    return code.value(all(
        len(item.children) <= 1
        or all(isinstance(child, nodes.Sequential) for child in item.children[1:])
        for item in node.children if isinstance(item, nodes.Element)
    ))  # fmt: skip


def list_item(node: nodes.Element, pen: Pen) -> str:
    return flow(node.children, pen)


def definition_list(node: nodes.Element, pen: Pen) -> str:
    return pen.placed(node, code.call("definition-list", _items(node, pen)))


def definition_list_item(node: nodes.Element, pen: Pen) -> str:
    """A pair: the terms, which may be several, and their definition."""
    names = [child for child in node.children if not isinstance(child, nodes.definition)]
    definitions = [child for child in node.children if isinstance(child, nodes.definition)]
    said = [part for definition in definitions for part in definition.children]
    name = code.block(_separated([pen.draw(child) for child in names], names))
    return code.array([name, flow(said, pen)])


def _separated(drawn: list[str], names: list[nodes.Node]) -> list[str]:
    parts: list[str] = []
    for expression, name in zip(drawn, names, strict=True):
        if parts and isinstance(name, nodes.term):
            parts.append(code.string(", "))
        parts.append(expression)
    return parts


def classifier(node: nodes.Element, pen: Pen) -> str:
    return code.block([code.string(" : "), code.call("emph", pen.children(node))])


def field_list(node: nodes.Element, pen: Pen) -> str:
    return pen.placed(node, code.call("field-list", _items(node, pen)))


def field(node: nodes.Element, pen: Pen) -> str:
    name, body = node.children
    assert isinstance(name, nodes.Element)
    assert isinstance(body, nodes.Element)
    return code.array([pen.children(name), flow(body.children, pen)])


def option_list_item(node: nodes.Element, pen: Pen) -> str:
    group, description = node.children
    assert isinstance(description, nodes.Element)
    options = ", ".join(option.astext() for option in group.children)
    name = pen.anchored(code.call("computer-text", code.string(options)))
    return code.array([code.block([name]), flow(description.children, pen)])


def record_card(node: nodes.Element, pen: Pen) -> str:
    """The record below a document's title."""
    fields = [item for child in node.children for item in child.children]
    return pen.placed(node, code.call("record", code.array(pen.draw(item) for item in fields)))


_ALIGNMENTS = {"text-left": "left", "text-center": "center", "text-right": "right"}
_GIVEN = "colwidths-given"  # docutils' class for a table with widths set by its author


def table(node: nodes.Element, pen: Pen) -> str:
    """A table.  Its head is repeated on each page."""
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
    """The widths that the author gave; otherwise each column is as wide as its content."""
    widths = [spec["colwidth"] for spec in group.children if isinstance(spec, nodes.colspec)]
    if _GIVEN in node["classes"]:
        return code.array(f"{width}fr" for width in widths)
    return code.array("auto" for _ in widths)


def _cells(parts: Iterable[nodes.Element], pen: Pen) -> list[str]:
    rows = [row for part in parts for row in part.children if isinstance(row, nodes.row)]
    return [pen.draw(entry) for row in rows for entry in row.children]


def entry(node: nodes.Element, pen: Pen) -> str:
    """A cell with its alignment and the columns and rows it spans."""
    spans = {"colspan": node.get("morecols", 0) + 1, "rowspan": node.get("morerows", 0) + 1}
    named = {name: str(span) for name, span in spans.items() if span > 1}
    for name in node["classes"]:
        if name in _ALIGNMENTS:
            named["align"] = _ALIGNMENTS[name]
    return code.call("table.cell", pen.children(node), **named)
