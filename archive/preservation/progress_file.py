"""What of a mirror was checked already, so that a check that was broken off goes on."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TextIO


class ProgressFile:
    """One JSON object a line: first what is checked, then each path found sound, each new link.

    It is used again only for the same address and the same manifest.
    """

    def __init__(self, folder: Path, base: str, manifest: bytes) -> None:
        """Read what there is.  Raises OSError where it cannot be written."""
        self._path = folder / f"{hashlib.sha256(base.encode()).hexdigest()[:16]}.jsonl"
        self._head = {"base": base, "manifest": hashlib.sha256(manifest).hexdigest()}
        self.sound: set[str] = set()
        self.links: set[str] = set()
        self._read()
        folder.mkdir(parents=True, exist_ok=True)
        self._file: TextIO = self._path.open("w", encoding="utf-8")
        self._write(self._head)
        for path in sorted(self.sound):
            self._write({"sound": path})
        for path in sorted(self.links):
            self._write({"link": path})

    def _read(self) -> None:
        lines = self._path.read_text("utf-8").split("\n") if self._path.is_file() else [""]
        rows = [row for line in lines if (row := _row(line))]
        if not rows or rows[0] != self._head:
            return
        self.sound = {row["sound"] for row in rows if "sound" in row}
        self.links = {row["link"] for row in rows if "link" in row}

    def add_sound(self, path: str) -> None:
        self.sound.add(path)
        self._write({"sound": path})

    def add_link(self, path: str) -> None:
        if path not in self.links:
            self.links.add(path)
            self._write({"link": path})

    def _write(self, row: dict[str, str]) -> None:
        self._file.write(json.dumps(row) + "\n")
        self._file.flush()

    def close(self, *, finished: bool) -> None:
        """Keep the file for the next time, or remove it where the check came to its end."""
        self._file.close()
        if finished:
            self._path.unlink(missing_ok=True)


def _row(line: str) -> dict[str, str] | None:
    """A line; None for half of one, which a kill leaves."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None
