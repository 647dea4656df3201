"""Runs a program in a process of its own, with bounded memory and time.

What reads the bytes of strangers runs here, so that no file can exhaust the importer.  The module
is also the program that sets the limits of its own process (setrlimit(2)) and then becomes the
other: a program of ours, or any with its arguments.
"""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

MEMORY = 512 * 2**20  # bytes of address space
SECONDS = 60  # of CPU; twice as many by the clock


class FailedError(Exception):
    """The program ended without an answer; ``code`` is its exit code, None where time ran out."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


def ask(program: str, data: bytes) -> Any:
    """What ``program``, a path, prints as JSON about ``data``.  Raises FailedError."""
    command = [sys.executable, "-P", __file__, program]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, check=False, timeout=2 * SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise FailedError(None) from error
    if done.returncode:
        raise FailedError(done.returncode)
    return json.loads(done.stdout)


def bounded(command: Sequence[str]) -> list[str]:
    """The command as one that keeps within the limits, as do the processes that it starts."""
    return [sys.executable, "-P", __file__, "--", *command]


def _limit() -> None:
    """Limit memory and CPU time of this process, where the system can."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


if __name__ == "__main__":
    _limit()
    if sys.argv[1] == "--":
        os.execv(sys.argv[2], sys.argv[2:])  # does not come back
    runpy.run_path(sys.argv[1], run_name="__main__")
