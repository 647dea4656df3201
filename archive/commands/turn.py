"""Two commands never write into one folder at once: the second waits for the first."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

LOCK = ".lock"

# File systems that know no locks say so by one of these.
_NO_LOCKS = {errno.EINVAL, errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Wait until no other command is at work in ``folder``, and keep others out.

    The lock is on a file of the folder, and is the kernel's: it ends with the process that holds
    it and the processes this one made, however they end, so that no killed build leaves one.
    Raises OSError where the folder or the file cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a+b") as file:
        if not _taken(file.fileno(), wait=False):
            file.seek(0)
            holder = file.read().decode("ascii", "replace").strip() or "unknown"
            print(
                f"Another build is at work in {folder} (process {holder}); waiting for its end. "
                "To mend, where it hangs: end that process.",
                file=sys.stderr, flush=True,
            )  # fmt: skip
            _taken(file.fileno(), wait=True)
        with suppress(OSError):  # on a full disk it stays unnamed
            file.truncate(0)
            file.write(str(os.getpid()).encode())
            file.flush()
        yield


def _taken(descriptor: int, *, wait: bool) -> bool:
    """Take the lock.  True also where the file system knows none."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        if error.errno in {errno.EAGAIN, errno.EACCES}:
            return False
        if error.errno not in _NO_LOCKS:
            raise
    return True
