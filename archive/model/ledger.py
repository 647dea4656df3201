"""The ledger: the append-only account of every anchor ever published.

One JSON object a line, in UTF-8, each line ended by one line feed:

    {"date": "2026-11-22", "event": "publish", "anchor": "…-w3", "sha256": "…"}
    {"date": "2027-01-03", "event": "revise", "anchor": "…-w3", "sha256": "…"}
    {"date": "2027-02-01", "event": "move", "anchor": "…-w3", "target": "…-w4"}
    {"date": "2027-02-01", "event": "withdraw", "anchor": "…-w5"}
    {"date": "2027-02-02", "event": "amend", "anchor": "…-w3", "seal": "…"}
    {"date": "2027-02-02", "event": "describe", "document": "…", "seal": "…"}
    {"date": "2027-02-03", "event": "correct", "line": "32", "day": "2027-01-03"}
    {"date": "2027-02-03", "event": "join", "size": "35", "head": "…"}

A seal is the SHA-256 of what readers see beside the words: of a passage its notes, links, figures
and citations, of a document its record, the order of its passages and what stands between them.
A correction says on which day an earlier line was written.  A join names the tree head of another
line of publication, which this ledger does not continue (``continuing``).

Each line that ``publish`` writes ends with ``"after"``, the root of the Merkle tree over all lines
before it (``tree``).  It binds the line to them: a ledger from which a line is lost, or in which
one is inserted, moved or edited, convicts itself.  Lines of before 27 November 2026 have none.

``read`` turns bytes into events, and ``fold`` turns events into the state of each anchor.  Both
report every problem and keep what is sound.
"""

from __future__ import annotations

import gc
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from sys import intern
from typing import Any

from archive.model import Fact, Problem
from archive.model.passage import Anchor, is_document_id
from archive.model.tree import Head, Tree

# Every rule this file checks, by its stable code.
RULES = {
    "ledger-encoding": "the ledger is UTF-8 without a byte order mark",
    "ledger-line-end": "every line of the ledger ends in one line feed, the last one too",
    "ledger-blank": "no line of the ledger is blank",
    "ledger-json": "every line of the ledger is one JSON object",
    "ledger-keys": "an event has exactly the keys of its kind, each once, and all are strings",
    "ledger-event": "an event is publish, revise, amend, move, withdraw, describe, correct or join",
    "ledger-bound": "a line names the tree head of all lines before it",
    "ledger-correct": "a correction names an earlier line that is an event and no correction",
    "ledger-date": "a date is a day of the calendar, written like 2026-11-22",
    "ledger-sha256": "a fingerprint, a seal and a tree head are 64 lower-case hexadecimal digits",
    "ledger-anchor": "an anchor has the form <document id>-<letter><number>",
    "ledger-published-twice": "an anchor is published once, and its number is never used again",
    "ledger-unpublished": "only a published anchor is revised, moved or withdrawn",
    "ledger-not-live": "an anchor that was moved or withdrawn has no further events",
    "ledger-unchanged": "a revision changes the fingerprint",
    "ledger-target": "a target is another anchor, and is published",
    "ledger-circle": "moves and successors never lead back to where they began",
    "ledger-backwards": "the dates of one anchor's events never go backwards",
}

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SHA256 = re.compile(r"[0-9a-f]{64}").fullmatch
_NUMBER = re.compile("[1-9][0-9]{0,8}").fullmatch
_SHORT = 12  # digits of a fingerprint shown to readers
_MOST = 10_000  # problems that are told
_RESTORE = (
    "restore the ledger as it was published, `git checkout origin/main -- ledger.jsonl "
    "ledger.head`, then run `make publish`, which appends what is not in it"
)


class Kind(StrEnum):
    """What can happen to an anchor, to a document, and to a line of the ledger."""

    PUBLISH = "publish"
    REVISE = "revise"
    AMEND = "amend"
    MOVE = "move"
    WITHDRAW = "withdraw"
    DESCRIBE = "describe"
    CORRECT = "correct"
    JOIN = "join"


class State(StrEnum):
    """What an anchor is today."""

    LIVE = "live"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"


_STATE_AFTER = {
    Kind.PUBLISH: State.LIVE,
    Kind.REVISE: State.LIVE,
    Kind.AMEND: State.LIVE,
    Kind.MOVE: State.MOVED,
    Kind.WITHDRAW: State.WITHDRAWN,
}
_OF_NO_ANCHOR = frozenset({Kind.DESCRIBE, Kind.CORRECT, Kind.JOIN})
_KINDS: dict[str, Kind] = {kind.value: kind for kind in Kind}
_ANY = frozenset({"date", "event"})
_REQUIRED = {
    Kind.PUBLISH: _ANY | {"anchor", "sha256"},
    Kind.REVISE: _ANY | {"anchor", "sha256"},
    Kind.AMEND: _ANY | {"anchor", "seal"},
    Kind.MOVE: _ANY | {"anchor", "target"},
    Kind.WITHDRAW: _ANY | {"anchor"},
    Kind.DESCRIBE: _ANY | {"document", "seal"},
    Kind.CORRECT: _ANY | {"line", "day"},
    Kind.JOIN: _ANY | {"size", "head"},
}
_OPTIONAL = {
    Kind.PUBLISH: frozenset({"seal"}),
    Kind.REVISE: frozenset({"seal"}),
    Kind.WITHDRAW: frozenset({"target"}),
}


@dataclass(frozen=True, slots=True)
class Event(Fact):
    """One line of the ledger."""

    date: str  # ISO 8601 calendar date
    kind: Kind
    anchor: str  # of describe the id of a document, of correct and join empty
    sha256: str | None = None  # of publish and revise only
    target: str | None = None  # of move always, of withdraw where there is a successor
    seal: str | None = None  # of publish, revise, amend and describe
    corrects: tuple[int, str] | None = None  # of correct: a line, and the day it was written
    joins: Head | None = None  # of join
    line: int = field(default=0, compare=False)  # counted from 1; 0 = not in a file yet
    # The tree head of the lines before, to be written; what is read is held against it at once.
    after: str | None = field(default=None, compare=False)

    def __reduce__(self) -> tuple[Any, tuple[object, ...]]:
        _kind, values = Fact.__reduce__(self)
        return _unpickled, values


def _unpickled(day: str, kind: Kind, anchor: str, sha256: str | None, *others: Any) -> Event:
    """Return an event as it is read back, with one string for all that have its anchor or words."""
    return Event(day, kind, intern(anchor), sha256 and intern(sha256), *others)


@dataclass(frozen=True, slots=True)
class History(Fact):
    """What happened to one anchor, and what it is today."""

    anchor: str
    state: State
    sha256: str  # of the words last published under this anchor
    seal: str | None  # of what stands with them; None until it is published once
    target: str | None  # where it moved, or its successor
    events: tuple[Event, ...]  # as they stand in the ledger, the first a publish

    @property
    def worded(self) -> str:
        """The day of the event that published its present words."""
        return [each.date for each in self.events if each.sha256][-1]

    @property
    def amendments(self) -> tuple[Event, ...]:
        """The amendments that changed something, which one that gave the first seal did not."""
        first = next((event for event in self.events if event.seal is not None), None)
        return tuple(each for each in self.events if each.kind is Kind.AMEND and each is not first)


@dataclass(frozen=True, slots=True)
class Resolution:
    """Where an anchor answers today."""

    anchor: str  # as asked
    final: str  # where its moves lead; the anchor itself if it never moved
    state: State  # of the final anchor: live or withdrawn
    successor: str | None  # of a withdrawn final anchor, where one was named
    hops: tuple[str, ...]  # every anchor passed through, first and last included


@dataclass(frozen=True, slots=True, eq=False)
class Ledger(Mapping[str, History]):
    """Every anchor ever published, with its history, in the order of first publication."""

    histories: Mapping[str, History]
    documents: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)  # what describes them
    joined: frozenset[Head] = frozenset()  # of other lines of publication
    tree: Tree = field(default_factory=Tree)  # over the lines; empty where there are only events
    last_day: str = ""  # the latest of all dates

    def __getitem__(self, anchor: str) -> History:
        return self.histories[anchor]

    def __iter__(self) -> Iterator[str]:
        return iter(self.histories)

    def __len__(self) -> int:
        return len(self.histories)

    def resolve(self, anchor: str) -> Resolution:
        """Follow the moves of ``anchor`` to their end.

        A withdrawal's successor is named but not followed: it says something else.
        Raises KeyError if the anchor was never published.
        """
        history = self.histories[anchor]
        hops = [anchor]
        while history.state is State.MOVED and history.target is not None:
            history = self.histories[history.target]
            hops.append(history.anchor)
        return Resolution(anchor, history.anchor, history.state, history.target, tuple(hops))


def short(sha256: str) -> str:
    """A fingerprint as it is shown to readers: its first 12 digits."""
    return sha256[:_SHORT]


def is_day(text: str) -> bool:
    """Whether ``text`` is a day of the calendar, written as 2026-11-22."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def serialise(event: Event) -> str:
    """The one canonical line of an event, without its line feed."""
    line, day = event.corrects or (None, None)
    fields = {
        "date": event.date,
        "event": event.kind.value,
        "document" if event.kind is Kind.DESCRIBE else "anchor": event.anchor or None,
        "sha256": event.sha256,
        "target": event.target,
        "seal": event.seal,
        "line": line and str(line),
        "day": day,
        "size": event.joins and str(event.joins.size),
        "head": event.joins and event.joins.root,
        "after": event.after,
    }
    given = {key: value for key, value in fields.items() if value is not None}
    return json.dumps(given, ensure_ascii=False)


# Reading


class _LineError(Exception):
    """Why a line is refused: the rule it breaks, what is wrong, how to mend it."""

    def __init__(self, rule: str, message: str, mend: str) -> None:
        super().__init__(message)
        self.rule, self.message, self.mend = rule, message, mend

    def problem(self, path: str, line: int) -> Problem:
        return Problem(path, line, self.rule, self.message, self.mend)


def read(data: bytes, path: str) -> tuple[tuple[Event, ...], list[Problem]]:
    """The events of a ledger, and the first problem of each line that is not an event."""
    events, problems, _tree = _read(data, path)
    return events, problems


def _read(
    data: bytes, path: str, before: Tree | None = None, *, bound: bool = False
) -> tuple[tuple[Event, ...], list[Problem], Tree]:
    """Read lines that follow those of a tree, which they are added to.

    ``bound`` says whether lines name the heads before them from the first on.
    """
    events: list[Event] = []
    problems = list(_layout_problems(data, path))
    decoder = json.JSONDecoder(object_pairs_hook=_without_duplicates)
    tree, told = Tree() if before is None else before, False
    for number, line in enumerate(entries(data), start=tree.size + 1):
        try:
            event, after = _common(line, number) or _event(line, number, decoder)
            events.append(event)
            bound = bound or after is not None
            if bound and not told and after != (head := tree.root().hex()):
                told = True
                raise _unbound(after, head)
        except _LineError as fault:
            if len(problems) < _MOST:
                problems.append(fault.problem(path, number))
        tree.append(line)
    return tuple(events), sorted(problems), tree


def check_line(line: bytes, number: int) -> None:
    """Raise ValueError unless a line, to be written at a number, is an event."""
    try:
        _event(line, number, json.JSONDecoder(object_pairs_hook=_without_duplicates))
    except _LineError as fault:
        raise ValueError(f"not appended: {fault.message} [{fault.rule}]") from fault


def _unbound(after: str | None, head: str) -> _LineError:
    named = short(after) if after else "no tree head"
    message = (
        f"the lines above have the tree head {short(head)}, and the line names {named}: "
        "lines were lost, inserted, moved or edited"
    )
    return _LineError("ledger-bound", message, _RESTORE)


def entries(data: bytes) -> list[bytes]:
    """The lines of a ledger without their ends: the entries of its tree."""
    lines = data.removeprefix(_BYTE_ORDER_MARK).split(b"\n")
    if not lines[-1]:
        lines.pop()
    return [line.removesuffix(b"\r") for line in lines] if b"\r" in data else lines


def _layout_problems(data: bytes, path: str) -> Iterator[Problem]:
    """What is wrong with the file as a whole, each problem once."""
    if data.startswith(_BYTE_ORDER_MARK):
        message, mend = "the file starts with a byte order mark", "save it as UTF-8 without one"
        yield Problem(path, 1, "ledger-encoding", message, mend)
    if (count := data.count(b"\r\n")) > 0:
        first = data[: data.index(b"\r\n")].count(b"\n") + 1
        message = f"{count} line(s), this one first, end in carriage return and line feed"
        mend = f"save the file with line feeds only: `sed -i 's/\\r$//' {path}`"
        yield Problem(path, first, "ledger-line-end", message, mend)
    if data and not data.endswith(b"\n"):
        message, mend = "the last line does not end in a line feed", "add one at the end"
        yield Problem(path, data.count(b"\n") + 1, "ledger-line-end", message, mend)


# A line as ``serialise`` writes most of them.  It takes a quarter of the time to read one so.
_COMMON = re.compile(
    r'\{"date": "([0-9]{4}-[0-9]{2}-[0-9]{2})", "event": "(publish|revise)", '
    r'"anchor": "([a-z][a-z0-9]*(?:-[a-z0-9]+)*-[a-z][1-9][0-9]*)", "sha256": "([0-9a-f]{64})"'
    r'(?:, "seal": "([0-9a-f]{64})")?(?:, "after": "([0-9a-f]{64})")?\}'
).fullmatch


def _common(line: bytes, number: int) -> tuple[Event, str | None] | None:
    """The event of a line of the most common form, and the tree head that the line names.

    None of any other line, which is read whole.

    Raises _LineError where the day is none.
    """
    found = _COMMON(line.decode("ascii", "replace"))
    if found is None:
        return None
    day, kind, anchor, sha256, seal, after = found.groups()
    event = Event(
        _check_day(day), _KINDS[kind], intern(anchor), intern(sha256), None, seal, None, None,
        number,
    )  # fmt: skip
    return event, after


def _event(line: bytes, number: int, decoder: json.JSONDecoder) -> tuple[Event, str | None]:
    """Read one line, and the tree head that it names.  Raises _LineError at the first fault."""
    fields = _fields(line, decoder)
    kind = _kind(fields)
    _check_keys(fields, kind)
    for key, value in fields.items():
        if (check := _CHECKS.get(key)) is not None:
            check(value)
    event = Event(
        fields["date"], kind, fields.get("anchor") or fields.get("document", ""),
        fields.get("sha256"), fields.get("target"), fields.get("seal"),
        _corrects(fields, number), _joins(fields), number,
    )  # fmt: skip
    return event, fields.get("after")


def _corrects(fields: dict[str, str], number: int) -> tuple[int, str] | None:
    if "line" not in fields:
        return None
    if not _NUMBER(fields["line"]) or int(fields["line"]) >= number:
        message = f"{fields['line']!r} is not the number of an earlier line"
        raise _LineError("ledger-correct", message, _RESTORE)
    return int(fields["line"]), fields["day"]


def _joins(fields: dict[str, str]) -> Head | None:
    if "size" not in fields:
        return None
    if not _NUMBER(fields["size"]):
        message = f"{fields['size']!r} is not a number of lines"
        raise _LineError("ledger-correct", message, _RESTORE)
    return Head(int(fields["size"]), fields["head"])


def _fields(line: bytes, decoder: json.JSONDecoder) -> dict[str, str]:
    """The object of a line, all its values strings."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} of the line is not UTF-8"
        raise _LineError("ledger-encoding", message, _RESTORE) from error
    if not text.strip():
        raise _LineError("ledger-blank", "the line is blank", "delete the line")
    try:
        value = decoder.decode(text)
    except (ValueError, RecursionError) as error:
        raise _LineError("ledger-json", f"the line is not JSON: {error}", _RESTORE) from error
    if not isinstance(value, dict):
        raise _LineError("ledger-json", "the line is not a JSON object", _RESTORE)
    for key, item in value.items():
        if not isinstance(item, str):
            message = f"the value of {key!r} is not a string"
            raise _LineError("ledger-keys", message, "write the value in quotation marks")
    return value


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise _LineError("ledger-keys", f"the key {twice!r} stands twice", "keep one of them")
    return fields


def _kind(fields: dict[str, str]) -> Kind:
    if "event" not in fields:
        raise _LineError("ledger-keys", "the key 'event' is missing", _RESTORE)
    kind = _KINDS.get(fields["event"])
    if kind is None:
        message = f"{fields['event']!r} is no event"
        raise _LineError("ledger-event", message, f"write one of {', '.join(_KINDS)}")
    return kind


def _check_keys(fields: dict[str, str], kind: Kind) -> None:
    given = fields.keys() - {"after"}
    if given == _REQUIRED[kind]:
        return
    if missing := sorted(_REQUIRED[kind] - given):
        message = f"{_a(kind)} event needs the key(s) {', '.join(missing)}"
        raise _LineError("ledger-keys", message, _RESTORE)
    if unknown := sorted(given - _REQUIRED[kind] - _OPTIONAL.get(kind, frozenset())):
        message = f"{_a(kind)} event has no key(s) {', '.join(map(ascii, unknown))}"
        raise _LineError("ledger-keys", message, "delete them")


def _a(kind: Kind) -> str:
    return f"an {kind}" if kind is Kind.AMEND else f"a {kind}"


def _check_anchor(text: str) -> None:
    try:
        Anchor.parse(text)
    except ValueError as error:
        raise _LineError("ledger-anchor", str(error), _RESTORE) from error


def _check_document(text: str) -> None:
    if not is_document_id(text):
        raise _LineError("ledger-anchor", f"{text!r} is not the id of a document", _RESTORE)


@lru_cache  # publishing writes one day on many lines
def _check_day(text: str) -> str:
    if not is_day(text):
        message = f"{text!r} is not a day of the calendar"
        raise _LineError("ledger-date", message, "write the day as 2026-11-22")
    return text


def _check_sha256(text: str) -> None:
    if not _SHA256(text):
        message = f"{text!r} is not 64 lower-case hexadecimal digits"
        raise _LineError("ledger-sha256", message, _RESTORE)


_CHECKS: Mapping[str, Callable[[str], object]] = {
    "anchor": _check_anchor, "target": _check_anchor, "document": _check_document,
    "date": _check_day, "day": _check_day,
    "sha256": _check_sha256, "seal": _check_sha256, "after": _check_sha256,
    "head": _check_sha256,
}  # fmt: skip


# Folding


@dataclass(slots=True)
class _Account:
    """The ledger as far as it is folded."""

    earlier: Mapping[str, History]  # by what was folded before
    published: frozenset[str]  # at any line: the union merge may put a target after its move
    ways: dict[str, str]  # anchor -> where it leads
    accepted: dict[str, list[Event]] = field(default_factory=dict)

    def past(self, anchor: str) -> list[Event] | None:
        """The events of an anchor so far; None before it is published."""
        past = self.accepted.get(anchor)
        if past is None and (history := self.earlier.get(anchor)) is not None:
            past = self.accepted[anchor] = list(history.events)
        return past

    def end(self, anchor: str) -> str:
        """Where moves and successors lead from ``anchor``.  Compresses the path (union-find)."""
        ways = self.ways
        while (after := ways.get(anchor)) is not None:
            if (later := ways.get(after)) is not None:
                ways[anchor] = later
            anchor = after
        return anchor


def fold(
    events: Iterable[Event], path: str, earlier: Ledger | None = None
) -> tuple[Ledger, list[Problem]]:
    """The state of every anchor after all ``events``, and each event that breaks a rule.

    ``earlier`` is what lines before them were folded to; no event corrects one of those.

    An event that breaks a rule is left out; one that only breaks the order of dates is kept.  So
    every target of the folded ledger is in it, and moves and successors form no circle.
    """
    problems: list[Problem] = []
    events = _dated(tuple(events), problems, path)
    earlier = Ledger({}) if earlier is None else earlier
    published = frozenset(event.anchor for event in events if event.kind is Kind.PUBLISH)
    ways = {each.anchor: each.target for each in earlier.values() if each.target is not None}
    account = _Account(earlier.histories, published, ways)
    documents: dict[str, list[Event]] = {}
    for event in events:
        if event.kind is not Kind.PUBLISH and event.kind in _OF_NO_ANCHOR:  # a hash is slow
            if event.kind is Kind.DESCRIBE:
                documents.setdefault(event.anchor, []).append(event)
            continue
        try:
            _admit(event, account)
        except _LineError as fault:
            problems.append(fault.problem(path, event.line))
    histories = {anchor: _history(anchor, past) for anchor, past in account.accepted.items()}
    described = {
        document: (*earlier.documents.get(document, ()), *of_it)
        for document, of_it in documents.items()
    }
    return Ledger(
        {**earlier.histories, **histories}, {**earlier.documents, **described},
        earlier.joined.union(event.joins for event in events if event.joins is not None),
        last_day=max((earlier.last_day, *map(_day, events))),
    ), problems  # fmt: skip


def _day(event: Event) -> str:
    return event.date


def _dated(events: tuple[Event, ...], problems: list[Problem], path: str) -> tuple[Event, ...]:
    """The events with the days that corrections give them."""
    days: dict[int, str] = {}
    plain = {event.line for event in events if event.kind is not Kind.CORRECT}
    for event in events:
        if event.corrects is not None:
            line, day = event.corrects
            if line in plain:
                days[line] = day
            else:
                message, mend = f"line {line} is no event that can be corrected", _RESTORE
                problems.append(Problem(path, event.line, "ledger-correct", message, mend))
    if not days:
        return events
    return tuple(replace(event, date=days.get(event.line, event.date)) for event in events)


def load(data: bytes, path: str) -> tuple[Ledger, list[Problem]]:
    """Read and fold a ledger's bytes, with all its problems."""
    with without_collector():
        events, misread, tree = _read(data, path)
        ledger, misfolded = fold(events, path)
        return replace(ledger, tree=tree), misread + misfolded


def load_more(ledger: Ledger, data: bytes, size: int, path: str) -> Ledger | None:
    """Return the ledger of ``data``, of which the first ``size`` bytes were read without a problem.

    They made ``ledger``, whose tree grows.  None where all has to be read: another line has a
    problem, or corrects an earlier one.
    """
    last = data.rfind(b"\n", 0, max(size - 1, 0)) + 1
    bound = "after" in json.loads(data[last:size] or b"{}")
    with without_collector():
        events, misread, tree = _read(data[size:], path, ledger.tree, bound=bound)
        if misread or any(event.corrects is not None for event in events):
            return None
        more, misfolded = fold(events, path, ledger)
        return None if misfolded else replace(more, tree=tree)


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep the cyclic garbage collector off.

    A ledger has no reference cycles, and each collection visits every event, so that the cost would
    grow faster than the ledger.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _admit(event: Event, account: _Account) -> None:
    """Add an event to the account.  Raises _LineError if it breaks a rule."""
    past = account.past(event.anchor)
    if event.kind is Kind.PUBLISH:
        _check_first(event, past)
        account.accepted[event.anchor] = [event]
        return
    past = _live(event, past)
    latest = past[-1]
    if event.kind is Kind.REVISE and event.sha256 == _words_of(past):
        message = f"{event.anchor} already says this since {_where(latest)}"
        raise _LineError("ledger-unchanged", message, f"delete the line; {_RESTORE}")
    if event.target is not None:
        _check_target(event, event.target, account)
        account.ways[event.anchor] = event.target
    past.append(event)
    if event.date < latest.date:
        message = f"{event.anchor}: {event.date} comes after {_where(latest)}"
        raise _LineError("ledger-backwards", message, f"put its lines in order of date; {_RESTORE}")


def _check_first(event: Event, past: list[Event] | None) -> None:
    if past is None:
        return
    state = _STATE_AFTER[past[-1].kind]
    message = f"{event.anchor} was already published: {_where(past[0])}"
    if state is State.LIVE:
        mend = f"to change its words, write a revise event; {_RESTORE}"
    else:
        message += f"; it is {state} since {_where(past[-1])}, and its number stays taken"
        mend = "give the passage the next free number: `make anchors`"
    raise _LineError("ledger-published-twice", message, mend)


def _live(event: Event, past: list[Event] | None) -> list[Event]:
    """The anchor's events before this one, which must have left it live."""
    if past is None:
        message = f"{event.anchor} is not published before this {event.kind}"
        raise _LineError("ledger-unpublished", message, f"publish comes first; {_RESTORE}")
    state = _STATE_AFTER[past[-1].kind]
    if state is not State.LIVE:
        message = f"{event.anchor} cannot {event.kind}: it is {state} since {_where(past[-1])}"
        raise _LineError("ledger-not-live", message, f"delete the line; {_RESTORE}")
    return past


def _check_target(event: Event, target: str, account: _Account) -> None:
    """A target is another anchor, published at any line, that does not lead back here."""
    if target == event.anchor:
        message = f"{event.anchor} cannot {event.kind} to itself"
        raise _LineError("ledger-target", message, _RESTORE)
    if target not in account.published and target not in account.earlier:
        message = f"the target {target} of {event.anchor} was never published"
        raise _LineError("ledger-target", message, f"name a published anchor; {_RESTORE}")
    if account.end(target) == event.anchor:
        message = f"{event.anchor} would lead to {target}, which leads back to {event.anchor}"
        raise _LineError("ledger-circle", message, f"name a target that stands; {_RESTORE}")


def _words_of(past: list[Event]) -> str:
    return next(event.sha256 for event in reversed(past) if event.sha256 is not None)


def _where(event: Event) -> str:
    return f"{event.kind} of {event.date}" + (f" (line {event.line})" if event.line else "")


def _history(anchor: str, past: list[Event]) -> History:
    latest = past[-1]
    if latest.kind is Kind.PUBLISH and latest.sha256:  # as most are
        return History(anchor, State.LIVE, latest.sha256, latest.seal, None, (latest,))
    sha256 = latest.sha256 or _words_of(past)
    seals = (event.seal for event in reversed(past) if event.seal is not None)
    seal = latest.seal or next(seals, None)
    return History(anchor, _STATE_AFTER[latest.kind], sha256, seal, latest.target, tuple(past))
