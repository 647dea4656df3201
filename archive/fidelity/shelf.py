"""Where the sources are at hand: a folder of files, found by name or by SHA-256."""

from __future__ import annotations

import hashlib
import stat
from contextlib import suppress
from pathlib import Path

from archive.model.record import Record


class Sources:
    """The files of a folder, found by name or by SHA-256."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError where the folder cannot be listed."""
        self._folder = folder
        self._files = sorted(folder.iterdir())
        self._by_sha256: dict[str, Path] | None = None

    def find(self, record: Record) -> tuple[Path, bytes]:
        """The source of a record, and what it holds.

        The file that bears the document's id is given back even where its SHA-256 is another, if
        no file has the one pinned.  Raises OSError where there is neither.
        """
        named = self._folder / f"{record.id}.txt"
        error: OSError | None = None
        data: bytes | None = None
        try:
            data = _read(named)
        except OSError as caught:
            error = caught
        if data is not None and hashlib.sha256(data).hexdigest() == record.source.sha256:
            return named, data
        twin = self._sha256s().get(record.source.sha256)
        if twin is not None:
            return twin, _read(twin)
        if data is None:
            raise error or FileNotFoundError(str(named))
        return named, data

    def _sha256s(self) -> dict[str, Path]:
        """Every readable file by its SHA-256; worked out when it is first asked for."""
        if self._by_sha256 is None:
            self._by_sha256 = {}
            for path in self._files:
                with suppress(OSError), _regular(path).open("rb") as file:
                    self._by_sha256[hashlib.file_digest(file, "sha256").hexdigest()] = path
        return self._by_sha256


def _read(path: Path) -> bytes:
    return _regular(path).read_bytes()


def _regular(path: Path) -> Path:
    """The path of a regular file; opening a pipe would wait for ever."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(f"{path} is not a file")
    return path
