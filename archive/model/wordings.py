"""Earlier wordings: the words of passages that were revised since, by their fingerprint.

The ledger has the fingerprint of every wording, and ``wordings.jsonl`` beside it the words of those
that no passage says any more.  One JSON object a line, in UTF-8, each ended by one line feed:

    {"sha256": "…", "text": "The words, as they were fingerprinted."}
    {"sha256": "…", "text": null}

The text is normalised (``archive.model.fingerprint``), so that its SHA-256 is the fingerprint.
``null`` says that the words were looked for and not found; a later line may have them after all.
Lines are only ever added, and their order says nothing: git may merge two versions by keeping the
lines of both, and a line that stands twice is one.

A wording is superseded once its anchor says other words, or leads to a passage that never said
them.  The last words of a withdrawn passage are withdrawn with it, and are not kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from archive.model import Problem
from archive.model.ledger import History, Ledger, State, entries, short

WORDINGS = "wordings.jsonl"
RECOVER = "python -m archive wordings --recover"

# Every rule this file checks, by its stable code.
RULES = {
    "wording-line-end": "every line of the wordings ends in one line feed, the last one too",
    "wording-form": "a wording is one JSON object with a fingerprint, and a text or null",
    "wording-altered": "a wording has the fingerprint by which it is kept",
    "wording-unknown": "a wording is of a fingerprint that the ledger has",
    "wording-missing": "the words of each superseded fingerprint are kept, or noted as not found",
    "wording-lost": "no wording that was kept is lost",
}

_RESTORE = f"delete the line, and run `{RECOVER}`, which takes the words from git"


@dataclass(frozen=True, slots=True)
class Wordings:
    """The wordings that are kept."""

    texts: Mapping[str, str] = field(default_factory=dict)  # by fingerprint
    lines: Mapping[str, int] = field(default_factory=dict)  # of each fingerprint, also without text
    is_there: bool = False  # whether the file has any line; without one, none was kept yet

    def __contains__(self, sha256: str) -> bool:
        """Whether the words of a fingerprint are kept, or noted as not found."""
        return sha256 in self.lines


class Superseded(NamedTuple):
    """A wording that no passage says any more."""

    anchor: str  # that said it, and was published with it
    line: int  # of the ledger, where it was published


def read_wordings(path: Path) -> Mapping[str, str]:
    """The words of each superseded fingerprint that are kept in the file at ``path``.

    Each text has the fingerprint by which it is found; lines that are not sound are left out, and
    without a file there are none.  Raises OSError where the file cannot be read.
    """
    return read(path.read_bytes() if path.is_file() else b"", path.name)[0].texts


def read(data: bytes, path: str) -> tuple[Wordings, list[Problem]]:
    """The wordings in the bytes of a file, and the first problem of each line that is none."""
    texts: dict[str, str] = {}
    places: dict[str, int] = {}
    problems: list[Problem] = []
    for number, line in enumerate(entries(data), start=1):
        try:
            sha256, text = _wording(line)
        except ValueError as fault:
            rule, message = fault.args
            problems.append(Problem(path, number, rule, message, _RESTORE))
            continue
        places.setdefault(sha256, number)
        if text is not None:
            texts[sha256] = text
    if data and not data.endswith(b"\n"):
        message, mend = "the last line does not end in a line feed", "add one at the end"
        problems.append(Problem(path, data.count(b"\n") + 1, "wording-line-end", message, mend))
    return Wordings(texts, places, bool(data)), problems


def _wording(line: bytes) -> tuple[str, str | None]:
    """Read one line.  Raises ValueError with the rule that it breaks, and what is wrong."""
    try:
        match json.loads(line.decode("utf-8")):
            case {"sha256": str(sha256), "text": None, **more} if not more and _is_sha256(sha256):
                return sha256, None
            case {"sha256": str(sha256), "text": str(text), **more} if not more:
                found = hashlib.sha256(text.encode("utf-8")).hexdigest()
            case _:
                raise ValueError
    except (ValueError, RecursionError) as error:
        message = "the line is no wording: a JSON object with a fingerprint and a text or null"
        raise ValueError("wording-form", message) from error
    if found != sha256:
        message = (
            f"the words “{text[:40]}…” have the fingerprint {short(found)}, and are kept as "
            f"those of {short(sha256)}: they were edited"
        )
        raise ValueError("wording-altered", message)
    return sha256, text


def _is_sha256(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


def lines_of(wordings: Mapping[str, str | None]) -> bytes:
    """The lines of wordings by fingerprint.  Raises ValueError for a text of another one."""
    found = b""
    for sha256, text in wordings.items():
        line = json.dumps({"sha256": sha256, "text": text}, ensure_ascii=False).encode("utf-8")
        _wording(line)
        found += line + b"\n"
    return found


def superseded(ledger: Ledger) -> dict[str, Superseded]:
    """The fingerprints that were published and that their passages do not have any more."""
    found: dict[str, Superseded] = {}
    for history in ledger.histories.values():
        for each in superseded_of(history, ledger):
            found.setdefault(*each)
    return found


def superseded_of(history: History, ledger: Ledger) -> Iterator[tuple[str, Superseded]]:
    """Yield the superseded fingerprints of one anchor, in the order of their publication."""
    if history.state is State.LIVE and len(history.events) == 1:
        return
    final = ledger.histories[ledger.resolve(history.anchor).final]
    for event in history.events:
        if event.sha256 is not None and event.sha256 != final.sha256:
            yield event.sha256, Superseded(history.anchor, event.line)


def check(kept: Wordings, ledger: Ledger, path: str, of_ledger: str) -> Iterator[Problem]:
    """What is wrong with the wordings at ``path`` beside the ledger at ``of_ledger``."""
    known = {each.sha256 for history in ledger.histories.values() for each in history.events}
    for sha256, line in kept.lines.items():
        if sha256 not in known:
            message = f"the ledger has no fingerprint {short(sha256)}"
            mend = "delete the line: no passage ever said these words"
            yield Problem(path, line, "wording-unknown", message, mend)
    if not kept.is_there:
        return
    for sha256, (anchor, line) in superseded(ledger).items():
        if sha256 not in kept:
            message = f"{anchor} said other words ({short(sha256)}) before, which are not in {path}"
            yield Problem(of_ledger, line, "wording-missing", message, f"run `{RECOVER}`")


def lost(kept: Wordings, ledger: Ledger, before: Iterable[tuple[str, bytes]]) -> Iterator[Problem]:
    """The wordings of earlier versions, each with its name, that are kept no more."""
    needed = superseded(ledger)
    told: set[str] = set()
    for name, data in before:
        for sha256 in read(data, name)[0].texts:
            if sha256 in needed and sha256 not in kept.texts and sha256 not in told:
                told.add(sha256)
                message = (
                    f"the words {short(sha256)} of {needed[sha256].anchor}, which {name} has, "
                    "are lost"
                )
                yield Problem(WORDINGS, 0, "wording-lost", message, f"run `{RECOVER}`")
