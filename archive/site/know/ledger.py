"""Reads the ledger: the history of each anchor, and the commit that published each event."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.environment import BuildEnvironment

from archive.citation.style import shown
from archive.git import Git
from archive.model.checkpoint import origin
from archive.model.dates import ArchiveDate
from archive.model.ledger import History, Ledger, State, entries, load
from archive.model.permanence import Description, Standing, Tombstone
from archive.model.problem import Problem
from archive.model.seal import canonical, digest, record_fields
from archive.model.telling import DatedEvent, last_change, told
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


def proof_and_seals(view: View, document: Document, stands: Mapping[str, str]) -> str:
    """Return the proof, with what the seals of the document are of (``archive.model.seal``).

    ``stands`` has the canonical JSON of the part of each block.  ``archive`` has the settings that
    citations show; no line of the ledger covers them.
    """
    text, outline = proof(view, document), document.outline
    if document.record is None or outline is None:
        return text
    blocks = [block for block in document.blocks if view.place(block)]
    entries = entries_of(view.env)  # from which one may inherit
    keys = sorted({*outline.works, *(key for block in blocks for key in block.works)})
    held = {
        "archive": canonical(view.settings.values),
        "record": canonical(record_fields(document.record)),
        "order": outline.published(_published(document, view.history)),
        "cites": canonical(outline.works),
        "works": canonical({key: shown(each, entries) for key, each in view.entries(keys)}),
        "stands": _object({block.anchor: stands[block.anchor] for block in blocks}),
    }
    return text.removesuffix("\n}\n") + f',\n "sealed": {_object(held)}\n}}\n'


def _object(values: Mapping[str, str]) -> str:
    """Return a JSON object of values that are JSON already, each on a line of its own."""
    return "{\n" + ",\n".join(f"{canonical(name)}:{said}" for name, said in values.items()) + "}"


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
        published = _published(document, ledger.histories.get)
        stands = any(published[each.anchor] for each in document.blocks)
        if stands and document.outline is not None:
            seal = document.outline.seal(work, published)
            found.append(Description(document.id, seal, document.path))
    return found


def _published(
    document: Document, history: Callable[[str], History | None]
) -> dict[str, str | None]:
    """Return for each block and tombstone the anchor under which it is published and live."""
    blocks = {each.anchor: _live(history, each.anchor, *each.former) for each in document.blocks}
    return {each.anchor: _live(history, each.anchor) for each in document.tombstones} | blocks


def _live(history: Callable[[str], History | None], *anchors: str) -> str | None:
    """Return the first of the anchors that is published and neither moved nor withdrawn."""
    histories = filter(None, map(history, anchors))
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


CHANGED = "Record, order of passages or what stands between them changed"


def history_of(block: Block, view: View) -> list[DatedEvent]:
    """Return the events of a block and the moves of its former anchors, oldest first."""
    moves = [history.events[-1] for old in block.former if (history := view.history(old))]
    return told(view.history(block.anchor), moves, view.commit)


def state_of(history: History) -> str:
    """Return the state of an anchor: ``Live``, ``Revised 3 January 2027``, ``Moved …``."""
    state = history.state.value.capitalize()
    if history.state is State.LIVE:
        return last_change(history) or state
    return f"{state} {ArchiveDate(history.events[-1].date).spoken}"


def withdrawal_day(view: View, anchor: str) -> str | None:
    """Return the date of a withdrawal in words; None before it is published."""
    history = view.history(anchor)
    if history is None or history.state is not State.WITHDRAWN:
        return None
    return ArchiveDate(history.events[-1].date).spoken
