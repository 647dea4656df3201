"""Reads the whole archive for a command, without writing a page."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from archive.commands.failures import failure
from archive.commands.turn import turn
from archive.site.know.domain import ArchiveDomain, archive_domain


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
        with turn(work), patch_docutils(str(root)), docutils_namespace():
            app = Sphinx(
                srcdir=root, confdir=root, outdir=work / "out", doctreedir=work / "doctrees",
                buildername="read", status=None, warning=None if quiet else sys.stderr,
            )  # fmt: skip
            app.build()
    except Exception as error:
        raise SystemExit(f"The archive cannot be read. {failure(error, work)}") from error
    return Reading(archive_domain(app.env), sound=app.statuscode == 0 and app._warncount == 0)
