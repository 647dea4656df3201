"""The archive's Sphinx domain: the facts of every document, keyed by docname."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from sphinx.domains import Domain

from archive.model.ledger import History, Ledger
from archive.model.problem import Problem
from archive.model.record import Record
from archive.site.know.facts import Backlinks, Document, Event, Mention, Vouching
from archive.site.know.parts import ENTRIES, Part, parts
from archive.upstream.access import builder_of

if TYPE_CHECKING:
    from collections.abc import Set

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from archive.site.know.account import Account
    from archive.site.know.outputs import GeneratedPage
    from archive.site.know.view import View


Fact = TypeVar("Fact")


class Packed(dict[str, Fact]):
    """A dictionary of facts that nobody changes, pickled as the bytes of each."""

    _known: Mapping[str, tuple[Fact, bytes]]  # what was packed, and the bytes of it

    def __init__(self, known: Mapping[str, tuple[Fact, bytes]] | None = None) -> None:
        self._known = known or {}
        super().__init__((name, fact) for name, (fact, _data) in self._known.items())

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpack, ({name: self._pack(name, fact) for name, fact in self.items()},)

    def _pack(self, name: str, fact: Fact) -> bytes:
        known = self._known.get(name)
        if known is not None and known[0] is fact:
            return known[1]
        return pickle.dumps(fact, pickle.HIGHEST_PROTOCOL)


def _unpack(packed: Mapping[str, bytes]) -> Packed[Any]:
    return Packed({name: (pickle.loads(data), data) for name, data in packed.items()})


# The domain's data that belongs to one page each, and goes when the page goes.
_BY_DOCNAME = (
    "documents", "events", "catalogues", "faults", "mentions", "stamps", "vouching",
)  # fmt: skip


class _Facts(Generic[Fact]):
    """An attribute of the domain: one part of its data, by docname."""

    def __init__(self, doc: str) -> None:
        self.__doc__ = doc

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, domain: Domain, _owner: type) -> dict[str, Fact]:
        facts: dict[str, Fact] = domain.data[self._name]
        return facts


class ArchiveDomain(Domain):
    """Holds documents and events; every other module only reads them."""

    name = "archive"
    label = "Archive"
    initial_data: ClassVar[dict[str, Any]] = {
        **{facts: {} for facts in _BY_DOCNAME},
        **{facts: Packed() for facts in ("documents", "mentions")},
    }
    data_version = 8

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
    checks_ledger: bool = True  # whether this build compares the documents with the ledger
    generated: tuple[GeneratedPage, ...] = ()  # the pages that have no source
    view: View | None = None  # by which those who show facts read them
    account: Account | None = None  # of the outputs that were made

    documents = _Facts[Document]("The documents.")
    events = _Facts[tuple[Event, ...]]("The chronology's events.")
    catalogues = _Facts[bool]("The pages that show a catalogue.")
    faults = _Facts[tuple[Problem, ...]]("What is wrong besides record and anchors.")
    stamps = _Facts[tuple[object, ...]]("Time and size of the files that each page was read from.")
    mentions = _Facts[tuple[Mention, ...]]("What each page names that stands elsewhere.")
    vouching = _Facts[Vouching]("What was found of each document's attestation.")

    def blame(self, docname: str, problems: Iterable[Problem]) -> None:
        """Add to what is wrong on a page."""
        found = tuple(dict.fromkeys((*self.faults.get(docname, ()), *problems)))
        if found:
            self.faults[docname] = found

    def recorded(self) -> Iterator[tuple[Document, Record]]:
        """The documents that have a record, by date and then by id."""
        pairs = [(doc, doc.record) for doc in self.documents.values() if doc.record is not None]
        yield from sorted(pairs, key=lambda pair: (pair[1].date.sort_key, pair[1].id))

    @property
    def size(self) -> int:
        """The number of documents in the whole archive."""
        return len(self.documents)

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


def is_split(env: BuildEnvironment) -> bool:
    """Whether there are too many documents to list them on one page; a book has only one."""
    size: int = env.config.archive_page_entries
    domain = archive_domain(env)
    return builder_of(env).name == "html" and domain.size > size


# Up to how many pages every word is in the index, where conf.py says nothing else.
FULL_TEXT_PAGES = 1_000


def has_words(env: BuildEnvironment) -> bool:
    """Whether the index has every word, and not those of headings alone."""
    limit: int = env.config.archive_full_text_pages
    domain = archive_domain(env)
    return len(env.found_docs - domain.documents.keys()) + domain.size <= limit


def order_documents(app: Sphinx, env: BuildEnvironment) -> None:
    """Have the domain know each document's neighbours before a page asks for them."""
    archive_domain(env).order()
