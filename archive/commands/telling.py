"""Tells on the terminal how far a long run has come."""

from __future__ import annotations

import sys
import time

_SOON, _SELDOM = 0.2, 15.0  # seconds between two lines: on a terminal, in a log


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
