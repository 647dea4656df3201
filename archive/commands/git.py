"""Runs git for a command."""

from __future__ import annotations

import subprocess
from pathlib import Path


def git(folder: Path, *arguments: str, given: str = "") -> str:
    """What git prints in ``folder``; ``given`` is its standard input.

    Bytes that are not UTF-8 are kept (PEP 383).  Raises OSError where there is no git, ValueError
    with git's own message where it fails.
    """
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        input=given.encode("utf-8", "surrogateescape"), capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        message = done.stderr.decode("utf-8", "replace").strip()
        raise ValueError(f"git {arguments[0]} failed in {folder}: {message}")
    return done.stdout.decode("utf-8", "surrogateescape")
