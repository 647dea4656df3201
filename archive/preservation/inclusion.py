"""Reads the proof beside a document that the ledger has each of its passages, and holds it.

``archive.model.proof`` describes both forms.  This reader shares no code with the one that wrote
it: it writes out what the second form has in short, and compares all of it with the ledger.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archive.model import seal
from archive.preservation.ledger import Fates, once
from archive.preservation.sealed import EARLIER

_FIRST = frozenset({"log", "passages", "sealed"})
_SECOND = _FIRST | {"format", "document", "parts", "runs", "hashes", "entries"}
_RUN = frozenset({"line", "date", "event", "labels", "path"})

_SEALED = frozenset({"archive", "record", "order", "cites", "works", "stands", *EARLIER})


@dataclass(frozen=True, slots=True)
class Entry:
    """What a proof says of one passage."""

    anchor: str
    sha256: str
    line: int
    entry: str | None  # the line; None where it follows from the event
    event: Mapping[str, str]  # its date and kind; empty where the line itself is there
    path: tuple[str, ...] | None  # None where it follows from the line before
    root: str | None = None  # which the second form leaves out: it follows from line and path


@dataclass(frozen=True, slots=True)
class Given:
    """A proof as it was read."""

    document: str | None  # which the first form does not name
    log: str
    entries: tuple[Entry, ...]
    parts: Mapping[str, list[str]]
    sealed: Any  # as the first form has it; None without
    faults: tuple[str, ...] = field(default=())


def read(data: bytes) -> Given:
    """Read a proof.  Raises ValueError, KeyError and TypeError where it is none."""
    given = json.loads(data, object_pairs_hook=once)
    number = given.get("format", 1)
    if number == 1 and type(number) is int:
        return _first(given)
    if number == 2 and type(number) is int:
        return _second(given)
    raise ValueError(f"it has the format {number}, which this engine does not know")


def _first(given: Mapping[str, Any]) -> Given:
    entries = [
        Entry(
            each["anchor"], each["sha256"], int(each["line"]), each["entry"], {},
            tuple(each["path"]), each["root"],
        )
        for each in given["passages"]
    ]  # fmt: skip
    parts = {each["anchor"]: each["parts"] for each in given["passages"] if "parts" in each}
    faults = ["it says more than a proof"] if given.keys() - _FIRST else []
    return Given(
        None, given.get("log", ""), tuple(entries), parts, given.get("sealed"), tuple(faults)
    )


def _second(given: Mapping[str, Any]) -> Given:
    document, passages, hashes = given["document"], given["passages"], given["hashes"]
    written = given.get("entries", {})
    entries: list[Entry] = []
    used: list[int] = []
    for run in given["runs"]:
        event = {"date": run["date"], "event": run["event"]}
        for at, label in enumerate(run["labels"]):
            path = None if at else tuple(hashes[index] for index in run["path"])
            entries.append(Entry(
                f"{document}-{label}", passages[label], run["line"] + at, written.get(label), event,
                path,
            ))  # fmt: skip
        used += run["path"]
    lines = [each.line for each in entries]
    anchors = {each.anchor for each in entries}
    is_plain = (
        given.keys() <= _SECOND and all(run.keys() == _RUN for run in given["runs"])
        and lines == sorted(set(lines)) and len(anchors) == len(entries) == len(passages)
        and written.keys() <= passages.keys() and list(dict.fromkeys(used)) == [*range(len(hashes))]
    )  # fmt: skip
    faults = () if is_plain else ("it is not written as a proof is",)
    parts = {
        f"{document}-{label}": [f"{document}-{each}" for each in of_it]
        for label, of_it in given.get("parts", {}).items()
    }
    sealed = _written_out(given["sealed"], document) if "sealed" in given else None
    return Given(document, given["log"], tuple(entries), parts, sealed, faults)


def _written_out(sealed: Mapping[str, Any], document: str) -> dict[str, Any]:
    """The data of seals as the first form has it."""

    def parts(held: Sequence[Any]) -> list[Any]:
        return [each if isinstance(each, str) else part(each) for each in held]

    def part(each: Sequence[Any]) -> list[Any]:
        if len(each) == 1:
            return [seal.PASSAGE, {"anchor": f"{document}-{each[0]}"}]
        return [each[0], each[1], *parts(each[2:])]

    if unknown := sealed.keys() - _SEALED:
        raise ValueError(f"its data of seals has {min(unknown)}")
    order = parts(sealed["order"])
    stands = {f"{document}-{label}": part(each) for label, each in sealed["stands"].items()}
    return {
        **sealed, "order": order, "stands": stands, "cites": sealed.get("cites", seal.cited(order))
    }  # fmt: skip


def wrong(given: Given, document: str, anchors: Sequence[str], fates: Fates) -> Iterator[str]:
    """What a proof says otherwise than the ledger does of the anchors that stand."""
    yield from given.faults
    if given.document not in (None, document):
        yield f"it is of {given.document}"
    proved = {each.anchor for each in given.entries}
    yield from (f"{anchor} has no proof" for anchor in anchors if anchor not in proved)
    for each in given.entries:
        if not 0 < each.line <= fates.tree.size or not _is_proved(each, fates):
            yield f"the proof of {each.anchor} is not the ledger's"


def _is_proved(each: Entry, fates: Fates) -> bool:
    line, event = fates.lines[each.line - 1].decode("utf-8"), fates.event(each.line)
    path = [known.hex() for known in fates.tree.inclusion(each.line - 1, each.line)]
    return (
        event.get("anchor") == each.anchor
        and each.sha256 == fates.sha256_at(each.anchor, each.line)
        and each.event.items() <= event.items()
        and (each.entry == line if each.entry is not None else _follows(each, event, line))
        and (each.path is None or list(each.path) == path)
        and (each.root is None or each.root == fates.tree.root(each.line).hex())
    )


def _follows(each: Entry, event: Mapping[str, str], line: str) -> bool:
    """Whether a line can be written from what the proof has of it."""
    words = {"sha256": each.sha256} if event["event"] in ("publish", "revise") else {}
    made = {
        "date": event["date"], "event": event["event"], "anchor": each.anchor, **words,
        "seal": event.get("seal"), "after": event.get("after"),
    }  # fmt: skip
    return json.dumps(made, ensure_ascii=False) == line
