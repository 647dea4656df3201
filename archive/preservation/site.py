"""The files of a built site."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.preservation.manifest import MINISIGN_SIGNATURE, NAME, SSH_SIGNATURE

LEDGER = "ledger.jsonl"

# At the root of a built site and no part of what is published: Sphinx's own note, and the
# settings that static hosts read and do not serve.
HEADERS, REDIRECTS = "_headers", "_redirects"
UNSERVED = frozenset({".buildinfo", ".buildinfo.bak", HEADERS, REDIRECTS})

# What cannot be in the manifest that it is about.
_ABOUT_THE_MANIFEST = frozenset({NAME, SSH_SIGNATURE, MINISIGN_SIGNATURE})


@dataclass(frozen=True, slots=True)
class File:
    """A file as the file system knows it without reading it."""

    path: str  # relative to the site's root, with slashes
    size: int  # bytes
    modified: int  # nanoseconds since 1970, of the bytes
    changed: int  # nanoseconds since 1970, of the bytes, the name or the rights


def files(root: Path) -> Iterator[File]:
    """Every file that a site publishes, in no order, without the manifest and its signatures.

    Raises OSError where a folder cannot be read, ValueError for what is neither file nor folder.
    """
    own = UNSERVED | _ABOUT_THE_MANIFEST
    return (file for file in tree(root) if file.path not in own)


def tree(root: Path) -> Iterator[File]:
    """Every file below a folder.  Raises as ``files`` does."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(root / folder) as entries:
            for entry in entries:
                path = f"{folder}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{path}/")
                elif entry.is_file(follow_symlinks=False):
                    stat = entry.stat(follow_symlinks=False)
                    yield File(path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
                else:
                    raise ValueError(f"{root / path} is neither a file nor a folder: remove it")
