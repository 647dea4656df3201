"""Whether a ledger continues what was published before: other versions of it, and their heads.

A version that was published has to be the beginning of the ledger.  Where two versions were
published that do not continue each other, a ``join`` event names the head of the one that the
ledger does not continue, and the events of that one are in the ledger.  A version that stood in the
repository's history only, on a branch that was merged, may stand in another order, but none of its
events may be lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive.model.ledger import Event, Ledger, entries, read, short
from archive.model.problem import Problem
from archive.model.tree import Head, Tree

RULES = {
    "ledger-prefix": "the ledger begins with all that was published",
    "ledger-lost": "no event of an earlier version of the ledger is lost",
}


@dataclass(frozen=True, slots=True)
class Version:
    """The ledger as it was elsewhere or before."""

    name: str  # "origin/main", "the tag 2026.11", "the live site"
    head: Head
    data: bytes | None  # None where only the head is known
    is_published: bool
    restore: str  # the command that brings it back

    @classmethod
    def of(cls, name: str, data: bytes, *, is_published: bool, restore: str) -> Version:
        return cls(name, Tree(entries(data)).head(), data, is_published, restore)


def begins_with(ledger: Ledger, head: Head) -> bool:
    """Whether a head is that of the ledger's own first lines."""
    return head.size <= ledger.tree.size and ledger.tree.head(head.size) == head


def broken(ledger: Ledger, version: Version, path: str) -> Iterator[Problem]:
    """What is wrong with the ledger at ``path`` beside another version of it."""
    head = version.head
    if begins_with(ledger, head) or head in ledger.joined:
        return
    lost = missing(ledger, read(version.data or b"", version.name)[0])
    if lost:
        message = f"{len(lost)} events of {version.name} are lost, that of {lost[0].anchor} first"
        yield Problem(path, 0, "ledger-lost", message, _mend(version))
    elif version.is_published:
        message = (
            f"it does not begin with the {head.size} lines of {version.name}, whose tree head is "
            f"{short(head.root)}: lines were inserted, moved, edited or removed"
        )
        yield Problem(path, 0, "ledger-prefix", message, _mend(version))


def _mend(version: Version) -> str:
    return (
        f"run `{version.restore}`, and then `make publish`, which appends what is not in it. Where "
        "others hold both versions already, run `make publish JOIN=` with the commit of the other"
    )


def missing(ledger: Ledger, events: Iterable[Event]) -> list[Event]:
    """The events that the ledger has not, on whichever day."""
    known = {_key(event) for history in ledger.values() for event in history.events}
    known |= {_key(event) for past in ledger.documents.values() for event in past}
    return [event for event in events if event.anchor and _key(event) not in known]


def _key(event: Event) -> tuple[object, ...]:
    return event.kind, event.anchor, event.sha256, event.target, event.seal
