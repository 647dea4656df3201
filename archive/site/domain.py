"""The archive's domain: frozen facts of every document, keyed by docname."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from sphinx.domains import Domain

from archive.model.dates import ArchiveDate
from archive.model.fact import Fact
from archive.model.ledger import History, Ledger
from archive.model.problem import Problem
from archive.model.record import Record
from archive.model.standing import Tombstone
from archive.site.packed import Packed
from archive.site.parts import ENTRIES, Part, parts

if TYPE_CHECKING:
    from collections.abc import Set

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

    from archive.site.generated import GeneratedPage


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


# The domain's data that belongs to one page each, and goes when the page goes.
_BY_DOCNAME = (
    "documents", "events", "catalogues", "drawings", "faults", "mentions", "stamps", "vouching",
)  # fmt: skip


class ArchiveDomain(Domain):
    """Holds documents and events; every other module only reads them."""

    name = "archive"
    label = "Archive"
    initial_data: ClassVar[dict[str, Any]] = {
        **{facts: {} for facts in (*_BY_DOCNAME, "shown", "generated")},
        **{facts: Packed() for facts in ("documents", "mentions")},
        "inventory": "",  # the digest of what it lists
    }
    data_version = 7

    # The ledger as it stood when the build began.  It is read at each build and not kept.
    ledger: Ledger = Ledger({})
    published: Mapping[str, tuple[History, ...]] = MappingProxyType({})  # by document id
    ledger_problems: tuple[Problem, ...] = ()
    reference_problems: tuple[Problem, ...] = ()  # of the bibliography, at each build
    neighbours: Mapping[str, tuple[Document | None, Document | None]] = MappingProxyType({})
    backlinks: Backlinks = Backlinks()
    ledger_commits: Mapping[int, str] = MappingProxyType({})  # the commit of each line
    collections: tuple[Part[tuple[Document, Record]], ...] = ()  # in the catalogue's order
    collection_of: Mapping[str, Part[tuple[Document, Record]]] = MappingProxyType({})  # by docname
    unseen: int = 0  # documents of the archive that this run, of one volume, knows nothing of
    has_whole_ledger: bool = True  # not so in a volume: then nothing is held against it
    generated: tuple[GeneratedPage, ...] = ()  # the pages that have no source
    stale: frozenset[str] = frozenset()  # the names of those that must be written again
    inventory_is_stale: bool = True

    @property
    def documents(self) -> dict[str, Document]:
        """The documents by docname."""
        documents: dict[str, Document] = self.data["documents"]
        return documents

    @property
    def events(self) -> dict[str, tuple[Event, ...]]:
        """The chronology's events by the docname that holds them."""
        events: dict[str, tuple[Event, ...]] = self.data["events"]
        return events

    @property
    def catalogues(self) -> dict[str, bool]:
        """The docnames of the pages that show a catalogue."""
        catalogues: dict[str, bool] = self.data["catalogues"]
        return catalogues

    @property
    def drawings(self) -> dict[str, bool]:
        """The docnames of the pages that draw the archive's facts, or count them."""
        drawings: dict[str, bool] = self.data["drawings"]
        return drawings

    @property
    def faults(self) -> dict[str, tuple[Problem, ...]]:
        """What is wrong on each page besides its record and its anchors, by docname."""
        faults: dict[str, tuple[Problem, ...]] = self.data["faults"]
        return faults

    def blame(self, docname: str, problems: Iterable[Problem]) -> None:
        """Add to what is wrong on a page."""
        found = tuple(dict.fromkeys((*self.faults.get(docname, ()), *problems)))
        if found:
            self.faults[docname] = found

    @property
    def stamps(self) -> dict[str, tuple[object, ...]]:
        """Times and sizes of the files that each page was read from, by docname."""
        stamps: dict[str, tuple[object, ...]] = self.data["stamps"]
        return stamps

    @property
    def mentions(self) -> dict[str, tuple[Mention, ...]]:
        """What each page names that stands elsewhere, by docname."""
        mentions: dict[str, tuple[Mention, ...]] = self.data["mentions"]
        return mentions

    @property
    def vouching(self) -> dict[str, Vouching]:
        """What was found of each document's attestation, by docname."""
        vouching: dict[str, Vouching] = self.data["vouching"]
        return vouching

    @property
    def shown(self) -> dict[str, str]:
        """The digest of what each page showed of other pages when it was last written."""
        shown: dict[str, str] = self.data["shown"]
        return shown

    def recorded(self) -> Iterator[tuple[Document, Record]]:
        """The documents that have a record, by date and then by id."""
        pairs = [(doc, doc.record) for doc in self.documents.values() if doc.record is not None]
        yield from sorted(pairs, key=lambda pair: (pair[1].date.sort_key, pair[1].id))

    def order(self) -> None:
        """Work out collections and each document's neighbours, once all documents are read."""
        self.collections = parts(
            self.recorded(),
            lambda held: held[1].collection_name,
            self.env.config.archive_page_entries,
        )
        self.collection_of = {
            document.docname: part for part in self.collections for document, _ in part.items
        }
        neighbours: dict[str, tuple[Document | None, Document | None]] = {}
        for shelf in self._shelves():
            row = [None, *shelf, None]
            for before, here, after in zip(row, row[1:], row[2:]):
                if here is not None:
                    neighbours[here.docname] = (before, after)
        self.neighbours = neighbours

    def _shelves(self) -> Iterator[list[Document]]:
        """What a reader leafs through: all documents, or a collection of very many."""
        if len(self.documents) <= ENTRIES:
            yield [document for document, _record in self.recorded()]
            return
        for _label, parts_ in groupby(self.collections, key=lambda part: part.label):
            yield [document for part in parts_ for document, _record in part.items]

    def clear_doc(self, docname: str) -> None:
        for facts in _BY_DOCNAME:
            self.data[facts].pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        for facts in _BY_DOCNAME:
            self.data[facts].update(
                (docname, fact) for docname, fact in otherdata[facts].items() if docname in docnames
            )

    def gone(self, document_id: str) -> Iterator[History]:
        """The published anchors named after a document that stand in it no more."""
        document = self.documents.get(f"documents/{document_id}")
        standing = document.anchors if document is not None else frozenset()
        for history in self.published.get(document_id, ()):
            if history.anchor not in standing:
                yield history

    def resolve_any_xref(self, *_args: object) -> list[Any]:
        """Anchors are labels of the standard domain; nothing is resolved here."""
        return []


def archive_domain(env: BuildEnvironment) -> ArchiveDomain:
    """The domain of this build."""
    domain = env.get_domain(ArchiveDomain.name)
    assert isinstance(domain, ArchiveDomain)
    return domain


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_domain(ArchiveDomain)
    app.add_config_value("archive_page_entries", ENTRIES, "html", int)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
