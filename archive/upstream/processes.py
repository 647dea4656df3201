"""Worker processes that fail with their build, and end with it.

Replaces: ``ParallelTasks._process``, ``_join_one`` and ``join`` of Sphinx.
Why: where a task fails while others are added, Sphinx ends them all and goes on as if they were
done.  Where a process is killed that has started others, these wait for ever to hand on their
results: they hold the reading end of their own pipe.  They hold the lock of the build as well, so
that the next build would wait for them.
Constraint: no thread may watch, as Python refuses to fork a process with threads.  Linux could send
a signal (prctl), other systems could not.
Upstream: none reported yet.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from sphinx.util.parallel import ParallelTasks

Item = TypeVar("Item")

_INTERVAL = 1.0  # seconds between two looks at the parent
_PORTIONS = 256  # at most: each has a number of one byte


class Workers(ParallelTasks):
    """Runs tasks in forked processes, at most ``nproc`` at a time."""

    def __init__(self, nproc: int) -> None:
        super().__init__(nproc)
        self._parent = os.getpid()
        self._failed: Exception | None = None

    def _process(self, pipe: Any, func: Callable[..., Any], arg: Any) -> None:
        _end_with(self._parent)
        super()._process(pipe, func, arg)

    def _join_one(self) -> bool:
        try:
            return super()._join_one()
        except Exception as error:
            self._failed = self._failed or error
            raise

    def join(self) -> None:
        """Wait for all tasks.  Raises SphinxParallelError if one failed, also while adding."""
        super().join()
        if self._failed:
            raise self._failed


class Portions(Generic[Item]):
    """Items that forked processes share: each takes the next portion when it is done with one.

    So all end at about the same time, however long an item takes.  The numbers of the portions wait
    in a pipe, of which each process reads a byte at a time.
    """

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self._count = min(len(items), _PORTIONS)
        self._numbers, end = os.pipe()
        os.write(end, bytes(range(self._count)))
        os.close(end)

    def __iter__(self) -> Iterator[Item]:
        while number := os.read(self._numbers, 1):
            yield from self._items[number[0] :: self._count]

    def close(self) -> None:
        """Close the pipe in this process."""
        os.close(self._numbers)


def _end_with(parent: int) -> None:
    """Let this process end at once when its parent, of this number, is gone."""

    def look(_signal: int, _frame: object) -> None:
        if os.getppid() != parent:
            os._exit(1)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, _INTERVAL, _INTERVAL)
