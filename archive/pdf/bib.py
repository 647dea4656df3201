"""Entries of a BibTeX file as they were written, so that nothing of them is lost or reworded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HEAD = re.compile(r"@\s*(?P<type>\w+)\s*[{(]\s*(?P<key>[^\s,(){}\"=]*)")
_PARENT = re.compile(r"\b(?:crossref|xdata)\s*=\s*[{\"]\s*([^}\"]*?)\s*[}\"]", re.IGNORECASE)
_CLOSING = {"{": "}", "(": ")"}
_UNCITED = frozenset({"comment", "preamble"})


class BibEntries:
    """The entries of some files by their keys, and the abbreviations that they may use."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._entries: dict[str, str] = {}
        self._strings: list[str] = []
        for text in texts:
            for kind, key, entry in _entries(text):
                if kind == "string":
                    self._strings.append(entry)
                elif kind not in _UNCITED:
                    self._entries.setdefault(key, entry)

    def among(self, keys: Iterable[str]) -> str:
        """The entries with these keys and those they refer to, in the order of the files."""
        wanted: set[str] = set()
        waiting = [*keys]
        while waiting:
            key = waiting.pop()
            if key in self._entries and key not in wanted:
                wanted.add(key)
                waiting += [each.strip() for parents in _PARENT.findall(self._entries[key])
                            for each in parents.split(",")]  # fmt: skip
        found = [entry for key, entry in self._entries.items() if key in wanted]
        return "\n".join(f"{entry}\n" for entry in ([*self._strings, *found] if found else []))


def _entries(text: str) -> Iterator[tuple[str, str, str]]:
    """Each entry's type in lower case, its key, and the whole of it.

    What stands between entries is no part of them.  As BibTeX does, braces are counted whether
    escaped or not.
    """
    place = 0
    while head := _HEAD.search(text, place):
        opening = next(mark for mark in text[head.start() :] if mark in _CLOSING)
        place = _end(text, text.index(opening, head.start()), _CLOSING[opening])
        yield head["type"].lower(), head["key"], text[head.start() : place]


def _end(text: str, opening: int, closing: str) -> int:
    depth = 0
    for place in range(opening + 1, len(text)):
        mark = text[place]
        if mark == closing and depth == 0:
            return place + 1
        depth += (mark == "{") - (mark == "}")
    return len(text)
