"""The archive's Sphinx domain: all facts, keyed by docname, and what pages show of other pages."""

from __future__ import annotations

import pickle
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import fields
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from sphinx.domains import Domain

from archive.model import Problem
from archive.model.ledger import History, Ledger
from archive.model.record import Record
from archive.model.settings import Settings
from archive.model.tree import LogPlace
from archive.model.wordings import Wordings
from archive.site.know import settings_of
from archive.site.know.facts import (
    CATALOGUE,
    ENTRIES,
    Backlinks,
    Block,
    Document,
    Event,
    Label,
    Mention,
    Part,
    Place,
    Vouching,
    by_subject,
    digest_of,
    parts,
)
from archive.site.know.relations import Related, related, versions
from archive.upstream import builder_of
from archive.upstream.domains import defined_by

if TYPE_CHECKING:
    from collections.abc import Set

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from archive.site.know.outputs import Account, GeneratedPage
    from archive.site.know.view import View


# --- The archive's Sphinx domain: all facts, keyed by docname.

Fact = TypeVar("Fact")


class Packed(dict[str, Fact]):
    """A dictionary of immutable facts that pickles only those that are new since it was loaded."""

    def __init__(self, loaded: Mapping[str, tuple[Fact, bytes]] | None = None) -> None:
        self._loaded = loaded or {}  # each fact with its pickle
        super().__init__((name, fact) for name, (fact, _data) in self._loaded.items())

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpack, ({name: self._pack(name, fact) for name, fact in self.items()},)

    def _pack(self, name: str, fact: Fact) -> bytes:
        loaded = self._loaded.get(name)
        if loaded is not None and loaded[0] is fact:
            return loaded[1]
        return pickle.dumps(fact, pickle.HIGHEST_PROTOCOL)


def _unpack(packed: Mapping[str, bytes]) -> Packed[Any]:
    return Packed({name: (pickle.loads(data), data) for name, data in packed.items()})


# The parts of the domain's data, each a dictionary by docname.
_PARTS = (
    "documents", "events", "catalogues", "faults", "labels", "mentions", "named_works", "seals",
    "shared", "stamps", "vouching",
)  # fmt: skip


class ArchiveDomain(Domain):
    """Holds what is read from pages, and what each build derives from it."""

    name = "archive"
    label = "Archive"
    initial_data: ClassVar[dict[str, Any]] = {
        **{part: {} for part in _PARTS},
        **{part: Packed() for part in ("documents", "mentions", "vouching")},
    }
    data_version = 17

    # Set by each build and not stored.
    ledger: Ledger = Ledger({})  # as it was when the build began
    published: Mapping[str, tuple[History, ...]] = MappingProxyType({})  # by document id
    ledger_problems: tuple[Problem, ...] = ()
    wordings: Wordings = Wordings()  # that were superseded, as far as they are kept
    said: Mapping[str, str] = MappingProxyType({})  # words of other volumes, by fingerprint
    ledger_starts: array[int] | None = None  # of each line; read when first asked for
    ledger_commits: Mapping[int, str] = MappingProxyType({})  # by line of the ledger
    ledger_places: Mapping[int, LogPlace] = MappingProxyType(
        {}
    )  # by line; else the ledger's own tree
    reference_problems: tuple[Problem, ...] = ()  # of the bibliography
    neighbours: Mapping[str, tuple[Document | None, Document | None]] = MappingProxyType({})
    backlinks: Backlinks = MappingProxyType({})
    related: Related = MappingProxyType({})
    versions: Mapping[str, tuple[Document, ...]] = MappingProxyType({})  # by the id of each
    collections: tuple[Part[tuple[Document, Record]], ...] = ()  # in the catalogue's order
    collection_of: Mapping[str, Part[tuple[Document, Record]]] = MappingProxyType({})  # by docname
    subjects: Mapping[str, tuple[Part[tuple[Document, Record]], ...]] = MappingProxyType(
        {}
    )  # by page
    checks_ledger: bool = True  # whether this build compares the documents with the ledger
    generated: tuple[GeneratedPage, ...] = ()
    view: View | None = None
    work_labels: Mapping[str, str] | None = None  # by key; made when a heading first cites a work
    account: Account | None = None
    _held: list[tuple[Document, Record]] | None = None  # once all documents are read

    def __init__(self, env: BuildEnvironment) -> None:
        super().__init__(env)
        self.noted: dict[Path, object] = {}  # stamps of files before they were read, not stored
        self.documents: dict[str, Document] = self.data["documents"]
        self.events: dict[str, tuple[Event, ...]] = self.data["events"]
        self.catalogues: dict[str, bool] = self.data["catalogues"]  # the pages with a catalogue
        # Problems of pages, except those of records and anchors.
        self.faults: dict[str, tuple[Problem, ...]] = self.data["faults"]
        self.labels: dict[str, tuple[Label, ...]] = self.data["labels"]  # but for anchors
        self.mentions: dict[str, tuple[Mention, ...]] = self.data["mentions"]
        self.named_works: dict[str, dict[str, str]] = self.data["named_works"]  # in headings
        # Of the blocks that cite works, by anchor; behind what tells of the bibliography.
        self.seals: dict[str, tuple[object, dict[str, str]]] = self.data["seals"]
        # Digests of what others show of a page, made when first asked for: ``shared``.
        self.shared: dict[str, str] = self.data["shared"]
        self.stamps: dict[str, tuple[object, ...]] = self.data["stamps"]  # see ``read.sources``
        self.vouching: dict[str, Vouching] = self.data["vouching"]

    @cached_property
    def settings(self) -> Settings:
        return settings_of(self.env.config)

    def add_faults(self, docname: str, problems: Iterable[Problem]) -> None:
        """Add problems to those of a page, each once."""
        found = tuple(dict.fromkeys((*self.faults.get(docname, ()), *problems)))
        if found:
            self.faults[docname] = found

    def recorded(self) -> Iterator[tuple[Document, Record]]:
        """Yield the documents that have a record, by date and then by id."""
        yield from self._sorted() if self._held is None else self._held

    def _sorted(self) -> list[tuple[Document, Record]]:
        pairs = [(doc, doc.record) for doc in self.documents.values() if doc.record is not None]
        return sorted(pairs, key=lambda pair: (pair[1].date.sort_key, pair[1].id))

    def relate(self) -> None:
        """Set ``backlinks``, ``related`` and ``versions`` once all documents are read."""
        found: dict[str, defaultdict[str, list[Place]]] = {
            kind: defaultdict(list) for kind in ("reference", "term", "document")
        }
        for document, _record in self.recorded():
            for block in document.blocks:
                for kind, name in dict.fromkeys(block.targets(document.id)):
                    found[kind][name].append(Place(document, block))
        self.backlinks = {
            kind: {name: tuple(places) for name, places in names.items()}
            for kind, names in found.items()
        }
        self.related = related(self)
        self.versions = versions(self)

    @property
    def size(self) -> int:
        """The number of documents in the whole archive."""
        return len(self.documents)

    def order(self) -> None:
        """Set ``collections``, ``collection_of`` and ``neighbours`` once all documents are read."""
        self._held = self._sorted()
        self.collections = parts(
            self.recorded(),
            lambda held: held[1].collection_name,
            self.env.config.archive_page_entries,
        )
        self.collection_of = {
            document.docname: part for part in self.collections for document, _ in part.items
        }
        self.subjects = by_subject(self.recorded(), self.env.config.archive_page_entries)
        neighbours: dict[str, tuple[Document | None, Document | None]] = {}
        for sequence in self._sequences():
            row = [None, *sequence, None]
            for before, here, after in zip(row, row[1:], row[2:]):
                if here is not None:
                    neighbours[here.docname] = (before, after)
        self.neighbours = neighbours

    def _sequences(self) -> Iterator[list[Document]]:
        """Yield the documents that link to one another: all, or each collection of very many."""
        if len(self.documents) <= ENTRIES:
            yield [document for document, _record in self.recorded()]
            return
        for _label, parts_ in groupby(self.collections, key=lambda part: part.label):
            yield [document for part in parts_ for document, _record in part.items]

    def clear_doc(self, docname: str) -> None:
        self._held = None
        for part in _PARTS:
            self.data[part].pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        for part in _PARTS:
            other = otherdata[part].items()
            self.data[part].update(each for each in other if each[0] in docnames)

    def gone(self, document_id: str) -> Iterator[History]:
        """Yield the published anchors named after a document that are no longer in it."""
        document = self.documents.get(f"documents/{document_id}")
        standing = document.anchors if document is not None else frozenset()
        for history in self.published.get(document_id, ()):
            if history.anchor not in standing:
                yield history

    def resolve_any_xref(self, *_args: object) -> list[Any]:
        """Return nothing: anchors are labels of the standard domain."""
        return []


def archive_domain(env: BuildEnvironment) -> ArchiveDomain:
    domain = env.get_domain(ArchiveDomain.name)
    assert isinstance(domain, ArchiveDomain)
    return domain


def catalogue_page(env: BuildEnvironment) -> str:
    """The docname of the page that lists the documents: the first page, if no other one does."""
    root: str = env.config.root_doc
    return CATALOGUE if CATALOGUE in env.found_docs else root


def document_being_read(env: BuildEnvironment) -> Document | None:
    """Return the document being read; None if the page being read is no document."""
    return archive_domain(env).documents.get(env.current_document.docname)


def path_being_read(env: BuildEnvironment) -> str:
    """Return the path of the page being read, relative to the archive's root."""
    return env.doc2path(env.current_document.docname, base=False).as_posix()


def report(env: BuildEnvironment, line: int, rule: str, message: str, mend: str) -> None:
    problem = Problem(path_being_read(env), line, rule, message, mend)
    archive_domain(env).add_faults(env.current_document.docname, [problem])


def is_split(env: BuildEnvironment) -> bool:
    """Whether the site has too many documents to list them on one page."""
    size: int = env.config.archive_page_entries
    domain = archive_domain(env)
    return builder_of(env).name == "html" and domain.size > size


def order_documents(app: Sphinx, env: BuildEnvironment) -> None:
    archive_domain(env).order()
    archive_domain(env).relate()


# --- What pages show of other pages, as one digest for each page.
#
# Most edits change words that no other page shows.  The facts that pages decide for one another are
# then the same, and are neither made again nor compared.  The digest of a page goes with all else
# that is known of it when Sphinx clears the page, so that only pages that were read have a new one.

# Of a block all but where it stands in the file and what it says.
_NOT_SHARED = {"line", "fingerprint", "stands"}
_of_block = attrgetter(
    *(field.name for field in fields(Block) if field.name not in _NOT_SHARED), "is_wordless"
)


def digest_of_pages(domain: ArchiveDomain) -> str:
    """Return a digest of what all pages of a complete archive share with others."""
    domain.shared.update(_digests(domain, domain.env.found_docs - domain.shared.keys()))
    return digest_of(sorted(domain.shared.items()))


def _digests(domain: ArchiveDomain, pages: Set[str]) -> Iterator[tuple[str, str]]:
    defined = defined_by(domain.env, pages)
    for page in pages:
        title, document = domain.env.titles.get(page), domain.documents.get(page)
        vouching = domain.vouching.get(page)
        yield page, digest_of((
            title and title.astext(),
            sorted(map(repr, defined.get(page, ()))),
            domain.events.get(page),
            vouching and vouching.traced,
            document and _of_document(document),
        ))  # fmt: skip


def _of_document(document: Document) -> object:
    tombstones = [(each.anchor, each.target) for each in document.tombstones]
    return document.digests.listed, tombstones, list(map(_of_block, document.blocks))
