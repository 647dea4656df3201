"""The reference: everything a citation form says of one document or one passage of it.

Every form (BibTeX, RIS, CSL-JSON, formatted notes, page heads) is made from this and nothing else,
so that no two of them can disagree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.citation.text import clean, one_line
from archive.model.dates import ArchiveDate
from archive.model.passage import LETTERS, Anchor
from archive.model.record import Record

ARCHIVE = "Press Freedom Archive"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
LICENCE_NAME = "CC BY 4.0"

# Scheme, host and path, ending in a slash; nothing that any form would have to escape.
_BASE = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~%-]+)*/")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Passage:
    """The passage that is cited."""

    anchor: Anchor
    fingerprint: str  # SHA-256 of its normalised text, 64 lower-case hexadecimal digits


@dataclass(frozen=True, slots=True)
class Locator:
    """Where in a document: ``whereas 3``."""

    letter: str  # a key of LETTERS
    number: int

    @property
    def text(self) -> str:
        """As people say it: ``whereas 3``."""
        return f"{LETTERS[self.letter]} {self.number}"


@dataclass(frozen=True, slots=True)
class Origin:
    """The original publication that the document renders; None stands for unknown."""

    publisher: str | None
    title: str | None
    address: str | None

    def __post_init__(self) -> None:
        clean(self)


@dataclass(frozen=True, slots=True)
class Reference:
    """What is cited.  Texts are on one line and free of control characters."""

    key: str  # the anchor of a passage, the id of a document; unique in the archive
    document: str  # the document id
    kind: str  # one of archive.model.record.KINDS
    title: str  # in square brackets where the archive supplied it
    title_supplied: bool
    short_title: str
    author: str  # the institution, whole
    date: ArchiveDate
    language: str  # BCP 47
    subjects: tuple[str, ...]
    origin: Origin
    rights: str  # in words
    base: str  # the archive's own address, ending in a slash
    locator: Locator | None = None  # None: the whole document
    fingerprint: str | None = None  # of the passage
    author_address: str | None = None  # the institution's own, where one is known
    publisher: str = ARCHIVE
    licence: str = LICENCE

    def __post_init__(self) -> None:
        clean(self)
        object.__setattr__(self, "subjects", tuple(map(one_line, self.subjects)))

    @property
    def genre(self) -> str:
        """The kind as a label: ``Resolution``."""
        return self.kind.capitalize()

    @property
    def report_type(self) -> str:
        """The kind as styles print it; no style leaves it out, so it says whose words these are."""
        return f"{self.genre}, rewritten"

    @property
    def page(self) -> str:
        """The permanent address of the document."""
        return self.form("html")

    @property
    def address(self) -> str:
        """The permanent address of what is cited."""
        return f"{self.page}#{self.key}" if self.locator else self.page

    @property
    def pdf(self) -> str:
        """The address in the PDF of what is cited (RFC 8118, 3: ``nameddest``)."""
        return f"{self.form('pdf')}#nameddest={self.key}" if self.locator else self.form("pdf")

    @property
    def spoken(self) -> str:
        """The name people say: ``ALA resolution, whereas 3``."""
        return f"{self.short_title}, {self.locator.text}" if self.locator else self.short_title

    @property
    def rewriting(self) -> str:
        """Whose words these are, which no citation may leave open."""
        return f"rewritten by the {self.publisher}"

    def form(self, suffix: str) -> str:
        """The address of one of the document's forms, which share a stem."""
        return f"{self.base}documents/{self.document}.{suffix}"


def refer(
    record: Record,
    base: str,
    passage: Passage | None = None,
    *,
    author_address: str | None = None,
) -> Reference:
    """The reference to a document, or to one passage of it.

    Raises ValueError where ``base`` is no address ending in a slash, or the passage's anchor
    belongs to another document, or its fingerprint is none.
    """
    if not _BASE.fullmatch(base):
        raise ValueError(f"{base!r} is not a plain http or https address that ends in a slash")
    if passage is not None:
        _check(passage, record)
    return Reference(
        key=str(passage.anchor) if passage else record.id,
        document=record.id,
        kind=record.kind,
        title=record.title,
        title_supplied=record.title_supplied,
        short_title=record.short_title,
        author=record.issuer,
        date=record.date,
        language=record.language,
        subjects=record.subjects,
        origin=Origin(record.source.publisher, record.source.title, record.source.address),
        rights=record.rights,
        base=base,
        locator=Locator(passage.anchor.letter, passage.anchor.number) if passage else None,
        fingerprint=passage.fingerprint if passage else None,
        author_address=author_address,
    )


def _check(passage: Passage, record: Record) -> None:
    if passage.anchor.document != record.id:
        raise ValueError(f"the anchor {passage.anchor} is not one of the document {record.id}")
    if not _SHA256.fullmatch(passage.fingerprint):
        raise ValueError(f"{passage.fingerprint!r} is not a SHA-256 in hexadecimal digits")
