"""What a site is made from, as one digest, and which outputs were made from it.

Times of files tell nothing where a clock was wrong or a file was put back, so that the digest is
of contents: of all files of the archive that may decide about a page, and of the settings that are
in no file.  It is taken before anything is read: an edit during a build is found by the next one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import archive
from archive.preservation.writing import replace

FILE = "state.json"
SETTINGS = ("BASEURL", "SOURCE_DATE_EPOCH", "PAPER", "RELEASE", "SOURCES", "CONTACT")

# Folders of the archive's root that decide about no page.
_APART = frozenset({"_build", "benchmarks", "hosting", "tests", "work"})


def digest(root: Path) -> str:
    """SHA-256 of what decides about the site of the archive at ``root``, in hexadecimal digits."""
    found = hashlib.sha256()
    for name in SETTINGS:
        found.update(f"{name}={os.environ.get(name, '')}\0".encode())
    for path in _files(root):
        found.update(f"{path}\0".encode("utf-8", "surrogateescape"))
        with suppress(OSError):  # one that cannot be read is told when it is to be read
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    """The archive's own files, those of the engine, and those of the sources at hand."""
    own = sorted(path for path in root.iterdir() if path.name[0] != "." and path.name not in _APART)
    yield from (path for path in own if path.is_file())
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


def made(work: Path, state: str) -> set[str]:
    """The outputs that were made from this very state."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads((work / FILE).read_bytes())
        if kept["state"] == state:
            return set(kept["made"])
    return set()


def remember(work: Path, state: str, outputs: Iterable[str]) -> None:
    """Note the outputs that were made from a state."""
    text = json.dumps({"state": state, "made": sorted(outputs)})
    replace(work / FILE, text.encode())
