"""An edition: all that decides what one PDF is, the files inside it, and its source in Typst."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from archive.citation.works_export import biblatex
from archive.model.ledger import State
from archive.pdf import code
from archive.pdf.fonts import PACKAGES, letters, scripts_of
from archive.pdf.pages import Anchor, Page
from archive.site.know.ledger import LEDGER, proof
from archive.site.show.bibliography import cited_works

if TYPE_CHECKING:
    from archive.site.know.facts import Document
    from archive.site.know.view import View


# --- The files inside a document's PDF (ISO 19005-3, 6.8): its source, its works, its ledger.


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside a PDF."""

    name: str
    text: str
    relationship: str  # to the PDF: source, data or supplement
    media_type: str
    description: str

    @property
    def code(self) -> str:
        """The Typst call that attaches it."""
        return code.call(
            "pdf.attach",
            code.string(f"/{self.name}"),  # the slash keeps Typst from adding its own folder
            f"bytes({code.string(self.text)})",
            relationship=code.string(self.relationship),
            mime_type=code.string(self.media_type),
            description=code.string(self.description),
        )


_SOURCE = ("source", "text/markdown", "The text in MyST Markdown, from which this was printed")
_WORKS = ("data", "application/x-bibtex", "The works that the text cites, in BibLaTeX")
_LEDGER = (
    "supplement", "application/jsonl",
    "What the ledger says of the text’s anchors, one event a line",
)  # fmt: skip

_PROOF = (
    "supplement", "application/json",
    "Proof that the ledger has each passage: its line, the tree head there, and the way to it",
)  # fmt: skip


class Attachments:
    """Finds the attachments of each document."""

    def __init__(self, root: Path, view: View) -> None:
        self._root = root
        self._view = view
        ledger = root / LEDGER
        self._ledger = _read(ledger).splitlines(keepends=True) if ledger.is_file() else []
        self._histories = {
            history.anchor: history
            for histories in view.published().values()
            for history in histories
        }
        self._moved_to: defaultdict[str, list[str]] = defaultdict(list)  # by final anchor
        for anchor, history in self._histories.items():
            if history.state is State.MOVED:
                self._moved_to[view.final(anchor)].append(anchor)

    def of(self, document: Document) -> Iterator[Attachment]:
        """The document's source, the works it cites and the ledger's events for its anchors."""
        yield Attachment(f"{document.id}.md", _read(self._root / document.path), *_SOURCE)
        if works := cited_works(self._view, document):
            yield Attachment(f"{document.id}.bib", biblatex(works), *_WORKS)
        if lines := self._ledger_lines(document):
            yield Attachment(f"{document.id}.ledger.jsonl", lines, *_LEDGER)
            yield Attachment(f"{document.id}.proof.json", proof(self._view, document), *_PROOF)

    def _ledger_lines(self, document: Document) -> str:
        """The ledger's lines for the anchors that are or were in a document, or moved into it."""
        named = {history.anchor for history in self._view.histories(document.id)}
        here = named | (document.anchors & self._histories.keys())
        came = {old for anchor in here for old in self._moved_to.get(anchor, ())}
        numbers = {event.line for anchor in here | came for event in self._histories[anchor].events}
        return "".join(self._ledger[number - 1] for number in sorted(numbers))


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")  # with its line ends


# --- An edition: all that decides what one PDF is, and its source in Typst.

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
