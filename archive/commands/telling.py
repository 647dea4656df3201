"""Tells on the terminal how far a run has come."""

from __future__ import annotations

import sys
import time
from io import StringIO

_SOON, _SELDOM = 0.2, 15.0  # seconds between two lines: on a terminal, in a log


class Stage:
    """A stage of a build, told in one line when it has ended: what was done, in how many seconds.

    Stages that go on beside each other tell their lines one after another.
    """

    def __init__(self, name: str, *, quiet: bool = False) -> None:
        self._name = name
        self._quiet = quiet
        self._told = ""

    def tell(self, what: str) -> None:
        """Say what was done; the last of several counts."""
        self._told = what

    def __enter__(self) -> Stage:
        self._begin = time.perf_counter()
        return self

    def __exit__(self, kind: object, *_failure: object) -> None:
        if kind is None and not self._quiet:
            told = f"{self._told}, " if self._told else ""
            seconds = time.perf_counter() - self._begin
            print(f"  {self._name:<8} {told}{seconds:.1f} s", flush=True)


class Notices(StringIO):
    """Takes what Sphinx says, and passes on the lines that begin with ``notice:``."""

    def write(self, text: str) -> int:
        for line in text.splitlines():
            if line.startswith("notice:"):
                print(line, flush=True)
        return len(text)


class Progress:
    """Prints on standard error what is being done; on a terminal in one line that is replaced."""

    def __init__(self, verb: str) -> None:
        self._verb = verb
        self._live = sys.stderr.isatty()
        self._told = time.monotonic()

    def __call__(self, path: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._told < (_SOON if self._live else _SELDOM):
            return
        self._told = now
        line = f"{self._verb} {done} of {total}: {path}"
        print(f"\r\033[K{line[:100]}" if self._live else line, end="" if self._live else "\n",
              file=sys.stderr, flush=True)  # fmt: skip

    def clear(self) -> None:
        """Remove the line, before something else is printed."""
        if self._live:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
