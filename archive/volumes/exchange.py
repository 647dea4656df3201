"""Gives each volume what it shows of the others, once all volumes are read."""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from sphinx.util.inventory import InventoryFile

from archive.files import read_pickle, write, write_pickle
from archive.model.ledger import Kind
from archive.model.passage import Anchor
from archive.model.relations import VERSIONS, versions
from archive.model.tree import LogPlace
from archive.site.know.facts import Document
from archive.site.know.ledger import LEDGER, publishing_commits
from archive.site.read.anchors import said_in
from archive.volumes.features import VERSION, OutsideFacts, VolumeFacts
from archive.volumes.planning import (
    ROOT,
    LedgerSlicer,
    Places,
    Slice,
    Volume,
    final,
    places,
    read_volumes,
)


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
                reworded.add(Anchor.parse(history.anchor).document)
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
