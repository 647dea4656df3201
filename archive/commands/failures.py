"""Says why a command could not do its work, where, and what to do about it.

A traceback goes into a file, never to a user.
"""

from __future__ import annotations

import errno
import os
import re
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from archive.files import write
from archive.model import Problem

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
