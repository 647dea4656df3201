"""Commands that compare documents and citations with the ledger, extend it, prove its history."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from archive.commands import argument, command
from archive.commands.workspace import git, read_archive
from archive.model.ledger import Event, Kind, Ledger, is_prefix, load, short
from archive.model.permanence import check as check_permanence
from archive.model.problem import Problem
from archive.model.publishing import append, pending
from archive.model.verifying import Status, answer
from archive.site.check.problems import unpublished, unwritten
from archive.site.know.domain import ArchiveDomain
from archive.site.know.ledger import LEDGER, read_ledger, standings, tombstones

# The one problem that publishing itself mends, by a revision.
_MENDED_BY_PUBLISHING = "anchor-altered"
_STATUSES = ", ".join(f"{each.value} {each.name.lower().replace('_', ' ')}" for each in Status)


@command(
    argument("--release", action="store_true",
             help="count what is unwritten or unpublished as an error"),
    epilog="Exit codes: 0 no problem, 1 problems were found.",
)  # fmt: skip
def check(arguments: Namespace, root: Path) -> int:
    """Check the documents against the ledger, without building the site."""
    domain, is_sound = read_archive(root)
    waiting = unpublished(domain)
    unfinished = [*unwritten(domain), *waiting] if arguments.release else []
    for problem in unfinished:
        print(problem, file=sys.stderr)
    documents = domain.documents.values()
    print(
        f"{len(documents)} documents, {sum(len(each.anchors) for each in documents)} anchors; "
        f"{len(domain.ledger)} published, {len(waiting)} changes to publish."
    )
    return 0 if is_sound and not unfinished else 1


@command(
    argument("--dry-run", action="store_true", help="show the changes, append nothing"),
    epilog="Exit codes: 0 the ledger is up to date, 1 nothing was published.",
    failed="Nothing was published",
)
def publish(arguments: Namespace, root: Path) -> int:
    """Append to the ledger every change of the documents that is not in it yet."""
    path = root / LEDGER
    before = path.read_bytes() if path.is_file() else b""
    domain, _ = read_archive(root, quiet=True)
    ledger, unreadable = load(before, LEDGER)
    if obstacles := sorted([*unreadable, *_obstacles(domain, ledger)]):
        print("Nothing was published. First mend:", *obstacles, sep="\n", file=sys.stderr)
        return 1
    today = datetime.now(UTC).date().isoformat()
    events = pending(ledger, standings(domain), tombstones(domain), today)
    _show(events)
    if events and not arguments.dry_run:
        append(path, events, after=before)
        print(f"Appended to {LEDGER}. Commit it with the documents.")
    return 0


def _obstacles(domain: ArchiveDomain, ledger: Ledger) -> Iterator[Problem]:
    """What has to be mended first: a lost anchor, a broken rule of a page, an unfinished draft."""
    broken = check_permanence(ledger, standings(domain), tombstones(domain), LEDGER)
    yield from (problem for problem in broken if problem.rule != _MENDED_BY_PUBLISHING)
    for document in domain.documents.values():
        yield from document.problems
    yield from unwritten(domain)


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
            words = f"  {short(event.sha256)}" if event.sha256 else ""
            target = f"  → {event.target}" if event.target else ""
            print(f"  {event.anchor}{words}{target}")


@command(
    argument("--base",
             help="the commit to compare with, for example origin/main; default: all of them"),
    epilog="Exit codes: 0 each version begins with the bytes of the one before, 1 one does not, "
    "2 the history cannot be read.",
    failed="The ledger's history cannot be read", code=2,
)  # fmt: skip
def prove_ledger(arguments: Namespace, root: Path) -> int:
    """Prove from git's history that the ledger was only ever appended to."""
    commits = [arguments.base] if arguments.base else _history(root)
    versions = [_version(root, commit) for commit in commits]
    path = root / LEDGER
    versions.append(path.read_bytes() if path.is_file() else b"")
    problems = [
        problem
        for older, newer in pairwise(versions)
        for problem in is_prefix(older, newer, LEDGER)
    ]
    print("\n".join(map(str, problems)) or f"{LEDGER}: {len(versions)} versions, each a prefix.")
    return 1 if problems else 0


def _history(root: Path) -> list[str]:
    """The commits of the main line that changed the ledger, oldest first."""
    return git(root, "log", "--first-parent", "--reverse", "--format=%H", "--", LEDGER).split()


def _version(root: Path, commit: str) -> bytes:
    """The ledger as of a commit; empty where the commit has none."""
    if not git(root, "ls-tree", "--name-only", commit, "--", LEDGER).strip():
        return b""
    return git(root, "show", f"{commit}:./{LEDGER}").encode("utf-8", "surrogateescape")


@command(
    argument("anchor", help="for example ala-assange-resolution-w3"),
    argument("--sha256", help="the fingerprint cited, or its first 8 digits or more"),
    argument("--date", help="the day of the citation, written like 2026-11-22"),
    epilog=f"Exit codes: {_STATUSES}; 1 the ledger is broken; 2 wrong arguments.",
)
def verify_citation(arguments: Namespace, root: Path) -> int:
    """Say whether a cited passage was revised, moved or withdrawn since."""
    ledger, problems = read_ledger(root / LEDGER)
    if problems:
        print(*problems, sep="\n", file=sys.stderr)
        return 1
    try:
        found = answer(ledger, arguments.anchor, arguments.sha256, arguments.date)
    except ValueError as error:
        print(f"{error}.", file=sys.stderr)
        return 2
    print(f"{found.status.name.lower().replace('_', ' ')}: {found.message}")
    return found.code
