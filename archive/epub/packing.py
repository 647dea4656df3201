"""Packs an EPUB in bytes that repeat: no time of the day, no rights of this machine's files.

Sphinx does not say in the package document which pages have formulas, as EPUB demands
(EPUB 3.3, D.4); it is said here.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from archive.files import replacing

if TYPE_CHECKING:
    from pathlib import Path

# First and not compressed, so that its bytes tell the kind of file (OCF 3.3, 4.3).
_FIRST = "mimetype"
_PACKAGE = "content.opf"
_MATH = b"<math "


def repack(path: Path) -> None:
    """Pack the files of an EPUB again, in the order of their names."""
    with replacing(path) as draft, ZipFile(path) as book, ZipFile(draft, "w") as packed:
        for name in sorted(book.namelist(), key=lambda name: (name != _FIRST, name)):
            entry = ZipInfo(name)  # of 1980-01-01, the first day that ZIP knows
            entry.compress_type = ZIP_STORED if name == _FIRST else ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, _package(book) if name == _PACKAGE else book.read(name))


def _package(book: ZipFile) -> str:
    """The package document, which says of each page with formulas that it has some."""
    package = book.read(_PACKAGE).decode("utf-8")
    for name in book.namelist():
        if name.endswith(".xhtml") and _MATH in book.read(name):
            item = f'href="{escape(name)}" media-type="application/xhtml+xml"'
            package = package.replace(f"{item} />", f'{item} properties="mathml" />')
    return package
