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
from sphinx.builders import Builder
from sphinx.errors import SphinxError
from sphinx.util import logging

from archive.pdf.addresses import Addresses, page_uri
from archive.pdf.combined import index_edition, names_of
from archive.pdf.destinations import starts
from archive.pdf.drawing import Drawing
from archive.pdf.edition import TEMPLATE, Edition, Settings
from archive.pdf.planning import Drawn, plan
from archive.pdf.press import Press
from archive.pdf.store import Store
from archive.pdf.timestamp import timestamp
from archive.site.know.ledger import LEDGER
from archive.site.show.source_paragraphs import WARNING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from archive.pdf.combined import Volume
    from archive.pdf.engine import Complaint
    from archive.pdf.printing import Outcome

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
        self.printed = 0  # PDFs made in this run

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
            warning=WARNING if self.config.archive_sources else None,
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

    def _inputs(self) -> str:
        """A digest that changes whenever a PDF may change."""
        digest = hashlib.sha256(repr(self._settings).encode())
        for name in ("archive_pdf_volume_pages", "archive_sources"):
            digest.update(f"{getattr(self.config, name, None)}\0".encode())
        for name in (LEDGER, *self.config.bibtex_bibfiles):  # Sphinx does not read them as pages
            path = Path(self.srcdir, name)
            digest.update(path.read_bytes() if path.exists() else b"")
        for docname in sorted(self.env.found_docs):
            doctree = self.doctreedir / f"{docname}.doctree"
            mark = doctree.stat().st_mtime_ns if doctree.exists() else 0
            digest.update(f"{docname}\0{mark}\0".encode())
        return digest.hexdigest()

    def _print_all(self, inputs: str) -> None:
        addresses = Addresses(self._settings.base, self.env.found_docs)
        drawn = Drawing(self, addresses, self._settings.language).draw()
        self._fail_on_faults(drawn)
        planned = plan(drawn, self.config.archive_pdf_volume_pages, addresses, self._settings)
        editions = list(planned.editions)
        self._print(editions)
        if planned.volumes:
            pages = self._starts(planned.volumes)
            index = index_edition(
                drawn.introduction, planned.volumes, pages, drawn.moved, self._settings
            )
            self._print([index])
            editions.append(index)
        for target, path in planned.copies.items():
            self._store.copy(path, target)
        self._store.settle(inputs, {*(edition.path for edition in editions), *planned.copies})

    def _starts(self, volumes: Sequence[Volume]) -> Mapping[str, Mapping[str, int]]:
        """The page of each volume on which each of its parts begins, by path and anchor."""
        return {
            volume.path: starts(Path(self.outdir, volume.path), names_of(volume).values())
            for volume in volumes
        }

    def _fail_on_faults(self, drawn: Drawn) -> None:
        found = sorted(set(drawn.faults))
        for fault in found:
            _log.error(fault.message, location=fault.place, type="archive", subtype="pdf-node")
        if found:
            raise PrintError(f"{len(found)} things cannot be printed; no PDF was made.")

    def _print(self, editions: Sequence[Edition]) -> None:
        """Print what is not printed already.

        Raises PrintError when an edition could not be printed; the others are.
        """
        self._store.prepare(Path(str(files(__package__) / TEMPLATE)), editions)
        wanted = [edition for edition in editions if not self._store.has(edition)]
        if not wanted:
            return
        outcomes: list[Outcome] = []

        def keep(edition: Edition, outcome: Outcome) -> None:
            outcomes.append(outcome)
            self._keep(edition, outcome)

        press = Press(self._store.folder, self._settings.timestamp, self._app.parallel)
        press.print(wanted, self._store.draft, keep)
        self._store.remember()
        self._fail_on_complaints(wanted, outcomes)

    def _keep(self, edition: Edition, outcome: Outcome) -> None:
        for warning in outcome.warnings:
            _log.warning(warning, location=edition.path, type="archive", subtype="pdf-engine")
        if outcome.pdf is not None:
            self._store.keep(edition, outcome.pdf)
            self.printed += 1
            pages = "1 page" if outcome.pages == 1 else f"{outcome.pages} pages"
            _log.info("printing… %s (%s)", edition.path, pages)

    def _fail_on_complaints(self, editions: Sequence[Edition], outcomes: Sequence[Outcome]) -> None:
        """Tell every complaint once, though a combined PDF has those of the documents again."""
        large = {edition.path for edition in editions if edition.is_large}
        complaints: dict[Complaint, str] = {}
        for outcome in sorted(outcomes, key=lambda outcome: outcome.path in large):
            for complaint in outcome.complaints:
                complaints.setdefault(complaint, outcome.path)
        for complaint, path in complaints.items():
            place = complaint.place or path
            _log.error(complaint.message, location=place, type="archive", subtype="pdf-engine")
        made = {outcome.path for outcome in outcomes if outcome.pdf is not None}
        failed = sorted(edition.path for edition in editions if edition.path not in made)
        if failed:
            raise PrintError(f"These PDFs were not made: {', '.join(failed)}")


def _engine() -> str:
    """What decides about a PDF besides its source: versions, and the bytes of this package."""
    digest = hashlib.sha256()
    for file in sorted(files(__package__).iterdir(), key=lambda file: file.name):
        if file.is_file():
            digest.update(file.read_bytes())
    names = ("typst", "fontpkg-amiri", "sphinx", "docutils")
    versions = [f"{name} {version(name)}" for name in names]
    return ", ".join([*versions, f"pikepdf {pikepdf.__version__}", digest.hexdigest()[:16]])
