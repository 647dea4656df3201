"""The plan of a build: which PDFs the archive comes to, from its drawn pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.model.crosswalk import texts, written
from archive.pdf import code, moved
from archive.pdf.addresses import page_uri
from archive.pdf.combined import Part, Volume, bind, combined_edition, volume_edition
from archive.pdf.edition import Edition, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archive.model.record import Record
    from archive.pdf.addresses import Addresses
    from archive.pdf.attachments import Attachment
    from archive.pdf.edition import Aliases
    from archive.pdf.moved import Gone
    from archive.pdf.pages import Page
    from archive.pdf.pen import Fault
    from archive.site.know.facts import Document

# What of a page's Typst code comes to one page of paper, in characters (measured: 4,500 to 9,000).
CODE_OF_A_PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Holding:
    """A document, drawn."""

    document: Document
    record: Record
    page: Page
    references: Page | None  # the works it cites, for the end of its own PDF
    companions: tuple[Attachment, ...]

    @property
    def pages(self) -> tuple[Page, ...]:
        """What its own PDF holds."""
        return (self.page,) if self.references is None else (self.page, self.references)

    @property
    def part(self) -> Part:
        """What the combined edition holds of it."""
        return Part(
            self.page,
            self.record.title,
            self.record.short_title,
            self.record.language,
            self.record.date.spoken,
            self.record.subjects,
            self.companions,
        )


@dataclass(frozen=True, slots=True)
class Drawn:
    """The whole archive, drawn."""

    introduction: Page
    holdings: tuple[Holding, ...]
    others: tuple[Part, ...]  # the pages that are no documents
    moved: Aliases
    gone: tuple[Gone, ...]

    @property
    def faults(self) -> Iterator[Fault]:
        """Everything that cannot be printed."""
        yield from self.introduction.faults
        for holding in self.holdings:
            for page in holding.pages:
                yield from page.faults
        for part in self.others:
            yield from part.page.faults


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be printed."""

    editions: tuple[Edition, ...]
    copies: Mapping[str, str]  # the path of a PDF that has the same bytes as another, with its path
    volumes: tuple[Volume, ...]  # empty where one PDF holds everything


def plan(drawn: Drawn, volume_pages: int, addresses: Addresses, settings: Settings) -> Plan:
    """Every document's PDF, the archive's or its volumes, and those at old addresses."""
    parts = (*(holding.part for holding in drawn.holdings), *drawn.others)
    volumes = bind(parts, volume_pages * CODE_OF_A_PAGE)
    together: tuple[Edition, ...]
    if len(volumes) > 1:
        together = tuple(
            volume_edition(
                volume, _leading_to(drawn, *(part.page for part in volume.parts)), settings
            )
            for volume in volumes
        )
    else:
        volumes = ()
        together = (combined_edition(drawn.introduction, parts, drawn.moved, settings),)
    documents = tuple(_documents(drawn, settings))
    notices = [moved.notice(gone, addresses, settings) for gone in drawn.gone if not gone.heir]
    copies = {gone.path: f"{gone.heir}.pdf" for gone in drawn.gone if gone.heir}
    return Plan((*documents, *notices, *together), copies, volumes)


def _documents(drawn: Drawn, settings: Settings) -> Iterator[Edition]:
    for holding in drawn.holdings:
        yield document_edition(holding, _leading_to(drawn, holding.page), settings)


def document_edition(holding: Holding, aliases: Aliases, settings: Settings) -> Edition:
    """A document's own PDF: its page, and the references it cites."""
    document, record = holding.document, holding.record
    return Edition(
        path=f"{document.docname}.pdf",
        title=record.title,
        author=record.issuer,
        subjects=record.subjects,
        language=record.language,
        address=f"{settings.base}{page_uri(document.docname)}",
        settings=settings,
        pages=holding.pages,
        body=code.block(
            [
                code.call("part", code.string(record.short_title)),
                code.call("imprint", code.string(settings.archive)),
                *(page.code for page in holding.pages),
            ]
        ),
        described=tuple((name, texts(value)) for name, _row, value in written(record, "xmp")),
        date=record.date.edtf,
        attachments=holding.companions,
        aliases=aliases,
    )


def _leading_to(drawn: Drawn, *pages: Page) -> Aliases:
    return moved.among(drawn.moved, {page.docname for page in pages})
