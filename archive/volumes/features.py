"""The Sphinx extension of a volume, and what it shows of the others once all volumes are read."""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from types import MappingProxyType

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.inventory import InventoryFile
from sphinx.util.typing import ExtensionMetadata

from archive.files import read_pickle, write, write_pickle
from archive.model.ledger import Kind, Ledger
from archive.model.passage import Anchor
from archive.model.relations import VERSIONS, versions
from archive.model.tree import LogPlace
from archive.site.know.domain import ArchiveDomain, archive_domain
from archive.site.know.facts import Document, Mention, Vouching, is_document
from archive.site.know.ledger import LEDGER, publishing_commits
from archive.site.read.anchors import said_in
from archive.site.read.search_entries import drop_entries
from archive.site.show.bibliography import split_pages
from archive.upstream.domains import works_of
from archive.volumes import ROOT, LedgerSlicer, Places, Slice, Volume, final, places, read_volumes


def exchange(archive: Path) -> None:
    """Write for each volume its slice of the ledger, and what it shows of the others.

    Raises ValueError where a volume was not read, and where the ledger is broken.
    """
    volumes = read_volumes(archive)
    exchanged = _Exchange(archive, [ROOT, *(volume.slug for volume in volumes)])
    for volume in volumes:
        exchanged.write_volume(volume)
    exchanged.write_root()


class _Exchange:
    def __init__(self, archive: Path, slugs: list[str]) -> None:
        self._archive = archive
        self._facts: dict[str, VolumeFacts] = {
            slug: _facts(places(archive, slug).facts) for slug in slugs
        }
        self._documents = {
            document.id: document
            for facts in self._facts.values()
            for document in facts.documents.values()
        }
        self._labels, self._terms = _defined(places(archive, slug).inventory for slug in slugs)
        ledger = archive / LEDGER
        self._slicer = LedgerSlicer(ledger.read_bytes() if ledger.exists() else b"", LEDGER)
        revised = any(len(each.events) > 1 for each in self._slicer.ledger.histories.values())
        self._commits = publishing_commits(ledger) if revised else {}
        self._referring = _referring(self._documents, self._labels)
        self._neighbours = _neighbours(self._documents)
        self._versions = versions(
            (document.id, _page(self._labels[relation.target]))
            for document in self._documents.values() if document.record is not None
            for relation in document.record.relations
            if relation.kind in VERSIONS and relation.target in self._labels
        )  # fmt: skip

    def write_volume(self, volume: Volume) -> None:
        own, ledger = set(volume.documents), self._slicer.ledger
        mentions = list(chain.from_iterable(self._facts[volume.slug].mentions.values()))
        labels = {each.target for each in mentions if each.kind == "label"}
        related = set(_related(self._documents[id_] for id_ in own if id_ in self._documents))
        labels |= related
        terms = {each.target.lower() for each in mentions if each.kind == "term"}
        part = self._slicer.about(own, labels)
        successors = {str(final(ledger, anchor)) for anchor in part.anchors}
        near = {other for id_ in own for other in (*self._neighbours[id_], *self._referring[id_])}
        near |= {Anchor.parse(anchor).document for anchor in successors}
        near |= {_page(self._labels[name]) for name in related & self._labels.keys()}
        near |= {other for id_ in own for other in self._versions.get(id_, ())}
        labels |= {
            name for id_ in near & self._documents.keys()
            for name in _related([self._documents[id_]])
        }  # fmt: skip
        near &= self._documents.keys()
        labels |= successors
        self._write(places(self._archive, volume.slug), part, OutsideFacts(
            tuple(self._documents[id_] for id_ in sorted(near - own)),
            {name: self._labels[name] for name in sorted(labels & self._labels.keys())},
            {name: place for name, place in self._terms.items() if name.lower() in terms},
            self._facts[ROOT].work_pages,
            self._commits_of(part),
            self._places_of(part),
            unseen=len(self._documents) - len(own | near),
        ))  # fmt: skip

    def write_root(self) -> None:
        """Write all facts and the whole ledger for the pages that list everything."""
        whole = self._slicer.whole
        documents = tuple(self._documents[id_] for id_ in sorted(self._documents))
        self._write(places(self._archive, ROOT), whole, OutsideFacts(
            documents, self._labels, self._terms, self._facts[ROOT].work_pages,
            self._commits_of(whole),
            self._places_of(whole),
            dict(chain.from_iterable(each.vouching.items() for each in self._facts.values())),
            dict(self._said()),
        ))  # fmt: skip

    def _said(self) -> Iterator[tuple[str, str]]:
        """The words of revised passages, by fingerprint, which the feeds of the root tell."""
        reworded: set[str] = set()
        for history in self._slicer.ledger.values():
            if any(event.kind is Kind.REVISE for event in history.events):
                now = self._slicer.ledger.resolve(history.anchor).final
                reworded |= {Anchor.parse(each).document for each in (history.anchor, now)}
        for slug, facts in self._facts.items():
            for docname, document in facts.documents.items():
                path = places(self._archive, slug).trees / f"{docname}.doctree"
                if document.id in reworded and path.is_file():
                    yield from said_in(pickle.loads(path.read_bytes()))

    def _write(self, where: Places, part: Slice, outside: OutsideFacts) -> None:
        write(where.source / LEDGER, part.data)
        write_pickle(where.outside_facts, outside, VERSION)

    def _commits_of(self, part: Slice) -> dict[int, str]:
        """The commit of each line of a slice, where git knows it."""
        return {
            number: self._commits[line]
            for number, line in enumerate(part.lines, start=1)
            if line in self._commits
        }

    def _places_of(self, part: Slice) -> dict[int, LogPlace]:
        """Where the last event of each anchor, and each wording, of a slice stands in the whole."""
        shown = {history.events[-1].line for history in self._slicer.ledger.values()}
        shown |= {
            event.line
            for history in self._slicer.ledger.values() if len(history.events) > 1
            for event in history.events if event.sha256
        }  # fmt: skip
        return {
            number: self._slicer.ledger.tree.place(line)
            for number, line in enumerate(part.lines, start=1)
            if line in shown
        }


def _facts(path: Path) -> VolumeFacts:
    """What was read of a volume.  Raises ValueError where it was not, or the file is damaged."""
    facts: VolumeFacts | None = read_pickle(path, VERSION)
    if facts is None:
        raise ValueError(f"{path} is missing or damaged. To mend: run make volumes again")
    return facts


def _referring(
    documents: Mapping[str, Document], labels: Mapping[str, tuple[str, str, str]]
) -> Mapping[str, set[str]]:
    """By the id of each document, the ids of the documents that refer or are related to it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for document in documents.values():
        for block in document.blocks:
            for kind, name in block.targets(document.id):
                if kind == "document":
                    found[name].add(document.id)
        for name in _related([document]):
            if name in labels:
                found[_page(labels[name])].add(document.id)
    return found


def _related(documents: Iterable[Document]) -> Iterator[str]:
    """Yield what documents are related to, and which of their passages are."""
    for document in documents:
        for relation in document.record.relations if document.record is not None else ():
            yield relation.target
            if relation.passage:
                yield relation.anchor(document.id)


def _page(label: tuple[str, str, str]) -> str:
    """Return the id of the document that has a label."""
    return label[0].rpartition("/")[2]


def _neighbours(documents: Mapping[str, Document]) -> Mapping[str, tuple[str, ...]]:
    """By the id of each document, those before and after it in the order of the catalogue."""
    dated = [(each.record.date.sort_key, id_) for id_, each in documents.items() if each.record]
    ids = ["", *(id_ for _date, id_ in sorted(dated)), ""]
    found: dict[str, tuple[str, ...]] = dict.fromkeys(documents, ())
    for before, here, after in zip(ids, ids[1:], ids[2:]):
        found[here] = tuple(filter(None, (before, after)))
    return found


def _defined(
    inventories: Iterable[Path],
) -> tuple[dict[str, tuple[str, str, str]], dict[str, tuple[str, str]]]:
    """The places of the labels and of the terms that volumes define, by name."""
    labels: dict[str, tuple[str, str, str]] = {}
    terms: dict[str, tuple[str, str]] = {}
    for path in inventories:
        data = InventoryFile.loads(path.read_bytes(), uri="").data
        for name, item in data.get("std:label", {}).items():
            text = name if item.display_name == "-" else item.display_name
            labels.setdefault(name, (*_place(item.uri), text))
        for name, item in data.get("std:term", {}).items():
            terms.setdefault(name, _place(item.uri))
    return labels, terms


def _place(address: str) -> tuple[str, str]:
    """The docname and the id that an inventory's address names."""
    page, _hash, id_ = address.partition("#")
    return page.removesuffix(".html"), id_


# --- The Sphinx extension of a volume: what its build does besides that of a whole archive.
#
# A volume is built twice.  The first build, with the builder ``read``, writes down the facts of the
# volume's documents.  ``exchange`` then writes what the volume needs from the others, and the
# second build takes these facts over and writes the pages.

VERSION = "facts of volumes 1"


@dataclass(frozen=True, slots=True)
class VolumeFacts:
    documents: Mapping[str, Document]  # by docname
    mentions: Mapping[str, tuple[Mention, ...]]  # of each page, by docname
    work_pages: Mapping[str, str]  # by key: the page of a work that a split bibliography moved
    vouching: Mapping[str, Vouching]  # of each document, by docname


@dataclass(frozen=True, slots=True)
class OutsideFacts:
    """What a volume needs from the others."""

    # Neighbours in the catalogue, documents that refer to the volume's, and those they moved to.
    documents: tuple[Document, ...] = ()
    labels: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)  # docname, id, text
    terms: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # docname and id, by term
    work_pages: Mapping[str, str] = field(default_factory=dict)  # as in VolumeFacts
    commits: Mapping[int, str] = field(default_factory=dict)  # of each line of its ledger slice
    places: Mapping[int, LogPlace] = field(default_factory=dict)  # of each line of the slice
    vouching: Mapping[str, Vouching] = field(default_factory=dict)  # of the root alone: of each one
    said: Mapping[str, str] = field(default_factory=dict)  # revised words of the root's, by sha256
    unseen: int = 0  # documents of the archive that are neither here nor in the volume


class VolumeDomain(ArchiveDomain):
    """The archive's domain in a volume, which knows some facts of the other volumes."""

    checks_ledger = False
    outside = OutsideFacts()

    @property
    def size(self) -> int:
        return super().size + self.outside.unseen


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register with Sphinx, after the extension ``archive``.

    The priorities put each step before or after those of ``archive.features``: facts are taken over
    before sphinxcontrib-bibtex formats citations (500), works are placed before anything links to
    them (900).
    """
    app.add_domain(VolumeDomain, override=True)
    app.connect("builder-inited", begin_volume, priority=950)
    app.connect("doctree-read", drop_stub_entries, priority=950)
    app.connect("env-updated", take_outside_facts, priority=300)
    app.connect("env-updated", place_works, priority=850)
    app.connect("build-finished", write_facts, priority=950)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def begin_volume(app: Sphinx) -> None:
    """Drop the facts of other volumes that an earlier build took over.

    The first build has no ledger: the slice of the volume is written when all volumes are read.
    """
    _drop_outside_facts(app.env, has_stubs=not _places(app).is_root)
    if _only_reads(app):
        domain = archive_domain(app.env)
        domain.ledger, domain.published = Ledger({}), MappingProxyType({})
        domain.ledger_problems = ()


def _drop_outside_facts(env: BuildEnvironment, *, has_stubs: bool) -> None:
    """Keep what the volume's own pages define; a stub of a page defines nothing."""
    own = {page for page in env.all_docs if is_document(page) or not has_stubs}
    domain = archive_domain(env)
    for docname in domain.documents.keys() - own:
        domain.documents.pop(docname)
        domain.vouching.pop(docname, None)
        domain.seals.pop(docname, None)
    data = env.domains.standard_domain.data
    for known in (data["labels"], data["anonlabels"], data["objects"], data["terms"]):
        # Labels of Sphinx's own, such as that of the index, have no id.
        for name in [name for name, (page, id_, *_) in known.items() if id_ and page not in own]:
            del known[name]


def drop_stub_entries(app: Sphinx, doctree: nodes.document) -> None:
    """Leave stubs out of the search: the root volume indexes the pages that they stand for."""
    docname = app.env.current_document.docname
    if not _places(app).is_root and docname not in archive_domain(app.env).documents:
        drop_entries(app, app.env, docname)


def take_outside_facts(app: Sphinx, env: BuildEnvironment) -> None:
    """Add the facts of other volumes to those of this one."""
    if _only_reads(app):
        return
    path = _places(app).outside_facts
    outside: OutsideFacts | None = read_pickle(path, VERSION)
    if outside is None:
        raise ExtensionError(f"{path} is missing or damaged. To mend: run make volumes again")
    domain, standard = archive_domain(env), env.domains.standard_domain
    assert isinstance(domain, VolumeDomain)
    domain.outside = outside
    domain.documents.update((document.docname, document) for document in outside.documents)
    domain.vouching.update(outside.vouching)
    domain.said = outside.said
    domain.ledger_commits, domain.ledger_places = outside.commits, outside.places
    domain.checks_ledger = _places(app).is_root  # which has the whole ledger and all documents
    for name, (docname, id_, text) in outside.labels.items():
        standard.labels.setdefault(name, (docname, id_, text))
        standard.anonlabels.setdefault(name, (docname, id_))
    for name, place in outside.terms.items():
        standard.objects.setdefault(("term", name), place)
        standard.data["terms"].setdefault(name.lower(), place)


def place_works(app: Sphinx, env: BuildEnvironment) -> None:
    """Link works to the pages on which the whole bibliography has them."""
    domain, works = archive_domain(env), works_of(env)
    assert isinstance(domain, VolumeDomain)
    pages = domain.outside.work_pages
    works.place({work.citation_id: pages[work.key] for work in works.all() if work.key in pages})


def write_facts(app: Sphinx, exception: Exception | None) -> None:
    """Write down what was read of the volume, for the exchange with the others."""
    if exception is not None or not _only_reads(app):
        return
    where, domain = _places(app), archive_domain(app.env)
    pages = {work.key: name for name, part in split_pages(app.env) for work in part.items}
    facts = VolumeFacts(domain.documents, domain.mentions, pages, domain.vouching)
    write_pickle(where.facts, facts, VERSION)
    InventoryFile.dump(where.inventory, app.env, app.builder)


def _places(app: Sphinx) -> Places:
    return Places(Path(app.srcdir).parent)


def _only_reads(app: Sphinx) -> bool:
    return app.builder.name == "read"
