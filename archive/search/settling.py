"""Gives a Pagefind index the same bytes at every run.

Pagefind writes the words and the texts in a fixed order, but its filters, their values and the
meta data that name them in an order that differs from run to run.  Here they are sorted, and the
files named by what they then hold.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import cbor2

from archive.search.entry import LANGUAGE

SIGNATURE = b"pagefind_dcd"  # begins the data of an index, before its CBOR (RFC 8949)

# The program that searches; one copy serves all shares.
PROGRAM = ("pagefind.js", f"wasm.{LANGUAGE}.pagefind")
# RFC 1952, 2.3: the byte that names the system which packed a file.
_SYSTEM, _UNKNOWN = 9, 255
_ENTRY_POINT = "pagefind-entry.json"

Files = dict[str, bytes]  # by their paths within an index


def settle(files: Files) -> Files:
    """The files of an index that a search asks for, without the program, sorted."""
    settled = {
        path: data for path, data in files.items() if path.startswith(("fragment/", "index/"))
    }
    named = []
    for name, values in sorted(_filters(files)):
        hashed, data = _pack([name, sorted(values)], 7)
        settled[f"filter/{hashed}.pf_filter"] = data
        named.append([name, hashed])
    meta = next(data for path, data in files.items() if path.endswith(".pf_meta"))
    version, pages, chunks, _unsorted, *rest = _unpack(meta)
    hashed, settled_meta = _pack([version, pages, chunks, named, *rest], 10)
    settled[f"pagefind.{hashed}.pf_meta"] = settled_meta
    settled[_ENTRY_POINT] = _entry_point(files[_ENTRY_POINT], hashed)
    return settled


def count_filters(files: Files) -> dict[str, dict[str, int]]:
    """How many entries have each value of each filter."""
    return {
        name: {value: len(pages) for value, pages in values} for name, values in _filters(files)
    }


def _filters(files: Files) -> Iterator[tuple[str, list[Any]]]:
    for path, data in files.items():
        if path.endswith(".pf_filter"):
            name, values = _unpack(data)
            yield name, values


def _entry_point(data: bytes, hashed: str) -> bytes:
    """What a search reads first, with the new name of the meta data."""
    entry = json.loads(data)
    entry["languages"][LANGUAGE]["hash"] = hashed
    return json.dumps(entry, ensure_ascii=False, sort_keys=True).encode("utf-8")


def _unpack(data: bytes) -> Any:
    return cbor2.loads(gzip.decompress(data).removeprefix(SIGNATURE))


def _pack(content: object, digits: int) -> tuple[str, bytes]:
    """The name and the bytes of a file of an index."""
    data = SIGNATURE + cbor2.dumps(content)
    name = f"{LANGUAGE}_{hashlib.sha256(data).hexdigest()[:digits]}"
    packed = bytearray(gzip.compress(data, mtime=0))
    packed[_SYSTEM] = _UNKNOWN  # Pythons differ about what to name
    return name, bytes(packed)
