"""Draws the archive from Sphinx's node trees, each page anew only if something it shows changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.display import status_iterator

from archive.model.ledger import State
from archive.model.proof import origin
from archive.pdf.edition import Attachments
from archive.pdf.pages import (
    Addresses,
    Page,
    Subject,
    draw_page,
    draw_proof,
    draw_references,
)
from archive.pdf.plan import (
    Beside,
    Chapter,
    DrawnArchive,
    DrawnDocument,
    GoneDocument,
    beside_name,
    draw_beside,
)
from archive.pdf.press import Drawn, DrawnPages
from archive.site.know.facts import CATALOGUE, DOCUMENTS, Document
from archive.site.know.ledger import LEDGER
from archive.site.show.versions import in_order

if TYPE_CHECKING:
    from sphinx.builders import Builder

    from archive.model.record import Record
    from archive.pdf.edition import Aliases
    from archive.site.know.view import View

    Recorded = Mapping[str, tuple[Document, Record]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Draws all pages for a builder."""

    builder: Builder
    view: View
    addresses: Addresses
    kept: DrawnPages  # those that were drawn before

    def draw(self) -> DrawnArchive:
        """All pages.  What cannot be printed is among the faults of a page."""
        recorded = {document.docname: (document, record) for document, record in
                    self.view.recorded()}  # fmt: skip
        root = self.builder.config.root_doc
        others = [docname for docname in self._below(root)
                  if docname != CATALOGUE and not self.view.stands(docname)]  # fmt: skip
        beside = {
            beside_name(group[0].docname): tuple(in_order(group))
            for id_, group in self.view.all_versions().items()
            if group[0].id == id_ and group[0].docname in recorded
        }  # fmt: skip
        drawn = self._drawn([root, *recorded, *others, *beside], recorded, beside)
        attachments = Attachments(Path(self.builder.env.srcdir), self.view)
        return DrawnArchive(
            introduction=drawn[root].page,
            documents=tuple(
                DrawnDocument(
                    document,
                    record,
                    *drawn[docname],
                    tuple(attachments.of(document)),
                    self._proof(document, record),
                )
                for docname, (document, record) in recorded.items()
            ),
            others=tuple(
                self._chapter(drawn[docname].page, 70 if at else 0)
                for at, docname in enumerate(others)
            ),
            beside=tuple(
                Beside(group[0], group, drawn[name].page) for name, group in beside.items()
            ),
            moved=_moved_anchors(self.view),
            gone=tuple(_gone_documents(self.view)),
        )

    def _proof(self, document: Document, record: Record) -> str:
        place = self.view.published_until(document)
        if place is None:
            return ""
        lines = [
            (document.way(block), there.line)
            for block in document.blocks if (there := self.view.place(block))
        ]  # fmt: skip
        log = origin(self.view.settings, LEDGER)
        return draw_proof(log, place, lines, record.language)

    def _below(self, root: str) -> Iterator[str]:
        """The pages that the toctrees of a page lead to, each once, in reading order."""
        includes = self.builder.env.toctree_includes
        seen = {root}
        waiting = list(includes.get(root, ()))
        while waiting:
            docname = waiting.pop(0)
            if docname not in seen and docname in self.builder.env.found_docs:
                seen.add(docname)
                waiting = [*includes.get(docname, ()), *waiting]
                yield docname

    def _drawn(
        self, docnames: list[str], recorded: Recorded, beside: Mapping[str, tuple[Document, ...]]
    ) -> dict[str, Drawn]:
        drawn = {name: kept for name in docnames if (kept := self.kept.find(name)) is not None}
        stale = [docname for docname in docnames if docname not in drawn]
        if stale:
            verbosity = self.builder.config.verbosity
            told = status_iterator(stale, "drawing pages… ", "brown", len(stale), verbosity)
            drawn |= {
                name: self._draw_beside(name, beside[name]) if name in beside
                else self._draw(name, recorded) for name in told
            }  # fmt: skip
        self.kept.settle(docnames)
        return drawn

    def _draw(self, docname: str, recorded: Recorded) -> Drawn:
        """Draw a page and keep it, with all facts that were asked for meanwhile."""
        document, record = recorded.get(docname, (None, None))
        with self.view.noting() as shown:
            self.view.note("settings")
            self.view.note("read", docname)
            if (
                docname in self.builder.env.toctree_includes
            ):  # titles and headings of the pages below
                self.view.note("frame")
                for below in self._below(docname):
                    self.view.note("read", below)
            page = self._page(docname, record)
            references = self._references(document, record) if document and record else None
        drawn = Drawn(page, references)
        if not drawn.has_faults:
            self.kept.keep(docname, drawn, shown)
        return drawn

    def _draw_beside(self, name: str, documents: Sequence[Document]) -> Drawn:
        """Draw the versions of a text, and keep them with the facts that were asked for."""
        with self.view.noting() as shown:
            self.view.note("settings")
            self.view.note("versions", documents[0].docname)
            for each in documents:
                self.view.note("read", each.docname)
            language = self.builder.config.language or "en"
            drawn = Drawn(draw_beside(documents, self._resolved, self.addresses, language), None)
        if not drawn.has_faults:
            self.kept.keep(name, drawn, shown)
        return drawn

    def _resolved(self, docname: str) -> tuple[nodes.document, dict[str, Path]]:
        """The tree of a page, and the files of its images."""
        builder = self.builder
        doctree = builder.env.get_and_resolve_doctree(docname, builder, tags=builder.tags)
        builder.images.clear()
        builder.post_process_images(doctree)
        return doctree, {uri: Path(builder.srcdir, uri) for uri in builder.images}

    def _page(self, docname: str, record: Record | None) -> Page:
        builder = self.builder
        doctree, images = self._resolved(docname)
        if docname == builder.config.root_doc:
            _keep_introduction(doctree)
        language = record.language if record else builder.config.language or "en"
        path = self._path(docname)
        subject = Subject(docname, path, self.addresses, language, images, record is not None)
        return draw_page(doctree, subject)

    def _references(self, document: Document, record: Record) -> Page | None:
        """The works that a document cites, with the anchors of the bibliography's page."""
        cited = self.view.cited(document.docname)
        if not cited:
            return None
        page = cited[0].bibliography_key.docname
        subject = Subject(page, self._path(page), self.addresses, record.language)
        return draw_references(document, cited, subject)

    def _chapter(self, page: Page, room: int) -> Chapter:
        title = self.builder.env.titles[page.docname].astext()
        language = self.builder.config.language or "en"
        return Chapter(page, title, title, language, room=room)

    def _path(self, docname: str) -> str:
        return Path(self.builder.env.doc2path(docname, base=False)).as_posix()


def _keep_introduction(doctree: nodes.document) -> None:
    """Leave of the front page what stands before its first section; the rest leads to pages."""
    for section in list(doctree.findall(nodes.section)):
        if isinstance(section.parent, nodes.document):
            section.children = [
                child for child in section.children
                if not isinstance(child, (nodes.title, nodes.section))
            ]  # fmt: skip


def _moved_anchors(view: View) -> Aliases:
    """Each anchor that moved, with the label in print of its present place."""
    moved = sorted(
        history.anchor
        for histories in view.published().values()
        for history in histories
        if history.state is State.MOVED
    )
    places = ((anchor, view.present_place(anchor)) for anchor in moved)
    return tuple((anchor, f"{place[0]}#{place[1]}") for anchor, place in places if place)


def _gone_documents(view: View) -> Iterator[GoneDocument]:
    """The documents that are gone and whose anchors are elsewhere now."""
    for document_id in sorted(view.published()):
        if not view.stands(f"{DOCUMENTS}/{document_id}"):
            anchors = [history.anchor for history in view.gone(document_id)]
            found = {anchor: view.present_place(anchor) for anchor in anchors}
            places = {anchor: place for anchor, place in found.items() if place}
            if places:  # if none is left, the check of permanence has reported it
                yield GoneDocument(document_id, places)
