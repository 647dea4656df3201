"""The part of the ledger that a volume needs."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from archive.model.ledger import Ledger, State, fold, read
from archive.model.passage import Anchor


@dataclass(frozen=True, slots=True)
class Slice:
    """Some lines of a ledger, unchanged and in their order."""

    data: bytes
    lines: tuple[int, ...]  # their numbers in the whole, counted from 1


class Account:
    """The whole ledger, from which slices are cut."""

    def __init__(self, data: bytes, path: str) -> None:
        """Read it.  Raises ValueError where it breaks a rule: check tells all of them."""
        events, misread = read(data, path)
        self.ledger, misfolded = fold(events, path)
        if misread or misfolded:
            raise ValueError(f"{path} cannot be divided: run make check, which tells what is wrong")
        self._lines = data.splitlines(keepends=True)
        self._anchors = [event.anchor for event in events]

    def of(self, documents: Set[str], mentioned: Iterable[str]) -> Slice:
        """All that tells of the anchors of documents and of those that are mentioned.

        Those that moved to or from the documents are among them, and every anchor that is moved
        to or that takes the place of one.
        """
        wanted = {anchor for anchor in self.ledger if self._concerns(anchor, documents)}
        wanted |= self.ledger.histories.keys() & set(mentioned)
        todo = list(wanted)
        while todo:
            target = self.ledger[todo.pop()].target
            if target is not None and target not in wanted:
                wanted.add(target)
                todo.append(target)
        numbers = [at for at, anchor in enumerate(self._anchors) if anchor in wanted]
        data = b"".join(self._lines[at] for at in numbers)
        return Slice(data, tuple(at + 1 for at in numbers))

    def named(self, cut: Slice) -> set[str]:
        """The anchors of a slice."""
        return {self._anchors[line - 1] for line in cut.lines}

    def _concerns(self, anchor: str, documents: Set[str]) -> bool:
        if Anchor.parse(anchor).document in documents:
            return True
        return final(self.ledger, anchor).document in documents


def final(ledger: Ledger, anchor: str) -> Anchor:
    """Where an anchor leads today; itself where it never moved."""
    if ledger[anchor].state is State.LIVE:
        return Anchor.parse(anchor)
    return Anchor.parse(ledger.resolve(anchor).final)
