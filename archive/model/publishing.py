"""Publishing: the events that bring the ledger up to date, and appending them.

A build never writes the ledger; only ``make publish`` does.  It keeps the words that are superseded
before it appends the revision, so that a kill between the two loses none.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from archive.files import draft_of, lock, replacing
from archive.model.ledger import (
    Event,
    Kind,
    Ledger,
    State,
    check_line,
    entries,
    fold,
    is_day,
    serialise,
)
from archive.model.permanence import Description, Standing, Survey, Tombstone, in_circle
from archive.model.tree import Tree
from archive.model.wordings import lines_of


def pending(
    ledger: Ledger,
    standings: Sequence[Standing],
    tombstones: Sequence[Tombstone],
    date: str,
    described: Iterable[Description] = (),
) -> tuple[Event, ...]:
    """The events that bring the ledger up to date with the documents.

    New, revised and amended passages in the order given, then moves, withdrawals, and documents;
    none if nothing changed.  ``described`` gives the seal of each document.
    An anchor that the ledger cannot take (it stands twice, is used again or names a bad target) is
    left out: ``permanence.check`` reports it.
    Raises ValueError if ``date`` is not a day, or is before the last event of a changed anchor.
    """
    if not is_day(date):
        raise ValueError(f"{date!r} is not a day of the calendar, written like 2026-11-22")
    survey = Survey(standings, tombstones)
    worded = tuple(_new_and_revised(ledger, survey, date))
    published = {*ledger.histories, *(event.anchor for event in worded)}
    moved = tuple(_moves(ledger, survey, published, date))
    withdrawn = tuple(_withdrawals(ledger, survey, published, date))
    documents = (
        Event(date, Kind.DESCRIBE, each.document, seal=each.seal)
        for each in described
        if (past := ledger.documents.get(each.document)) is None or not each.holds(past[-1].seal)
    )
    events = (*worded, *moved, *withdrawn, *documents)
    for event in events:
        _check_not_backwards(event, ledger)
    return events


def following(ledger: Ledger, events: Iterable[Event]) -> Ledger:
    """The histories of a ledger once pending ``events`` are published."""
    events = tuple(events)
    named = {anchor for each in events for anchor in (each.anchor, each.target or "")}
    touched = filter(None, map(ledger.histories.get, named))
    past = (event for history in touched for event in history.events)
    changed, _problems = fold((*past, *events), "")
    return Ledger({**ledger.histories, **changed.histories}, ledger.documents)


def _new_and_revised(ledger: Ledger, survey: Survey, date: str) -> Iterator[Event]:
    for standing in survey.standings:
        anchor, sha256 = standing.anchor, standing.sha256
        if anchor in survey.ambiguous:
            continue
        history = ledger.histories.get(anchor)
        if history is None:
            yield Event(date, Kind.PUBLISH, anchor, sha256=sha256, seal=standing.seal)
        elif history.state is not State.LIVE:
            continue
        elif history.sha256 != sha256:
            yield Event(date, Kind.REVISE, anchor, sha256=sha256, seal=standing.seal)
        elif standing.seal is not None and not standing.holds(history.seal):
            yield Event(date, Kind.AMEND, anchor, seal=standing.seal)


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
    if history is not None and event.date < (latest := history.events[-1]).date:
        raise ValueError(
            f"{event.anchor} has an event of {latest.date}, after {event.date}: check the clock. "
            f"If the ledger is wrong: make publish CORRECT={latest.line} DAY=the right day"
        )


def next_number(ledger: Ledger, standing_anchors: Iterable[str], document: str, letter: str) -> int:
    """The next free number of a letter in a document; numbers are never used again.

    Counts every anchor of the ledger, whatever became of it, and ``standing_anchors``: all those in
    the documents, of blocks, former anchors and tombstones.
    """
    head = f"{document}-{letter}"
    tails = (
        anchor.removeprefix(head)
        for anchors in (ledger.histories, standing_anchors)
        for anchor in anchors
        if anchor.startswith(head)
    )
    return 1 + max((int(tail) for tail in tails if tail.isascii() and tail.isdigit()), default=0)


# Appending


def append(path: Path, events: Iterable[Event], *, after: bytes | None = None) -> None:
    """Append ``events`` to the ledger at ``path``, all or none; without events, do nothing.

    A kill at any moment leaves the old ledger or the new one: the whole file is written anew and
    forced to disk.  Publishers wait for each other by a lock on the folder.  ``after`` is what the
    ledger held when the events were worked out: if it has changed since, nothing is appended.
    Raises OSError with the reason, and ValueError for an event that no ledger can hold; then the
    ledger is unchanged.
    """
    events = tuple(events)
    if not events:
        return
    ledger = _regular(path)
    with _turn(ledger.parent) as locked:
        old = _held(ledger, after)
        if not locked:
            _claim(draft_of(ledger))
        lines = bound(events, old)
        with replacing(ledger, durable=True) as draft:
            draft.write_bytes(old + lines)
            if _read(ledger) != old:
                raise _refusal(errno.EBUSY, "it changed meanwhile; run the command again", ledger)


def keep(path: Path, wordings: Mapping[str, str | None]) -> None:
    """Add wordings, by fingerprint, to the file at ``path``, all or none; those it has stay once.

    A text of null notes that the words were not found.  The file is written as ``append`` does.
    Raises OSError with the reason, and ValueError for a text of another fingerprint.
    """
    if not wordings:
        return
    lines = lines_of(wordings).splitlines(keepends=True)
    file = _regular(path)
    with _turn(file.parent) as locked:
        old = _held(file, None)
        if not locked:
            _claim(draft_of(file))
        have = set(old.splitlines(keepends=True))
        with replacing(file, durable=True) as draft:
            draft.write_bytes(old + b"".join(line for line in lines if line not in have))


def bound(events: Iterable[Event], old: bytes) -> bytes:
    """The lines of events after those of a ledger, each with the tree head of all before it.

    Raises ValueError for an event that no ledger can hold.
    """
    tree, new = Tree(entries(old)), list[bytes]()
    for event in events:
        line = serialise(replace(event, after=tree.root().hex())).encode("utf-8")
        check_line(line, tree.size + 1)
        tree.append(line)
        new.append(line + b"\n")
    return b"".join(new)


def _refusal(number: int, message: str, path: Path) -> OSError:
    return OSError(number, f"nothing was appended: {message}", str(path))


def _regular(path: Path) -> Path:
    """The file behind symbolic links.  It may be missing; anything but a file is refused."""
    if not os.path.lexists(path):
        return Path(os.path.realpath(path.parent, strict=True), path.name)
    ledger = Path(os.path.realpath(path, strict=True))  # OSError for a circle or a dangling link
    if not stat.S_ISREG(ledger.stat().st_mode):
        raise _refusal(errno.EINVAL, "it is not a regular file", path)
    if not os.access(ledger, os.W_OK):
        raise _refusal(errno.EACCES, "it is read-only", path)
    return ledger


@contextmanager
def _turn(directory: Path) -> Iterator[bool]:
    """Wait for other publishers of the folder; yield whether the folder could be locked.

    The lock is on the folder because the ledger itself is replaced.  It ends with the process.
    """
    if sys.platform == "win32":  # which opens no folders
        yield False
        return
    folder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield bool(lock(folder))
    finally:
        os.close(folder)


def _held(ledger: Path, after: bytes | None) -> bytes:
    """What a file of lines holds.  Raises OSError if nothing can be appended to it."""
    old = _read(ledger)
    if after is not None and old != after:
        raise _refusal(errno.EBUSY, "it changed since it was read; run the command again", ledger)
    if old and not old.endswith(b"\n"):
        raise _refusal(errno.EINVAL, "its last line does not end in a line feed", ledger)
    return old


def _read(ledger: Path) -> bytes:
    """The bytes of the ledger; none if there is no file yet."""
    try:
        return ledger.read_bytes()
    except FileNotFoundError:
        return b""


def _claim(draft: Path) -> None:
    """Make the draft of the ledger.  Without locks, its presence is the lock."""
    try:
        draft.touch(exist_ok=False)
    except FileExistsError as error:
        message = "another publisher is at work; if none is, delete this file"
        raise _refusal(errno.EEXIST, message, draft) from error
