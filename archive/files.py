"""The one way to write a file, whole or not at all, and to lock; and what git knows of a checkout.

The bytes go to a temporary file in the same folder, which then takes the place of the old file
(rename(2) is atomic): a reader finds the old file or the new one, never half of one.  A process
that is killed meanwhile leaves its temporary file, ``.<name>.new``; the next write of the same file
replaces it, and sealing removes those of a site.
"""

from __future__ import annotations

import errno
import hashlib
import os
import pickle
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

if sys.platform != "win32":
    import fcntl

# What file systems without locks, or without locks on folders, answer.
_NO_LOCKS = {errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}


def write(path: Path, data: bytes | str, *, durable: bool = False) -> None:
    """Write a file; text is encoded in UTF-8.  See ``replacing``."""
    with replacing(path, durable=durable) as draft, open(draft, "wb") as file:  # noqa: PTH123
        file.write(data.encode("utf-8") if isinstance(data, str) else data)


def write_if_changed(path: Path, data: bytes | str) -> bool:
    """Write a file unless it holds this already, so that its time tells when it changed.

    Returns whether it was written.  Raises OSError.
    """
    data = data.encode("utf-8") if isinstance(data, str) else data
    if path.is_file() and path.read_bytes() == data:  # a pipe would never end
        return False
    write(path, data)
    return True


@contextmanager
def replacing(path: Path, *, durable: bool = False) -> Iterator[Path]:
    """Give the path of a temporary file to write to, which replaces ``path`` at the end.

    Makes the folder where it is missing, keeps the permissions of the file that is replaced, and
    follows symbolic links.  ``durable`` forces file and folder to disk (fsync(2)), so that the
    file outlives a power cut.  Raises OSError; after any error ``path`` is what it was.
    """
    before = _status(path)
    if before is not None and stat.S_ISLNK(before.st_mode):
        path = path.resolve()
        before = _status(path)
    if before is None and not os.path.isdir(path.parent):  # noqa: PTH112 - for each of many files
        path.parent.mkdir(parents=True, exist_ok=True)
    draft = draft_of(path)
    try:
        yield draft
        if before is not None:
            _keep_mode(before.st_mode, draft)
        if durable:
            _to_disk(draft)
        os.replace(draft, path)  # noqa: PTH105
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    if durable and sys.platform != "win32":  # which opens no folders
        _to_disk(path.parent)


def _status(path: Path) -> os.stat_result | None:
    """What the file system knows of a file or a link; None where there is none."""
    with suppress(FileNotFoundError):
        return os.lstat(path)
    return None


def draft_of(path: Path) -> Path:
    """The temporary file through which ``path`` is written."""
    return path.with_name(f".{path.name}.new")


def is_draft(path: str) -> bool:
    """Whether a path is that of a temporary file, which only a killed process leaves behind."""
    name = path.rpartition("/")[2]
    return name.startswith(".") and name.endswith(".new")


def _keep_mode(mode: int, draft: Path) -> None:
    """Give a draft the permissions of the file that it replaces."""
    if stat.S_IMODE(mode) != stat.S_IMODE(draft.stat().st_mode):  # some file systems refuse chmod
        draft.chmod(stat.S_IMODE(mode))


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def lock(descriptor: int, *, wait: bool = True) -> bool | None:
    """Lock an open file or folder until it is closed or the process ends (flock(2)).

    Returns False if another process holds the lock and ``wait`` is off, None if there are no locks
    on this file system or platform.  Raises OSError.
    """
    if sys.platform == "win32":
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        if error.errno in {errno.EAGAIN, errno.EACCES}:
            return False
        if error.errno not in _NO_LOCKS:
            raise
        return None
    return True


# What is kept from one build to the next


# Nanoseconds.  A file system that tells parts of a second has the clock of its system, which ticks
# a hundred times in a second or more; the coarsest of others in use ticks every other second.
_SECOND = 1_000_000_000
_FINE_TICK, _COARSE_TICK = _SECOND // 10, 2 * _SECOND


def is_settled(times: Iterable[int], now: int) -> bool:
    """Whether a file that has these times would have others if it were written again.

    All are nanoseconds since 1970.  Within a tick of its file system's clock it would not.
    """
    latest = max(times)
    return latest < now - (_FINE_TICK if latest % _SECOND else _COARSE_TICK)


def write_pickle(path: Path, value: object, made_by: str) -> None:
    """Keep a value that ``read_pickle`` gives back, to the same version of what made it."""
    if path.is_dir():
        remove(path)
    with replacing(path) as draft, draft.open("wb") as file:
        # Straight into the file: that of a large archive would take much memory.
        hashed = _Hashed(file, _hash(made_by))
        file.write(bytes(_DIGEST))
        pickle.dump(value, hashed, pickle.HIGHEST_PROTOCOL)
        file.seek(0)
        file.write(hashed.hash.digest())


@dataclass(frozen=True, slots=True)
class _Hashed:
    """Writes to a file, and hashes what it writes."""

    file: IO[bytes]
    hash: Any  # of hashlib

    def write(self, data: bytes) -> None:
        self.hash.update(data)
        self.file.write(data)


def _hash(made_by: str) -> Any:
    """A checksum, before the data that follows what made it."""
    return hashlib.sha256(made_by.encode() + b"\0")


_DIGEST = 32  # bytes


def read_pickle(path: Path, made_by: str) -> Any:
    """The value kept at ``path``; None where there is none, it is damaged, or others made it."""
    try:
        kept = path.read_bytes() if path.is_file() else b""  # a pipe would never end
    except OSError:
        return None
    data, found = memoryview(kept)[_DIGEST:], _hash(made_by)
    found.update(data)
    if kept[:_DIGEST] == found.digest():
        with suppress(ImportError, AttributeError, TypeError):  # of another version of the code
            return pickle.loads(data)
    return None


def remove(path: Path) -> None:
    """Remove what was built, a file or a folder, if it is there.  Raises OSError."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


# --- What git knows of a checkout, read by its command.


def git(folder: Path, *arguments: str, given: str = "") -> str:
    """What git prints in ``folder``; ``given`` is its standard input.

    Bytes that are not UTF-8 are kept (PEP 383).  Raises ValueError with git's own message where it
    fails, and where there is none.
    """
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            input=given.encode("utf-8", "surrogateescape"), capture_output=True, check=False,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise ValueError("git is not installed. To mend: install it") from error
    if done.returncode:
        message = done.stderr.decode("utf-8", "replace").strip().rstrip(".")
        mend = ". To mend: work in a clone of the repository, which has its history"
        lost = "not a git repository" in message
        raise ValueError(f"git {arguments[0]} failed in {folder}: {message}{mend if lost else ''}")
    return done.stdout.decode("utf-8", "surrogateescape")


class Git:
    """A folder of a checkout.  Without git, or outside a checkout, nothing is found."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def says(self, *arguments: str) -> str:
        """What a git command prints; nothing where it fails."""
        with suppress(ValueError, OSError):
            return git(self.folder, *arguments)
        return ""

    @cached_property
    def is_there(self) -> bool:
        return bool(self.commit("HEAD"))

    @cached_property
    def is_shallow(self) -> bool:
        return self.says("rev-parse", "--is-shallow-repository").strip() == "true"

    def commit(self, name: str) -> str:
        """The id of the commit with a name; nothing where there is none."""
        return self.says("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").strip()

    def tags(self, most: int) -> list[str]:
        """The newest tags."""
        form = ("--format=%(refname:short)", f"--count={most}", "--sort=-creatordate")
        return self.says("for-each-ref", *form, "refs/tags").split()

    def changed(self, *paths: str) -> list[str]:
        """The commits of the history that changed one of the files, merges included."""
        listed = self.says("log", "--full-history", "-m", "--format=%H", "HEAD", "--", *paths)
        return list(dict.fromkeys(listed.split()))

    def files(self, names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        """The bytes of each file that is there, by commit and path relative to the folder."""
        asked = list(names)
        if not asked:
            return {}
        lines = "".join(f"{commit}:./{path}\n" for commit, path in asked).encode()
        done = subprocess.run(
            ["git", "-C", str(self.folder), "cat-file", "--batch"],
            input=lines, capture_output=True, check=True,
        )  # fmt: skip
        found, rest = {}, done.stdout
        for name in asked:
            head, _, rest = rest.partition(b"\n")
            if not head.endswith(b" missing"):
                size = int(head.rpartition(b" ")[2])
                found[name], rest = rest[:size], rest[size + 1 :]
        return found
