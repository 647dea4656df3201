"""Reads the whole archive for a command, without writing a page."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from archive.commands.failures import failure
from archive.commands.locking import locked
from archive.site.know.domain import ArchiveDomain, archive_domain
from archive.upstream.application import is_sound, opened


@dataclass(frozen=True, slots=True)
class ReadArchive:
    """The facts of the archive, and whether reading it gave no warning."""

    domain: ArchiveDomain
    is_sound: bool


def read_archive(root: Path, *, quiet: bool = False) -> ReadArchive:
    """Read the archive at ``root``; print its problems on standard error unless ``quiet``.

    Sphinx's environment is kept in ``_build/read``, apart from that of the builds, so that the next
    build still finds what changed.  Raises SystemExit, with a message, where nothing can be read.
    """
    work = root / "_build" / "read"
    try:
        with locked(work), opened(
            root, work / "out", work / "doctrees", "read", warnings=None if quiet else sys.stderr
        ) as app:  # fmt: skip
            app.build()
    except Exception as error:
        raise SystemExit(f"The archive cannot be read. {failure(error, work)}") from error
    return ReadArchive(archive_domain(app.env), is_sound(app))
