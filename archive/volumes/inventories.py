"""The inventories of volumes as one: what other projects link by (Sphinx inventory version 2)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping

_HEAD_LINES = 4
_LINE = re.compile(
    r"(?P<name>.+?) (?P<domain>\w+):(?P<type>\w+) (?P<priority>-?\d+) (?P<page>[^ #]*)"
)


def joined(inventories: Mapping[str, bytes], pages: Mapping[str, str], root: str) -> bytes:
    """One inventory: of each document what its own volume says, of the rest what ``root`` says.

    ``pages`` has the volume of each document, by docname.
    Raises ValueError for a line that is none of an inventory's.
    """
    entries = [
        entry
        for slug, data in inventories.items()
        for entry in map(_entry, _body(data))
        if pages.get(entry[3], root) == slug
    ]
    head = b"\n".join(inventories[root].split(b"\n", _HEAD_LINES)[:_HEAD_LINES])
    text = "".join(f"{line}\n" for *_order, line in sorted(entries))
    return head + b"\n" + zlib.compress(text.encode(), 9)


def _body(data: bytes) -> list[str]:
    return zlib.decompress(data.split(b"\n", _HEAD_LINES)[_HEAD_LINES]).decode().splitlines()


def _entry(line: str) -> tuple[str, str, str, str, str]:
    """What a line is sorted by, the docname it leads to, and the line itself."""
    found = _LINE.match(line)
    if found is None:
        raise ValueError(f"this is no line of an inventory: {line}")
    page = found["page"].removesuffix(".html")
    return found["domain"], found["name"], found["type"], page, line
