"""Headings, paragraphs, notes and the blocks that hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.locale import admonitionlabels

from archive.pdf import code
from archive.pdf.inline import spoken_in
from archive.pdf.language import isolated, runs_against

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archive.pdf.pen import Pen

_EDITORS_NOTE = "editors-note"  # a class, and a function of the template

# The template's function for each class of paragraphs.
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
    """A heading: the page's own, a section's, or that of a block such as a sidebar."""
    body, anchors = pen.title(node)
    anchors = anchors or code.EMPTY
    if not isinstance(node.parent, nodes.section):
        return pen.placed(node, code.call("block-title", code.block([anchors, body])))
    if pen.level == 1:
        function = "document-title" if pen.subject.has_record else "page-title"
        return pen.placed(node, code.call(function, code.block([anchors]), body))
    return pen.placed(node, code.call("section-title", str(pen.level), code.block([anchors]), body))


def paragraph(node: nodes.Element, pen: Pen) -> str:
    return pen.placed(node, code.call("paragraph", _styled(node, pen)))


def _styled(node: nodes.Element, pen: Pen) -> str:
    """The text of a paragraph in the style of its class, if the template has one."""
    text = spoken_in(node, in_its_direction(node, pen))
    function = next((_STYLES[name] for name in node["classes"] if name in _STYLES), None)
    return code.call(function, text) if function else text


def in_its_direction(node: nodes.Element, pen: Pen) -> str:
    """The text of a node, isolated if it runs against the direction of its page."""
    around = pen.subject.from_the_right
    if not runs_against(node.astext(), around):
        return pen.children(node)
    before = pen.anchored("")  # the label in the margin stays outside the isolate
    return code.block([before, isolated(pen.children(node), not around)])


def flow(children: Sequence[nodes.Node], pen: Pen) -> str:
    """Blocks, the first of which begins on the line of a mark or a term before it."""
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
    """Code with its line breaks."""
    language = node.get("language")
    known = language if language not in (None, "default", "none", "text") else None
    anchors = code.block([pen.flush()])
    label = pen.take_mark()
    named = {"label": code.block([label])} if label else {}
    return pen.placed(node, code.call(
        "code-block", anchors, code.value(known), code.string(node.astext()), **named
    ))  # fmt: skip


def line_block(node: nodes.Element, pen: Pen) -> str:
    """Lines of verse or an address, each with the depth of its indentation."""
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
    """A line that heads what follows and is no heading of a section."""
    return pen.placed(node, code.call("block-title", pen.children(node)))


def transition(node: nodes.Element, pen: Pen) -> str:
    """A break in the text; not the one that MyST puts before its list of footnotes."""
    return "" if "footnotes" in node["classes"] else "transition()"


def admonition(node: nodes.Element, pen: Pen) -> str:
    """An editor's note, or an admonition headed by its title or its kind."""
    function = _EDITORS_NOTE if _EDITORS_NOTE in node["classes"] else "admonition"
    titles = [child for child in node.children if isinstance(child, nodes.title)]
    rest = [child for child in node.children if child not in titles]
    head = [pen.children(heading) for heading in titles]
    if not titles:
        head.append(pen.anchored(code.string(str(admonitionlabels.get(node.tagname, "Note")))))
    return pen.placed(node, code.call(function, code.block(head), pen.joined(rest)))


def tombstone(node: nodes.Element, pen: Pen) -> str:
    """The notice in the place of a withdrawn passage."""
    return pen.placed(node, code.call("tombstone", pen.children(node)))


def footnotes(doctree: nodes.document) -> dict[str, nodes.footnote]:
    """The footnotes of a page by their ids."""
    return {id_: note for note in doctree.findall(nodes.footnote) for id_ in note["ids"]}


def footnote_reference(node: nodes.Element, pen: Pen) -> str:
    """The mark of a footnote.  The first mark carries the note to the foot of its page."""
    note = pen.footnotes.get(node.get("refid", ""))
    if note is None:
        pen.fault(node, f"The footnote “{node.astext()}” is not defined. To mend: write it.")
        return ""
    label = code.string(f"{pen.subject.docname}#note:{note['ids'][0]}")
    if note["ids"][0] in pen.noted:
        return pen.anchored(code.call("same-note", label))
    pen.noted.add(note["ids"][0])
    anchors = pen.flush()
    pen.wait(note["ids"])
    return code.block([anchors, code.call("note", label, _body(note, pen))])


def footnote(node: nodes.Element, pen: Pen) -> str:
    """Nothing for a note with a mark, which prints it; a note without one is printed in place."""
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
    """An entry of a bibliography: the work, and below it where it is cited."""
    head = pen.anchored(code.string(_label(node)))
    work, *rest = (child for child in node.children if not isinstance(child, nodes.label))
    entry = code.call("reference", code.block([head]), flow([work], pen))
    drawn = [pen.placed(node, entry)]
    if rest:
        drawn.append(code.call("below-reference", pen.joined(rest)))
    return code.block(drawn)
