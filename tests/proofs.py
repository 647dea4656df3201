"""Verifies the proofs of a tree without the tree, as whoever receives one does (RFC 9162, 2.1)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from archive.model.seal import cited
from archive.model.tree import EMPTY, Head, Tree, leaf_hash, node_hash


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


def lines_and_heads(proof: Mapping[str, Any]) -> dict[str, tuple[int, str, str]]:
    """By label: the line, the entry and the tree head that a proof of format 2 leads to.

    Nothing of the engine is used, only what ``docs/LEDGER.md`` says.  Without ``sealed``, each
    entry has to be given.
    """
    document, found = proof["document"], {}
    for run in proof["runs"]:
        peaks = [bytes.fromhex(proof["hashes"][index]) for index in reversed(run["path"])]
        for line, label in enumerate(run["labels"], run["line"]):
            given = proof.get("entries", {}).get(label)
            entry = given or json.dumps({
                "date": run["date"], "event": run["event"], "anchor": f"{document}-{label}",
                **({} if run["event"] == "amend" else {"sha256": proof["passages"][label]}),
                "seal": seal_of(proof, label), "after": _over(peaks).hex(),
            }, ensure_ascii=False)  # fmt: skip
            peaks.append(leaf_hash(entry.encode()))
            found[label] = line, entry, _over(peaks).hex()
            size = line
            while size % 2 == 0:  # two complete subtrees of one size become one
                size, last = size // 2, peaks.pop()
                peaks[-1] = node_hash(peaks[-1], last)
    return found


def _over(peaks: list[bytes]) -> bytes:
    """The hash over complete subtrees of falling size."""
    if not peaks:
        return EMPTY
    found = peaks[-1]
    for each in peaks[-2::-1]:
        found = node_hash(each, found)
    return found


def seal_of(proof: Mapping[str, Any], label: str) -> str:
    """The seal of a passage, from the data of a proof; ``["p1"]`` written out."""
    text = _written_out(proof["sealed"]["stands"][label], proof["document"])
    stands = sha256(text.encode()).hexdigest()
    keys = {
        key for targets in re.findall(r'\["citation",\{[^{}]*"target":"([^"]*)"', text)
        for key in targets.split(",")
    }  # fmt: skip
    works = {
        key: sha256(_canonical(proof["sealed"]["works"][key]).encode()).hexdigest() for key in keys
    }
    both = {"stands": stands, "works": works}
    return sha256(_canonical(both).encode()).hexdigest() if works else stands


def _written_out(value: object, document: str) -> str:
    place = rf'["passage",{{"anchor":"{document}-\1"}}]'
    return re.sub(r'\["([a-z][1-9][0-9]*)"\]', place, _canonical(value))


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def in_first_form(proof: Mapping[str, Any], lines: Sequence[str], tree: Tree) -> dict[str, Any]:
    """The same proof as engines wrote it before the form had a number."""
    passages, document = [], proof["document"]
    for label, (line, entry, root) in lines_and_heads(proof).items():
        assert entry == lines[line - 1]
        parts = [f"{document}-{each}" for each in proof.get("parts", {}).get(label, [])]
        place = tree.place(line)
        passages.append({
            "anchor": f"{document}-{label}", "sha256": proof["passages"][label], "line": line,
            "root": root, "path": list(place.path), "entry": entry,
            **({"parts": parts} if parts else {}),
        })  # fmt: skip
    sealed = json.loads(_written_out(proof["sealed"], document))
    stands = {f"{document}-{label}": part for label, part in sealed["stands"].items()}
    return {
        "log": proof["log"], "passages": passages,
        "sealed": {"cites": cited(sealed["order"]), **sealed, "stands": stands},
    }  # fmt: skip
