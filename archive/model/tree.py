"""The Merkle tree over the lines of a ledger (RFC 6962, 2.1), and its proofs.

The entries are the lines without their line feeds, in order.  The hash of the tree over the first
``n`` lines binds all of them: no line can be changed, added or taken away without another hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

EMPTY = sha256().digest()  # the hash of a tree without entries


@dataclass(frozen=True, slots=True)
class Head:
    """A tree's size and hash."""

    size: int  # lines
    root: str  # 64 lower-case hexadecimal digits


@dataclass(frozen=True, slots=True)
class LogPlace:
    """Where an entry stands: proof that the tree which ends with it has its head."""

    line: int  # of the entry, counted from 1; the size of the tree that ends with it
    root: str  # of that tree, 64 lower-case hexadecimal digits
    path: tuple[str, ...]  # the audit path of the entry in that tree

    @property
    def text(self) -> str:
        """As citations name it."""
        return f"ledger line {self.line}, tree head {self.root}"


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry."""
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees together."""
    return sha256(b"\1" + left + right).digest()


def _joined(hashes: Sequence[bytes]) -> bytes:
    """The hash over complete subtrees of falling size, joined from the right."""
    if not hashes:
        return EMPTY
    found = hashes[-1]
    for each in hashes[-2::-1]:
        found = sha256(b"\1" + each + found).digest()
    return found


class Tree:
    """All hashes of a tree: a root of any size or a proof then costs only its own length."""

    def __init__(self, entries: Iterable[bytes] = ()) -> None:
        self.levels: list[list[bytes]] = [[]]  # of the complete subtrees with 1, 2, 4, … entries
        self._peaks: list[bytes] = []  # of those that are no part of a larger one, largest first
        for entry in entries:
            self.append(entry)

    def append(self, entry: bytes) -> None:
        hashed = sha256(b"\0" + entry).digest()
        for level in self.levels:
            level.append(hashed)
            if len(level) % 2:
                break
            hashed = sha256(b"\1" + self._peaks.pop() + hashed).digest()
        else:
            self.levels.append([hashed])
        self._peaks.append(hashed)

    @property
    def size(self) -> int:
        return len(self.levels[0])

    def root(self, size: int | None = None) -> bytes:
        """The hash of the tree over the first ``size`` entries, or over all.

        Raises ValueError where the tree has fewer.
        """
        if size is None:
            return _joined(self._peaks)
        self._check(0, size)
        return self._over(0, size)

    def head(self, size: int | None = None) -> Head:
        """The head at a size.  Raises as ``root`` does."""
        return Head(self.size if size is None else size, self.root(size).hex())

    def place(self, line: int) -> LogPlace:
        """Where the entry of a line stands.  Raises ValueError where there is none."""
        path = (each.hex() for each in self.inclusion(line - 1, line))
        return LogPlace(line, self.root(line).hex(), tuple(path))

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """The audit path of entry ``index`` in the tree of ``size`` entries (RFC 6962, 2.1.1).

        Raises ValueError where there is no such entry.
        """
        self._check(index + 1, size)
        return tuple(self._path(index, 0, size))

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """The proof that the tree of ``new`` entries continues that of ``old`` (RFC 6962, 2.1.2).

        Raises ValueError where the tree has no such sizes.
        """
        self._check(old, new)
        return tuple(self._subproof(old, 0, new, whole=True)) if 0 < old < new else ()

    def _check(self, low: int, size: int) -> None:
        if not 0 <= low <= size <= self.size:
            raise ValueError(f"the tree has {self.size} entries, and not those asked for")

    def _over(self, start: int, end: int) -> bytes:
        """The hash over a range that begins where a subtree of its length may begin."""
        found = []
        for height in range((end - start).bit_length() - 1, -1, -1):
            if (end - start) >> height & 1:
                found.append(self.levels[height][start >> height])
                start += 1 << height
        return _joined(found)

    def _path(self, index: int, start: int, end: int) -> Iterator[bytes]:
        if end - start == 1:
            return
        middle = start + _split(end - start)
        if index < middle:
            yield from self._path(index, start, middle)
            yield self._over(middle, end)
        else:
            yield from self._path(index, middle, end)
            yield self._over(start, middle)

    def _subproof(self, old: int, start: int, end: int, *, whole: bool) -> Iterator[bytes]:
        if old == end:
            if not whole:
                yield self._over(start, end)
            return
        middle = start + _split(end - start)
        if old <= middle:
            yield from self._subproof(old, start, middle, whole=whole)
            yield self._over(middle, end)
        else:
            yield from self._subproof(old, middle, end, whole=False)
            yield self._over(start, middle)


def _split(length: int) -> int:
    """The largest power of two that is smaller than a length of at least 2."""
    return 1 << ((length - 1).bit_length() - 1)


# --- The ledger's tree as files that clients of transparency logs read (C2SP tlog-tiles).
#
# A tile has up to 256 hashes of one level of the tree, each level eight heights above the one below
# it; an entry bundle has up to 256 lines of the ledger, each after its length in two bytes.  A tile
# that is not full yet names its width.

TILES = "tile"
_WIDTH = 256
_HEIGHT = 8


def tiles(tree: Tree, lines: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """The path of each tile and entry bundle, and its bytes."""
    for level, hashes in enumerate(tree.levels[::_HEIGHT]):
        for number, start in enumerate(range(0, len(hashes), _WIDTH)):
            part = hashes[start : start + _WIDTH]
            yield _tile(str(level), number, len(part)), b"".join(part)
    for number, start in enumerate(range(0, len(lines), _WIDTH)):
        bundle = lines[start : start + _WIDTH]
        data = b"".join(len(line).to_bytes(2, "big") + line for line in bundle)
        yield _tile("entries", number, len(bundle)), data


def _tile(level: str, number: int, width: int) -> str:
    """The number in groups of three digits, all but the last with an x before them."""
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03}")
    part = f".p/{width}" if width < _WIDTH else ""
    return f"{TILES}/{level}/{'/'.join(groups)}{part}"
