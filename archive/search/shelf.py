"""Where the entries of each page are kept between builds, so that only what changed is indexed.

A page's entries lie in a folder of its own, within one of a fixed number of trays; a page is always
in the same tray, whatever else the archive holds.
"""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from archive.files import write
from archive.search.entry import Entry

TRAYS = 64


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder that holds the entries of all pages."""

    folder: Path

    def put(self, page: str, entries: Iterable[Entry]) -> None:
        """Keep the entries of a page instead of those it had."""
        self.drop(page)
        for number, entry in enumerate(entries):
            write(self._place(page) / f"{number:05d}.json", entry.serialise())

    def drop(self, page: str) -> None:
        """Forget the entries of a page, if it has any."""
        shutil.rmtree(self._place(page), ignore_errors=True)

    def trays(self) -> list[list[Path]]:
        """The files of each tray, in the order of their names."""
        return [sorted((self.folder / f"{tray:02d}").glob("*/*.json")) for tray in range(TRAYS)]

    def _place(self, page: str) -> Path:
        tray = zlib.crc32(page.encode("utf-8")) % TRAYS
        return self.folder / f"{tray:02d}" / quote(page, safe="")
