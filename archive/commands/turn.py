"""Two commands never write into one folder at once: the second waits for the first."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from archive.files import lock

LOCK = ".lock"


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Wait until no other command is at work in ``folder``, and keep others out.

    The lock is on a file of the folder, and is the kernel's: it ends with the process that holds
    it and the processes this one made, however they end, so that no killed build leaves one.
    Raises OSError where the folder or the file cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a+b") as file:
        if lock(file.fileno(), wait=False) is False:
            file.seek(0)
            holder = file.read().decode("ascii", "replace").strip() or "unknown"
            print(
                f"Another build is at work in {folder} (process {holder}); waiting for its end. "
                "To mend, where it hangs: end that process.",
                file=sys.stderr, flush=True,
            )  # fmt: skip
            lock(file.fileno())
        with suppress(OSError):  # on a full disk it stays unnamed
            file.truncate(0)
            file.write(str(os.getpid()).encode())
            file.flush()
        yield
