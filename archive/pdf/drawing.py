"""Draws all pages of the archive from Sphinx's node trees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.display import status_iterator

from archive.pdf import moved
from archive.pdf.attachments import Companions
from archive.pdf.combined import Part
from archive.pdf.pages import Page, draw_page, subject_of
from archive.pdf.planning import Drawn, Holding
from archive.pdf.references import CitedWorks, draw_references
from archive.site.know.domain import archive_domain
from archive.site.know.facts import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.builders import Builder

    from archive.model.record import Record
    from archive.pdf.addresses import Addresses
    from archive.pdf.pen import Subject
    from archive.site.know.facts import Document


class Drawing:
    """Draws each page once: sphinxcontrib-bibtex repeats the works of a page drawn twice."""

    def __init__(self, builder: Builder, addresses: Addresses, language: str) -> None:
        self._builder = builder
        self._env = builder.env
        self._domain = archive_domain(builder.env)
        self._addresses = addresses
        self._language = language  # of pages that are no documents
        self._works = CitedWorks(builder.env)
        self._companions = Companions(builder.env, self._domain)

    def draw(self) -> Drawn:
        """All pages.  What cannot be printed is among the faults of a page."""
        recorded = {document.docname: record for document, record in self._domain.recorded()}
        others = list(self._other_pages())
        root = self._env.config.root_doc
        pages = {
            docname: self._draw(docname, recorded.get(docname))
            for docname in self._told([root, *recorded, *others])
        }
        labels = self._env.domains.standard_domain.labels
        return Drawn(
            introduction=pages[root],
            holdings=tuple(
                self._holding(self._domain.documents[docname], record, pages[docname])
                for docname, record in recorded.items()
            ),
            others=tuple(self._part(pages[docname]) for docname in others),
            moved=moved.aliases(self._domain, labels),
            gone=tuple(moved.gone_documents(self._domain, labels)),
        )

    def _told(self, docnames: list[str]) -> Iterator[str]:
        verbosity = self._env.config.verbosity
        yield from status_iterator(docnames, "drawing pages… ", "brown", len(docnames), verbosity)

    def _other_pages(self) -> Iterator[str]:
        """The pages of the root's toctree, in its order, without documents and their catalogue."""
        includes = self._env.toctree_includes
        seen = {self._env.config.root_doc}
        waiting = list(includes.get(self._env.config.root_doc, ()))
        while waiting:
            docname = waiting.pop(0)
            if docname in seen or docname not in self._env.found_docs:
                continue
            seen.add(docname)
            waiting = [*includes.get(docname, ()), *waiting]
            if docname not in self._domain.documents and docname != CATALOGUE:
                yield docname

    def _draw(self, docname: str, record: Record | None) -> Page:
        builder = self._builder
        doctree = self._env.get_and_resolve_doctree(docname, builder, tags=builder.tags)
        builder.post_process_images(doctree)
        if docname == self._env.config.root_doc:
            _keep_introduction(doctree)
        return draw_page(doctree, self._subject(docname, record))

    def _subject(self, docname: str, record: Record | None) -> Subject:
        images = {uri: Path(self._env.srcdir, uri) for uri in self._builder.images}
        language = self._language if record is None else record.language
        path = Path(self._env.doc2path(docname, base=False)).as_posix()
        subject = subject_of(docname, path, self._addresses, language, images)
        return replace(subject, has_record=record is not None)

    def _holding(self, document: Document, record: Record, page: Page) -> Holding:
        companions = self._companions.of(document)
        return Holding(document, record, page, self._references(document, record), companions)

    def _references(self, document: Document, record: Record) -> Page | None:
        """The works that a document cites, whose anchors are those of their own page."""
        cited = list(self._works.of(document.docname))
        if not cited:
            return None
        where = cited[0].bibliography_key.docname
        path = Path(self._env.doc2path(where, base=False)).as_posix()
        subject = subject_of(where, path, self._addresses, record.language, {})
        return draw_references(document, cited, subject)

    def _part(self, page: Page) -> Part:
        title = self._env.titles[page.docname].astext()
        return Part(page, title, title, self._language)


def _keep_introduction(doctree: nodes.document) -> None:
    """Leave of the front page what stands before its first section; the rest leads to pages."""
    for section in list(doctree.findall(nodes.section)):
        if isinstance(section.parent, nodes.document):
            section.children = [
                child for child in section.children
                if not isinstance(child, (nodes.title, nodes.section))
            ]  # fmt: skip
