"""Lists of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

from archive.pdf import code
from archive.pdf.blocks import flow

if TYPE_CHECKING:
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
    """Whether the items stand as close as lines: none has more than a paragraph and lists."""
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
    """A pair of what is defined, which may have several names, and its definition."""
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
