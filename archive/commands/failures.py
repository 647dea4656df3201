"""Says of a failure what happened and what to do; a traceback goes into a file, never to a user."""

from __future__ import annotations

import errno
import os
import re
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pybtex.exceptions import PybtexError
from sphinx.errors import SphinxError, SphinxParallelError

ACCOUNT = "failure.txt"

_ROOM = "make room on the disk"
_RIGHTS = "give yourself the right to write there (chown, chmod), or work in a copy that is yours"

# What the system calls a failure by, in words, and what to do about it.
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
    errno.ENOMEM: ("no-memory", "There is not memory enough", "end other programs, or use JOBS=1"),
    errno.EAGAIN: ("too-many-processes", "No more processes can be started",
                   "end other programs, or use JOBS=1"),
}  # fmt: skip

_NUMBERED = re.compile(r"\[Errno (\d+)\] (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a command could not do its work."""

    rule: str  # stable code, for example "disk-full"
    message: str
    mend: str

    def __str__(self) -> str:
        return f"{self.message.rstrip('.')}. [{self.rule}] To mend: {self.mend.rstrip('.')}."


def failure(error: BaseException, work: Path, page: str = "") -> Failure:
    """What a failure comes to.

    ``work`` is the folder that takes the account of a failure which is the engine's own, with its
    traceback; ``page`` is the page that was being read.
    """
    for each in _causes(error):
        found = _of_the_system(each) or _of_its_kind(each, page)
        if found is not None:
            return found
    return _defect(error, work, page)


def in_words(error: BaseException) -> str:
    """What a failure says: what to do about it, too, where it is the system's."""
    return str(_of_the_system(error) or error)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The failure and those behind it, from the first cause on."""
    behind: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in behind:
        behind.append(each)
        each = getattr(each, "orig_exc", None) or each.__cause__ or each.__context__
    return reversed(behind)


def _of_the_system(error: BaseException) -> Failure | None:
    number, words = _number_and_words(error)
    known = _OF_THE_SYSTEM.get(number)
    if known is None:
        return None
    rule, message, mend = known
    again = "then run the command again: what was built stays, and the ledger is what it was"
    return Failure(rule, f"{message}: {words}", f"{mend}; {again}")


def _number_and_words(error: BaseException) -> tuple[int, str]:
    if isinstance(error, MemoryError):
        return errno.ENOMEM, "Python found none"
    if isinstance(error, OSError) and error.errno is not None:
        place = os.fsdecode(error.filename) if error.filename else (error.strerror or "")
        return error.errno, place
    if isinstance(error, SphinxParallelError):  # of another process, which sent its words
        told = _NUMBERED.search(str(error.message))
        if told is not None:
            return int(told[1]), told[2].strip()
        if "MemoryError" in str(error.message):
            return errno.ENOMEM, "Python found none"
    return 0, ""


def _of_its_kind(error: BaseException, page: str) -> Failure | None:
    told = str(getattr(error, "message", error))
    if isinstance(error, RecursionError) or "RecursionError" in told:
        return Failure(
            "nested-too-deep", f"{page or 'A page'}: something is nested too deeply to be read",
            "write it with fewer levels",
        )  # fmt: skip
    if isinstance(error, PybtexError):
        place = f"{Path(error.filename).name}: " if error.filename else ""
        return Failure(
            "reference-syntax", f"{place}{error}",
            "close the brace or the quotation mark that the entry on that line, or the one above "
            "it, leaves open, and put commas between fields",
        )  # fmt: skip
    if isinstance(error, SphinxError) and not isinstance(error, SphinxParallelError):
        if getattr(error, "orig_exc", None) is None and error.__cause__ is None:
            return Failure("cannot-build", f"{error.category}: {error}", "correct what it names")
        return None
    if isinstance(error, KeyboardInterrupt):
        return Failure("interrupted", "Interrupted", "run the command again")
    return None


def _defect(error: BaseException, work: Path, page: str) -> Failure:
    account = work / ACCOUNT
    lines = traceback.format_exception(error)
    if isinstance(error, SphinxParallelError):
        lines.append(str(error.traceback))
    kept = ""
    with suppress(OSError):
        account.write_text("".join(lines), encoding="utf-8", errors="backslashreplace")
        kept = f" with {account}, which tells how it came to this"
    where = f"{page}: " if page else ""
    words = str(error).splitlines() or [""]
    return Failure(
        "engine-defect", f"{where}The engine failed: {type(error).__name__}: {words[0]}",
        f"undo what you changed last, and report it{kept}",
    )  # fmt: skip
