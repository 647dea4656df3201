"""What proves a ledger: the signed checkpoint of its tree, and the proof beside each document."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from archive.model.ledger import Kind, Ledger
from archive.model.seal import canonical
from archive.model.settings import Settings
from archive.model.tree import Head, LogPlace

# --- Checkpoints: a tree head as a text that can be signed (C2SP tlog-checkpoint and signed-note).
#
#     press-freedom-archive.example/ledger.jsonl
#     31
#     mh5qA0TLyPzvFSJ6xYPPnNY1dBmOkzdKjPyE9bSOWqo=
#     Press Freedom Archive
#     2026-11-22
#
# These lines are the origin, the size of the tree, its root in base64, the name of the archive and
# the day of the latest event.  Signatures follow after a blank line, one a line.

# The head last published, at the top of a checkout.
PIN = "ledger.head"

# In a site, the head as it is signed: a note for clients of transparency logs, and signatures.
NOTE = "checkpoint"
SIGNED = frozenset({NOTE, f"{PIN}.sig", f"{PIN}.minisig", f"{PIN}.ots"})

# The last digit of a root has no bits to spare, so that every root is written in one way.
_FORM = re.compile(
    r"(?P<origin>\S+)\n(?P<size>0|[1-9][0-9]{0,15})\n"
    r"(?P<root>[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)\n(?P<more>(?:.+\n)*)"
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint without its signatures."""

    origin: str  # which log it is of: an address without its scheme
    head: Head
    more: tuple[str, ...] = ()  # the extension lines

    def __str__(self) -> str:
        root = base64.b64encode(bytes.fromhex(self.head.root)).decode()
        lines = (self.origin, str(self.head.size), root, *self.more)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read a checkpoint, signed or not.  Raises ValueError where it is none."""
        body, _, _signatures = text.partition("\n\n")
        found = _FORM.fullmatch(body.rstrip("\n") + "\n")
        if found is None or not body.replace("\n", "").isprintable():
            raise ValueError("it is no checkpoint: origin, size and root, a line each")
        head = Head(int(found["size"]), base64.b64decode(found["root"]).hex())
        return cls(found["origin"], head, tuple(found["more"].splitlines()))


def checkpoint(ledger: Ledger, settings: Settings, log: str) -> Checkpoint:
    """The checkpoint of a whole ledger; ``log`` is its file name."""
    more = [line for line in (settings.name, ledger.last_day) if line]
    return Checkpoint(origin(settings, log), ledger.tree.head(), tuple(more))


def origin(settings: Settings, log: str) -> str:
    """The name of a log: its address without the scheme; the archive's name where it has none."""
    address = urlsplit(settings.base)
    return f"{address.netloc}{address.path}{log}" if address.netloc else settings.short_name


# --- The proof of publication beside each document, ``<id>.proof.json``: its form, number 2.
#
# One JSON object:
#
# - ``format``: 2; ``document``: its id; ``log``: the origin of the ledger, as checkpoints name it.
# - ``passages``: the fingerprint of each passage, heading and note that the ledger has, by its
#   *label*, the anchor without the document's id.  ``parts``: the labels of those that some of them
#   consist of.
# - ``runs``: lines of the ledger, each with the last event of one anchor.  A run has consecutive
#   lines of one date and one event: the number of its first ``line``, the ``labels`` in the order
#   of
#   the lines, and the ``path``: the audit path of the first line in the tree that ends with it (RFC
#   6962, 2.1.1), as indices of ``hashes``.
# - ``entries``: the line itself, by label, where it is not the one that follows from the rest.
#
# From the path and a line follow the tree head at that line and the path of the next one, as each
# tree ends with its line.  A line follows from the rest: ``date``, ``event``, ``anchor``, of a
# publication or revision ``sha256``, ``seal``, and ``after``, the head of the tree that the path
# alone gives; written as ``archive.model.ledger.serialise`` does.
#
# - ``sealed``: what each seal is the digest of (``archive.model.seal``): ``record``, ``order``,
#   ``stands`` by label, ``works`` by key, ``cites`` where it is not what ``order`` cites; and
#   ``archive``, the settings that citations show.  ``works-1`` has works as a seal of form 1 has
#   them, where there is one.  ``["p1"]`` is short for ``["passage",{"anchor":"<id>-p1"}]``.
#
# What a PDF carries has no ``sealed``; the lines are in its ``<id>.ledger.jsonl``.
#
# The first form has no ``format``: each of its ``passages`` names ``anchor``, ``sha256``, ``line``,
# ``root``, ``path``, ``entry`` and ``parts``, and ``sealed`` has every part written out.  ``archive
# verify`` reads both.

FORMAT = 2

_WORDED = frozenset({Kind.PUBLISH.value, Kind.REVISE.value})


@dataclass(frozen=True, slots=True)
class Proved:
    """A passage, heading or note, and the line of its last event."""

    anchor: str
    sha256: str  # of its words
    place: LogPlace  # of the line
    entry: str  # the line
    parts: tuple[str, ...]  # anchors

    @property
    def label(self) -> str:
        return label(self.anchor)


def label(anchor: str) -> str:
    """Return the anchor without the id of its document."""
    return anchor.rpartition("-")[2]


def anchor(document: str, label: str) -> str:
    """Return the anchor of a label in a document."""
    return f"{document}-{label}"


def serialise(
    document: str, log: str, proved: Sequence[Proved], sealed: Mapping[str, str] | None = None
) -> str:
    """Return the proof of a document.  ``sealed`` has canonical JSON by key.

    Each run and each member of an object of ``sealed`` stands on a line of its own, so that
    versions can be compared by lines.
    """
    table: dict[str, int] = {}
    runs = [_run(run, table) for run in _runs(proved)]
    said = {
        "format": str(FORMAT), "document": canonical(document), "log": canonical(log),
        "passages": members({each.label: canonical(each.sha256) for each in proved}),
        "parts": canonical({each.label: list(map(label, each.parts)) for each in proved
                            if each.parts}),
        "runs": "[\n" + ",\n".join(map(canonical, runs)) + "\n]",
        "hashes": canonical([*table]),
        "entries": canonical({each.label: each.entry for each in proved if not _follows(each)}),
        "sealed": members(sealed or {}),
    }  # fmt: skip
    return members({name: each for name, each in said.items() if each != "{}"}) + "\n"


def in_words(lines: Iterable[tuple[str, int]]) -> str:
    """Return the names of passages with their lines, ``S1–N7 (32–49); P9 (63)``.

    Neighbours whose lines follow one another are told by the first and the last.
    """
    runs: list[list[tuple[str, int]]] = []
    for each in lines:
        if runs and each[1] == runs[-1][-1][1] + 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    names = ((_range(run[0][0], run[-1][0]), _range(run[0][1], run[-1][1])) for run in runs)
    return "; ".join(f"{labels} ({numbers})" for labels, numbers in names)


def _range(first: object, last: object) -> str:
    return f"{first}" if first == last else f"{first}–{last}"


def members(values: Mapping[str, str]) -> str:
    """Return a JSON object of values that are JSON already, each on a line of its own."""
    lines = ",\n".join(f"{canonical(name)}:{said}" for name, said in values.items())
    return f"{{\n{lines}\n}}" if values else "{}"


def shortened(document: str, said: str) -> str:
    """Return canonical JSON of parts, with the places of the document's passages in short."""
    return _PLACE.sub(
        lambda found: f'["{found["number"]}"]' if found["of"] == document else found[0], said
    )


_PLACE = re.compile(r'\["passage",\{"anchor":"(?P<of>[^"]*)-(?P<number>[a-z][1-9][0-9]*)"\}\]')


def _runs(proved: Iterable[Proved]) -> Iterator[list[Proved]]:
    run: list[Proved] = []
    for each in sorted(proved, key=lambda each: each.place.line):
        if run and not (each.place.line == run[-1].place.line + 1 and _what(each) == _what(run[0])):
            yield run
            run = []
        run.append(each)
    if run:
        yield run


def _what(proved: Proved) -> tuple[str, str]:
    event = json.loads(proved.entry)
    return event["date"], event["event"]


def _run(run: Sequence[Proved], table: dict[str, int]) -> dict[str, Any]:
    first = run[0]
    date, event = _what(first)
    path = [table.setdefault(each, len(table)) for each in first.place.path]
    labels = [each.label for each in run]
    return {"line": first.place.line, "date": date, "event": event, "labels": labels, "path": path}


def _follows(proved: Proved) -> bool:
    """Whether a line follows from what else a proof has; those of before seals do not."""
    event = json.loads(proved.entry)
    words = {"sha256": proved.sha256} if event["event"] in _WORDED else {}
    whole = {
        "date": event["date"], "event": event["event"], "anchor": proved.anchor, **words,
        "seal": event.get("seal"), "after": event.get("after"),
    }  # fmt: skip
    return None not in whole.values() and json.dumps(whole, ensure_ascii=False) == proved.entry
