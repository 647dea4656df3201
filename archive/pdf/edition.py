"""Puts pages together to what becomes one PDF: a document's own, or that of the whole archive."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from archive.pdf import code

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from archive.model.record import Record
    from archive.pdf.pages import Anchor, Page
    from archive.site.domain import Document

PAPERS = ("a4", "us-letter")
TEMPLATE = "template.typ"
COMBINED = "archive.pdf"  # the path of the PDF of all


@dataclass(frozen=True, slots=True)
class Settings:
    """What all editions of a build share."""

    archive: str  # its name
    editors: str
    base: str  # its address on the web, with a slash at its end
    language: str
    paper: str  # one of PAPERS
    timestamp: int  # seconds since 1970, in UTC
    engine: str  # what decides about the result besides the source: versions, the template


@dataclass(frozen=True)
class Edition:
    """What becomes one PDF."""

    path: str  # of the PDF below the output folder
    title: str
    author: str
    subjects: tuple[str, ...]
    language: str
    address: str  # where what it prints is hosted
    rights: str
    settings: Settings
    pages: tuple[Page, ...]
    body: str
    footer: bool = field(default=True)  # whether the address stands at the foot of each page

    @cached_property
    def anchors(self) -> tuple[Anchor, ...]:
        """Its places; a label stands once."""
        return tuple(
            {anchor.label: anchor for page in self.pages for anchor in page.anchors}.values()
        )

    @cached_property
    def images(self) -> Mapping[str, Path]:
        """Files of images by their names in print."""
        return {name: path for page in self.pages for name, path in page.images.items()}

    @cached_property
    def source(self) -> str:
        """Its Typst source, whole: what is the same here gives the same PDF."""
        printed = "".join(f"{code.string(anchor.label)}: true, " for anchor in self.anchors)
        labels = code.array(code.string(anchor.label) for anchor in self.anchors)
        return "\n".join((
            f"// {self.settings.engine}; {self.settings.timestamp}; {self.rights}",
            f'#import "/{TEMPLATE}": *',
            f"#let archive-link = archive-link.with(({printed or ':'}))",
            f"#show: {self._frame()}",
            f"#{self.body}",
            f"#publish-positions({labels})",
            "",
        ))  # fmt: skip

    def _frame(self) -> str:
        return code.call(
            "edition.with",
            title=code.string(self.title),
            author=code.string(self.author),
            keywords=code.value(self.subjects),
            language=code.string(self.language),
            paper=code.string(self.settings.paper),
            archive=code.string(self.settings.archive),
            address=code.value(self.address.partition("://")[2] if self.footer else None),
        )


def document_edition(
    document: Document, record: Record, page: Page, references: Page | None, settings: Settings
) -> Edition:
    """A document's own PDF: its page, and the references it cites."""
    pages = (page,) if references is None else (page, references)
    return Edition(
        path=f"{document.docname}.pdf",
        title=record.title,
        author=record.issuer,
        subjects=record.subjects,
        language=record.language,
        address=f"{settings.base}{document.docname}.html",
        rights=record.rights,
        settings=settings,
        pages=pages,
        body=code.block(
            [
                code.call("part", code.string(record.short_title)),
                code.call("imprint", code.string(settings.archive)),
                *(part.code for part in pages),
            ]
        ),
    )


@dataclass(frozen=True, slots=True)
class Part:
    """A page of the combined edition, and what its running head says."""

    page: Page
    short_title: str
    language: str

    @property
    def code(self) -> str:
        return code.block(
            [
                "pagebreak(weak: true)",
                code.call("part", code.string(self.short_title)),
                code.call("spoken-in", code.string(self.language), self.page.code),
            ]
        )


def combined_edition(
    introduction: Page, parts: Iterable[Part], subjects: Iterable[str], settings: Settings
) -> Edition:
    """The PDF of the whole archive: cover, contents, all documents, all other pages."""
    parts = tuple(parts)
    cover = code.call(
        "cover",
        code.string(settings.archive),
        code.string(settings.editors),
        code.string(settings.base),
        introduction.code,
        code.string(_day(settings.timestamp)),
    )
    return Edition(
        path=COMBINED,
        title=settings.archive,
        author=settings.editors,
        subjects=tuple(dict.fromkeys(subjects)),
        language=settings.language,
        address=settings.base,
        rights="",
        settings=settings,
        pages=(introduction, *(part.page for part in parts)),
        body=code.block([
            cover, code.call("contents", code.string("Contents")), *(part.code for part in parts)
        ]),
        footer=False,
    )  # fmt: skip


def _day(timestamp: int) -> str:
    """The day in words, the same in every time zone and locale."""
    day = datetime.fromtimestamp(timestamp, UTC)
    months = (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    )  # fmt: skip
    return f"{day.day} {months[day.month - 1]} {day.year}"
