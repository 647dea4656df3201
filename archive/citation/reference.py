"""The reference: everything a citation form says of one document or one passage of it.

Every form (BibTeX, RIS, CSL-JSON, formatted notes, page heads) is made from this and nothing else,
so that no two of them can disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from archive.citation import cleaned, unstopped
from archive.citation.names import exact, is_known
from archive.model.agents import Agent
from archive.model.dates import ArchiveDate
from archive.model.kinds import Kind
from archive.model.passage import NOTE, Anchor, spoken_name, with_number
from archive.model.record import Record
from archive.model.settings import Settings
from archive.model.tree import LogPlace
from archive.model.words import Words, words

# Scheme, host and path, ending in a slash; nothing that any form would have to escape.
_BASE = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~%-]+)*/")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Passage:
    """The passage that is cited."""

    anchor: Anchor
    fingerprint: str  # SHA-256 of its normalised text, 64 lower-case hexadecimal digits
    place: LogPlace | None = None  # of its last event in the ledger; None before it is published
    locator: str = ""  # its document's own number for it, if it has one
    parts: tuple[str, ...] = ()  # the anchors of those that it consists of
    day: str = ""  # when its words were published, by ISO 8601; empty before


@dataclass(frozen=True, slots=True)
class Locator:
    """Where in a document: ``whereas 3``, or in its own numbering ``art. 19(3)(b)``."""

    word: str  # what the letter of the anchor stands for: "whereas"
    number: int
    own: str = ""  # the document's own, which all forms give as it is

    @property
    def text(self) -> str:
        """As people say it: ``whereas 3``."""
        return self.abbreviated({})

    def said(self, _: Words) -> str:
        """As people say it in a language: ``considérant 3``."""
        return self.own or with_number(self.word, self.number, _)

    def abbreviated(self, words: Mapping[str, str]) -> str:
        """As a style says it, which has abbreviations for some words."""
        return self.own or f"{words.get(self.word, self.word)} {self.number}"

    @property
    def opening(self) -> str:
        """At the beginning of a title: ``Editor’s note 3``."""
        return f"{self.text[:1].upper()}{self.text[1:]}"


_OUTCOMES = {"rejected": "rejected", "unestablished": "outcome not established"}


@dataclass(frozen=True, slots=True)
class Reference:
    """What is cited."""

    record: Record  # of the document; its texts are on one line and free of control characters
    settings: Settings  # of the archive that is cited
    key: str  # the anchor of a passage, the id of a document; unique in the archive
    locator: Locator | None = None  # None: the whole document
    fingerprint: str | None = None  # of the passage
    place: LogPlace | None = None  # of its last event in the ledger
    parts: tuple[str, ...] = ()  # the anchors of its parts, which a citation of it covers
    is_note: bool = False  # of the archive's editors, with a record of its own; see ``refer``

    def __post_init__(self) -> None:
        object.__setattr__(self, "record", cleaned(self.record))

    @property
    def publisher(self) -> str:
        """The archive."""
        return self.settings.publisher

    @property
    def credit(self) -> str:
        """Whose words these are, beside the author; empty where the archive is the author."""
        return "" if self.is_note else self.settings.credit

    @property
    def licence(self) -> str:
        """The address of the licence of the archive's own words."""
        return self.settings.licence.address

    @property
    def document(self) -> str:
        """The document id."""
        return self.record.id

    @property
    def genre(self) -> str:
        """The kind as a label: ``Resolution``."""
        return self.record.kind.label

    @property
    def reserve(self) -> str:
        """What nobody who reads a citation should miss; empty for most documents.

        A document is not held whole, or it is not, or not known to be, what its issuer decided.
        """
        part = "held in part" if self.record.extent else ""
        outcome = "" if self.is_note else _OUTCOMES.get(self.record.status, "")
        return ", ".join(filter(None, (part, outcome)))

    @property
    def report_type(self) -> str:
        """The kind as styles print it."""
        return ", ".join(filter(None, (self.genre, self.reserve)))

    @property
    def title(self) -> str:
        """The title in managers: which passage it is, and whose words these are.

        Of 2,851 independent styles of CSL, 2,807 print a report's title or its short title, 1,231
        its genre, and 1,129 its pages, many behind “p.” (``tests/court``).
        """
        return told(self.record.title, self.credit, self._where)

    @property
    def credited_title(self) -> str:
        """The title with the words on whose words these are, and without the passage."""
        return told(self.record.title, self.credit)

    @property
    def original_publisher(self) -> str | None:
        """Who published the original, if that is not whom it is cited by."""
        publisher = self.record.source.publisher
        return None if publisher in {agent.name for agent in self.record.cited} else publisher

    @property
    def original_title(self) -> str | None:
        """The title of the original, if citations have more to say of it than the document's."""
        title = self.record.source.title
        return title if title != self.record.title or self.original_publisher else None

    @property
    def original_date(self) -> ArchiveDate | None:
        """When it was decided, if that is known and another date than that of the document."""
        decided = self.record.decided
        if decided is None or decided == self.record.date or not is_known(decided):
            return None
        return decided

    @property
    def short_title(self) -> str:
        """The short title in managers, which some styles print alone."""
        if self.is_note and self.locator:
            return f"{self.locator.opening} to {self.record.short_title}"
        return told(self.record.short_title, self.credit.partition(" by ")[0], self._where)

    @property
    def located(self) -> Locator | None:
        """Where in the work that the title names; None of a note, which is that work."""
        return None if self.is_note else self.locator

    @property
    def _where(self) -> str:
        return f", {self.located.text}" if self.located else ""

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
    def words(self) -> Words:
        """The words of the document's language; citations have those of their style."""
        return words(self.record.language)

    @property
    def where(self) -> str:
        """Which passage it is, as pages say it in the document's language; of a document, empty."""
        return self.locator.said(self.words) if self.locator else ""

    @property
    def spoken(self) -> str:
        """The name people say: ``ALA resolution, whereas 3``."""
        name = self.record.short_title
        return spoken_name(name, self.where, self.words) if self.locator else name

    @property
    def proof(self) -> str:
        """What the passage is and was published with, in sentences; empty of a document."""
        return " ".join(_proof(self))

    @property
    def note(self) -> str:
        """For a manager's note field: whose words these are, of which original, what proof.

        No sentence begins as ``Name: value``, which Zotero's Extra field would take for a field.
        """
        return " ".join(_sentences(self))

    def form(self, suffix: str) -> str:
        """The address of one of the document's forms, which share a stem."""
        return f"{self.settings.base}documents/{self.document}.{suffix}"


def told(given: str, credit: str, where: str = "") -> str:
    """A title with the passage that it is of, and the words on whose words these are."""
    title = unstopped(given)
    if not credit:
        return f"{title}{where}"
    if title.startswith("[") and title.endswith("]"):  # the archive's words already
        return f"{title[:-1]}{where}; {credit}]"
    return f"{title}{where} [{credit}]"


def refer(record: Record, settings: Settings, passage: Passage | None = None) -> Reference:
    """The reference to a document, or to one passage of it.

    Raises ValueError where the archive's base is no address ending in a slash, or the passage's
    anchor belongs to another document, or its fingerprint is none.
    """
    if not _BASE.fullmatch(settings.base):
        raise ValueError(
            f"{settings.base!r} is not a plain http or https address that ends in a slash"
        )
    if passage is None:
        return Reference(record, settings, key=record.id)
    anchor = passage.anchor
    if anchor.document != record.id:
        raise ValueError(f"the anchor {anchor} is not one of the document {record.id}")
    if not _SHA256.fullmatch(passage.fingerprint):
        raise ValueError(f"{passage.fingerprint!r} is not a SHA-256 in hexadecimal digits")
    where = Locator(settings.word(anchor.letter), anchor.number, passage.locator)
    is_note = anchor.letter == NOTE
    return Reference(
        record_of_note(record, settings, where, passage.day) if is_note else record, settings,
        str(anchor), where, passage.fingerprint, passage.place, passage.parts, is_note,
    )  # fmt: skip


_ANNOTATION = Kind("annotation", csl="report", biblatex="report", schema="Comment")


def record_of_note(record: Record, settings: Settings, where: Locator, day: str) -> Record:
    """The record that an editor's note is cited by: the archive wrote and published it.

    Nobody whom the record of its document names had a part in it.  ``day`` is empty before it is
    published.
    """
    return replace(
        record,
        title=f"{where.opening} to {unstopped(record.title)}",
        issuer=None, issuer_address=None,
        agents=(Agent(body=settings.publisher, role=("author",)),),
        kind=_ANNOTATION,
        date=ArchiveDate.parse(day or "XXXX"),
        neutral_citation=None, docket=None, decided=None, extent=None,
        source=replace(record.source, publisher=None, title=None, address=None),
    )  # fmt: skip


def _sentences(reference: Reference) -> Iterator[str]:
    if reference.is_note:
        yield "The archive’s own words, which are no part of the document."
        yield from filter(None, [reference.proof])
        yield f"Licensed under {reference.settings.licence.name}, {reference.licence}."
        return
    date = reference.record.date
    credit = reference.settings.credit
    yield f"{credit[:1].upper()}{credit[1:]}; only words within quotation marks are the source’s."
    source, original = reference.record.source, ", ".join(_original(reference.record))
    if original:
        yield f"The original is {original}."
    if not source.is_known:
        yield "Where the original was published is not known."
    if extent := reference.record.extent:
        held, lacking = extent.held.rstrip("."), extent.lacking.rstrip(".")
        reason = extent.reason.rstrip(".")
        yield f"The archive holds it in part, {held}, and not {lacking} ({reason})."
    if not is_known(date):
        yield "Undated."
    elif exact(date) is None:
        yield f"Dated by the archive, {date.spoken}."
    if reference.proof:
        yield reference.proof
    yield f"The rewriting is licensed under {reference.settings.licence.name}, {reference.licence}."


def _proof(reference: Reference) -> Iterator[str]:
    if reference.fingerprint:
        yield f"Passage {reference.key}, SHA-256 of its text {reference.fingerprint}."
    if reference.parts:
        yield f"With its parts {', '.join(reference.parts)}, each with a SHA-256 of its own."
    if reference.place:
        yield f"Published with {reference.place.text}."


def _original(record: Record) -> Iterator[str]:
    """What identifies the original, in the order of a citation."""
    source, decided = record.source, record.decided
    yield from filter(None, (source.publisher, source.title))
    yield from filter(None, (record.neutral_citation, record.docket))
    if decided is not None:
        yield f"decided {decided.spoken}"
    if source.address:
        yield source.address


# --- The original of a document as a work of its own, which readers cite beside the rendering.
#
# A document's files for reference managers have two records: the rendering, which is a report, and
# its original, whose type is that of its kind (``archive.model.kinds``).  The rendering of a
# judgment is no case: of 2,851 styles of CSL, 2,810 print the title of a report, which says whose
# words these are, 2,832 its author, 2,554 its publisher and 1,392 its address; of a case 2,788,
# some 2,730, 2,087 and 1,194 (``make prove WHAT=court``).  Zotero has no publisher of a case or a
# statute at all.
#
# A case has no author: manuals cite it by its name, and name the court behind it.


@dataclass(frozen=True, slots=True)
class Original:
    """What is known of an original."""

    rendering: Reference  # of the whole document

    @property
    def record(self) -> Record:
        return self.rendering.record

    @property
    def kind(self) -> Kind:
        return self.record.kind

    @property
    def key(self) -> str:
        """A key that no document and no passage has, since no id has a full stop."""
        return f"{self.rendering.document}.original"

    @property
    def title(self) -> str:
        """The name of a case or an act, or the title that its source gives it."""
        named = self.kind.is_law and not self.record.title_supplied
        return self.record.title if named else self.record.source.title or self.record.title

    @property
    def courts(self) -> tuple[str, ...]:
        """Those that decided it or that it was brought to; none of what is no case."""
        of_a_case = self.record.agents if self.kind.is_case else ()
        return tuple(each.name for each in of_a_case if "court" in each.role)

    @property
    def authors(self) -> tuple[Agent, ...]:
        """Those whom the record cites, without the courts of a case."""
        return tuple(each for each in self.record.cited if each.name not in self.courts)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The neutral citation and the number of the case, as far as it has them."""
        return tuple(filter(None, (self.record.neutral_citation, self.record.docket)))

    @property
    def date(self) -> ArchiveDate:
        return self.record.decided or self.record.date

    @property
    def publisher(self) -> str | None:
        """Who published it, unless that is its court."""
        publisher = self.record.source.publisher
        return None if publisher in self.courts else publisher

    @property
    def address(self) -> str | None:
        return self.record.source.address

    @property
    def rendered(self) -> str:
        """Where the rendering is, in a sentence."""
        credit = self.rendering.settings.credit
        return f"{credit[:1].upper()}{credit[1:]} at {self.rendering.page}."

    @property
    def note(self) -> str:
        """What a manager keeps in a note."""
        return " ".join(filter(None, (self.rendered, self.unknown)))

    @property
    def unknown(self) -> str:
        """A sentence on where it was published, if nobody knows."""
        return "" if self.record.source.is_known else "Where it was published is not known."


def originals(references: Iterable[Reference]) -> list[Original]:
    """The originals of those references that are to whole documents."""
    return [Original(each) for each in references if each.locator is None]
