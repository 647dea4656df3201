"""Packs an EPUB in bytes that repeat: no time of the day, no rights of this machine's files."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from pathlib import Path

# First and not compressed, so that its bytes tell the kind of file (OCF 3.3, 4.3).
_FIRST = "mimetype"


def repack(path: Path) -> None:
    """Pack the files of an EPUB again, in the order of their names."""
    draft = path.with_suffix(".draft")
    with ZipFile(path) as book, ZipFile(draft, "w") as packed:
        for name in sorted(book.namelist(), key=lambda name: (name != _FIRST, name)):
            entry = ZipInfo(name)  # of 1980-01-01, the first day that ZIP knows
            entry.compress_type = ZIP_STORED if name == _FIRST else ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, book.read(name))
    draft.replace(path)
