"""What the archive knows of documents, as frozen facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from archive.model.dates import ArchiveDate
from archive.model.fact import Fact
from archive.model.problem import Problem
from archive.model.record import Record
from archive.model.standing import Tombstone

DOCUMENTS = "documents"

CATALOGUE = f"{DOCUMENTS}/index"


def is_document(docname: str) -> bool:
    """Whether the page ``docname`` is an archived document."""
    return docname.startswith(f"{DOCUMENTS}/") and docname != CATALOGUE


class Mention(NamedTuple):
    """Something that a page names and another page defines."""

    kind: str  # "label", "term" or "reference"
    target: str


@dataclass(frozen=True, slots=True)
class Block(Fact):
    """A block of a document that has an anchor: a passage, a section or an editor's note."""

    anchor: str
    former: tuple[str, ...]  # older anchors that moved to this block
    spoken: str  # "ALA resolution, whereas 3"
    line: int  # counted from 1
    fingerprint: str  # of its normalised text; of a section, of its heading
    is_passage: bool
    mentions: tuple[Mention, ...]  # references, labels and terms, in order of first mention

    @property
    def cites(self) -> tuple[str, ...]:
        """The keys of the references it cites."""
        return tuple(mention.target for mention in self.mentions if mention.kind == "reference")


@dataclass(frozen=True, slots=True)
class Gap(Fact):
    """A block of a document that has no anchor yet."""

    line: int  # counted from 1, where the block begins
    letter: str | None  # s for a heading, n for a note; None: as the passages around it


@dataclass(frozen=True, slots=True)
class Document(Fact):
    """What the archive knows of one document after reading it."""

    docname: str
    path: str  # relative to the archive's root
    record: Record | None  # None where it has problems
    blocks: tuple[Block, ...] = ()
    tombstones: tuple[Tombstone, ...] = ()
    gaps: tuple[Gap, ...] = ()
    problems: tuple[Problem, ...] = ()
    unwritten: tuple[Problem, ...] = ()  # what an import left to write or to confirm

    @property
    def id(self) -> str:
        """The document id, which is the file's name."""
        return self.docname.rpartition("/")[2]

    @property
    def title(self) -> str:
        """The record's title; the id where the record has problems."""
        return self.record.title if self.record else self.id

    @property
    def language(self) -> str | None:
        """The BCP 47 tag of its language; None where the record has problems."""
        return self.record.language if self.record else None

    @property
    def short_title(self) -> str:
        """What the spoken names of its passages begin with."""
        return self.record.short_title if self.record else self.id

    @property
    def passages(self) -> tuple[Block, ...]:
        """The blocks that render the source, in their order."""
        return tuple(block for block in self.blocks if block.is_passage)

    @property
    def anchors(self) -> frozenset[str]:
        """Every anchor that stands in it: of blocks, former ones and tombstones."""
        standing = {anchor for block in self.blocks for anchor in (block.anchor, *block.former)}
        return frozenset(standing | {place.anchor for place in self.tombstones})


@dataclass(frozen=True, slots=True)
class Vouching(Fact):
    """What the attestation beside a document was found to vouch for."""

    stamp: tuple[int, int] | None  # of the file, its time and size; None where there is none
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Event(Fact):
    """A dated event of the chronology and the anchors that state it."""

    date: ArchiveDate
    line: int
    anchors: tuple[str, ...]
    id: str  # on its page


@dataclass(frozen=True, slots=True)
class Place:
    """An anchored block and the document it stands in."""

    document: Document
    block: Block

    @property
    def order(self) -> tuple[tuple[str, str], str, int]:
        """Sorts places as the catalogue and their documents have them."""
        record = self.document.record
        date = record.date.sort_key if record is not None else ("", "")
        return date, self.document.id, self.block.line


@dataclass(frozen=True, slots=True)
class Backlinks:
    """The places that name something, in the order of the catalogue."""

    of_reference: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)  # by key
    of_term: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)  # by lower-case term
    of_document: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)  # by document id
