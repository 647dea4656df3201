"""The reading-room edition: each passage opens to the source paragraph it renders.

Only where the build is given the folder of the sources (``make SOURCES=dir``), which have to match
the fingerprints of the records.  Every page of it is marked as not for publication.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from archive.fidelity.quotations import Text
from archive.fidelity.source import Endnote, Paragraph, Source, Sources, read_source
from archive.model.problem import Problem
from archive.site.domain import Document, archive_domain
from archive.site.quotations import CLOSING, OPENING, quotation

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

WARNING = "Reading-room edition: holds source texts, not for publication"

_log = logging.getLogger(__name__)


class source_paragraph(nodes.General, nodes.Element):
    """The paragraph of the source that a passage renders.  Attribute: ``title``."""


def take_source(document: Document, sources: Sources) -> tuple[Source | None, list[Problem]]:
    """Read a document's source, if there is one with the SHA-256 that its record pins."""
    record = document.record
    if record is None:
        return None, []
    try:
        path, data = sources.find(record)
    except OSError as error:
        return None, [Problem(
            document.path, 1, "source-missing", f"Its source cannot be read: {error}.",
            f"put it into the folder of the sources as {record.id}.txt.",
        )]  # fmt: skip
    found = hashlib.sha256(data).hexdigest()
    if found != record.source.sha256:
        return None, [Problem(
            document.path, 1, "source-sha256",
            f"{path} has the SHA-256 {found}, but the record pins {record.source.sha256}.",
            "give the very file that was rendered.",
        )]  # fmt: skip
    return read_source(data, str(path))


def check_sources(app: Sphinx, env: BuildEnvironment) -> None:
    """Tell every source that is missing or another one."""
    if not app.config.archive_sources:
        return
    try:
        sources = Sources(Path(app.config.archive_sources))
    except OSError as error:
        raise ExtensionError(f"the folder of the sources cannot be read: {error}") from error
    for document in archive_domain(env).documents.values():
        for problem in take_source(document, sources)[1]:
            _log.error(problem.text, location=f"{problem.path}:{max(problem.line, 1)}")


class SourceParagraphs(SphinxPostTransform):
    """Puts below each passage the paragraph it renders, and the endnotes marked in it."""

    default_priority = 12

    def run(self, **kwargs: object) -> None:
        folder = self.env.config.archive_sources
        document = archive_domain(self.env).documents.get(self.env.docname)
        if not folder or document is None:
            return
        source, _problems = take_source(document, Sources(Path(folder)))
        if source is None:
            return
        places = {
            node["ids"][0]: node for node in self.document.findall(nodes.Element) if node.get("ids")
        }
        for passage, paragraph in zip(document.passages, source.paragraphs):
            node = places[passage.anchor]
            shown = self._shown(paragraph, node, _endnotes(source, paragraph))
            node.parent.insert(node.parent.index(node) + 1, shown)

    def _shown(
        self, paragraph: Paragraph, passage: nodes.Element, endnotes: list[Endnote]
    ) -> nodes.Element:
        title = f"Source, paragraph {paragraph.number}"
        quoted = [q.astext().strip(OPENING + CLOSING) for q in passage.findall(quotation)]
        body = [nodes.paragraph("", "", *highlighted(paragraph.text, quoted))]
        body += [
            nodes.paragraph("", f"Endnote {note.number}: {note.text}", classes=["source-endnote"])
            for note in endnotes
        ]
        if self.env._app.builder.format == "html":
            return source_paragraph("", *body, title=title)
        return nodes.block_quote("", *body, nodes.attribution("", title))


def _endnotes(source: Source, paragraph: Paragraph) -> list[Endnote]:
    return [note for note in source.endnotes if note.paragraph == paragraph.number]


def highlighted(text: str, quotations: list[str]) -> Iterator[nodes.Node]:
    """The text with the words that are quoted set apart."""
    reading = Text(text)
    spans = sorted(span for words in quotations for span in reading.find(words) or ())
    done = 0
    for start, length in spans:
        if start < done:
            continue
        yield nodes.Text(reading.text[done:start])
        yield nodes.strong("", reading.text[start : start + length])
        done = start + length
    yield nodes.Text(reading.text[done:])


def mark_pages(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Have every page of the edition say that it is not for publication."""
    if app.config.archive_sources:
        context["theme_announcement"] = WARNING


def visit_source_paragraph(self: HTML5Translator, node: source_paragraph) -> None:
    self.body.append(
        f'<details class="source-paragraph"><summary>{node["title"]}</summary><blockquote>'
    )


def depart_source_paragraph(self: HTML5Translator, node: source_paragraph) -> None:
    self.body.append("</blockquote></details>\n")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_config_value("archive_sources", "", "env", str)
    app.add_node(source_paragraph, html=(visit_source_paragraph, depart_source_paragraph))
    app.add_post_transform(SourceParagraphs)
    app.connect("env-updated", check_sources, priority=955)
    app.connect("html-page-context", mark_pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
