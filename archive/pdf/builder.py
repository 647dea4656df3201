"""The ``pdf`` builder: one PDF for each document, and one of the whole archive.

It uses the node trees and the output folder of the pages' builder, and writes nothing there but
PDFs and picture cards, which Typst sets as well.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pikepdf
from sphinx.builders import Builder
from sphinx.errors import SphinxError
from sphinx.util import logging

from archive.pdf.cards import TEMPLATE as CARDS
from archive.pdf.cards import Card, card_of, card_of_archive
from archive.pdf.drawing import Drawing
from archive.pdf.edition import TEMPLATE, Edition, Settings
from archive.pdf.fonts import PACKAGES, letters, without_fonts
from archive.pdf.pages import Addresses, page_uri
from archive.pdf.plan import DrawnArchive, index_edition, plan
from archive.pdf.press import CompileError, Complaint, DrawnPages, Outcome, Press, Store
from archive.site.know import settings_of
from archive.site.know.view import view_of
from archive.site.show.relations import WARNING
from archive.upstream import application_of

_log = logging.getLogger(__name__)

# 1980-01-01T00:00:00Z, the earliest day that ZIP knows, as reproducible builds use it.
UNKNOWN = 315_532_800

_HERE = Path(__file__).parent


class PrintError(SphinxError):
    """PDFs could not be made; the causes have been reported."""

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
        try:
            when = timestamp(self.srcdir)
        except ValueError as error:
            raise PrintError(
                f"SOURCE_DATE_EPOCH is no number of seconds ({error}). To mend: unset it."
            ) from error
        self.printed = 0  # PDFs made in this run
        self._store = Store(Path(self.doctreedir).parent / "typst", Path(self.outdir))
        self._settings = Settings(
            archive=self.config.project,
            credit=settings_of(self.config).credit,
            editors=self.config.author,
            base=self.config.html_baseurl.rstrip("/") + "/",
            language=self.config.language or "en",
            paper=self.config.archive_pdf_paper,
            timestamp=when,
            made_by=_made_by(),
            warning=WARNING if self.config.archive_sources else None,
        )

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        return page_uri(docname)

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:
        """The address from the archive's root: in a PDF no page lies beside another."""
        return page_uri(to)

    def get_outdated_docs(self) -> list[str]:
        """No pages: what is outdated is found when all is known."""
        return []

    def write_documents(self, docnames: Set[str]) -> None:
        """Nothing: PDFs hold several pages, and are made when all is known."""

    def finish(self) -> None:
        """Print.  Sphinx calls this in every build, even if no page was read."""
        try:
            self._print_all()
        except PrintError as error:
            # If it went on to Sphinx, it would be shown as a defect, with a traceback.
            _log.error("%s", error, type="archive", subtype="pdf")
            application_of(self.env).statuscode = 1

    def _print_all(self) -> None:
        settings, view = self._settings, view_of(self.env)
        addresses = Addresses(settings.base, view.has_page, view.divided)
        kept = DrawnPages(self._store.folder, settings.made_by, view)
        drawn = Drawing(self, view, addresses, kept).draw()
        if faults := sorted(set(drawn.faults)):
            for fault in faults:
                _log.error(fault.message, location=fault.place, type="archive", subtype="pdf-node")
            raise PrintError(f"{len(faults)} things cannot be printed; no PDF was made.")
        settings = self._settings = replace(settings, fontless=self._fontless(drawn))
        planned = plan(drawn, self.config.archive_pdf_volume_pages, addresses, settings)
        editions = list(planned.editions)
        self._print(editions)
        if planned.volumes:
            starts = {volume.path: self._store.starts(volume.path) for volume in planned.volumes}
            index = index_edition(
                drawn.introduction, planned.volumes, starts, drawn.moved, settings
            )
            self._print([index])
            editions.append(index)
        for target, path in planned.copies.items():
            self._store.copy(path, target)
        cards = self._draw_cards(drawn)
        made = {*(edition.path for edition in editions), *(card.path for card in cards)}
        self._store.remove_others({*made, *planned.copies})
        self._store.remember()

    def _draw_cards(self, drawn: DrawnArchive) -> list[Card]:
        """Draw the picture cards that are not drawn already; return all of them.

        Raises PrintError where Typst refuses one.
        """
        settings = self._settings
        about = card_of_archive(settings_of(self.config).description, settings)
        cards = [about, *(card_of(each.record, settings) for each in drawn.documents)]
        wanted = [card for card in cards if not self._store.has(card)]
        if not wanted:
            return cards
        self._store.prepare([_HERE / TEMPLATE, _HERE / CARDS], ())
        jobs = application_of(self.env).parallel
        try:
            Press(self._store.folder, settings.timestamp, jobs).draw(wanted, self._store.keep_card)
        except CompileError as error:
            raise PrintError(f"No picture card can be drawn: {error}") from error
        return cards

    def _fontless(self, drawn: DrawnArchive) -> frozenset[str]:
        """The characters that no font at hand has.  They are told, each page's at one place."""
        found = frozenset().union(letters(self._settings.archive), *(
            page.letters for page in drawn.pages
        ))  # fmt: skip
        if not found:
            return found
        lacking = self._store.fontless(found, self._settings.made_by)
        if lacking is None:
            self._store.prepare([_HERE / TEMPLATE], ())
            lacking = Press(self._store.folder, self._settings.timestamp, 1).lacking(found)
            self._store.keep_fontless(found, lacking, self._settings.made_by)
        for page in drawn.pages:
            if missing := sorted(page.letters & lacking):
                place = next(filter(None, map(page.place_of, missing)), None)
                _log.info("notice: %s: %s", place, without_fonts(missing))
        return lacking

    def _print(self, editions: Sequence[Edition]) -> None:
        """Print the editions that are not printed already.

        Raises PrintError if an edition could not be printed, after all others are.
        """
        wanted = [edition for edition in editions if not self._store.has(edition)]
        if not wanted:
            return
        self._store.prepare([_HERE / TEMPLATE], wanted)
        failed: list[tuple[Edition, Outcome]] = []

        def keep(edition: Edition, outcome: Outcome) -> None:
            if outcome.pdf is None:
                failed.append((edition, outcome))
                return
            for warning in outcome.warnings:
                _log.warning("%s: %s", edition.path, warning, type="archive", subtype="pdf-engine")
            self._store.keep(edition, outcome)
            self.printed += 1
            pages = "1 page" if outcome.pages == 1 else f"{outcome.pages} pages"
            _log.info("printing… %s (%s)", edition.path, pages)

        jobs = application_of(self.env).parallel
        Press(self._store.folder, self._settings.timestamp, jobs).print(wanted, keep)
        self._store.remember()
        if failed:
            _report(failed)
            paths = sorted(edition.path for edition, _outcome in failed)
            raise PrintError(f"These PDFs were not made: {', '.join(paths)}")


def _report(failed: list[tuple[Edition, Outcome]]) -> None:
    """Report each complaint once: the combined PDF repeats those of the documents."""
    complaints: dict[Complaint, str] = {}
    told: set[str] = set()  # what is wrong in documents
    for edition, outcome in sorted(failed, key=lambda each: each[0].is_large):
        for complaint in outcome.complaints:
            if complaint.place or complaint.message not in told:
                complaints.setdefault(complaint, edition.path)
                told.add(complaint.message)
    for complaint, path in complaints.items():
        message = complaint.message if complaint.place else f"{path}: {complaint.message}"
        _log.error(message, location=complaint.place, type="archive", subtype="pdf-engine")


def _made_by() -> str:
    """What has a part in a PDF besides its source: versions, and a digest of this package."""
    digest = hashlib.sha256()
    for file in sorted(path for path in _HERE.iterdir() if path.is_file()):
        digest.update(file.read_bytes())
    fonts = (package.project for package in PACKAGES if package.folder)
    names = ("typst", "fontpkg-amiri", *fonts, "pillow", "sphinx", "docutils")
    versions = [f"{name} {version(name)}" for name in names]
    return ", ".join([*versions, f"pikepdf {pikepdf.__version__}", digest.hexdigest()[:16]])


def timestamp(root: Path, environment: Mapping[str, str] = os.environ) -> int:
    """The date of all PDFs of a build, in seconds since 1970.

    SOURCE_DATE_EPOCH if it is set (https://reproducible-builds.org/specs/source-date-epoch/),
    otherwise the time of the last commit, otherwise UNKNOWN.
    Raises ValueError if SOURCE_DATE_EPOCH is no whole number.
    """
    if given := environment.get("SOURCE_DATE_EPOCH"):
        return int(given)
    try:
        answer = subprocess.run(  # fixed arguments, no shell
            ["git", "-C", str(root), "log", "-1", "--format=%ct"],
            capture_output=True, check=True, text=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return UNKNOWN
    return int(answer.stdout.strip() or UNKNOWN)
