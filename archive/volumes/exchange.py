"""Tells each volume what it needs of the others, once all are read."""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from types import MappingProxyType

from sphinx.util.inventory import InventoryFile

from archive.files import write
from archive.model.passage import Anchor
from archive.site.know.ledger import LEDGER, publishing_commits
from archive.volumes.layout import ROOT, Places, Volume, places, planned
from archive.volumes.planning import Account, Slice, final
from archive.volumes.told import Elsewhere, Facts

_DOCUMENTS = "documents"


def exchange(archive: Path) -> None:
    """Write for each volume its ledger, and what it shows of the others.

    Raises OSError where a volume was not read, ValueError where the ledger is broken.
    """
    volumes = planned(archive)
    exchanged = _Exchange(archive, [ROOT, *(volume.slug for volume in volumes)])
    for volume in volumes:
        exchanged.tell(volume)
    exchanged.tell_root()


class _Exchange:
    """All that was read."""

    def __init__(self, archive: Path, slugs: list[str]) -> None:
        self._archive = archive
        self._facts: dict[str, Facts] = {
            slug: pickle.loads(places(archive, slug).facts.read_bytes()) for slug in slugs
        }
        self._documents = {
            document.id: document
            for facts in self._facts.values()
            for document in facts.documents.values()
        }
        self._labels, self._terms = _defined(places(archive, slug).inventory for slug in slugs)
        ledger = archive / LEDGER
        self._account = Account(ledger.read_bytes() if ledger.exists() else b"", LEDGER)
        revised = any(len(each.events) > 1 for each in self._account.ledger.histories.values())
        self._commits = publishing_commits(ledger) if revised else {}
        self._referring = self._all_referring()
        self._beside = self._all_neighbours()

    def tell(self, volume: Volume) -> None:
        """Write what one volume of documents needs."""
        own, ledger = set(volume.documents), self._account.ledger
        mentions = list(chain.from_iterable(self._facts[volume.slug].mentions.values()))
        cut = self._account.of(own, (each.target for each in mentions if each.kind == "label"))
        leading = {str(final(ledger, anchor)) for anchor in self._account.named(cut)}
        near = {other for id_ in own for other in (*self._beside[id_], *self._referring[id_])}
        near = (
            near | {Anchor.parse(anchor).document for anchor in leading}
        ) & self._documents.keys()
        labels = {each.target for each in mentions if each.kind == "label"} | leading
        terms = {each.target.lower() for each in mentions if each.kind == "term"}
        self._write(places(self._archive, volume.slug), cut, Elsewhere(
            tuple(self._documents[id_] for id_ in sorted(near - own)),
            {name: self._labels[name] for name in sorted(labels & self._labels.keys())},
            {name: place for name, place in self._terms.items() if name.lower() in terms},
            self._facts[ROOT].work_pages,
            self._commits_of(cut),
            len(self._documents) - len(own | near),
            has_whole_ledger=False,
        ))  # fmt: skip

    def tell_root(self) -> None:
        """Write what the pages need that list everything; there everything is checked, too."""
        data = (self._archive / LEDGER).read_bytes() if (self._archive / LEDGER).exists() else b""
        cut = Slice(data, tuple(range(1, data.count(b"\n") + 1)))
        documents = tuple(self._documents[id_] for id_ in sorted(self._documents))
        self._write(places(self._archive, ROOT), cut, Elsewhere(
            documents, self._labels, self._terms, self._facts[ROOT].work_pages,
            self._commits_of(cut), 0, has_whole_ledger=True,
        ))  # fmt: skip

    def _write(self, where: Places, cut: Slice, told: Elsewhere) -> None:
        write(where.source / LEDGER, cut.data)
        write(where.elsewhere, pickle.dumps(told, pickle.HIGHEST_PROTOCOL))

    def _commits_of(self, cut: Slice) -> dict[int, str]:
        """The commit of each line of a slice, where git knows it."""
        return {
            number: self._commits[line]
            for number, line in enumerate(cut.lines, start=1)
            if line in self._commits
        }

    def _all_referring(self) -> Mapping[str, set[str]]:
        """The ids of the documents that refer to each document."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for document in self._documents.values():
            for block in document.blocks:
                for mention in block.mentions:
                    if mention.document not in (None, document.id):
                        found[mention.document].add(document.id)
        return found

    def _all_neighbours(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of the documents before and after each one, in the order of the catalogue."""
        ids = [id_ for _date, id_ in sorted(self._dated())]
        found = dict.fromkeys(self._documents, ())
        return MappingProxyType(
            {
                **found,
                **{
                    here: tuple(filter(None, (before, after)))
                    for before, here, after in zip(["", *ids], ids, [*ids[1:], ""], strict=False)
                },
            }
        )

    def _dated(self) -> Iterator[tuple[tuple[str, str], str]]:
        for id_, document in self._documents.items():
            if document.record is not None:
                yield document.record.date.sort_key, id_


def _defined(
    inventories: Iterable[Path],
) -> tuple[dict[str, tuple[str, str, str]], dict[str, tuple[str, str]]]:
    """The labels and the terms that volumes define, by name, with their places."""
    labels: dict[str, tuple[str, str, str]] = {}
    terms: dict[str, tuple[str, str]] = {}
    for path in inventories:
        data = InventoryFile.loads(path.read_bytes(), uri="").data
        for name, item in data.get("std:label", {}).items():
            spoken = name if item.display_name == "-" else item.display_name
            labels.setdefault(name, (*_place(item.uri), spoken))
        for name, item in data.get("std:term", {}).items():
            terms.setdefault(name, _place(item.uri))
    return labels, terms


def _place(address: str) -> tuple[str, str]:
    """The docname and the id that an inventory's address names."""
    page, _hash, id_ = address.partition("#")
    return page.removesuffix(".html"), id_
