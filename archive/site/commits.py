"""The commit that published each event of the ledger, where the build runs in a git checkout."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

# A run of lines that one commit added, in git-blame's incremental form.
_LINES = re.compile(r"^(?P<commit>[0-9a-f]{40}) \d+ (?P<first>\d+) (?P<count>\d+)$", re.MULTILINE)
_UNCOMMITTED = "0" * 40


def publishing_commits(ledger: Path) -> dict[int, str]:
    """The commit that added each line of the ledger, by line number counted from 1.

    Empty where there is no git, no checkout, or only part of its history.
    """
    if _git(ledger.parent, "rev-parse", "--is-shallow-repository").strip() != "false":
        return {}
    blame = _git(ledger.parent, "blame", "--incremental", "--", ledger.name)
    found: dict[int, str] = {}
    for run in _LINES.finditer(blame):
        if run["commit"] != _UNCOMMITTED:
            first, count = int(run["first"]), int(run["count"])
            found |= dict.fromkeys(range(first, first + count), run["commit"])
    return found


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""
