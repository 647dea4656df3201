"""What a build is made from, by which the next one knows whether anything changed.

One digest of all contents is kept with the outputs that were made from them.
"""

# A build asks three times for each of thousands of files, so paths are texts.
# ruff: noqa: PTH113, PTH116, PTH123

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG
from types import MappingProxyType

import archive
from archive.files import is_settled, read_pickle, remove, write, write_pickle
from archive.model import Problem

SETTINGS = ("BASEURL", "SOURCE_DATE_EPOCH", "PAPER", "RELEASE", "SOURCES", "CONTACT")

# Folders of the archive's root that no output depends on.
_APART = frozenset(
    {"_build", "benchmarks", "docs", "hosting", "requirements", "tests", "tools", "work"}
)
# The locked packages that build the site; which versions these are depends on the Python.
_LOCKED = tuple(
    f"requirements/{name}.txt" for name in ("build", "math", "scripts", "cjk", "sorting")
)

# Folders of the root in which nothing is read; nor is it in those whose name begins with a dot.
_UNREAD = frozenset({"_build", "tests", "work"})

INPUTS = ".inputs"  # what is kept of them from one build to the next
_FORMAT = "inputs 1"

TRIES = 3  # builds of sources that are saved meanwhile

# What the file system knows of a file: no edit leaves all of it as it was.
Stamps = Mapping[str, tuple[int, ...]]


# Inputs


def digest(root: Path, seen: Stamps = MappingProxyType({}), kept: Path | None = None) -> str:
    """SHA-256 of all inputs of the archive at ``root``, in hexadecimal digits.

    It is of the contents of files, since modification times mislead where a clock was wrong or a
    file was restored, and of settings that are in no file.  The file ``kept`` has the digest of
    each file from one build to the next: a file is read again where what the file system knows of
    it, in ``seen``, is not what it was.
    """
    started = time.time_ns()
    known: dict[str, tuple[tuple[int, ...], bytes]] = (kept and read_pickle(kept, _FORMAT)) or {}
    found, contents = hashlib.sha256(), {}
    for name in SETTINGS:
        found.update(f"{name}={os.environ.get(name, '')}\0".encode())
    found.update(sys.version.encode())
    for path in _files(root):
        found.update(f"{path}\0".encode("utf-8", "surrogateescape"))
        stamp, content = known.get(path, ((), b""))
        if not stamp or stamp != seen.get(path):
            stamp, content = seen.get(path, ()), _content(path)
        found.update(content)
        if stamp and is_settled(stamp[:2], started):
            contents[path] = stamp, content
    if kept and contents != known:
        write_pickle(kept, contents, _FORMAT)
    return found.hexdigest()


def _content(path: str) -> bytes:
    """SHA-256 of a file; nothing for one that cannot be read, which Sphinx reports."""
    with suppress(OSError):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                return hashlib.sha256(file.read()).digest()
    return b""


def stamps(root: Path) -> Stamps:
    """The times, size and identity of each input of the archive at ``root``."""
    found = {}
    for path in _files(root):
        with suppress(OSError):
            status = os.stat(path)
            found[path] = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
    return found


def is_read(root: Path, folder: Path) -> bool:
    """Whether pages in a folder would be read as pages of the archive at ``root``."""
    root, folder = root.resolve(), folder.resolve()
    if not folder.is_relative_to(root):
        return False
    top = next(iter(folder.relative_to(root).parts), "")
    return not top.startswith(".") and top not in _UNREAD


def saved_since(root: Path, before: Stamps) -> list[Path]:
    """The inputs that were written, added or removed since their stamps were taken."""
    now = stamps(root)
    saved = (path for path in before.keys() | now.keys() if before.get(path) != now.get(path))
    return sorted(map(Path, saved))


def special_files(root: Path) -> Iterator[Problem]:
    """Yield a problem for each input that is no file: who reads a pipe waits without end."""
    for path in _files(root):
        with suppress(OSError):
            if not S_ISREG(os.stat(path).st_mode):
                place = Path(path)
                name = place.relative_to(root) if place.is_relative_to(root) else place
                yield Problem(
                    name.as_posix(), 0, "file-special",
                    "It is a pipe, a device or a socket, not a file.",
                    "remove it, or put a file in its place.",
                )  # fmt: skip


def _files(root: Path) -> Iterator[str]:
    """The archive's own files, those of the engine, and those of the sources at hand."""
    own = sorted(path for path in root.iterdir() if path.name[0] != "." and path.name not in _APART)
    yield from (str(path) for path in own if not path.is_dir())
    yield from (str(path) for name in _LOCKED if (path := root / name).exists())
    folders = [path for path in own if path.is_dir()]
    engine = Path(archive.__file__).parent
    if engine not in folders:
        folders.append(engine)
    if sources := os.environ.get("SOURCES"):
        folders.append(Path(sources))
    for folder in folders:
        yield from _below(folder)


def _below(folder: Path) -> Iterator[str]:
    for place, folders, files in os.walk(folder, followlinks=True):
        folders[:] = sorted(name for name in folders if name[0] != "." and name != "__pycache__")
        yield from (f"{place}{os.sep}{name}" for name in sorted(files))


# Outputs


def current_outputs(work: Path, inputs: str) -> set[str]:
    """The outputs that were made from the inputs with this digest."""
    path = work / "state.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(path.read_bytes() if path.is_file() else b"{}")
        if kept["state"] == inputs:
            return set(kept["made"])
    return set()


def record_outputs(work: Path, inputs: str, outputs: Iterable[str]) -> None:
    """Record which outputs were made from the inputs with this digest."""
    path = work / "state.json"
    if path.is_dir():
        remove(path)
    write(path, json.dumps({"state": inputs, "made": sorted(outputs)}))
