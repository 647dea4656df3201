"""The one date that every PDF of a build carries."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# 1980-01-01T00:00:00Z, the earliest day that ZIP knows, as reproducible builds use it.
UNKNOWN = 315_532_800


def timestamp(root: Path, environment: Mapping[str, str] = os.environ) -> int:
    """Seconds since 1970: SOURCE_DATE_EPOCH, else the last commit's, else UNKNOWN.

    See https://reproducible-builds.org/specs/source-date-epoch/.
    Raises ValueError if SOURCE_DATE_EPOCH is set and is no whole number.
    """
    given = environment.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    return _last_commit(root) or UNKNOWN


def _last_commit(root: Path) -> int | None:
    try:
        answer = subprocess.run(  # fixed arguments, no shell
            ["git", "-C", str(root), "log", "-1", "--format=%ct"],
            capture_output=True, check=True, text=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return None
    return int(answer.stdout) if answer.stdout.strip() else None
