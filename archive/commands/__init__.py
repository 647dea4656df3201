"""The commands of ``python -m archive``: what each consists of, and how it says why it failed."""

from __future__ import annotations

import errno
import os
import re
import sys
import time
import traceback
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from operator import methodcaller
from pathlib import Path
from typing import Any

from archive.files import write
from archive.model import Problem

# --- The commands of ``python -m archive``, and what each of them consists of.

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


# --- Says why a command could not do its work, where, and what to do about it.
#
# A traceback goes into a file, never to a user.

DEFECT = "engine-defect"  # the rule of an error that nobody foresaw

_ROOM = "make room on the disk"
_RIGHTS = "give yourself the right to write there (chown, chmod), or work in a copy that is yours"
_PROCESSES = "end other programs, or use JOBS=1"
_AGAIN = "then run the command again: what was built stays, and the ledger is what it was"

# Errors of the operating system: the rule's code, what happened, and what to do.
_OF_THE_SYSTEM = {
    errno.ENOSPC: ("disk-full", "The disk is full", _ROOM),
    errno.EDQUOT: ("disk-full", "Your share of the disk is full", _ROOM),
    errno.EFBIG: ("file-too-large", "A file may not become so large here",
                  "raise the limit on file sizes (ulimit -f)"),
    errno.EROFS: ("read-only", "The file system is read-only",
                  "mount it for writing, or work in a copy elsewhere"),
    errno.EACCES: ("no-permission", "Permission is denied", _RIGHTS),
    errno.EPERM: ("no-permission", "It is not permitted", _RIGHTS),
    errno.EMFILE: ("too-many-files", "Too many files are open",
                   "raise the limit on open files (ulimit -n)"),
    errno.ENOMEM: ("no-memory", "There is not enough memory", _PROCESSES),
    errno.EAGAIN: ("too-many-processes", "No more processes can be started", _PROCESSES),
}  # fmt: skip

# What Sphinx passes on of an OSError of another process.
_NUMBERED = re.compile(r"\[Errno (\d+)\] (.*)", re.DOTALL)


def in_words(error: BaseException) -> str:
    """What an error says; of one of the operating system, also what to do about it."""
    known = _of_the_system(error)
    return known.text if known else str(error)


def failure(error: BaseException, work: Path, page: str = "") -> Problem:
    """Explain an error by the first of its causes that is known, else as a defect of the engine.

    ``work`` is the folder that takes the traceback of a defect; ``page`` is the page that was being
    read or written.
    """
    if isinstance(error, KeyboardInterrupt):
        return _problem("interrupted", "Interrupted", "run the command again")
    found = (_of_the_system(each) or _of_a_library(each, page) for each in _causes(error))
    return next(filter(None, found), None) or _defect(error, work, page)


def _problem(rule: str, message: str, mend: str) -> Problem:
    return Problem("", 0, rule, message, mend)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and those behind it, from the first cause on."""
    behind: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in behind:
        behind.append(each)
        each = getattr(each, "orig_exc", None) or each.__cause__ or each.__context__
    return reversed(behind)


def _of_the_system(error: BaseException) -> Problem | None:
    """Advice on an error of the operating system, here or in a process of Sphinx's."""
    number, place = 0, ""
    if isinstance(error, MemoryError) or "MemoryError" in _passed_on(error):
        number, place = errno.ENOMEM, "Python found none"
    elif isinstance(error, OSError) and error.errno is not None:
        place = os.fsdecode(error.filename) if error.filename else (error.strerror or "")
        number = error.errno
    elif found := _NUMBERED.search(_passed_on(error)):
        number, place = int(found[1]), found[2].strip()
    if number not in _OF_THE_SYSTEM:
        return None
    rule, message, mend = _OF_THE_SYSTEM[number]
    return _problem(rule, f"{message}: {place}", f"{mend}; {_AGAIN}")


def _passed_on(error: BaseException) -> str:
    """What Sphinx says of an error in another process; empty for any other error."""
    is_parallel = type(error).__name__ == "SphinxParallelError"  # without loading Sphinx
    return str(getattr(error, "message", "")) if is_parallel else ""


def _of_a_library(error: BaseException, page: str) -> Problem | None:
    from pybtex.exceptions import PybtexError  # noqa: PLC0415 - not for commands without Sphinx
    from sphinx.errors import SphinxError  # noqa: PLC0415

    if isinstance(error, RecursionError) or "RecursionError" in _passed_on(error):
        return _problem(
            "nested-too-deep", f"{page or 'A page'}: something is nested too deeply to be read",
            "write it with fewer levels",
        )  # fmt: skip
    if isinstance(error, PybtexError):
        place = f"{Path(error.filename).name}: " if error.filename else ""
        return _problem(
            "reference-syntax", f"{place}{error}",
            "close the brace or the quotation mark that the entry on that line, or the one above "
            "it, leaves open, and put commas between fields",
        )  # fmt: skip
    is_whole = getattr(error, "orig_exc", None) is None and error.__cause__ is None
    if isinstance(error, SphinxError) and is_whole and not _passed_on(error):
        return _problem("cannot-build", f"{error.category}: {error}", "correct what it names")
    return None


def _defect(error: BaseException, work: Path, page: str) -> Problem:
    path = work / "failure.txt"
    lines = [*traceback.format_exception(error), str(getattr(error, "traceback", ""))]
    enclosed = ""
    with suppress(OSError):
        write(path, "".join(lines).encode("utf-8", "backslashreplace"))
        enclosed = f" with {path}, which says where it failed"
    where = f"{page}: " if page else ""
    words = str(error).splitlines() or [""]
    return _problem(
        DEFECT, f"{where}The engine failed: {type(error).__name__}: {words[0]}",
        f"undo what you changed last, and report it{enclosed}",
    )  # fmt: skip
