"""The state of a build: a digest of all inputs, and the outputs that were made from them.

The digest is of the contents of files, since modification times mislead where a clock was wrong or
a file was restored, and of settings that are in no file.  It is taken before anything is read, so
that the next build finds an edit made during this one.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import archive
from archive.files import write

FILE = "state.json"
SETTINGS = ("BASEURL", "SOURCE_DATE_EPOCH", "PAPER", "RELEASE", "SOURCES", "CONTACT")

# Folders of the archive's root that no output depends on.
_APART = frozenset(
    {"_build", "benchmarks", "docs", "hosting", "requirements", "tests", "tools", "work"}
)
# The locked packages that build the site; which versions these are depends on the Python.
_LOCKED = "requirements/build.txt", "requirements/math.txt"


def digest(root: Path) -> str:
    """SHA-256 of all inputs of the archive at ``root``, in hexadecimal digits."""
    found = hashlib.sha256()
    for name in SETTINGS:
        found.update(f"{name}={os.environ.get(name, '')}\0".encode())
    found.update(sys.version.encode())
    for path in _files(root):
        found.update(f"{path}\0".encode("utf-8", "surrogateescape"))
        with suppress(OSError):  # Sphinx reports files that cannot be read
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    """The archive's own files, those of the engine, and those of the sources at hand."""
    own = sorted(path for path in root.iterdir() if path.name[0] != "." and path.name not in _APART)
    yield from (path for path in own if path.is_file())
    yield from (path for name in _LOCKED if (path := root / name).is_file())
    folders = [path for path in own if path.is_dir()]
    engine = Path(archive.__file__).parent
    if engine not in folders:
        folders.append(engine)
    if sources := os.environ.get("SOURCES"):
        folders.append(Path(sources))
    for folder in folders:
        yield from _below(folder)


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder, followlinks=True):
        folders[:] = sorted(name for name in folders if name[0] != "." and name != "__pycache__")
        yield from (path for name in sorted(files) if (path := Path(place, name)).is_file())


def current_outputs(work: Path, inputs: str) -> set[str]:
    """The outputs that were made from the inputs with this digest."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads((work / FILE).read_bytes())
        if kept["state"] == inputs:
            return set(kept["made"])
    return set()


def record_outputs(work: Path, inputs: str, outputs: Iterable[str]) -> None:
    """Record which outputs were made from the inputs with this digest."""
    write(work / FILE, json.dumps({"state": inputs, "made": sorted(outputs)}))
