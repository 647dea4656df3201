"""What stands in the documents now: anchored blocks and tombstones, indexed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from archive.model.fact import Fact
from archive.model.ledger import Ledger, State


@dataclass(frozen=True, slots=True)
class Standing:
    """A block that stands in a document under an anchor."""

    anchor: str
    sha256: str  # fingerprint of what it says now
    path: str  # file, relative to the archive's root
    line: int
    former: tuple[str, ...] = ()  # older anchors on the same block: they moved here


@dataclass(frozen=True, slots=True)
class Tombstone(Fact):
    """The place a withdrawn passage left in its document."""

    anchor: str
    target: str | None  # its successor, where it has one
    path: str
    line: int


@dataclass(frozen=True)
class Survey:
    """The documents' anchors, indexed.  Where one stands twice, its first place is the index's."""

    standings: Sequence[Standing]
    tombstones: Sequence[Tombstone]

    @cached_property
    def standing(self) -> dict[str, Standing]:
        return {each.anchor: each for each in reversed(self.standings)}

    @cached_property
    def former(self) -> dict[str, Standing]:
        """Each older anchor with the block that carries it."""
        return {old: each for each in reversed(self.standings) for old in each.former}

    @cached_property
    def tombstone(self) -> dict[str, Tombstone]:
        return {each.anchor: each for each in reversed(self.tombstones)}

    @cached_property
    def ambiguous(self) -> frozenset[str]:
        """Anchors that stand in more than one place."""
        if len(self.standing) == len(self.standings) and not (self.former or self.tombstones):
            return frozenset()
        counts = Counter(anchor for anchor, _ in self.stands())
        return frozenset(anchor for anchor, count in counts.items() if count > 1)

    @cached_property
    def saying(self) -> dict[str, list[Standing]]:
        """The blocks that say the words of a fingerprint."""
        found: dict[str, list[Standing]] = {}
        for each in self.standings:
            found.setdefault(each.sha256, []).append(each)
        return found

    def stands(self) -> Iterator[tuple[str, Standing | Tombstone]]:
        """Every anchor in the documents with the block or tombstone it stands on."""
        for standing in self.standings:
            for anchor in (standing.anchor, *standing.former):
                yield anchor, standing
        for tombstone in self.tombstones:
            yield tombstone.anchor, tombstone

    def answers(self, anchor: str) -> bool:
        """Whether a reader who asks for ``anchor`` finds something in the documents."""
        return anchor in self.standing or anchor in self.former or anchor in self.tombstone


def in_circle(tombstone: Tombstone, ledger: Ledger, survey: Survey) -> bool:
    """Whether the successors, published and pending, lead from a tombstone back to it."""
    seen: set[str] = set()
    anchor = tombstone.target
    while anchor is not None and anchor not in seen and anchor != tombstone.anchor:
        seen.add(anchor)
        anchor = _next(anchor, ledger, survey)
    return anchor == tombstone.anchor


def _next(anchor: str, ledger: Ledger, survey: Survey) -> str | None:
    """Where ``anchor`` leads once everything is published."""
    history = ledger.histories.get(anchor)
    if history is None or history.state is not State.LIVE:
        return history.target if history is not None else None
    if anchor in survey.former:
        return survey.former[anchor].anchor
    return survey.tombstone[anchor].target if anchor in survey.tombstone else None
