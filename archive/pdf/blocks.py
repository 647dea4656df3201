"""Headings, paragraphs and the blocks that hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.locale import admonitionlabels

from archive.pdf import code
from archive.pdf.direction import isolated, runs_against
from archive.pdf.inline import spoken_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archive.pdf.pen import Pen

EDITORS_NOTE = "editors-note"

# Functions of the template for classes of paragraphs.
_STYLES = {
    "record-fingerprint": "fine-print",
    "record-note": "note-text",
    "backlinks": "note-text",
    "passage-revised": "note-text",
    "stated-in": "note-text",
    "tombstone-notice": "note-text",
}


def section(node: nodes.Element, pen: Pen) -> str:
    pen.level += 1
    body = pen.children(node)
    pen.level -= 1
    return body


def title(node: nodes.Element, pen: Pen) -> str:
    """A heading; of the page's first, and of what is no section, as befits."""
    body, anchors = pen.title(node)
    anchors = anchors or code.EMPTY
    if not isinstance(node.parent, nodes.section):
        return pen.placed(node, code.call("block-title", code.block([anchors, body])))
    if pen.level == 1:
        function = "document-title" if pen.subject.has_record else "page-title"
        return pen.placed(node, code.call(function, code.block([anchors]), body))
    return pen.placed(node, code.call("section-title", str(pen.level), code.block([anchors]), body))


def subtitle(node: nodes.Element, pen: Pen) -> str:
    return code.call("block-title", pen.children(node))


def paragraph(node: nodes.Element, pen: Pen) -> str:
    return pen.placed(node, code.call("paragraph", _styled(node, pen)))


def _styled(node: nodes.Element, pen: Pen) -> str:
    """The text of a paragraph, as a class of it that the template knows wants it shown."""
    text = spoken_in(node, in_its_direction(node, pen))
    function = next((_STYLES[name] for name in node["classes"] if name in _STYLES), None)
    return code.call(function, text) if function else text


def in_its_direction(node: nodes.Element, pen: Pen) -> str:
    """The children of a node that is a line of text or several."""
    around = pen.subject.from_the_right
    if not runs_against(node.astext(), around):
        return pen.children(node)
    before = pen.anchored("")  # the label in the margin stays with the line
    return code.block([before, isolated(pen.children(node), not around)])


def flow(children: Sequence[nodes.Node], pen: Pen) -> str:
    """Blocks of which the first begins on the line of what stands before: a mark, a term."""
    parts: list[str] = []
    for child in children:
        if isinstance(child, nodes.paragraph) and not parts:
            pen.wait(child["ids"])
            parts.append(pen.placed(child, _styled(child, pen)))
        else:
            parts += ["parbreak()"] if parts and isinstance(child, nodes.paragraph) else []
            parts.append(pen.draw(child))
    return code.block(parts)


def block_quote(node: nodes.Element, pen: Pen) -> str:
    said = [child for child in node.children if not isinstance(child, nodes.attribution)]
    source = next((child for child in node.children if isinstance(child, nodes.attribution)), None)
    body = pen.joined(said)
    attribution = in_its_direction(source, pen) if source is not None else "none"
    return pen.placed(node, code.call("block-quote", body, attribution=attribution))


def literal_block(node: nodes.Element, pen: Pen) -> str:
    """Code, in lines as they are."""
    language = node.get("language")
    known = language if language not in (None, "default", "none", "text") else None
    anchors = code.block([pen.flush()])
    label = pen.take_mark()
    named = {"label": code.block([label])} if label else {}
    return pen.placed(node, code.call(
        "code-block", anchors, code.value(known), code.string(node.astext()), **named
    ))  # fmt: skip


def line_block(node: nodes.Element, pen: Pen) -> str:
    """Lines as they are, each with the depth of its indentation."""
    return pen.placed(node, code.call("line-block", code.array(_lines(node, pen, 0))))


def _lines(node: nodes.Element, pen: Pen, depth: int) -> Iterator[str]:
    for child in node.children:
        if isinstance(child, nodes.line_block):
            yield from _lines(child, pen, depth + 1)
        elif drawn := pen.draw(child):
            yield code.array([str(depth), drawn])


def line(node: nodes.Element, pen: Pen) -> str:
    return pen.anchored(in_its_direction(node, pen))


def rubric(node: nodes.Element, pen: Pen) -> str:
    return pen.placed(node, code.call("block-title", pen.children(node)))


def transition(node: nodes.Element, pen: Pen) -> str:
    """A break; not that which MyST puts before footnotes, as they stand at the foot of pages."""
    return "" if "footnotes" in node["classes"] else "transition()"


def admonition(node: nodes.Element, pen: Pen) -> str:
    """A note: an editor's, or of another kind, which its name or title tells."""
    function = "editors-note" if EDITORS_NOTE in node["classes"] else "admonition"
    titles = [child for child in node.children if isinstance(child, nodes.title)]
    rest = [child for child in node.children if child not in titles]
    head = [pen.children(heading) for heading in titles]
    if not titles:
        head.append(pen.anchored(code.string(str(admonitionlabels.get(node.tagname, "Note")))))
    return pen.placed(node, code.call(function, code.block(head), pen.joined(rest)))


def tombstone(node: nodes.Element, pen: Pen) -> str:
    """What stands in the place of a withdrawn passage."""
    return pen.placed(node, code.call("tombstone", pen.children(node)))


def container(node: nodes.Element, pen: Pen) -> str:
    """Blocks that belong together; what groups them is not shown."""
    return spoken_in(node, pen.children(node))


def caption(node: nodes.Element, pen: Pen) -> str:
    return pen.placed(node, code.call("block-title", pen.children(node)))
