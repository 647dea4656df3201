"""Keeps two commands from writing into one folder at once: the second waits for the first."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from archive.files import lock

LOCK = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of ``folder``, once no other command holds it.

    The operating system releases the lock when this process and the processes it started end,
    however they end, so a killed build leaves none.  Raises OSError where the folder or the lock
    file cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a+b") as file:
        if lock(file.fileno(), wait=False) is False:
            file.seek(0)
            holder = file.read().decode("ascii", "replace").strip() or "unknown"
            print(
                f"Another command is writing to {folder} (process {holder}); waiting until it ends."
                " To mend, if it hangs: end that process.",
                file=sys.stderr, flush=True,
            )  # fmt: skip
            lock(file.fileno())
        with suppress(OSError):  # on a full disk the holder stays unnamed
            file.truncate(0)
            file.write(str(os.getpid()).encode())
            file.flush()
        yield
