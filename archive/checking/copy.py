"""A copy of an archive, as far as a check reads it: its index, and its documents (section 1)."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from archive.checking.index import DATA, FOLDER, OVERVIEW, SCRIPT, row_of, unpacked
from archive.checking.references import Titles, names, tails
from archive.checking.words import WORD, Token, key, numbers, tokens

_KEPT = 512  # documents in memory


class NoCopyError(Exception):
    """A folder has no index to check with."""


class Stream:
    """Tokens of one wording, or of the wordings of a document on a day, one after another."""

    def __init__(self, wordings: Sequence[Wording]) -> None:
        self.wordings = wordings
        self.tokens: list[Token] = []
        self._starts: list[tuple[int, Wording]] = []
        for wording in wordings:
            self._starts.append((len(self.tokens), wording))
            self.tokens += tokens(wording.text)

    @cached_property
    def said(self) -> list[str]:
        return [token.said for token in self.tokens]

    @cached_property
    def places(self) -> Mapping[str, list[int]]:
        """Where each word and mark stands, by its key."""
        found: dict[str, list[int]] = {}
        for at, token in enumerate(self.tokens):
            found.setdefault(key(token.said), []).append(at)
        return found

    @cached_property
    def runs(self) -> Mapping[int, list[int]]:
        """Where each run of words begins, by its number."""
        at = [place for place, token in enumerate(self.tokens) if token.kind == WORD]
        found: dict[int, list[int]] = {}
        for place, number in zip(at, numbers([self.tokens[each].said for each in at])):
            found.setdefault(number, []).append(place)
        return found

    def wording(self, at: int) -> Wording:
        """The wording that a token stands in."""
        low, high = 0, len(self._starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._starts[middle][0] <= at else (low, middle)
        return self._starts[low][1]

    def span(self, anchor: str) -> tuple[int, int] | None:
        """Where the tokens of a passage begin and end."""
        for number, (start, wording) in enumerate(self._starts):
            if wording.anchor == anchor:
                last = number + 1 == len(self._starts)
                return start, len(self.tokens) if last else self._starts[number + 1][0]
        return None


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a passage from one day until another."""

    anchor: str
    sha256: str
    text: str
    since: str  # the day of publication; "" for what was never published
    until: str = ""  # the day from which it said other words; "" for none


class Document:
    """A document, with all its wordings that are kept."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.id, self.title = str(row["id"]), str(row.get("title", ""))
        self.passages: Sequence[Mapping[str, Any]] = row.get("passages", ())
        self.by_anchor = {str(each["anchor"]): each for each in self.passages}
        self.gone = {str(each["anchor"]): each for each in row.get("gone", ())}
        self.former = {
            str(old): str(each["anchor"])
            for each in self.passages
            for old in each.get("former", ())
        }
        self._streams: dict[str, Stream] = {}

    @cached_property
    def wordings(self) -> Sequence[Wording]:
        return [
            wording for held in (*self.passages, *self.gone.values()) for wording in _wordings(held)
        ]

    def within(self, anchor: str) -> frozenset[str]:
        """What a passage is a part of: passages and headings."""
        return frozenset(self.by_anchor.get(anchor, {}).get("within", ()))

    def of(self, anchor: str) -> list[tuple[str, str, str]]:
        """Each fingerprint of an anchor, with the days from and until which it held."""
        held = self.by_anchor.get(anchor) or self.gone.get(anchor) or {}
        return [*_spans(held)]

    def stream(self, day: str) -> Stream:
        """What its passages say on a day, in their order; today for an empty day."""
        if day not in self._streams:
            current = [each for each in self.wordings if _holds(each, day)]
            self._streams[day] = Stream(current)
        return self._streams[day]

    def others(self, day: str) -> Iterator[Stream]:
        """Each wording that does not hold on a day."""
        for wording in self.wordings:
            if not _holds(wording, day):
                name = f"{wording.anchor} {wording.sha256}"
                if name not in self._streams:
                    self._streams[name] = Stream([wording])
                yield self._streams[name]

    def tails(self, short: str) -> Mapping[tuple[str, ...], str]:
        """Its anchors by their locators."""
        if short not in self._tails:
            self._tails[short] = tails(self.passages, short)
        return self._tails[short]

    @cached_property
    def _tails(self) -> dict[str, Mapping[tuple[str, ...], str]]:
        return {}


def _spans(held: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The fingerprints of a passage, each with its days."""
    events = held.get("history", ())
    for number, event in enumerate(events):
        if "sha256" in event:
            until = next((each["date"] for each in events[number + 1 :]), "")
            yield event["sha256"], event["date"], until


def _wordings(held: Mapping[str, Any]) -> Iterator[Wording]:
    anchor, events = str(held["anchor"]), held.get("history", ())
    texts = {each["sha256"]: each["text"] for each in events if "text" in each}
    current = held.get("sha256")
    if current is not None:
        texts[current] = held.get("text", "")
    spans = [*_spans(held)]
    for sha256, since, until in spans:
        if sha256 in texts:
            yield Wording(anchor, sha256, texts[sha256], since, until)
    if current is not None and (not spans or spans[-1][0] != current):
        yield Wording(anchor, current, held["text"], "")


def _holds(wording: Wording, day: str) -> bool:
    if not day:
        return not wording.until
    return wording.since <= day and not (wording.until and wording.until <= day)


class Copy:
    """The folder of a built site, or of a downloaded copy of one.

    Raises NoCopyError where it has no index, or one that this engine does not know.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.read: list[Path] = []  # the files that were read, in order
        overview = self._read(FOLDER, OVERVIEW)
        if not isinstance(overview, dict) or overview.get("format") != 1:
            raise NoCopyError(f"{folder / FOLDER} has no index that can be read")
        self.base, self.name = str(overview["base"]), str(overview["name"])
        self.day, self.window = str(overview["day"]), int(overview["window"])
        self._files = int(overview["files"])
        self.rows: Sequence[Sequence[Any]] = overview["documents"]
        self.numbers = {str(row[0]): number for number, row in enumerate(self.rows)}
        self.gone: Mapping[str, Sequence[str]] = overview["gone"]
        self.renamed: Mapping[str, str] = overview["renamed"]
        self.titles = Titles(self.rows, overview["issuers"], overview.get("titles", ()))
        self.publisher = names(str(overview.get("publisher", self.name)))
        self._documents: OrderedDict[str, Document | None] = OrderedDict()
        self._words: dict[int, Mapping[int, list[int]]] = {}

    def document(self, id_: str) -> Document | None:
        """A document; None where its file is missing or broken."""
        if id_ in self._documents:
            self._documents.move_to_end(id_)
            return self._documents[id_]
        row = self._read("documents", f"{id_}")
        try:
            found = Document(row) if isinstance(row, dict) else None
        except (KeyError, TypeError, AttributeError):
            found = None
        self._documents[id_] = found
        if len(self._documents) > _KEPT:
            self._documents.popitem(last=False)
        return found

    def documents_of(self, number: int) -> list[int]:
        """The documents that have a run of words, or a fingerprint, by its number."""
        value, file = divmod(number, self._files)
        if file not in self._words:
            self._words[file] = _lists(self._read(FOLDER, f"words-{file}"))
        return self._words[file].get(value, [])

    def _read(self, folder: str, name: str) -> Any:
        """The value that a script hands over, or that the data beside it has; None without one."""
        ending = ".js" if folder == FOLDER else SCRIPT
        path = self._folder / folder / f"{name}{ending}"
        try:
            if folder == FOLDER or path.is_file():
                self.read.append(path)
                value = _value(path.read_text("utf-8"))
                return unpacked(value) if folder != FOLDER else value
            return row_of(json.loads(path.with_name(f"{name}{DATA}").read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            return None


def _value(script: str) -> Any:
    return json.loads(script[script.index(", ") + 2 : script.rindex(");")])


def _lists(flat: Any) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = {}
    value = 0
    for step, document in zip(flat[::2], flat[1::2]) if isinstance(flat, list) else ():
        value += step
        found.setdefault(value, []).append(document)
    return found
