"""Draws the archive from Sphinx's node trees, each page anew only if something it shows changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.display import status_iterator

from archive.pdf.attachments import Attachments
from archive.pdf.moved import gone_documents, moved_anchors
from archive.pdf.pages import Page, draw_page, draw_references, subject_of
from archive.pdf.plan import Chapter, DrawnArchive, DrawnDocument
from archive.pdf.store import Drawn
from archive.site.know.facts import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sphinx.builders import Builder

    from archive.model.record import Record
    from archive.pdf.pen import Addresses
    from archive.pdf.store import DrawnPages
    from archive.site.know.facts import Document
    from archive.site.know.view import View

    Recorded = Mapping[str, tuple[Document, Record]]


class Drawing:
    """Draws all pages for a builder; ``kept`` are those that were drawn before."""

    def __init__(
        self, builder: Builder, view: View, addresses: Addresses, kept: DrawnPages
    ) -> None:
        self._builder = builder
        self._env = builder.env
        self._config = builder.config
        self._view = view
        self._addresses = addresses
        self._kept = kept

    def draw(self) -> DrawnArchive:
        """All pages.  What cannot be printed is among the faults of a page."""
        recorded = {document.docname: (document, record) for document, record in
                    self._view.recorded()}  # fmt: skip
        others = list(self._other_pages())
        root = self._config.root_doc
        drawn = self._drawn([root, *recorded, *others], recorded)
        attachments = Attachments(Path(self._env.srcdir), self._config, self._view)
        return DrawnArchive(
            introduction=drawn[root].page,
            documents=tuple(
                DrawnDocument(document, record, *drawn[docname], tuple(attachments.of(document)))
                for docname, (document, record) in recorded.items()
            ),
            others=tuple(self._chapter(drawn[docname].page) for docname in others),
            moved=moved_anchors(self._view),
            gone=tuple(gone_documents(self._view)),
        )

    def _other_pages(self) -> Iterator[str]:
        """The pages of the root's toctree, in its order, without documents and their catalogue."""
        for docname in self._below(self._config.root_doc):
            if docname != CATALOGUE and not self._view.stands(docname):
                yield docname

    def _below(self, root: str) -> Iterator[str]:
        """The pages that the toctrees of a page lead to, each once, in reading order."""
        includes = self._env.toctree_includes
        seen = {root}
        waiting = list(includes.get(root, ()))
        while waiting:
            docname = waiting.pop(0)
            if docname not in seen and docname in self._env.found_docs:
                seen.add(docname)
                waiting = [*includes.get(docname, ()), *waiting]
                yield docname

    def _drawn(self, docnames: list[str], recorded: Recorded) -> dict[str, Drawn]:
        drawn = {name: kept for name in docnames if (kept := self._kept.find(name)) is not None}
        stale = [docname for docname in docnames if docname not in drawn]
        if stale:
            verbosity = self._config.verbosity
            told = status_iterator(stale, "drawing pages… ", "brown", len(stale), verbosity)
            drawn |= {docname: self._draw(docname, recorded) for docname in told}
        self._kept.settle(docnames)
        return drawn

    def _draw(self, docname: str, recorded: Recorded) -> Drawn:
        """Draw a page and keep it, with all facts that were asked for meanwhile."""
        document, record = recorded.get(docname, (None, None))
        with self._view.noting() as shown:
            self._view.note("settings")
            self._view.note("read", docname)
            if docname in self._env.toctree_includes:  # titles and headings of the pages below
                self._view.note("frame")
                for below in self._below(docname):
                    self._view.note("read", below)
            page = self._page(docname, record)
            references = self._references(document, record) if document and record else None
        drawn = Drawn(page, references)
        if not drawn.has_faults:
            self._kept.keep(docname, drawn, shown)
        return drawn

    def _page(self, docname: str, record: Record | None) -> Page:
        builder = self._builder
        doctree = self._env.get_and_resolve_doctree(docname, builder, tags=builder.tags)
        builder.images.clear()
        builder.post_process_images(doctree)
        if docname == self._config.root_doc:
            _keep_introduction(doctree)
        images = {uri: Path(self._env.srcdir, uri) for uri in builder.images}
        language = (self._config.language or "en") if record is None else record.language
        subject = subject_of(docname, self._path(docname), self._addresses, language, images)
        return draw_page(doctree, replace(subject, has_record=record is not None))

    def _references(self, document: Document, record: Record) -> Page | None:
        """The works that a document cites, with the anchors of the bibliography's page."""
        cited = self._view.cited(document.docname)
        if not cited:
            return None
        page = cited[0].bibliography_key.docname
        subject = subject_of(page, self._path(page), self._addresses, record.language, {})
        return draw_references(document, cited, subject)

    def _chapter(self, page: Page) -> Chapter:
        title = self._env.titles[page.docname].astext()
        return Chapter(page, title, title, self._config.language or "en")

    def _path(self, docname: str) -> str:
        return Path(self._env.doc2path(docname, base=False)).as_posix()


def _keep_introduction(doctree: nodes.document) -> None:
    """Leave of the front page what stands before its first section; the rest leads to pages."""
    for section in list(doctree.findall(nodes.section)):
        if isinstance(section.parent, nodes.document):
            section.children = [
                child for child in section.children
                if not isinstance(child, (nodes.title, nodes.section))
            ]  # fmt: skip
