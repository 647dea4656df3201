"""Footnotes, and the entries of a bibliography."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

from archive.pdf import code
from archive.pdf.blocks import flow

if TYPE_CHECKING:
    from archive.pdf.pen import Pen


def footnotes(doctree: nodes.document) -> dict[str, nodes.footnote]:
    """The footnotes of a page by their ids."""
    return {id_: note for note in doctree.findall(nodes.footnote) for id_ in note["ids"]}


def footnote_reference(node: nodes.Element, pen: Pen) -> str:
    """The mark of a footnote; the first mark brings the note to the foot of its page."""
    note = pen.footnotes.get(node.get("refid", ""))
    if note is None:
        pen.fault(node, f"The footnote “{node.astext()}” stands nowhere. To mend: write it.")
        return ""
    label = code.string(f"{pen.subject.docname}#note:{note['ids'][0]}")
    if note["ids"][0] in pen.noted:
        return pen.anchored(code.call("same-note", label))
    pen.noted.add(note["ids"][0])
    anchors = pen.flush()
    pen.wait(note["ids"])
    return code.block([anchors, code.call("note", label, _body(note, pen))])


def footnote(node: nodes.Element, pen: Pen) -> str:
    """Nothing here, as it stands at the foot of the page; one without a mark is printed here."""
    if _marked(node):
        pen.forget(node["ids"])
        return ""
    return pen.placed(node, code.call("markless-note", code.string(_label(node)), _body(node, pen)))


def _marked(node: nodes.Element) -> bool:
    root = node.document
    if root is None:
        return False
    return any(mark.get("refid") in node["ids"] for mark in root.findall(nodes.footnote_reference))


def _label(node: nodes.Element) -> str:
    return next((child.astext() for child in node.children if isinstance(child, nodes.label)), "*")


def _body(node: nodes.Element, pen: Pen) -> str:
    return flow([child for child in node.children if not isinstance(child, nodes.label)], pen)


def citation(node: nodes.Element, pen: Pen) -> str:
    """An entry of a bibliography: the work, and below it what follows."""
    head = pen.anchored(code.string(_label(node)))
    work, *rest = (child for child in node.children if not isinstance(child, nodes.label))
    entry = code.call("reference", code.block([head]), flow([work], pen))
    drawn = [pen.placed(node, entry)]
    if rest:
        drawn.append(code.call("below-reference", pen.joined(rest)))
    return code.block(drawn)
