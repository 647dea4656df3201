"""What happened to a passage, told to readers in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from archive.model.dates import ArchiveDate
from archive.model.ledger import Event, History, Kind

_VERBS = {
    Kind.PUBLISH: "Published",
    Kind.REVISE: "Revised",
    Kind.AMEND: "Amended",
    Kind.MOVE: "Moved here",
    Kind.WITHDRAW: "Withdrawn",
}

AMENDED = "The words stayed; notes, links, figures, marks or works cited with them changed."
_SEALED = "Nothing changed; since then the ledger seals what stands with the words, too."


@dataclass(frozen=True, slots=True)
class DatedEvent:
    """An event of a block's history in words."""

    what: str  # "Revised 3 January 2027"
    meaning: str  # a sentence on an event that leaves the words as they are
    sha256: str | None  # fingerprint of the text published then
    commit: str | None  # that contains this text


def told(
    history: History | None, moves: Iterable[Event], commit: Callable[[Event], str | None]
) -> list[DatedEvent]:
    """Return the events of a block, oldest first; ``moves`` are those of its former anchors."""
    amendments = history.amendments if history is not None else ()
    own = history.events if history is not None else ()
    found = []
    for event in sorted([*own, *moves], key=lambda event: event.date):
        verb, meaning = _VERBS[event.kind], ""
        if event.kind is Kind.AMEND:
            verb, meaning = (verb, AMENDED) if event in amendments else ("Sealed", _SEALED)
        what = f"{verb} {ArchiveDate(event.date).spoken}"
        found.append(DatedEvent(what, meaning, event.sha256, commit(event)))
    return found


def last_change(history: History | None) -> str | None:
    """Return the last revision or amendment, ``Revised 3 January 2027``; None without any."""
    events: Sequence[Event] = history.events if history is not None else ()
    amendments = history.amendments if history is not None else ()
    changes = [each for each in events if each.kind is Kind.REVISE or each in amendments]
    if not changes:
        return None
    return f"{_VERBS[changes[-1].kind]} {ArchiveDate(changes[-1].date).spoken}"


# What a link says of the words of a quotation, by what became of them (``fidelity.origins``).
_ORIGINS = {
    "exact": "These words stand in {}",
    "differing": "These words stand otherwise in {}",
    "not-found": "These words were not found in {}",
    "not-held": "These words are ascribed to {}, which the archive does not hold",
    "": "These words are ascribed to {}",
}


def origin_told(result: str, name: str) -> str:
    """Return what a link from a quotation to where its words are from says; its name is given."""
    return _ORIGINS[result].format(name)


def origins_told(name: str) -> list[str]:
    """Return all that such a link may say."""
    return [origin_told(result, name) for result in _ORIGINS]
