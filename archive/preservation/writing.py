"""Writing a file whole or not at all, and only where it changes."""

from __future__ import annotations

from pathlib import Path


def write_if_changed(path: Path, data: bytes) -> bool:
    """Write a file unless it holds these bytes already; return whether it was written.

    Raises OSError; then the file is what it was.
    """
    if path.is_file() and path.read_bytes() == data:
        return False
    replace(path, data)
    return True


def replace(path: Path, data: bytes) -> None:
    """Write a file beside its place, then put it there (rename(2) is atomic)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
