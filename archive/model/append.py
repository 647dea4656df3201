"""Appending to the ledger: a kill at any instant leaves the old file or the new, never half.

The whole file is written anew and forced to disk.  Publishers take turns by a lock on the folder.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.files import draft_of, replacing
from archive.model.ledger import Event, read, serialise

if sys.platform != "win32":
    import fcntl

# File systems that know no lock on a folder say so by one of these.
_NO_LOCKS = {errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}


def append(path: Path, events: Iterable[Event], *, after: bytes | None = None) -> None:
    """Append ``events`` to the ledger at ``path``, all or none; without events, do nothing.

    ``after`` is what the ledger held when the events were worked out: if it holds something else
    by now, nothing is appended.  The file keeps its permissions, and a symbolic link stays one.
    Raises OSError, saying why, and ValueError for an event that no ledger can hold; then the
    ledger is what it was.
    """
    lines = _lines(events)
    if not lines:
        return
    ledger = _regular(path)
    with _turn(ledger.parent) as locked:
        old = _held(ledger, after)
        if not locked:
            _claim(draft_of(ledger))
        with replacing(ledger, durable=True) as draft:
            draft.write_bytes(old + lines)
            if _read(ledger) != old:
                raise _refusal(errno.EBUSY, "it changed meanwhile; run the command again", ledger)


def _lines(events: Iterable[Event]) -> bytes:
    lines = "".join(serialise(event) + "\n" for event in events).encode("utf-8")
    _, problems = read(lines, "the new lines")
    if problems:
        raise ValueError(f"not appended: {problems[0].message} [{problems[0].rule}]")
    return lines


def _refusal(number: int, message: str, path: Path) -> OSError:
    return OSError(number, f"nothing was appended: {message}", str(path))


def _regular(path: Path) -> Path:
    """The file itself behind symbolic links, which may be missing but not be something else."""
    if not os.path.lexists(path):
        return Path(os.path.realpath(path.parent, strict=True), path.name)
    ledger = Path(os.path.realpath(path, strict=True))  # OSError for a circle or a dangling link
    if not stat.S_ISREG(ledger.stat().st_mode):
        raise _refusal(errno.EINVAL, "it is not a regular file", path)
    if not os.access(ledger, os.W_OK):
        raise _refusal(errno.EACCES, "it is read-only", path)
    return ledger


@contextmanager
def _turn(directory: Path) -> Iterator[bool]:
    """Wait for the other publishers of a folder; give whether the folder is locked.

    The lock is on the folder because the ledger itself is replaced.  It ends with the process.
    """
    if sys.platform == "win32":  # which opens no folders
        yield False
        return
    folder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield _lock(folder)
    finally:
        os.close(folder)


def _lock(folder: int) -> bool:
    """Wait for the lock.  False where the file system knows none."""
    if sys.platform != "win32":
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
        else:
            return True
    return False


def _held(ledger: Path, after: bytes | None) -> bytes:
    """What the ledger holds.  Raises OSError if a line cannot be put after it."""
    old = _read(ledger)
    if after is not None and old != after:
        raise _refusal(errno.EBUSY, "it changed since it was read; run the command again", ledger)
    if old and not old.endswith(b"\n"):
        raise _refusal(errno.EINVAL, "its last line does not end in a line feed", ledger)
    return old


def _read(ledger: Path) -> bytes:
    """The bytes of the ledger; none if there is no file yet."""
    try:
        return ledger.read_bytes()
    except FileNotFoundError:
        return b""


def _claim(draft: Path) -> None:
    """Where there are no locks, the presence of the new file is the lock."""
    try:
        draft.touch(exist_ok=False)
    except FileExistsError as error:
        message = "another publisher is at work; if none is, delete this file"
        raise _refusal(errno.EEXIST, message, draft) from error
