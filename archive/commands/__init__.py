"""The commands of ``python -m archive``, and what each of them consists of."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from operator import methodcaller
from pathlib import Path
from typing import Any

from archive.commands.failures import in_words

Run = Callable[[Namespace, Path], int]
AddTo = Callable[[Any], object]  # adds arguments to an ArgumentParser


@dataclass(frozen=True, slots=True)
class Command:
    """A function that takes parsed arguments and the archive's root and returns the exit code.

    The help of a command is the docstring of ``run``: the first paragraph in the list of all
    commands, the whole in its own help, which ends with the epilog.
    """

    run: Run
    arguments: tuple[AddTo, ...]
    epilog: str
    failed: str  # what is printed before an error
    errors: tuple[type[Exception], ...]  # those that are expected: the others are defects
    code: int  # the exit code after an error

    def __call__(self, arguments: Namespace, root: Path) -> int:
        """Run the command, and print an error in one line.

        The message of a SystemExit says by itself what happened, and is printed alone.
        """
        try:
            return self.run(arguments, root)
        except SystemExit as error:
            print(error, file=sys.stderr)
        except self.errors as error:
            print(f"{self.failed}: {in_words(error).rstrip('.')}.", file=sys.stderr)
        return self.code


def command(
    *arguments: AddTo,
    epilog: str,
    failed: str = "",
    errors: tuple[type[Exception], ...] = (OSError, ValueError),
    code: int = 1,
) -> Callable[[Run], Command]:
    """Make a command of a function; without ``failed``, every error is a defect."""
    return lambda run: Command(run, arguments, epilog, failed, errors if failed else (), code)


def argument(*names: str, **options: Any) -> AddTo:
    """An argument of a command, described as for ``ArgumentParser.add_argument``."""
    return methodcaller("add_argument", *names, **options)


# --- Shows on the terminal how far a command has come.

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
