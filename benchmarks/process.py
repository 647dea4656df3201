"""Measures a command with all its processes: CPU seconds, wall seconds and peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_SELF, getrusage, struct_rusage

import psutil

_MB = 1024 * 1024
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes (getrusage(2))
_SAMPLING = 0.25  # seconds between two looks at the memory
_TOLD = 3_000  # characters of a failed command's output that are shown


class CommandError(Exception):
    """A measured command failed; the message has the end of its output."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took, together with every process that it started and waited for."""

    cpu: float  # seconds of user and system time
    wall: float  # seconds
    largest: float  # MB resident, of the largest process
    together: float  # MB, of all processes at once; what they share counts once

    @property
    def cores(self) -> float:
        """How many cores were busy, on average; beside other work it got fewer."""
        return self.cpu / self.wall


# What Python compiles is kept, as on the machine of an editor: else each run compiles the engine.
_CACHED = {"PYTHONDONTWRITEBYTECODE": ""}


def measure(command: Sequence[str | Path], folder: Path) -> Cost:
    """Run a command in ``folder`` and measure it.

    Raises CommandError where it ends with another code than 0.
    """
    with tempfile.TemporaryFile() as output:
        begin = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command], cwd=folder, stdin=subprocess.DEVNULL, stdout=output,
            stderr=output, env={**os.environ, **_CACHED},
        )  # fmt: skip
        seen, usage = _watched(process)
        wall = time.perf_counter() - begin
        if process.returncode:
            output.seek(0)
            said = output.read().decode(errors="replace")[-_TOLD:]
            raise CommandError(f"{' '.join(map(str, command))}\n{said}")
    largest = max(seen.largest, _told(usage))
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(cpu, wall, largest / _MB, max(seen.together, largest) / _MB)


@dataclass(frozen=True, slots=True)
class _Memory:
    """Bytes of memory at one moment, or the maximum over several."""

    largest: int = 0
    together: int = 0

    def most(self, other: _Memory) -> _Memory:
        return _Memory(max(self.largest, other.largest), max(self.together, other.together))


def _watched(process: subprocess.Popen[bytes]) -> tuple[_Memory, struct_rusage]:
    """Wait for the end of a process; return its peak memory and its resource usage."""
    root, ended, seen = psutil.Process(process.pid), threading.Event(), [_Memory()]

    def look() -> None:
        while not ended.is_set():
            seen[0] = seen[0].most(_held(root))
            ended.wait(_SAMPLING)

    looking = threading.Thread(target=look)
    looking.start()
    _pid, status, usage = os.wait4(process.pid, 0)
    ended.set()
    looking.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    return seen[0], usage


def _told(usage: struct_rusage) -> int:
    """Bytes of the largest process, from getrusage(2); 0 where that cannot be known.

    A child inherits the figure of its parent, so one that is no larger than that of this process
    says nothing about the child.
    """
    own = getrusage(RUSAGE_SELF).ru_maxrss
    return usage.ru_maxrss * _MAXRSS_UNIT if usage.ru_maxrss > own else 0


def _held(root: psutil.Process) -> _Memory:
    """The memory of a process and its descendants now."""
    try:
        family = [root, *root.children(recursive=True)]
    except psutil.Error:
        return _Memory()
    found = [_shares(process) for process in family]
    return _Memory(max(all_ for all_, _part in found), sum(part for _all, part in found))


def _shares(process: psutil.Process) -> tuple[int, int]:
    """Resident bytes of a process, and its proportional share of them (PSS)."""
    try:
        full = process.memory_full_info()
    except (psutil.Error, OSError):
        return 0, 0
    return full.rss, getattr(full, "pss", full.uss)
