"""``prove-ledger``: prove that the ledger only ever grew."""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser, Namespace
from itertools import pairwise
from pathlib import Path

from archive.model.ledger import is_prefix
from archive.model.problem import Problem
from archive.site.know.ledger import LEDGER


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--base", help="a commit, for example origin/main; without it, the whole history is proven"
    )


def run(arguments: Namespace, root: Path) -> int:
    """Return 0 where each ledger is a byte prefix of the next, 1 where not, 2 without git."""
    try:
        commits = [arguments.base] if arguments.base else _history(root)
        versions = [_version(root, commit) for commit in commits]
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"The ledger's history cannot be read: {error}", file=sys.stderr)
        return 2
    path = root / LEDGER
    versions.append(path.read_bytes() if path.is_file() else b"")
    problems: list[Problem] = []
    for older, newer in pairwise(versions):
        problems += is_prefix(older, newer, LEDGER)
    print("\n".join(map(str, problems)) or f"{LEDGER}: {len(versions)} versions, each a prefix.")
    return 1 if problems else 0


def _history(root: Path) -> list[str]:
    """The commits of the main line that changed the ledger, oldest first."""
    return _git(root, "log", "--first-parent", "--reverse", "--format=%H", "--", LEDGER).split()


def _version(root: Path, commit: str) -> bytes:
    """The ledger as of a commit; empty where the commit has none, a new one included."""
    listed = _git(root, "ls-tree", "--name-only", commit, "--", LEDGER)
    if not listed.strip():
        return b""
    return subprocess.run(
        ["git", "-C", str(root), "show", f"{commit}:./{LEDGER}"], capture_output=True, check=True
    ).stdout


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True
    ).stdout
