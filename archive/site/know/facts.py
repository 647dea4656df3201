"""The facts that are read from documents, as frozen dataclasses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from archive.citation.reference import Passage, Reference, refer
from archive.model import Fact
from archive.model.dates import ArchiveDate
from archive.model.passage import Anchor
from archive.model.permanence import Tombstone
from archive.model.problem import Problem
from archive.model.record import Record
from archive.model.settings import Settings
from archive.model.states import Attested
from archive.model.tree import LogPlace

DOCUMENTS = "documents"
CATALOGUE = f"{DOCUMENTS}/index"


def is_document(docname: str) -> bool:
    """Whether the page ``docname`` is an archived document."""
    return docname.startswith(f"{DOCUMENTS}/") and docname != CATALOGUE


def anchor_of(text: str) -> Anchor | None:
    """Parse an anchor; None if the text is not one."""
    try:
        return Anchor.parse(text)
    except ValueError:
        return None


class Mention(NamedTuple):
    """A reference of a page to a label, a glossary term or a work."""

    kind: str  # "label", "term" or "reference"
    target: str  # the label, the term as written, or the citation key

    @property
    def document(self) -> str | None:
        """The id of the document that a label belongs to; None for everything else."""
        anchor = anchor_of(self.target) if self.kind == "label" else None
        return anchor.document if anchor is not None else None


@dataclass(frozen=True, slots=True)
class Block(Fact):
    """An anchored block of a document: a passage, a section or an editor's note."""

    anchor: str
    former: tuple[str, ...]  # earlier anchors, which moved to this block
    spoken: str  # "ALA resolution, whereas 3"
    line: int  # counted from 1
    fingerprint: str  # of its normalised text; of a section, of its heading
    is_passage: bool
    mentions: tuple[Mention, ...]  # references, labels and terms, in order of first mention

    def targets(self, document: str) -> Iterator[tuple[str, str]]:
        """Yield its works by key, terms in lower case and other documents than its own by id."""
        for mention in self.mentions:
            if mention.kind == "term":
                yield "term", mention.target.lower()
            elif mention.kind == "reference":
                yield "reference", mention.target
            elif mention.document not in (None, document):
                yield "document", mention.document

    @property
    def cites(self) -> tuple[str, ...]:
        """The keys of the works it cites."""
        return tuple(mention.target for mention in self.mentions if mention.kind == "reference")


@dataclass(frozen=True, slots=True)
class Gap(Fact):
    """A block of a document that still needs an anchor."""

    line: int  # the first line of the block, counted from 1
    letter: str | None  # s for a heading, n for a note; None for that of the passages around it
    fingerprint: str  # as of a block


@dataclass(frozen=True, slots=True)
class Document(Fact):
    """Everything that is read from one document."""

    docname: str
    path: str  # relative to the archive's root
    record: Record | None  # None if it has problems
    blocks: tuple[Block, ...] = ()
    tombstones: tuple[Tombstone, ...] = ()
    gaps: tuple[Gap, ...] = ()
    problems: tuple[Problem, ...] = ()
    unwritten: tuple[Problem, ...] = ()  # what an import left for the editor to write or confirm

    @property
    def id(self) -> str:
        """The document id, which is the file's name."""
        return self.docname.rpartition("/")[2]

    @property
    def title(self) -> str:
        """The record's title; the id if the record has problems."""
        return self.record.title if self.record else self.id

    @property
    def language(self) -> str | None:
        """The BCP 47 tag of its language; None if the record has problems."""
        return self.record.language if self.record else None

    @property
    def short_title(self) -> str:
        """The beginning of its passages' spoken names; the id if the record has problems."""
        return self.record.short_title if self.record else self.id

    @property
    def passages(self) -> tuple[Block, ...]:
        """The blocks that render the source, in order."""
        return tuple(block for block in self.blocks if block.is_passage)

    @property
    def anchors(self) -> frozenset[str]:
        """Every anchor in it: of blocks, their former ones, and tombstones."""
        standing = {anchor for block in self.blocks for anchor in (block.anchor, *block.former)}
        return frozenset(standing | {place.anchor for place in self.tombstones})

    def reference(self, settings: Settings) -> Reference | None:
        """Return the bibliographic reference to it; None if its record has problems."""
        return refer(self.record, settings) if self.record else None

    def block_reference(
        self, block: Block, settings: Settings, place: LogPlace | None = None
    ) -> Reference | None:
        """Return the reference to a block of it; None if its record or the anchor has problems.

        ``place`` is that of the block's last event in the ledger.
        """
        record, anchor = self.record, Anchor.parse(block.anchor)
        if record is None or anchor.document != record.id:
            return None
        return refer(record, settings, Passage(anchor, block.fingerprint, place))


@dataclass(frozen=True, slots=True)
class Vouching(Fact):
    """The attestation beside a document."""

    stamp: tuple[int, int] | None  # modification time and size of the file; None without a file
    problems: tuple[Problem, ...] = ()  # of the file
    attested: tuple[Attested, ...] = ()
    checker: int | None = None  # the version of the rules; None where there is no attestation


@dataclass(frozen=True, slots=True)
class Event(Fact):
    """A dated event of the chronology."""

    date: ArchiveDate
    line: int  # counted from 1
    anchors: tuple[str, ...]  # of the passages that state it
    id: str  # unique in its page


@dataclass(frozen=True, slots=True)
class Place:
    """An anchored block and its document."""

    document: Document
    block: Block

    @property
    def order(self) -> tuple[tuple[str, str], str, int]:
        """Sort key: the order of the catalogue, then that of the document."""
        record = self.document.record
        date = record.date.sort_key if record is not None else ("", "")
        return date, self.document.id, self.block.line


# The places that refer to something, in the order of the catalogue: by kind, and then by the key of
# a "reference", the lower-case "term" or the id of a "document".
Backlinks = Mapping[str, Mapping[str, tuple[Place, ...]]]
