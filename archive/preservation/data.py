"""Holds what a copy has as data and as plain text against what is proved of its documents.

Each file is made again from the seals and the ledger, by the code that a build makes it with, and
compared.  Taken over from the file itself is only what these do not have: the data of works cited,
and where quotations begin and end, which have to stand between marks in the passage.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import zip_longest
from typing import Any

from archive.citation.metadata import PASSAGES, TEXT
from archive.data import Around, Named, passages, text
from archive.data.passages import NOTHING, Contents, Gone, Piece, is_anchor
from archive.data.whole import BETWEEN, lines_of
from archive.model.ledger import History, State
from archive.model.passage import normalise
from archive.model.seal import cited
from archive.preservation.known import Known
from archive.preservation.ledger import Fates, page_of
from archive.preservation.sealed import Sealed, events_of, same


class UnprovedError(Exception):
    """The name of something is not proved, so that a file which shows it cannot be made again."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is taken over from the data of passages."""

    said: Mapping[str, str]  # the words of each block, by anchor
    quotations: Mapping[str, Sequence[str]]
    works: Sequence[str]  # JSON
    keys: frozenset[str]  # of the works
    wordings: Mapping[str, str]  # superseded texts, by their fingerprint

    @classmethod
    def read(cls, data: bytes) -> Given:
        """Read the data.  Raises ValueError, KeyError and TypeError where it is none."""
        given = json.loads(data)
        said = {each["anchor"]: str(each["text"]) for each in given["passages"]}
        if len(said) != len(given["passages"]):
            raise ValueError("an anchor stands in it twice")
        quotations = {
            each["anchor"]: [str(one["words"]) for one in each.get("quotations", ())]
            for each in given["passages"]
        }
        told = [one for each in (*given["passages"], *given["gone"]) for one in each["history"]]
        texts = (str(each["text"]) for each in told if "text" in each)
        wordings = {sha256(each.encode("utf-8")).hexdigest(): each for each in texts}
        keys = frozenset(str(each["id"]) for each in given["works"])
        works = [passages.encode(each) for each in given["works"]]
        return cls(said, quotations, works, keys, wordings)


def passages_again(
    given: Given, named: Iterable[str], sealed: Sealed, fates: Fates, known: Known
) -> str:
    """Return the data of a document's passages as it follows.

    ``named`` are the anchors named after it, in the order of the ledger.  Raises UnprovedError.
    """
    return passages.serialise(_contents(given, named, sealed, fates, known))


def text_again(said: Mapping[str, str], sealed: Sealed, fates: Fates, known: Known) -> str:
    """Return the plain text of a document; ``said`` are its words by anchor.

    Raises UnprovedError.
    """
    return text.serialise(_contents(Given(said, {}, (), frozenset(), {}), (), sealed, fates, known))


def _contents(
    given: Given, named: Iterable[str], sealed: Sealed, fates: Fates, known: Known
) -> Contents:
    keys = cited([*sealed.order, *filter(None, sealed.stands.values())])
    works = given.works if given.keys == sealed.works.keys() & set(keys) else ()
    return Contents(
        sealed.reference, list(_pieces(given, sealed, fates)), sealed.order,
        list(_gone(named, fates)), works, _around(sealed, fates, known, given.said),
        given.wordings, keys,
    )  # fmt: skip


def _pieces(given: Given, sealed: Sealed, fates: Fates) -> Iterator[Piece]:
    for each in sealed.standing.values():
        if each.anchor not in fates.words:
            continue
        if each.anchor not in given.said:
            raise UnprovedError(each.anchor)
        said = normalise(given.said[each.anchor])
        part = each.part if len(each.part) > 1 else NOTHING
        yield Piece(
            each.anchor, each.where, each.name, said, part, each.parent,
            tuple(fates.former.get(each.anchor, ())),
            tuple(_quoted(given.quotations.get(each.anchor, ()), said)),
            _history(each.anchor, fates),
        )  # fmt: skip


_MARKS = frozenset("\"'«»‹›「」『』")


def _quoted(quotations: Sequence[str], said: str) -> Iterator[str]:
    """Yield the quotations that stand between marks, one behind the other."""
    at = 0
    for words in quotations:
        at = said.find(words, at)
        while at >= 0 and not _is_between_marks(said, at, at + len(words)):
            at = said.find(words, at + 1)
        if at < 0:
            return
        yield words
        at += len(words) + 1  # behind its closing mark


def _is_between_marks(said: str, begin: int, end: int) -> bool:
    """Whether marks stand around a part of a text; in French with a space between."""
    before, behind = said[max(0, begin - 2) : begin].strip(), said[end : end + 2].strip()
    return before[-1:] in _MARKS and behind[:1] in _MARKS


def _gone(named: Iterable[str], fates: Fates) -> Iterator[Gone]:
    for anchor in named:
        if anchor not in fates.words:
            yield Gone(_history(anchor, fates), fates.final[anchor])


def _history(anchor: str, fates: Fates) -> History:
    events = tuple(events_of(anchor, fates))
    state = State.LIVE
    if anchor not in fates.words:
        state = State.MOVED if fates.final[anchor] != anchor else State.WITHDRAWN
    words = fates.worded[anchor][-1][1]
    return History(anchor, state, words, None, events[-1].target, events)


@dataclass(frozen=True, slots=True)
class _Lead:
    """Where a link leads; its name may not be proved."""

    target: str
    proved: str | None
    address: str

    @property
    def name(self) -> str:
        if self.proved is None:
            raise UnprovedError(self.target)
        return normalise(self.proved)


def _around(sealed: Sealed, fates: Fates, known: Known, said: Mapping[str, str]) -> Around:
    base = sealed.settings.base

    def named(target: str) -> Named | None:
        if not is_anchor(target):
            path = f"documents/{target}.html"
            is_document = path in known.files
            return _Lead(target, known.names.get(target), base + path) if is_document else None
        final = fates.final.get(target)
        if final is None or final in fates.withdrawn:
            raise UnprovedError(target)
        return _Lead(target, known.exactly(final), f"{base}{page_of(final)}#{final}")

    def worded(key: str) -> tuple[str, str]:
        return sealed.worded(key) if key in sealed.works else (key, "")

    return Around(
        named, lambda key: normalise(worded(key)[0]), lambda key: normalise(worded(key)[1])
    )


def unlike(found: str, wanted: str) -> str:
    """Say where a file differs from what follows; empty where it does not."""
    if same(found, wanted):
        return ""
    lines = zip_longest(found.split("\n"), wanted.split("\n"))
    pair = next(((one, two) for one, two in lines if one != two), (None, None))
    one, two = (each or "" for each in pair)
    at = next(
        (place for place, (a, b) in enumerate(zip(one, two)) if a != b), min(len(one), len(two))
    )
    begin = max(0, at - 20)
    return f"“{one[begin : at + 40]}” stands where “{two[begin : at + 40]}” follows"


@dataclass(slots=True)
class Dumps:
    """Holds the files on all documents against those beside each, by what these were."""

    _lines: dict[str, str] = field(default_factory=dict)  # SHA-256 of the passages, by document
    _texts: dict[str, tuple[int, str]] = field(default_factory=dict)  # bytes and SHA-256

    def take(self, path: str, data: bytes) -> None:
        """Take note of a file beside a document."""
        document, _, suffix = path.removeprefix("documents/").partition(".")
        if suffix == PASSAGES.suffix:
            self._lines[document] = sha256(lines_of(data)).hexdigest()
        elif suffix == TEXT.suffix:
            self._texts[document] = len(data), sha256(data).hexdigest()

    def kept(self, path: str) -> dict[str, str]:
        """What was taken of a file, for another run."""
        document, _, suffix = path.removeprefix("documents/").partition(".")
        if suffix == PASSAGES.suffix and document in self._lines:
            return {"lines": self._lines[document]}
        if suffix == TEXT.suffix and document in self._texts:
            size, digest = self._texts[document]
            return {"size": str(size), "sha256": digest}
        return {}

    def remember(self, path: str, kept: Mapping[str, str]) -> None:
        """Take back what ``kept`` gave."""
        document = path.removeprefix("documents/").partition(".")[0]
        if "lines" in kept:
            self._lines[document] = kept["lines"]
        if "size" in kept:
            self._texts[document] = int(kept["size"]), kept["sha256"]

    def passages(self, data: bytes) -> Iterator[str]:
        """What the dump of all passages has otherwise than the data beside the documents."""
        found: dict[str, Any] = {}
        for line in filter(None, data.split(b"\n")):
            document = str(json.loads(line)["document"])
            found.setdefault(document, sha256()).update(line + b"\n")
        held = {name: digest for name, digest in self._lines.items() if digest != _NOTHING}
        for document in sorted({*found, *held}):
            if document not in found or found[document].hexdigest() != held.get(document):
                yield f"its passages of {document} are not those of {document}.{PASSAGES.suffix}"
        if list(found) != sorted(found):
            yield "its documents stand in another order"

    def full_text(self, data: bytes, head: str) -> Iterator[str]:
        """What the full text has otherwise than the texts beside the documents, behind ``head``."""
        at = len(head.encode("utf-8"))
        if data[:at] != head.encode("utf-8"):
            yield "it begins otherwise than the settings of the archive give it"
        for document, (size, digest) in sorted(self._texts.items()):
            begin = at + len(BETWEEN)
            if (
                data[at:begin] != BETWEEN
                or sha256(data[begin : begin + size]).hexdigest() != digest
            ):
                yield f"its text of {document} is not {document}.{TEXT.suffix}"
                return
            at = begin + size
        if at != len(data):
            yield "it has more than the texts beside the documents"


_NOTHING = sha256(b"").hexdigest()
