"""The commit that published each event of the ledger, where the build runs in a git checkout."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

_LINE = re.compile(r"^(?P<commit>[0-9a-f]{40}) \d+ (?P<line>\d+)")
_UNCOMMITTED = "0" * 40


def publishing_commits(ledger: Path) -> dict[int, str]:
    """The commit that added each line of the ledger, by line number counted from 1.

    Empty where there is no git, no checkout, or only part of its history.
    """
    if _git(ledger.parent, "rev-parse", "--is-shallow-repository").strip() != "false":
        return {}
    blame = _git(ledger.parent, "blame", "--line-porcelain", "--", ledger.name)
    found = (match for line in blame.splitlines() if (match := _LINE.match(line)))
    return {
        int(match["line"]): match["commit"] for match in found if match["commit"] != _UNCOMMITTED
    }


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""
