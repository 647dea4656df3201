"""Publishing: the events that bring the ledger up to what stands in the documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from archive.model.ledger import Event, Kind, Ledger, State, is_day
from archive.model.standing import Standing, Survey, Tombstone, in_circle


def pending(
    ledger: Ledger,
    standings: Sequence[Standing],
    tombstones: Sequence[Tombstone],
    date: str,
) -> tuple[Event, ...]:
    """The events that bring the ledger up to what stands in the documents.

    New and revised passages in the order given, then moves, then withdrawals; nothing when
    nothing changed.  Only what the ledger can take is among them: an anchor that stands twice,
    is used again or names no good target stays out, and ``check`` says so.
    Raises ValueError if ``date`` is no day, or lies before an event of an anchor to be changed.
    """
    if not is_day(date):
        raise ValueError(f"{date!r} is not a day of the calendar, written like 2026-11-22")
    survey = Survey(standings, tombstones)
    worded = tuple(_new_and_revised(ledger, survey, date))
    published = {*ledger.histories, *(event.anchor for event in worded)}
    moved = tuple(_moves(ledger, survey, published, date))
    withdrawn = tuple(_withdrawals(ledger, survey, published, date))
    events = (*worded, *moved, *withdrawn)
    for event in events:
        _check_not_backwards(event, ledger)
    return events


def _new_and_revised(ledger: Ledger, survey: Survey, date: str) -> Iterator[Event]:
    for standing in survey.standings:
        anchor, sha256 = standing.anchor, standing.sha256
        if anchor in survey.ambiguous:
            continue
        history = ledger.histories.get(anchor)
        if history is None:
            yield Event(date, Kind.PUBLISH, anchor, sha256=sha256)
        elif history.state is State.LIVE and history.sha256 != sha256:
            yield Event(date, Kind.REVISE, anchor, sha256=sha256)


def _moves(ledger: Ledger, survey: Survey, published: set[str], date: str) -> Iterator[Event]:
    for standing in survey.standings:
        for old in standing.former:
            if (
                _is_live(old, ledger)
                and old not in survey.ambiguous
                and standing.anchor in published
                and not _is_gone(standing.anchor, ledger)
            ):
                yield Event(date, Kind.MOVE, old, target=standing.anchor)


def _withdrawals(ledger: Ledger, survey: Survey, published: set[str], date: str) -> Iterator[Event]:
    for tombstone in survey.tombstones:
        target = tombstone.target
        if (
            _is_live(tombstone.anchor, ledger)
            and tombstone.anchor not in survey.ambiguous
            and (target is None or target in published)
            and not in_circle(tombstone, ledger, survey)
        ):
            yield Event(date, Kind.WITHDRAW, tombstone.anchor, target=target)


def _is_live(anchor: str, ledger: Ledger) -> bool:
    history = ledger.histories.get(anchor)
    return history is not None and history.state is State.LIVE


def _is_gone(anchor: str, ledger: Ledger) -> bool:
    return anchor in ledger.histories and not _is_live(anchor, ledger)


def _check_not_backwards(event: Event, ledger: Ledger) -> None:
    history = ledger.histories.get(event.anchor)
    if history is not None and event.date < (latest := history.events[-1].date):
        raise ValueError(
            f"{event.anchor} has an event of {latest}, after {event.date}: check the clock"
        )


def next_number(ledger: Ledger, standing_anchors: Iterable[str], document: str, letter: str) -> int:
    """The number after the highest that ``document`` ever gave to ``letter``.

    Counts every anchor of the ledger, whatever became of it, and ``standing_anchors``, which are
    to be all in the documents: of blocks, former ones and tombstones.
    """
    head = f"{document}-{letter}"
    tails = (
        anchor.removeprefix(head)
        for anchors in (ledger.histories, standing_anchors)
        for anchor in anchors
        if anchor.startswith(head)
    )
    return 1 + max((int(tail) for tail in tails if tail.isascii() and tail.isdigit()), default=0)
