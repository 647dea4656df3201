"""Answers programs that read for people, from a built site or a copy of one.

Nothing is written, and no other machine is asked.

``python -m archive mcp`` offers it by the Model Context Protocol
(https://modelcontextprotocol.io).
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from math import log
from pathlib import Path
from typing import Any, NamedTuple

from archive.citation.metadata import PASSAGES
from archive.search import UNSPACED, folded, stem

# --- What a site or a copy of one holds: its documents, passages and anchors that are gone.
#
# Read from ``documents/<id>.passages.json``.  A document is read when it is asked for; the words,
# names and fingerprints of all are read once, when the first question needs them.

FOLDER = "documents"
_FORMAT = 1
_READ = 128  # documents in memory

Facts = Mapping[str, Any]


class NoHoldingsError(ValueError):
    """A folder has no passages as data."""


class UnknownError(ValueError):
    """What was asked for is not there, or is not said clearly enough."""


class Place(NamedTuple):
    """A passage, and the document that has it."""

    document: Facts  # all of the document’s data
    passage: Facts  # as the data has it
    asked: Facts | None = None  # an earlier anchor or wording of it that was asked for


class Holdings:
    """The folder of a site.

    Raises NoHoldingsError where there is no passage to read.
    """

    def __init__(self, site: Path) -> None:
        self.site = site
        ending = f".{PASSAGES.suffix}"
        folder = site / FOLDER
        found = folder.iterdir() if folder.is_dir() else ()
        self.ids = sorted(
            each.name.removesuffix(ending) for each in found if each.name.endswith(ending)
        )
        if not self.ids:
            raise NoHoldingsError(
                f"{folder} has no passages as data (*{ending}). To mend: build the archive, or "
                "name the folder of a copy: --site DIR"
            )
        self._known = frozenset(self.ids)
        self.document = lru_cache(_READ)(self._document)

    def _document(self, id_: str) -> Facts:
        """The data of a document.  Raises UnknownError."""
        if id_ not in self._known:
            raise UnknownError(f"The archive has no document “{id_[:80]}”. To mend: search for it.")
        path = self.site / FOLDER / f"{id_}.{PASSAGES.suffix}"
        try:
            data = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise UnknownError(f"{path.name} cannot be read: {error}") from error
        if not isinstance(data, dict) or data.get("format") != _FORMAT:
            raise UnknownError(f"{path.name} has a form that this version does not know.")
        return data

    def find(self, asked: str) -> Place | Facts:
        """The passage that is meant, or what became of its anchor.

        ``asked`` is an anchor, an address, a fingerprint, a spoken name, or a document with a
        locator.  Raises UnknownError, which says what may have been meant.
        """
        asked = " ".join(asked.split())
        if _PRINT.fullmatch(asked.lower()):
            return self._by_print(asked.lower())
        named = _ADDRESS.search(asked)
        anchor = named[1] if named else asked
        if _ANCHOR.fullmatch(anchor):
            found = self._by_anchor(anchor)
            if found is not None:
                return found
        return self._by_name(asked)

    def _by_anchor(self, anchor: str) -> Place | Facts | None:
        document = anchor.rpartition("-")[0]
        if document in self._known:
            data = self.document(document)
            for each in data["passages"]:
                if each["anchor"] == anchor:
                    return Place(data, each)
            for each in data["gone"]:
                if each["anchor"] == anchor:
                    return {**each, "document": data["document"]["id"]}
        now = self._index.former.get(anchor)
        if now is None:
            return None
        return self.place(now)._replace(asked={"anchor": anchor, "state": "moved"})

    def _by_print(self, digits: str) -> Place | Facts:
        prints = self._index.prints
        named = (
            [digits] if digits in prints else [each for each in prints if each.startswith(digits)]
        )
        found = {prints[each] for each in named}
        if len(found) != 1:
            raise UnknownError(_several(digits, found) if found else _nothing(digits))
        (anchor,) = found
        place = self._by_anchor(anchor) or self.place(anchor)
        if not isinstance(place, Place) or place.passage["sha256"] in named:
            return place
        return place._replace(asked=_earlier(place.passage, named))

    def _by_name(self, asked: str) -> Place:
        said = terms(asked)
        found = self._index.names.get(said, ())
        if not found and len(said) > 1:
            own = _in_any_order(said)
            found = [
                anchor
                for name, anchors in self._index.names.items() if own == _in_any_order(name)
                for anchor in anchors
            ]  # fmt: skip
        if len(found) != 1:
            raise UnknownError(_several(asked, found) if found else _nothing(asked))
        return self.place(found[0])

    def place(self, anchor: str) -> Place:
        """The passage at an anchor that stands."""
        data = self.document(anchor.rpartition("-")[0])
        return Place(data, next(each for each in data["passages"] if each["anchor"] == anchor))

    def search(self, asked: str, language: str = "") -> list[Place]:
        """The passages that have most words of a text, a phrase of all of them first."""
        return [self.place(anchor) for anchor in self._index.search(asked, language)]

    @cached_property
    def _index(self) -> Index:
        return Index(self)

    def documents(self) -> Iterator[Facts]:
        """The data of all documents that can be read."""
        for each in self.ids:
            try:
                yield self._document(each)
            except UnknownError:
                continue


class Index:
    """The words, names and fingerprints of all passages."""

    def __init__(self, holdings: Holdings) -> None:
        self.names: dict[tuple[str, ...], list[str]] = {}
        self.prints: dict[str, str] = {}
        self.former: dict[str, str] = {}
        self._anchors: list[str] = []
        self._texts: list[str] = []  # of words, between spaces
        self._tongues: list[str] = []
        self._words: dict[str, array[int]] = {}
        for document in holdings.documents():
            for each in document["passages"]:
                self._add(each, document["document"])
            for gone in document["gone"]:
                self._print(gone)

    def _add(self, passage: Facts, document: Facts) -> None:
        anchor, number = passage["anchor"], len(self._anchors)
        self._print(passage)
        self.prints[passage["sha256"]] = anchor
        self.former |= dict.fromkeys(passage.get("former", ()), anchor)
        local = passage.get("locator") or anchor.rpartition("-")[2]
        for name in (passage["name"], f"{document['id']} {local}",
                     f"{document['short_title']} {local}"):  # fmt: skip
            said = self.names.setdefault(terms(name), [])
            if anchor not in said:
                said.append(anchor)
        words = terms(passage["text"])
        self._anchors.append(anchor)
        self._texts.append(f" {' '.join(words)} ")
        self._tongues.append(passage["language"])
        for word in {*words, *terms(passage["name"])}:
            self._words.setdefault(word, array("I")).append(number)

    def _print(self, held: Facts) -> None:
        for event in held.get("history", ()):
            if "sha256" in event:
                self.prints.setdefault(event["sha256"], held["anchor"])

    def search(self, asked: str, language: str) -> Iterator[str]:
        """Yield the anchors of passages, those with most words first; a rare word counts more."""
        said = terms(asked)
        found: dict[int, float] = {}
        for word in dict.fromkeys(said):
            held = self._words.get(word, ())
            weight = log(1 + len(self._anchors) / max(1, len(held)))
            for number in held:
                found[number] = found.get(number, 0) + weight
        phrase = f" {' '.join(said)} "

        def rank(number: int) -> tuple[bool, float, int]:
            return phrase not in self._texts[number], -found[number], number

        for number in sorted(found, key=rank):
            if not language or self._tongues[number].partition("-")[0] == language:
                yield self._anchors[number]


_PRINT = re.compile("[0-9a-f]{12,64}")
_ANCHOR = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*-[a-z][0-9]+")
_ADDRESS = re.compile(r"\.(?:html|pdf)(?:\?[^#]*)?#(?:nameddest=)?([a-z0-9-]+)")
_TERM = re.compile(f"[{UNSPACED}]|[^\\W_{UNSPACED}]+(?:['’][^\\W_{UNSPACED}]+)*")
_TOLD = 8  # candidates


@lru_cache(100_000)
def _term(word: str) -> str:
    plain = folded(word)
    return stem(plain) if plain else ""


def terms(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared: without marks and case; of CJK each character."""
    return tuple(filter(None, map(_term, _TERM.findall(text))))


def _in_any_order(said: tuple[str, ...]) -> list[str]:
    """The words of a name, so that “whereas 3 of the ALA resolution” is one, too."""
    return sorted(word for word in said if word not in {"of", "the"})


def _earlier(passage: Facts, prints: Sequence[str]) -> Facts:
    """What is known of an earlier wording of a passage, by its fingerprint."""
    events = passage["history"]
    at = next(n for n, each in enumerate(events) if each.get("sha256") in prints)
    until = next((each["date"] for each in events[at + 1 :] if "sha256" in each), "")
    kept = {name: events[at][name] for name in ("sha256", "text") if name in events[at]}
    return {**kept, "state": "reworded", "until": until}


def _nothing(asked: str) -> str:
    return (
        f"Nothing in the archive is called “{asked[:80]}”. To mend: search for its words, or give "
        "an anchor (ala-assange-resolution-w3), an address, a name (ALA resolution, whereas 3) "
        "or a fingerprint."
    )


def _several(asked: str, found: Sequence[str] | set[str]) -> str:
    some = ", ".join(sorted(found)[:_TOLD])
    more = " and others" if len(found) > _TOLD else ""
    return f"“{asked[:80]}” may be {some}{more}. To mend: give one of these."
