"""Says of a failure of the system what happened and what to do about it."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a command could not do its work."""

    rule: str  # stable code, for example "disk-full"
    message: str
    mend: str

    def __str__(self) -> str:
        return f"{self.message.rstrip('.')}. [{self.rule}] To mend: {self.mend.rstrip('.')}."


def system_failure(number: int, words: str) -> Failure | None:
    """What an error of the system comes to, by its number; None where there is no advice."""
    known = _OF_THE_SYSTEM.get(number)
    if known is None:
        return None
    rule, message, mend = known
    again = "then run the command again: what was built stays, and the ledger is what it was"
    return Failure(rule, f"{message}: {words}", f"{mend}; {again}")


def number_and_words(error: BaseException) -> tuple[int, str]:
    """The number of an error of the system, and the place it names; 0 where it is none."""
    if isinstance(error, MemoryError):
        return errno.ENOMEM, "Python found none"
    if isinstance(error, OSError) and error.errno is not None:
        place = os.fsdecode(error.filename) if error.filename else (error.strerror or "")
        return error.errno, place
    return 0, ""


def in_words(error: BaseException) -> str:
    """What an error says: what to do about it, too, where it is the system's."""
    return str(system_failure(*number_and_words(error)) or error)
