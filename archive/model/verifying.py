"""Verifying a citation: what became of the passage that was cited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from archive.model.ledger import History, Kind, Ledger, State, is_day, short


class Status(Enum):
    """What became of a citation.  The value is the exit code of ``verify-citation``.

    1 and 2 are errors of the command itself.
    """

    LIVE = 0  # stands, and says what was cited
    REVISED = 3  # stands, and has said something else since
    MOVED = 4  # answers under another anchor
    WITHDRAWN = 5
    UNPUBLISHED = 6  # never published
    OTHER_WORDS = 7  # what was cited never stood there, or not on that day
    NOT_YET = 8  # published, but only after the day asked for


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader is told of a citation."""

    status: Status
    message: str  # plain English, one or more sentences
    final: str | None  # the anchor that answers today; None if never published
    sha256: str | None  # of the words that stand today; None if withdrawn or never published
    stood: str | None = None  # the fingerprint of the words that were cited, where they are known

    @property
    def code(self) -> int:
        """The exit code for scripts; 0 only where what was cited still stands."""
        return self.status.value


@dataclass(frozen=True, slots=True)
class _Words:
    """What stood at an anchor from a day on; no fingerprint after a withdrawal."""

    since: str
    sha256: str | None


def answer(
    ledger: Ledger, anchor: str, sha256: str | None = None, date: str | None = None
) -> Answer:
    """What became of the passage cited as ``anchor``.

    ``sha256`` is the cited fingerprint, or its first 8 digits or more; ``date`` is the day of the
    citation.  Without either nothing can be compared, and LIVE only means that the passage stands.
    If several answers apply, the most serious is given: never published, other words, not yet
    published, withdrawn, moved, revised.
    Raises ValueError if the fingerprint or the date is malformed.
    """
    _check_cited(sha256, date)
    if anchor not in ledger.histories:
        message = f"{anchor} was never published in this archive."
        return Answer(Status.UNPUBLISHED, message, None, None)
    words = _words_over_time(ledger, anchor)
    final = ledger.resolve(anchor).final
    status, comparison, stood = _compare(words, sha256, date)
    comparison += _amended(ledger.histories[final], date or "")
    present, fate = _fate(ledger, anchor)
    if status in (Status.LIVE, Status.REVISED) and present is not Status.LIVE:
        status = present
    return Answer(status, f"{fate} {comparison}".strip(), final, words[-1].sha256, stood)


def _amended(history: History, since: str) -> str:
    """The sentence on what changed beside the words after a day, if anything did."""
    later = [event.date for event in history.amendments if event.date > since]
    if not later:
        return ""
    return f" What stands with the words (notes, links, figures, citations) changed on {later[-1]}."


def _check_cited(sha256: str | None, date: str | None) -> None:
    if sha256 is not None and not (
        8 <= len(sha256) <= 64 and set(sha256.lower()) <= set("0123456789abcdef")
    ):
        raise ValueError(f"{sha256!r} is not a fingerprint: 8 to 64 hexadecimal digits")
    if date is not None and not is_day(date):
        raise ValueError(f"{date!r} is not a day of the calendar, written like 2026-11-22")


def _words_over_time(ledger: Ledger, anchor: str) -> tuple[_Words, ...]:
    """What stood at ``anchor``, first to last; after a move, what stood at its target."""
    words: list[_Words] = []
    since = ""
    history = ledger.histories[anchor]
    while True:
        words.extend(_words_from(history, since))
        if history.state is not State.MOVED or history.target is None:
            return tuple(words)
        since = max(since, history.events[-1].date)
        history = ledger.histories[history.target]


def _words_from(history: History, since: str) -> Iterator[_Words]:
    """What an anchor said from a day on, beginning with what it said before that day."""
    told = [event for event in history.events if event.kind not in (Kind.MOVE, Kind.AMEND)]
    before = [event for event in told if event.date < since]
    for event in before[-1:] + told[len(before) :]:
        yield _Words(max(event.date, since), event.sha256)


def _in_force(words: Sequence[_Words], date: str) -> list[_Words]:
    """What stood at some time of a day: at its beginning, and after each event of the day."""
    earlier = [each for each in words if each.since < date]
    return earlier[-1:] + [each for each in words if each.since == date]


def _compare(
    words: Sequence[_Words], sha256: str | None, date: str | None
) -> tuple[Status, str, str | None]:
    """Compare what was cited with what stands today; status, sentence, and what was cited."""
    candidates = list(words) if date is None else _in_force(words, date)
    if not candidates:
        return Status.NOT_YET, f"It was first published on {words[0].since}, after {date}.", None
    if sha256 is not None:
        return _compare_words(words, candidates, sha256.lower(), date)
    if date is not None:
        return *_compare_day(words, candidates[-1], date), candidates[-1].sha256
    revisions = [each.since for each in words[1:] if each.sha256 is not None]
    if not revisions or len({each.sha256 for each in words}) == 1:
        return Status.LIVE, "", None
    return (
        Status.LIVE,
        (
            f"Its words changed, last on {revisions[-1]}; "
            "the fingerprint or the day of a citation tells whether that matters to it."
        ),
        None,
    )


def _compare_words(
    words: Sequence[_Words], candidates: Sequence[_Words], cited: str, date: str | None
) -> tuple[Status, str, str | None]:
    matching = [each for each in candidates if each.sha256 and each.sha256.startswith(cited)]
    day = f" on {date}" if date is not None else ""
    if not matching:
        others = [each for each in words if each.sha256 and each.sha256.startswith(cited)]
        elsewhen = f" They stood from {others[0].since} on." if others else ""
        message = f"The words {short(cited)} did not stand there{day or ' at any time'}.{elsewhen}"
        return Status.OTHER_WORDS, message, others[0].sha256 if others else None
    said = f"The words {short(cited)} stood there{day}"
    return *_since(words, matching[-1], said), matching[-1].sha256


def _compare_day(words: Sequence[_Words], stood: _Words, date: str) -> tuple[Status, str]:
    if stood.sha256 is None:
        return Status.WITHDRAWN, f"On {date} it had already been withdrawn."
    return _since(words, stood, f"On {date} stood the words {short(stood.sha256)}")


def _since(words: Sequence[_Words], stood: _Words, said: str) -> tuple[Status, str]:
    """Whether the words that stood are the last that were published."""
    last = next(each for each in reversed(words) if each.sha256 is not None)
    if last.sha256 == stood.sha256:
        return Status.LIVE, f"{said}; they are the words last published."
    return Status.REVISED, f"{said}; they were revised, last on {last.since}."


def _fate(ledger: Ledger, anchor: str) -> tuple[Status, str]:
    """What an anchor is today, status and sentence."""
    resolution = ledger.resolve(anchor)
    final = ledger.histories[resolution.final]
    moved = final.anchor != anchor
    way = f"{anchor} moved to {final.anchor}" if moved else anchor
    if final.state is State.WITHDRAWN:
        verb = f"{way}, which was withdrawn" if moved else f"{way} was withdrawn"
        heir = f"; its successor is {final.target}" if final.target else ""
        return Status.WITHDRAWN, f"{verb} on {final.events[-1].date}{heir}."
    if moved:
        day = ledger.histories[anchor].events[-1].date
        return Status.MOVED, f"{way} on {day}."
    return Status.LIVE, f"{anchor} stands, first published on {final.events[0].date}."
