"""The reading-room edition, in which each passage opens to the source paragraph it renders.

It is built only from a folder of the sources (``make SOURCES=dir``), whose SHA-256 must match the
records.  Every page says that it is not for publication.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from archive.fidelity.quotations import Text
from archive.fidelity.source import Endnote, Paragraph, Source, Sources
from archive.model.words import N_, words
from archive.site.know.facts import Block, Document
from archive.site.nodes import around, quotation
from archive.site.read.anchors import CLOSING, OPENING
from archive.site.read.sources import read_attestation, take_source
from archive.site.show.generated import DocumentTransform
from archive.upstream.access import builder_of

WARNING = N_("Reading-room edition: holds source texts, not for publication")


class source_paragraph(nodes.General, nodes.Element):
    """The paragraph of the source that a passage renders.  Attribute: ``title``."""

    html = around(
        lambda _, node: (
            f'<details class="source-paragraph"><summary>{node["title"]}</summary><blockquote>'
        ),
        "</blockquote></details>\n",
    )


class SourceParagraphs(DocumentTransform):
    """Adds below each passage the paragraph it renders, with the endnotes cited there."""

    default_priority = 12
    builders = ("html", "pdf")

    def complete(self, document: Document, section: nodes.section) -> None:
        folder = self.env.config.archive_sources
        if not folder:
            return
        source, _problems = take_source(document, Sources(Path(folder)))
        if source is None:
            return
        places = {
            node["ids"][0]: node for node in self.document.findall(nodes.Element) if node.get("ids")
        }
        for passage, paragraph in self._rendered(document, source):
            node = places[passage.anchor]
            endnotes = [note for note in source.endnotes if note.paragraph == paragraph.number]
            shown = self._shown(paragraph, node, endnotes, document.language)
            node.parent.insert(node.parent.index(node) + 1, shown)

    def _rendered(self, document: Document, source: Source) -> Iterator[tuple[Block, Paragraph]]:
        """Each passage with its paragraph: as attested, else in their order."""
        attestation, _problems = read_attestation(Path(self.env.srcdir), document)
        known = attestation.attested if attestation is not None else ()
        numbers = {each.sha256: each.paragraph for each in known}
        for place, passage in enumerate(document.rendering, start=1):
            number = numbers.get(passage.fingerprint, place)
            if number <= len(source.paragraphs):
                yield passage, source.paragraphs[number - 1]

    def _shown(
        self,
        paragraph: Paragraph,
        passage: nodes.Element,
        endnotes: list[Endnote],
        language: str | None,
    ) -> nodes.Element:
        _ = words(language)
        title = _("Source, paragraph {number}").format(number=paragraph.number)
        quoted = [q.astext().strip(OPENING + CLOSING) for q in passage.findall(quotation)]
        body = [nodes.paragraph("", "", *highlighted(paragraph.text, quoted))]
        body += [
            nodes.paragraph(
                "",
                _("Endnote {number}: {text}").format(number=note.number, text=note.text),
                classes=["source-endnote"],
            )
            for note in endnotes
        ]
        if builder_of(self.env).format == "html":
            return source_paragraph("", *body, title=title)
        return nodes.block_quote("", *body, nodes.attribution("", title))


def highlighted(text: str, quotations: list[str]) -> Iterator[nodes.Node]:
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


def mark_pages(app: Sphinx, pagename: str, context: dict[str, Any]) -> None:
    if app.config.archive_sources:
        context["theme_announcement"] = words(app.config.language)(WARNING)
