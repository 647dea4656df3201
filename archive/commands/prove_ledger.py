"""``prove-ledger``: Prove from git's history that the ledger was only ever appended to."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from itertools import pairwise
from pathlib import Path

from archive.commands.failures import reports
from archive.commands.git import git
from archive.model.ledger import is_prefix
from archive.site.know.ledger import LEDGER


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--base", help="the commit to compare with, for example origin/main; default: all of them"
    )
    parser.epilog = (
        "Exit codes: 0 each version begins with the bytes of the one before, 1 one does not, "
        "2 the history cannot be read."
    )


@reports("The ledger's history cannot be read", code=2)
def run(arguments: Namespace, root: Path) -> int:
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
