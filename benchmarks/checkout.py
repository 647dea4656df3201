"""Puts an archive under git, from which builds take the ledger's commits and their date."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_WHO = {
    "GIT_AUTHOR_NAME": "Benchmark", "GIT_AUTHOR_EMAIL": "benchmark@archive.example",
    "GIT_AUTHOR_DATE": "2026-02-01T00:00:00Z", "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}  # fmt: skip
_COMMITTER = {key.replace("AUTHOR", "COMMITTER"): value for key, value in _WHO.items()}


def begin(folder: Path, what: str = "--all") -> None:
    """Make the archive a repository, and commit all of it, or one file.

    The same file gives the same commit, whatever lies beside it.
    """
    (folder / ".gitignore").write_text("/_build/\n", "utf-8")
    _git(folder, "init", "--quiet", "--initial-branch=main")
    _git(folder, "add", what)
    _git(folder, "commit", "--quiet", "--message=As published")


def _git(folder: Path, *words: str) -> None:
    command = ["git", "-c", "gc.auto=0", "-C", str(folder), *words]
    subprocess.run(command, check=True, env={**os.environ, **_WHO, **_COMMITTER})
