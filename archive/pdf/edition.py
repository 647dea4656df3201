"""An edition: all that decides what one PDF is, and its source in Typst."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from archive.pdf import code
from archive.pdf.fonts import PACKAGES, letters, scripts_of
from archive.pdf.pages import Anchor, Page

if TYPE_CHECKING:
    from archive.pdf.attachments import Attachment

TEMPLATE = "template.typ"

# Names of destinations, each with the label in print that it leads to.
Aliases = tuple[tuple[str, str], ...]

# Typst code in which pages stand whole, so that they need not be put together to be compared.
Body = tuple["str | Page", ...]


def block(*parts: str | Page | Body) -> Body:
    """A code block that joins its parts."""
    lines = ((*part, "\n") if isinstance(part, tuple) else (part, "\n") for part in parts)
    return ("{\n", *(part for line in lines for part in line), "}")


def call(function: str, *arguments: str | Page) -> Body:
    """A call of a function of the template, with pages among its arguments."""
    return (f"{function}(", *(part for each in arguments for part in (each, ", ")), ")")


def in_fonts(found: Iterable[str], fontless: str) -> Iterator[str]:
    """The rules that set some characters in the fonts at hand, and show those that have none."""
    at_hand = {package for package in PACKAGES if package.folder}
    for script in scripts_of(found):
        if script.package in at_hand:
            pattern = code.call("regex", code.string(script.pattern))
            family = code.string(script.family)
            yield f"#show {pattern}: {code.call('in-font', family)}"
    if fontless:
        escaped = "".join(f"\\u{{{ord(letter):x}}}" for letter in fontless)
        yield f"#show {code.call('regex', code.string(f'[{escaped}]'))}: without-font"


@dataclass(frozen=True, slots=True)
class Settings:
    """What all editions of a build share."""

    archive: str  # its name
    credit: str  # whose words the passages are: "rewritten by the Press Freedom Archive"
    editors: str
    base: str  # its address on the web, with a slash at its end
    language: str
    paper: str  # one of PAPERS
    timestamp: int  # seconds since 1970, in UTC
    made_by: str  # the versions of all that has a part in a PDF, the template included
    warning: str | None = None  # at the head of every page
    # Characters of the whole archive that no font has.  An edition takes its own of them.
    fontless: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True)
class Edition:
    """What becomes one PDF."""

    path: str  # of the PDF below the output folder
    title: str
    authors: tuple[str, ...]
    subjects: tuple[str, ...]
    language: str
    address: str  # the permanent one of what it prints
    settings: Settings
    body: Body = field(repr=False)
    described: tuple[tuple[str, tuple[str, ...]], ...] = ()  # more XMP properties, with texts
    date: str | None = None  # of what it prints, in EDTF
    is_large: bool = False  # holds many documents, so its foot names no address
    attachments: tuple[Attachment, ...] = ()
    aliases: Aliases = ()

    @property
    def pages(self) -> tuple[Page, ...]:
        return tuple(part for part in self.body if isinstance(part, Page))

    @cached_property
    def anchors(self) -> tuple[Anchor, ...]:
        """Its places, each label once."""
        return tuple(
            {anchor.label: anchor for page in self.pages for anchor in page.anchors}.values()
        )

    @property
    def images(self) -> Mapping[str, Path]:
        """The files of its images, by name in print."""
        return {name: path for page in self.pages for name, path in page.images.items()}

    @cached_property
    def letters(self) -> frozenset[str]:
        """The characters in it that not every font has."""
        parts = (part.letters if isinstance(part, Page) else letters(part) for part in self.body)
        return letters(self.settings.archive).union(*parts)

    @property
    def fontless(self) -> str:
        """Its characters that no font has, in order."""
        return "".join(sorted(self.letters & self.settings.fontless))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that decides about the PDF: equal digests stand for equal bytes."""
        body = [part.digest if isinstance(part, Page) else part for part in self.body]
        shown = (self, body, self.fontless) if self.fontless else (self, body)
        return hashlib.sha256(repr(shown).encode()).hexdigest()  # self without its body

    @property
    def source(self) -> str:
        frame = {
            "title": self.title, "author": self.authors, "keywords": self.subjects,
            "language": self.language, "paper": self.settings.paper,
            "archive": self.settings.archive, "warning": self.settings.warning,
            "address": None if self.is_large else self.address.partition("://")[2],
        }  # fmt: skip
        shown = code.call("edition.with", **{name: code.value(it) for name, it in frame.items()})
        numbers = enumerate(self.anchors)
        printed = "".join(f"{code.string(anchor.label)}: {at}, " for at, anchor in numbers)
        labels = code.array(code.string(anchor.label) for anchor in self.anchors)
        body = "".join(part.code if isinstance(part, Page) else part for part in self.body)
        return "\n".join((
            f'#import "/{TEMPLATE}": *',
            f"#let archive-link = archive-link.with(({printed or ':'}))",
            f"#show: {shown}",
            *in_fonts(self.letters, self.fontless),
            f"#{code.block(attachment.code for attachment in self.attachments)}",
            f"#{body}",
            f"#publish-positions({labels})",
            "",
        ))  # fmt: skip
