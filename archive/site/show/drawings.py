"""Drawings, such as the timeline: SVG with links in pages, images in print."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from docutils import nodes
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment
from sphinx.writers.html5 import HTML5Translator

from archive.drawing.svg import Drawing, written
from archive.drawing.timeline import Dated, timeline
from archive.site.know.view import view_of
from archive.upstream.access import builder_of


class drawing(nodes.General, nodes.Element):
    """A drawing.  Attribute: ``drawing``, a Drawing with links relative to its page.

    Its children are the paragraphs of its caption.
    """


class Caption(NamedTuple):
    """The explanation of a drawing."""

    reading: str  # how to read it
    leading: str  # where its links lead, shown in pages only


def drawn(figure: Drawing | None, caption: Caption, builder: Builder) -> list[nodes.Node]:
    """Return a drawing with its caption; nothing in an EPUB, whose readers ignore links in SVG."""
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


_TIMELINE_CAPTION = Caption(
    "Each mark stands for what happened in one month, or in one year whose month is not known; a "
    "number says how many events it stands for. The list says the same in words.",
    "Each mark leads to its first event there.",
)


def chronology_timeline(env: BuildEnvironment, docname: str) -> list[nodes.Node]:
    """Return the timeline of the chronology's events by year and month."""
    return drawn(timeline(_events(env, docname)), _TIMELINE_CAPTION, builder_of(env))


def _events(env: BuildEnvironment, docname: str) -> Iterator[Dated]:
    for page, events in sorted(view_of(env).events().items()):
        address = builder_of(env).get_relative_uri(docname, page)
        for event in events:
            yield Dated(event.date, f"{address}#{event.id}")
