"""``publish``: append to the ledger what stands in the documents and is not published yet."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from archive.commands.reading import read_archive
from archive.commands.system import in_words
from archive.model.ledger import Event, Kind, load, short
from archive.model.permanence import check
from archive.model.problem import Problem
from archive.model.publishing import append, pending
from archive.site.check import unwritten
from archive.site.know.domain import ArchiveDomain
from archive.site.know.ledger import LEDGER, standings, tombstones

# Publishing a revision is how an altered passage is mended: that alone does not stand in its way.
_MENDED_BY_PUBLISHING = "anchor-altered"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="show, and append nothing")


def run(arguments: Namespace, root: Path) -> int:
    """Return 0 where the ledger is up to date afterwards, else 1."""
    path = root / LEDGER
    before = path.read_bytes() if path.is_file() else b""
    domain = read_archive(root, quiet=True).domain
    obstacles = _obstacles(domain, before)
    if obstacles:
        print("Nothing was published. First mend:", file=sys.stderr)
        print("\n".join(str(problem) for problem in obstacles), file=sys.stderr)
        return 1
    try:
        events = _due(domain, before)
        _show(events)
        if events and not arguments.dry_run:
            append(path, events, after=before)
            print(f"Appended to {LEDGER}. Commit it with the documents.")
    except (OSError, ValueError) as error:
        print(f"Nothing was published: {in_words(error)}", file=sys.stderr)
        return 1
    return 0


def _due(domain: ArchiveDomain, before: bytes) -> tuple[Event, ...]:
    ledger, _ = load(before, LEDGER)
    today = datetime.now(UTC).date().isoformat()
    return pending(ledger, standings(domain), tombstones(domain), today)


def _obstacles(domain: ArchiveDomain, before: bytes) -> list[Problem]:
    """What has to be mended first: a broken ledger, a lost anchor, a draft nobody finished."""
    ledger, unreadable = load(before, LEDGER)
    broken = [
        problem
        for problem in check(ledger, standings(domain), tombstones(domain), LEDGER)
        if problem.rule != _MENDED_BY_PUBLISHING
    ]
    documents = [problem for each in domain.documents.values() for problem in each.problems]
    return sorted([*unreadable, *broken, *documents, *unwritten(domain)])


def _show(events: Sequence[Event]) -> None:
    if not events:
        print("Everything is published; nothing to append.")
    for kind, heading in (
        (Kind.PUBLISH, "New"), (Kind.REVISE, "Revised"),
        (Kind.MOVE, "Moved"), (Kind.WITHDRAW, "Withdrawn"),
    ):  # fmt: skip
        of_kind = [event for event in events if event.kind is kind]
        if of_kind:
            print(f"{heading} ({len(of_kind)}):")
        for event in of_kind:
            print(f"  {event.anchor}{_detail(event)}")


def _detail(event: Event) -> str:
    words = f"  {short(event.sha256)}" if event.sha256 else ""
    return words + (f"  → {event.target}" if event.target else "")
