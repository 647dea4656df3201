"""The ledger's tree as files that clients of transparency logs read (C2SP tlog-tiles).

A tile has up to 256 hashes of one level of the tree, each level eight heights above the one below
it; an entry bundle has up to 256 lines of the ledger, each after its length in two bytes.  A tile
that is not full yet names its width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.model.tree import Tree

FOLDER = "tile"
_WIDTH = 256
_HEIGHT = 8


def tiles(tree: Tree, lines: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """The path of each tile and entry bundle, and its bytes."""
    for level, hashes in enumerate(tree.levels[::_HEIGHT]):
        for number, start in enumerate(range(0, len(hashes), _WIDTH)):
            part = hashes[start : start + _WIDTH]
            yield _path(str(level), number, len(part)), b"".join(part)
    for number, start in enumerate(range(0, len(lines), _WIDTH)):
        bundle = lines[start : start + _WIDTH]
        data = b"".join(len(line).to_bytes(2, "big") + line for line in bundle)
        yield _path("entries", number, len(bundle)), data


def _path(level: str, number: int, width: int) -> str:
    """The number in groups of three digits, all but the last with an x before them."""
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03}")
    part = f".p/{width}" if width < _WIDTH else ""
    return f"{FOLDER}/{level}/{'/'.join(groups)}{part}"
