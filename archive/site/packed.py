"""Facts by page that are packed once, and not at every build again.

What is known of ten thousand documents is saved and loaded at every build, as some millions of
objects of which a build changes a few.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any, TypeVar

Fact = TypeVar("Fact")


class Packed(dict[str, Fact]):
    """A dictionary of facts that nobody changes, pickled as the bytes of each."""

    _known: Mapping[str, tuple[Fact, bytes]]  # what was packed, and the bytes of it

    def __init__(self, known: Mapping[str, tuple[Fact, bytes]] | None = None) -> None:
        self._known = known or {}
        super().__init__((name, fact) for name, (fact, _data) in self._known.items())

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpack, ({name: self._pack(name, fact) for name, fact in self.items()},)

    def _pack(self, name: str, fact: Fact) -> bytes:
        known = self._known.get(name)
        if known is not None and known[0] is fact:
            return known[1]
        return pickle.dumps(fact, pickle.HIGHEST_PROTOCOL)


def _unpack(packed: Mapping[str, bytes]) -> Packed[Any]:
    return Packed({name: (pickle.loads(data), data) for name, data in packed.items()})
