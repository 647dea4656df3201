"""Shows what is drawn from the archive's facts: in pages with links, in print as an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes

from archive.drawing.svg import written

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

    from archive.drawing.svg import Drawing


class drawing(nodes.General, nodes.Element):
    """A drawing.  Attribute: ``drawing``, a Drawing whose links lead from the page it stands on.

    Its children are the paragraphs that say how to read it.
    """


class Caption(NamedTuple):
    """How to read a drawing, and where its marks lead, which a page alone has."""

    reading: str
    leading: str


def drawn(figure: Drawing | None, caption: Caption, builder: Builder) -> list[nodes.Node]:
    """The drawing with its caption; nothing in an EPUB, whose readers know no links in drawings."""
    if figure is None or builder.name == "epub":
        return []
    text = " ".join(caption) if builder.format == "html" else caption.reading
    words = nodes.paragraph("", text, classes=["drawing-caption"])
    return [drawing("", words, drawing=figure)]


def visit_drawing(self: HTML5Translator, node: drawing) -> None:
    ground = written(node["drawing"], linked=True)
    self.body.append(f'<div class="drawn"><div class="drawn-ground">{ground}</div>')


def depart_drawing(self: HTML5Translator, node: drawing) -> None:
    self.body.append("</div>\n")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_node(drawing, html=(visit_drawing, depart_drawing))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
