"""The edition: everything that decides what one PDF is, and its source in Typst."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from archive.pdf import attachments, code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from archive.pdf.attachments import Attachment
    from archive.pdf.pages import Anchor, Page

PAPERS = ("a4", "us-letter")
TEMPLATE = "template.typ"

# Names of destinations, each with the label in print that it leads to.
Aliases = tuple[tuple[str, str], ...]


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
    warning: str | None = None  # at the head of every page


@dataclass(frozen=True)
class Edition:
    """What becomes one PDF."""

    path: str  # of the PDF below the output folder
    title: str
    author: str
    subjects: tuple[str, ...]
    language: str
    address: str  # the permanent one of what it prints
    settings: Settings
    pages: tuple[Page, ...]
    body: str
    described: tuple[tuple[str, tuple[str, ...]], ...] = ()  # more XMP properties, with texts
    date: str | None = None  # of what it prints, in EDTF
    is_large: bool = False  # holds many documents, and stands at no one address of theirs
    attachments: tuple[Attachment, ...] = field(default=())
    aliases: Aliases = field(default=())

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

    @property
    def source(self) -> str:
        """Its Typst source, whole: what is the same here gives the same PDF."""
        printed = "".join(f"{code.string(anchor.label)}: true, " for anchor in self.anchors)
        labels = code.array(code.string(anchor.label) for anchor in self.anchors)
        return "\n".join((
            *(f"// {code.string(fact)}" for fact in self._facts()),
            f'#import "/{TEMPLATE}": *',
            f"#let archive-link = archive-link.with(({printed or ':'}))",
            f"#show: {self._frame()}",
            f"#{attachments.joined(self.attachments)}",
            f"#{self.body}",
            f"#publish-positions({labels})",
            "",
        ))  # fmt: skip

    def _facts(self) -> Iterator[str]:
        """What decides about the PDF, and Typst is not told."""
        yield self.settings.engine
        yield str(self.settings.timestamp)
        yield self.address
        yield from (said for _name, texts in self.described for said in texts)
        yield self.date or ""
        yield " ".join(f"{name}={label}" for name, label in self.aliases)

    def _frame(self) -> str:
        return code.call(
            "edition.with",
            title=code.string(self.title),
            author=code.string(self.author),
            keywords=code.value(self.subjects),
            language=code.string(self.language),
            paper=code.string(self.settings.paper),
            archive=code.string(self.settings.archive),
            warning=code.value(self.settings.warning),
            address=code.value(self.address.partition("://")[2] if not self.is_large else None),
        )
