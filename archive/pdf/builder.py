"""The ``pdf`` builder: one PDF for each document, and one of the whole archive.

It runs after the HTML builder, with the same doctrees and into the same output folder, of which
it touches nothing but its PDFs.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
from docutils import nodes
from sphinx.builders import Builder
from sphinx.errors import SphinxError
from sphinx.util import logging
from sphinx.util.display import status_iterator
from sphinx.util.parallel import ParallelTasks, parallel_available

from archive.pdf.addresses import Addresses, page_uri
from archive.pdf.edition import (
    COMBINED,
    TEMPLATE,
    Edition,
    Part,
    Settings,
    combined_edition,
    document_edition,
)
from archive.pdf.engine import Complaint, Engine
from archive.pdf.pages import Page, draw_page, subject_of
from archive.pdf.printing import Outcome, print_edition
from archive.pdf.references import CitedWorks, draw_references
from archive.pdf.store import Store
from archive.pdf.timestamp import timestamp
from archive.site.domain import archive_domain
from archive.site.permanence import LEDGER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

    from archive.pdf.pen import Fault

# Documents that one process prints, which bounds its memory.
BATCH = 40

_log = logging.getLogger(__name__)


class PrintError(SphinxError):
    """PDFs could not be made; what was wrong has been told."""

    category = "Printing failed"


class PdfBuilder(Builder):
    """Prints the archive."""

    name = "pdf"
    format = "pdf"
    epilog = "The PDFs are in %(outdir)s."
    supported_image_types = ["image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp"]  # noqa: RUF012
    allow_parallel = False

    def init(self) -> None:
        if not self.config.html_baseurl:
            raise PrintError(
                "html_baseurl is empty, and links that leave a PDF lead there. "
                "To mend: set it in conf.py to the address where the archive is hosted."
            )
        self._store = Store(Path(self.doctreedir).parent / "typst", Path(self.outdir))
        self._settings = self._read_settings()

    def _read_settings(self) -> Settings:
        try:
            when = timestamp(self.srcdir)
        except ValueError as error:
            raise PrintError(
                f"SOURCE_DATE_EPOCH is no number of seconds ({error}). To mend: unset it."
            ) from error
        return Settings(
            archive=self.config.project,
            editors=self.config.author,
            base=self.config.html_baseurl.rstrip("/") + "/",
            language=self.config.language or "en",
            paper=self.config.archive_pdf_paper,
            timestamp=when,
            engine=_engine(),
        )

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        return page_uri(docname)

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:
        """The address from the archive's root: in a PDF no page lies beside another."""
        return page_uri(to)

    def get_outdated_docs(self) -> str | list[str]:
        return [] if self._store.is_current(self._inputs()) else "what changed since the last PDFs"

    def write_documents(self, docnames: Set[str]) -> None:
        """Nothing yet: PDFs hold several pages, and are made when all is known."""

    def finish(self) -> None:
        """Print, also where a document was only removed, of which Sphinx writes nothing."""
        inputs = self._inputs()
        if self._store.is_current(inputs):
            return
        try:
            self._print_all(inputs)
        except PrintError as error:
            # Raised further, Sphinx would show it as a defect of its own, with a traceback.
            _log.error("%s", error, type="archive", subtype="pdf")
            self._app.statuscode = 1

    def _print_all(self, inputs: str) -> None:
        editions = self._editions()
        self._store.prepare(Path(str(files(__package__) / TEMPLATE)), editions)
        self._print([edition for edition in editions if not self._store.has(edition)])
        self._store.settle(inputs, editions)

    def _inputs(self) -> str:
        """A digest that changes whenever a PDF may change."""
        digest = hashlib.sha256(repr(self._settings).encode())
        ledger = Path(self.srcdir, LEDGER)  # pages show what it says, and Sphinx does not read it
        digest.update(ledger.read_bytes() if ledger.exists() else b"")
        for docname in sorted(self.env.found_docs):
            doctree = self.doctreedir / f"{docname}.doctree"
            mark = doctree.stat().st_mtime_ns if doctree.exists() else 0
            digest.update(f"{docname}\0{mark}\0".encode())
        return digest.hexdigest()

    # --- From pages to editions

    def _editions(self) -> list[Edition]:
        """All that is to be printed.  Each page is resolved once: bibtex repeats entries else."""
        domain = archive_domain(self.env)
        recorded = list(domain.recorded())
        others = list(self._other_pages())
        pages = self._draw([document.docname for document, _ in recorded], others)
        editions = [
            document_edition(document, record, pages[document.docname], references, self._settings)
            for (document, record), references in zip(
                recorded, self._references(pages), strict=True
            )
        ]
        parts = [
            *(Part(pages[d.docname], r.short_title, r.language) for d, r in recorded),
            *(Part(pages[name], self._title(name), self._settings.language) for name in others),
        ]
        subjects = [subject for _, record in recorded for subject in record.subjects]
        self._fail_on([fault for page in pages.values() for fault in page.faults])
        introduction = pages[self.config.root_doc]
        return [*editions, combined_edition(introduction, parts, subjects, self._settings)]

    def _references(self, pages: dict[str, Page]) -> Iterator[Page | None]:
        works = CitedWorks(self.env)
        for document, _ in archive_domain(self.env).recorded():
            cited = list(works.of(document.docname))
            if not cited:
                yield None
                continue
            where = cited[0].bibliography_key.docname
            subject = subject_of(where, self._path(where), self._addresses, {})
            yield draw_references(document, cited, subject)

    def _other_pages(self) -> Iterator[str]:
        """The pages of the root's toctree, in its order, without documents and their catalogue."""
        documents = archive_domain(self.env).documents
        seen = {self.config.root_doc}
        waiting = list(self.env.toctree_includes.get(self.config.root_doc, ()))
        while waiting:
            docname = waiting.pop(0)
            if docname in seen or docname not in self.env.found_docs:
                continue
            seen.add(docname)
            waiting = [*self.env.toctree_includes.get(docname, ()), *waiting]
            if docname not in documents and docname != "documents/index":
                yield docname

    @property
    def _addresses(self) -> Addresses:
        return Addresses(self._settings.base, self.env.found_docs)

    def _draw(self, documents: list[str], others: list[str]) -> dict[str, Page]:
        addresses = self._addresses
        pages: dict[str, Page] = {}
        docnames = [self.config.root_doc, *documents, *others]
        for docname in status_iterator(
            docnames, "drawing pages… ", "brown", len(docnames), self.config.verbosity
        ):
            doctree = self.env.get_and_resolve_doctree(docname, self, tags=self.tags)
            self.post_process_images(doctree)
            if docname == self.config.root_doc:
                _keep_introduction(doctree)
            images = {uri: Path(self.srcdir, uri) for uri in self.images}
            subject = subject_of(
                docname, self._path(docname), addresses, images, docname in documents
            )
            pages[docname] = draw_page(doctree, subject)
        return pages

    def _path(self, docname: str) -> str:
        return Path(self.env.doc2path(docname, base=False)).as_posix()

    def _title(self, docname: str) -> str:
        return self.env.titles[docname].astext()

    def _fail_on(self, faults: Iterable[Fault]) -> None:
        found = sorted(set(faults))
        for fault in found:
            _log.error(fault.message, location=fault.place, type="archive", subtype="pdf-node")
        if found:
            raise PrintError(f"{len(found)} things cannot be printed; no PDF was made.")

    # --- From editions to PDFs

    def _print(self, editions: list[Edition]) -> None:
        """Print editions in processes that end, as Typst keeps in memory all it has laid out.

        Raises PrintError when one could not be printed; the others are.
        """
        if not editions:
            return
        engine = Engine(self._store.folder, self._settings.timestamp)
        outcomes: list[Outcome] = []

        def print_batch(batch: list[Edition]) -> list[Outcome]:
            return [print_edition(engine, edition, self._store.draft(edition)) for edition in batch]

        def keep(batch: list[Edition], printed: list[Outcome]) -> None:
            for edition, outcome in zip(batch, printed, strict=True):
                outcomes.append(outcome)
                self._keep(edition, outcome)

        tasks = ParallelTasks(max(1, self._app.parallel)) if parallel_available else None
        for batch in _batches(editions):
            if tasks is not None:
                tasks.add_task(print_batch, batch, keep)
            else:
                keep(batch, print_batch(batch))
        if tasks is not None:
            tasks.join()
        self._fail_on_complaints(editions, outcomes)

    def _keep(self, edition: Edition, outcome: Outcome) -> None:
        for warning in outcome.warnings:
            _log.warning(warning, location=edition.path, type="archive", subtype="pdf-engine")
        if outcome.pdf is not None:
            self._store.keep(edition, outcome.pdf)
            pages = "1 page" if outcome.pages == 1 else f"{outcome.pages} pages"
            _log.info("printing… %s (%s)", edition.path, pages)

    def _fail_on_complaints(self, editions: list[Edition], outcomes: list[Outcome]) -> None:
        """Tell every complaint once, though the combined PDF has those of the documents again."""
        complaints: dict[Complaint, str] = {}
        for outcome in sorted(outcomes, key=lambda outcome: outcome.path == COMBINED):
            for complaint in outcome.complaints:
                complaints.setdefault(complaint, outcome.path)
        for complaint, path in complaints.items():
            place = complaint.place or path
            _log.error(complaint.message, location=place, type="archive", subtype="pdf-engine")
        made = {outcome.path for outcome in outcomes if outcome.pdf is not None}
        failed = sorted(edition.path for edition in editions if edition.path not in made)
        if failed:
            raise PrintError(f"These PDFs were not made: {', '.join(failed)}")


def _batches(editions: list[Edition]) -> Iterator[list[Edition]]:
    """What one process prints: the combined edition alone, which takes longest, and first."""
    # ParallelTasks starts what was added last before what was added earlier.
    documents = [edition for edition in editions if edition.path != COMBINED]
    for start in range(0, len(documents), BATCH):
        yield documents[start : start + BATCH]
    combined = [edition for edition in editions if edition.path == COMBINED]
    if combined:
        yield combined


def _keep_introduction(doctree: nodes.document) -> None:
    """Leave of the front page what stands before its first section; the rest leads to pages."""
    for section in list(doctree.findall(nodes.section)):
        if isinstance(section.parent, nodes.document):
            section.children = [
                child for child in section.children
                if not isinstance(child, (nodes.title, nodes.section))
            ]  # fmt: skip


def _engine() -> str:
    """What decides about a PDF besides its source: versions, and the bytes of this package."""
    digest = hashlib.sha256()
    for file in sorted(files(__package__).iterdir(), key=lambda file: file.name):
        if file.is_file():
            digest.update(file.read_bytes())
    names = ("typst", "sphinx", "docutils")
    versions = [f"{name} {version(name)}" for name in names]
    return ", ".join([*versions, f"pikepdf {pikepdf.__version__}", digest.hexdigest()[:16]])
