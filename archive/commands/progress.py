"""Shows on the terminal how far a command has come."""

from __future__ import annotations

import sys
import time
from io import StringIO

# Seconds between two lines: on a terminal, in a log.
_ON_TERMINAL, _IN_LOG = 0.2, 15.0


class Stage:
    """A stage of a build, as a context manager.

    It prints one line when it ends without an error: its name, what was done, and the seconds it
    took.  Stages may run beside each other in several processes.
    """

    def __init__(self, name: str, *, quiet: bool = False) -> None:
        self._name = name
        self._quiet = quiet
        self.result = ""  # what was done, in words

    def __enter__(self) -> Stage:
        self._begin = time.perf_counter()
        return self

    def __exit__(self, kind: object, *_failure: object) -> None:
        if kind is None and not self._quiet:
            result = f"{self.result}, " if self.result else ""
            seconds = time.perf_counter() - self._begin
            print(f"  {self._name:<8} {result}{seconds:.1f} s", flush=True)


class Notices(StringIO):
    """Sphinx's status stream, of which only lines that begin with ``notice:`` are printed."""

    def write(self, text: str) -> int:
        for line in text.splitlines():
            if line.startswith("notice:"):
                print(line, flush=True)
        return len(text)


class Progress:
    """Prints on standard error what is being done; a terminal shows it in one line."""

    def __init__(self, verb: str) -> None:
        self._verb = verb
        self._is_terminal = sys.stderr.isatty()
        self._printed = time.monotonic()

    def __call__(self, path: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._printed < (_ON_TERMINAL if self._is_terminal else _IN_LOG):
            return
        self._printed = now
        line = f"{self._verb} {done} of {total}: {path}"
        if self._is_terminal:
            print(f"\r\033[K{line[:100]}", end="", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Remove the line from a terminal, before something else is printed."""
        if self._is_terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
