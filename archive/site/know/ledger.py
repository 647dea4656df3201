"""Reads the ledger: the history of each anchor, and the commit that published each event."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.environment import BuildEnvironment

from archive.citation.style import shown
from archive.git import Git
from archive.model.checkpoint import origin
from archive.model.dates import ArchiveDate
from archive.model.ledger import Event, History, Kind, Ledger, State, entries, load
from archive.model.permanence import Description, Standing, Tombstone
from archive.model.problem import Problem
from archive.model.seal import digest
from archive.site.know.domain import ArchiveDomain, archive_domain
from archive.site.know.facts import Block, Document
from archive.upstream.domains import entries_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from archive.site.know.view import View


LEDGER = "ledger.jsonl"


def take_ledger(app: Sphinx) -> None:
    """Load the ledger into the domain; an archive without one has published nothing."""
    domain = archive_domain(app.env)
    path = Path(app.srcdir) / LEDGER
    domain.ledger, domain.ledger_problems = read_ledger(path)
    domain.ledger_lines = None
    domain.published = _by_document(domain.ledger)
    if any(len(history.events) > 1 for history in domain.ledger.histories.values()):
        domain.ledger_commits = publishing_commits(path)


def read_ledger(path: Path) -> tuple[Ledger, tuple[Problem, ...]]:
    """Read the ledger at ``path``; return the histories of its anchors and its problems."""
    ledger, found = load(path.read_bytes() if path.is_file() else b"", LEDGER)
    return ledger, tuple(found)


def ledger_lines(env: BuildEnvironment) -> list[str]:
    """Return the lines of the ledger without their ends, as they stand in the file."""
    domain = archive_domain(env)
    if domain.ledger_lines is None:
        path = Path(env.srcdir, LEDGER)
        data = path.read_bytes() if path.is_file() else b""
        domain.ledger_lines = [line.decode("utf-8", "replace") for line in entries(data)]
    return domain.ledger_lines


def proof(view: View, document: Document) -> str:
    """Return the proof that the ledger has each passage: its line, and the way to the tree head.

    The head is that of the tree which ends with the line (RFC 6962, 2.1.1), so that it stays the
    same however the ledger grows.
    """
    lines = ledger_lines(view.env)
    passages = [
        {
            "anchor": block.anchor, "sha256": block.fingerprint, **asdict(place),
            "entry": lines[view.last_line(block.anchor) - 1],
            **_parts(block),
        }
        for block in document.blocks if (place := view.place(block))
    ]  # fmt: skip
    log = origin(view.settings, LEDGER)
    return json.dumps({"log": log, "passages": passages}, ensure_ascii=False, indent=1) + "\n"


def _parts(block: Block) -> dict[str, tuple[str, ...]]:
    """Return the parts of a block, which a citation of it covers; nothing where it has none."""
    return {"parts": block.parts} if block.parts else {}


def _by_document(ledger: Ledger) -> dict[str, tuple[History, ...]]:
    """Group histories by the id of the document that the anchor is named after."""
    found: defaultdict[str, list[History]] = defaultdict(list)
    for history in ledger.histories.values():
        found[history.anchor.rpartition("-")[0]].append(history)
    return {document_id: tuple(histories) for document_id, histories in found.items()}


def standings(domain: ArchiveDomain) -> list[Standing]:
    """Return the anchored blocks of all documents with their seals, by path and line."""
    work = digests_of_works(domain)
    return [each for document in _documents(domain) for each in standings_of(document, work)]


def standings_of(document: Document, work: Callable[[str], str] | None = None) -> list[Standing]:
    """Return the anchored blocks of one document, by line; with seals if works are known."""
    return [
        Standing(
            block.anchor, block.fingerprint, document.path, block.line, block.former,
            block.seal(work) if work is not None else None,
        )
        for block in document.blocks
    ]  # fmt: skip


def digests_of_works(domain: ArchiveDomain) -> Callable[[str], str]:
    """Return what gives the digest of a work by its key; empty for a key of no work."""
    entries = entries_of(domain.env)

    @cache
    def work(key: str) -> str:
        return digest(shown(entries[key], entries)) if key in entries else ""

    return work


def descriptions(domain: ArchiveDomain, ledger: Ledger) -> list[Description]:
    """Return the seals of the documents that have published passages, by path.

    Passages and withdrawals that ``ledger`` does not have are left out.
    """
    work = digests_of_works(domain)
    found: list[Description] = []
    for document in _documents(domain):
        blocks = {each.anchor: _live(ledger, each.anchor, *each.former) for each in document.blocks}
        if document.outline is None or not any(blocks.values()):
            continue
        gone = {each.anchor: _live(ledger, each.anchor) for each in document.tombstones}
        usual = not any(gone.values()) and all(each == live for each, live in blocks.items())
        seal = document.outline.seal(work, None if usual else {**gone, **blocks}.get)
        found.append(Description(document.id, seal, document.path))
    return found


def _live(ledger: Ledger, *anchors: str) -> str | None:
    """Return the first of the anchors that is published and neither moved nor withdrawn."""
    histories = filter(None, map(ledger.histories.get, anchors))
    return next((each.anchor for each in histories if each.state is State.LIVE), None)


def tombstones(domain: ArchiveDomain) -> list[Tombstone]:
    """Return the tombstones of all documents, by path and line."""
    return [place for document in _documents(domain) for place in document.tombstones]


def _documents(domain: ArchiveDomain) -> list[Document]:
    return sorted(domain.documents.values(), key=lambda document: document.path)


# A range of lines that one commit added, in the incremental format of git-blame.
_LINES = re.compile(r"^(?P<commit>[0-9a-f]{40}) \d+ (?P<first>\d+) (?P<count>\d+)$", re.MULTILINE)
_UNCOMMITTED = "0" * 40


def publishing_commits(ledger: Path) -> dict[int, str]:
    """Return the commit that added each line of the ledger, by line number counted from 1.

    Empty without git, outside a checkout, and in a shallow clone.
    """
    git = Git(ledger.parent)
    if git.is_shallow:
        return {}
    blame = git.says("blame", "--incremental", "--", ledger.name)
    found: dict[int, str] = {}
    for run in _LINES.finditer(blame):
        if run["commit"] != _UNCOMMITTED:
            first, count = int(run["first"]), int(run["count"])
            found |= dict.fromkeys(range(first, first + count), run["commit"])
    return found


_VERBS = {
    Kind.PUBLISH: "Published",
    Kind.REVISE: "Revised",
    Kind.AMEND: "Amended",
    Kind.MOVE: "Moved here",
    Kind.WITHDRAW: "Withdrawn",
}


AMENDED = "The words stayed; notes, links, figures, marks or works cited with them changed."
CHANGED = "Record, order of passages or what stands between them changed"
_SEALED = "Nothing changed; since then the ledger seals what stands with the words, too."


@dataclass(frozen=True, slots=True)
class DatedEvent:
    """An event of a block's history in words."""

    what: str  # "Revised 3 January 2027"
    meaning: str  # a sentence on an event that leaves the words as they are
    sha256: str | None  # fingerprint of the text published then
    commit: str | None  # that contains this text


def history_of(block: Block, view: View) -> list[DatedEvent]:
    """Return the events of a block, oldest first."""
    history = view.history(block.anchor)
    amendments = history.amendments if history is not None else ()
    told = []
    for event in _events(block, view):
        verb, meaning = _VERBS[event.kind], ""
        if event.kind is Kind.AMEND:
            verb, meaning = (verb, AMENDED) if event in amendments else ("Sealed", _SEALED)
        what = f"{verb} {ArchiveDate(event.date).spoken}"
        told.append(DatedEvent(what, meaning, event.sha256, view.commit(event)))
    return told


def state_of(history: History) -> str:
    """Return the state of an anchor: ``Live``, ``Revised 3 January 2027``, ``Moved …``."""
    state = history.state.value.capitalize()
    if history.state is State.LIVE:
        return _last_change(history) or state
    return f"{state} {ArchiveDate(history.events[-1].date).spoken}"


def last_change(block: Block, view: View) -> str | None:
    """Return the last revision or amendment, ``Revised 3 January 2027``; None without any."""
    history = view.history(block.anchor)
    return _last_change(history) if history is not None else None


def _last_change(history: History) -> str | None:
    amendments = history.amendments
    changes = [each for each in history.events if each.kind is Kind.REVISE or each in amendments]
    if not changes:
        return None
    return f"{_VERBS[changes[-1].kind]} {ArchiveDate(changes[-1].date).spoken}"


def _events(block: Block, view: View) -> list[Event]:
    """Return a block's own events and the moves of its former anchors, by date."""
    own = view.history(block.anchor)
    moves = [history.events[-1] for old in block.former if (history := view.history(old))]
    return sorted([*(own.events if own else ()), *moves], key=lambda event: event.date)


def withdrawal_day(view: View, anchor: str) -> str | None:
    """Return the date of a withdrawal in words; None before it is published."""
    history = view.history(anchor)
    if history is None or history.state is not State.WITHDRAWN:
        return None
    return ArchiveDate(history.events[-1].date).spoken
