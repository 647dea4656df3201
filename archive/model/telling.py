"""What happened to a passage, told to readers in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from archive.model.dates import ArchiveDate
from archive.model.ledger import Event, History, Kind
from archive.model.words import N_, Words

_VERBS = {
    Kind.PUBLISH: N_("Published {date}"),
    Kind.REVISE: N_("Revised {date}"),
    Kind.AMEND: N_("Amended {date}"),
    Kind.MOVE: N_("Moved here {date}"),
    Kind.WITHDRAW: N_("Withdrawn {date}"),
}

# What stands at a withdrawn passage, and before the name of what takes its place.
WITHDRAWN = N_("This passage was withdrawn.")
WITHDRAWN_ON = N_("This passage was withdrawn on {date}.")
REPLACED = N_(" Its place is taken by ")
NOT_HELD = N_("Not held: {what}")

AMENDED = N_("The words stayed; notes, links, figures, marks or works cited with them changed.")
_SEALED = N_(
    "Nothing changed; since then the list of all that was published also covers what stands with "
    "the words: notes, links, citations."
)
_WHEN_SEALED = N_("Sealed {date}")


@dataclass(frozen=True, slots=True)
class DatedEvent:
    """An event of a block's history in words."""

    what: str  # "Revised 3 January 2027"
    meaning: str  # a sentence on an event that leaves the words as they are
    sha256: str | None  # fingerprint of the text published then
    commit: str | None  # that contains this text


def told(
    history: History | None,
    moves: Iterable[Event],
    commit: Callable[[Event], str | None],
    _: Words,
) -> list[DatedEvent]:
    """Return the events of a block, oldest first; ``moves`` are those of its former anchors."""
    amendments = history.amendments if history is not None else ()
    own = history.events if history is not None else ()
    found = []
    for event in sorted([*own, *moves], key=lambda event: event.date):
        verb, meaning = _VERBS[event.kind], ""
        if event.kind is Kind.AMEND:
            verb, meaning = (verb, AMENDED) if event in amendments else (_WHEN_SEALED, _SEALED)
        what = _(verb).format(date=ArchiveDate(event.date).said(_))
        found.append(DatedEvent(what, _(meaning), event.sha256, commit(event)))
    return found


_MOVED_AWAY = N_("Moved {date}")


def happened(event: Event, _: Words) -> str:
    """Return what happened to the anchor that an event is of: ``Revised 3 January 2027``."""
    verb = _MOVED_AWAY if event.kind is Kind.MOVE else _VERBS[event.kind]
    return _(verb).format(date=ArchiveDate(event.date).said(_))


def counted(signatories: int, heading: str, _: Words) -> str:
    """Return how many signatories a group has, as it stands behind its heading."""
    shown = _.plural("{} signatory", "{} signatories", signatories)
    return _(", {count}").format(count=shown) if heading else shown


MOST_NAMED = 2  # passages that quote another one; of more a reader sees the number first


def taken_up(found: Mapping[str, Sequence[str]], _: Words) -> tuple[str, str]:
    """Return what stands below a passage that repeats others or is taken up: number and names.

    ``found`` has the names by the words of the relation.  The number is empty if they are few.
    """
    named = " · ".join(f"{_(words)} {'; '.join(names)}" for words, names in found.items())
    counted = " · ".join(f"{_(words)} ({len(names)})" for words, names in found.items())
    return counted if sum(map(len, found.values())) > MOST_NAMED else "", named


def not_held(what: str, _: Words) -> str:
    """Return the mark of a gap between two passages."""
    return _("{sentence}.").format(sentence=_(NOT_HELD).format(what=what))


def last_change(history: History | None, _: Words) -> str | None:
    """Return the last revision or amendment, ``Revised 3 January 2027``; None without any."""
    events: Sequence[Event] = history.events if history is not None else ()
    amendments = history.amendments if history is not None else ()
    changes = [each for each in events if each.kind is Kind.REVISE or each in amendments]
    if not changes:
        return None
    return _(_VERBS[changes[-1].kind]).format(date=ArchiveDate(changes[-1].date).said(_))


# What a link says of the words of a quotation, by what became of them (``fidelity.origins``).
_ORIGINS = {
    "exact": N_("These words stand in {name}"),
    "differing": N_("These words stand otherwise in {name}"),
    "not-found": N_("These words were not found in {name}"),
    "not-held": N_("These words are ascribed to {name}, which the archive does not hold"),
    "": N_("These words are ascribed to {name}"),
}


def origin_told(result: str, name: str, _: Words) -> str:
    """Return what a link from a quotation to where its words are from says; its name is given."""
    return _(_ORIGINS[result]).format(name=name)


def origins_told(name: str, _: Words) -> list[str]:
    """Return all that such a link may say."""
    return [origin_told(result, name, _) for result in _ORIGINS]
