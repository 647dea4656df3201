"""Writing several files, all or none.

Each is written whole beside its place, forced to disk, and renamed over it (rename(2) is atomic).
The last one decides: until it stands, a second import does everything again and comes to the same.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archive.files import write as write_whole


@dataclass(frozen=True, slots=True)
class File:
    """A file to write."""

    path: Path
    data: bytes
    before: bytes | None = None  # what it must hold now; None: it must not be there
    replace: bool = False  # whatever it holds


def write(files: Sequence[File]) -> None:
    """Write the files in order.  Raises OSError, and then every file is what it was.

    Raises FileExistsError where a file is there that must not be, or changed meanwhile.
    """
    beside: list[tuple[File, Path]] = []
    done: list[tuple[File, bytes | None]] = []
    try:
        for file in files:
            beside.append((file, _beside(file)))  # noqa: PERF401 - those made before a failure
        for file, temporary in beside:
            old = _held(file.path)
            if not file.replace and old != file.before:
                raise FileExistsError(
                    17, "it changed meanwhile; run the command again", str(file.path)
                )
            _put(file, temporary, old)
            done.append((file, old))
    except BaseException:
        for file, old in reversed(done):
            _restore(file.path, old)
        raise
    finally:
        for _, temporary in beside:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _beside(file: File) -> Path:
    temporary = file.path.with_name(f".{file.path.name}.{os.getpid()}.new")
    write_whole(temporary, file.data, durable=True)
    return temporary


def _held(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _put(file: File, temporary: Path, old: bytes | None) -> None:
    if file.before is None and not file.replace:
        os.link(temporary, file.path)  # fails where something stands: nothing is overwritten
    else:
        if old is not None:
            temporary.chmod(file.path.stat().st_mode & 0o777)
        temporary.replace(file.path)


def _restore(path: Path, old: bytes | None) -> None:
    with suppress(OSError):
        if old is None:
            path.unlink(missing_ok=True)
        else:
            write_whole(path, old)
