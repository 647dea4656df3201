"""What a check finds (section 7)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """What became of what a text cites, or whether its words are right."""

    STANDS = "stands"
    REWORDED = "reworded"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"
    MISQUOTED = "misquoted"
    OUTSIDE = "outside"
    UNCLEAR = "unclear"


# What a reader has to do something about.
WRONG = frozenset({State.REWORDED, State.MOVED, State.WITHDRAWN, State.MISQUOTED})

QUOTATION = "quotation"


@dataclass(frozen=True, slots=True)
class Finding:
    """One anchor, address, fingerprint, citation or quotation of a text."""

    found: str
    kind: str
    state: State
    line: int = 1
    anchor: str = ""
    target: str = ""
    sha256: str = ""
    differences: tuple[tuple[str, str], ...] = ()
    note: str = ""

    def data(self) -> dict[str, Any]:
        """The finding as JSON has it; without what is empty."""
        named = {name: getattr(self, name) for name in self.__slots__}
        said = named | {"state": self.state.value, "differences": [*map(list, self.differences)]}
        return {name: value for name, value in said.items() if value}
