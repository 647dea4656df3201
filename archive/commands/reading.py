"""Reads the whole archive for a command, without writing a page."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from archive.commands.failures import failure
from archive.commands.turn import turn
from archive.site.know.domain import ArchiveDomain, archive_domain
from archive.upstream.application import is_sound, opened


@dataclass(frozen=True, slots=True)
class Reading:
    """The documents' facts, and whether all of them are sound."""

    domain: ArchiveDomain
    sound: bool


def read_archive(root: Path, *, quiet: bool = False) -> Reading:
    """Read the archive at ``root`` and tell its problems on standard error, unless ``quiet``.

    What was read is kept below ``_build/read``, apart from the builds' own, so that a later
    build still sees what changed.  Raises SystemExit where Sphinx itself cannot start.
    """
    work = root / "_build" / "read"
    try:
        with turn(work), opened(
            root, work / "out", work / "doctrees", "read", warnings=None if quiet else sys.stderr
        ) as app:  # fmt: skip
            app.build()
    except Exception as error:
        raise SystemExit(f"The archive cannot be read. {failure(error, work)}") from error
    return Reading(archive_domain(app.env), sound=is_sound(app))
