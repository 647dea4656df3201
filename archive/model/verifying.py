"""What became of a passage: found from a citation, and told to readers in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from archive.model.dates import ArchiveDate
from archive.model.ledger import Event, History, Kind, Ledger, State, is_day, short
from archive.model.words import N_, Words

# --- Verifying a citation: what became of the passage that was cited.


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


# --- What happened to a passage, told to readers in words.

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
