"""What the ledger tells of a block: its events, and the day it was last revised."""

from __future__ import annotations

from dataclasses import dataclass

from archive.model.dates import ArchiveDate
from archive.model.ledger import Event, History, Kind, State
from archive.site.domain import ArchiveDomain, Block

_VERBS = {
    Kind.PUBLISH: "Published",
    Kind.REVISE: "Revised",
    Kind.MOVE: "Moved here",
    Kind.WITHDRAW: "Withdrawn",
}


@dataclass(frozen=True, slots=True)
class Told:
    """An event as a reader is told of it."""

    what: str  # "Revised 3 January 2027"
    sha256: str | None  # of the words published then
    commit: str | None  # that holds them


def history_of(block: Block, domain: ArchiveDomain) -> list[Told]:
    """What happened to a block, first to last."""
    return [
        Told(
            f"{_VERBS[event.kind]} {ArchiveDate(event.date).spoken}",
            event.sha256,
            domain.ledger_commits.get(event.line),
        )
        for event in _events(block, domain)
    ]


def state_of(history: History) -> str:
    """What is true of an anchor now: ``Live``, ``Revised 3 January 2027``, ``Moved …``."""
    state = history.state.value.capitalize()
    if len(history.events) == 1:
        return state
    verb = "Revised" if history.state is State.LIVE else state
    return f"{verb} {ArchiveDate(history.events[-1].date).spoken}"


def last_revision(block: Block, domain: ArchiveDomain) -> str | None:
    """The day of the last revision in words; None where there is none."""
    days = [event.date for event in _events(block, domain) if event.kind is Kind.REVISE]
    return ArchiveDate(days[-1]).spoken if days else None


def _events(block: Block, domain: ArchiveDomain) -> list[Event]:
    """A block's own events and the moves of its former anchors, by date."""
    histories = domain.ledger.histories
    own = [*histories[block.anchor].events] if block.anchor in histories else []
    moves = [histories[old].events[-1] for old in block.former if old in histories]
    return sorted([*own, *moves], key=lambda event: event.date)
