"""Reads the ledger: the history of each anchor, and the commit that published each event."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.environment import BuildEnvironment

from archive.git import Git
from archive.model.checkpoint import origin
from archive.model.dates import ArchiveDate
from archive.model.ledger import Event, History, Kind, Ledger, State, entries, load
from archive.model.permanence import Standing, Tombstone
from archive.model.problem import Problem
from archive.site.know.domain import ArchiveDomain, archive_domain
from archive.site.know.facts import Block, Document

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
        }
        for block in document.blocks if (place := view.place(block))
    ]  # fmt: skip
    log = origin(view.settings, LEDGER)
    return json.dumps({"log": log, "passages": passages}, ensure_ascii=False, indent=1) + "\n"


def _by_document(ledger: Ledger) -> dict[str, tuple[History, ...]]:
    """Group histories by the id of the document that the anchor is named after."""
    found: defaultdict[str, list[History]] = defaultdict(list)
    for history in ledger.histories.values():
        found[history.anchor.rpartition("-")[0]].append(history)
    return {document_id: tuple(histories) for document_id, histories in found.items()}


def standings(domain: ArchiveDomain) -> list[Standing]:
    """Return the anchored blocks of all documents, by path and line."""
    return [each for document in _documents(domain) for each in standings_of(document)]


def standings_of(document: Document) -> list[Standing]:
    """Return the anchored blocks of one document, by line."""
    return [
        Standing(block.anchor, block.fingerprint, document.path, block.line, block.former)
        for block in document.blocks
    ]


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
    Kind.MOVE: "Moved here",
    Kind.WITHDRAW: "Withdrawn",
}


@dataclass(frozen=True, slots=True)
class DatedEvent:
    """An event of a block's history in words."""

    what: str  # "Revised 3 January 2027"
    sha256: str | None  # fingerprint of the text published then
    commit: str | None  # that contains this text


def history_of(block: Block, view: View) -> list[DatedEvent]:
    """Return the events of a block, oldest first."""
    return [
        DatedEvent(
            f"{_VERBS[event.kind]} {ArchiveDate(event.date).spoken}",
            event.sha256,
            view.commit(event),
        )
        for event in _events(block, view)
    ]


def state_of(history: History) -> str:
    """Return the state of an anchor: ``Live``, ``Revised 3 January 2027``, ``Moved …``."""
    state = history.state.value.capitalize()
    if len(history.events) == 1:
        return state
    verb = "Revised" if history.state is State.LIVE else state
    return f"{verb} {ArchiveDate(history.events[-1].date).spoken}"


def last_revision(block: Block, view: View) -> str | None:
    """Return the date of the last revision in words; None if there is none."""
    days = [event.date for event in _events(block, view) if event.kind is Kind.REVISE]
    return ArchiveDate(days[-1]).spoken if days else None


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
