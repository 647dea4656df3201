"""Verifies the proofs of a tree without the tree, as whoever receives one does (RFC 9162, 2.1)."""

from __future__ import annotations

from collections.abc import Iterable

from archive.model.tree import EMPTY, Head, leaf_hash, node_hash


def _split(length: int) -> int:
    """The largest power of two that is smaller than a length of at least 2."""
    return 1 << ((length - 1).bit_length() - 1)


def root_by_inclusion(entry: bytes, index: int, size: int, proof: Iterable[bytes]) -> bytes | None:
    """The root that an audit path leads to; None where the path is of another index or size."""
    path = iter(proof)

    def root(index: int, size: int) -> bytes:
        if size == 1:
            return leaf_hash(entry)
        left = _split(size)
        if index < left:
            return node_hash(root(index, left), next(path))
        below = root(index - left, size - left)
        return node_hash(next(path), below)

    try:
        found = root(index, size) if 0 <= index < size else None
    except StopIteration:
        return None
    return None if any(True for _ in path) else found


def is_consistent(old: Head, new: Head, proof: Iterable[bytes]) -> bool:
    """Whether a proof shows that the tree of ``new`` continues that of ``old``."""
    path = iter(proof)

    def both(old_size: int, size: int, whole: bytes | None) -> tuple[bytes, bytes]:
        """The old and the new hash of a subtree; ``whole`` is the old tree's where it is all."""
        if old_size == size:
            same = whole if whole is not None else next(path)
            return same, same
        left = _split(size)
        if old_size <= left:
            before, after = both(old_size, left, whole)
            return before, node_hash(after, next(path))
        before, after = both(old_size - left, size - left, None)
        shared = next(path)
        return node_hash(shared, before), node_hash(shared, after)

    if not 0 < old.size <= new.size:
        return old == Head(0, EMPTY.hex()) and not any(True for _ in path)
    try:
        found = both(old.size, new.size, bytes.fromhex(old.root))
    except (StopIteration, ValueError):
        return False
    return not any(True for _ in path) and [each.hex() for each in found] == [old.root, new.root]
