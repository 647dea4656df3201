"""What the ledger promises: nothing published is forgotten, and no broken line passes unseen."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.model import Problem
from archive.model.ledger import (
    RULES,
    Event,
    Kind,
    Ledger,
    State,
    fold,
    load,
    load_more,
    read,
    serialise,
)
from archive.model.tree import Head, Tree

PATH = "ledger.jsonl"
A, B, C = "a" * 64, "b" * 64, "c" * 64
DAY, NEXT_DAY = "2026-11-22", "2027-01-03"


def publish(anchor: str, sha256: str = A, date: str = DAY) -> Event:
    return Event(date, Kind.PUBLISH, anchor, sha256=sha256)


def revise(anchor: str, sha256: str = B, date: str = NEXT_DAY) -> Event:
    return Event(date, Kind.REVISE, anchor, sha256=sha256)


def move(anchor: str, target: str, date: str = NEXT_DAY) -> Event:
    return Event(date, Kind.MOVE, anchor, target=target)


def withdraw(anchor: str, target: str | None = None, date: str = NEXT_DAY) -> Event:
    return Event(date, Kind.WITHDRAW, anchor, target=target)


def written(*events: Event) -> bytes:
    return "".join(serialise(event) + "\n" for event in events).encode()


def folded(*events: Event) -> tuple[Ledger, list[Problem]]:
    """Through bytes and back, so that the lines are numbered."""
    read_back, problems = read(written(*events), PATH)
    assert problems == []
    return fold(read_back, PATH)


def rules(problems: Iterable[Problem]) -> list[tuple[str, int]]:
    return [(problem.rule, problem.line) for problem in problems]


# Writing and reading


def test_an_event_has_one_canonical_line() -> None:
    assert serialise(publish("ala-w3")) == (
        f'{{"date": "2026-11-22", "event": "publish", "anchor": "ala-w3", "sha256": "{A}"}}'
    )
    assert serialise(move("ala-w3", "ala-w4")) == (
        '{"date": "2027-01-03", "event": "move", "anchor": "ala-w3", "target": "ala-w4"}'
    )
    assert serialise(withdraw("ala-w3")) == (
        '{"date": "2027-01-03", "event": "withdraw", "anchor": "ala-w3"}'
    )


def test_an_empty_ledger_is_a_good_one() -> None:
    assert read(b"", PATH) == ((), [])


def test_events_know_their_lines() -> None:
    events, _ = read(written(publish("d-p1"), publish("d-p2")), PATH)
    assert [event.line for event in events] == [1, 2]


GOOD = serialise(publish("d-p1")).encode()


def line(**changes: object) -> bytes:
    """A publish line with some keys changed; None leaves a key out."""
    fields = {"date": DAY, "event": "publish", "anchor": "d-p9", "sha256": A, **changes}
    return json.dumps({key: value for key, value in fields.items() if value is not None}).encode()


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        (b"", "ledger-blank"),
        (b"  \t", "ledger-blank"),
        (b"{", "ledger-json"),
        (b"[]", "ledger-json"),
        (b"null", "ledger-json"),
        (b"[" * 100_000, "ledger-json"),
        (GOOD + GOOD, "ledger-json"),
        (GOOD + b"\r" + GOOD, "ledger-json"),
        (b"<<<<<<< HEAD", "ledger-json"),
        (GOOD.replace(b"publish", b"publ\xffsh"), "ledger-encoding"),
        (GOOD[:-1] + b', "anchor": "d-p1"}', "ledger-keys"),
        (line(event=None), "ledger-keys"),
        (line(date=None), "ledger-keys"),
        (line(anchor=None), "ledger-keys"),
        (line(sha256=None), "ledger-keys"),
        (line(event="move", sha256=None), "ledger-keys"),
        (line(event="move", target="d-p1"), "ledger-keys"),
        (line(event="withdraw"), "ledger-keys"),
        (line(target="d-p1"), "ledger-keys"),
        (line(note="hello"), "ledger-keys"),
        (line(sha256=12), "ledger-keys"),
        (line(anchor=["d-p1"]), "ledger-keys"),
        (line(event="delete"), "ledger-event"),
        (line(event="Publish"), "ledger-event"),
        (line(date="2026-02-29"), "ledger-date"),
        (line(date="2026-2-9"), "ledger-date"),
        (line(date="20261122"), "ledger-date"),
        (line(date="2026-W47-7"), "ledger-date"),
        (line(date="2026-11-22T00:00"), "ledger-date"),
        (line(date=""), "ledger-date"),
        (line(sha256="A" * 64), "ledger-sha256"),
        (line(sha256="a" * 63), "ledger-sha256"),
        (line(sha256="a" * 64 + "\n"), "ledger-sha256"),
        (line(anchor="d"), "ledger-anchor"),
        (line(anchor="d-p0"), "ledger-anchor"),
        (line(anchor="d-p1\n"), "ledger-anchor"),
        (line(anchor="\ud800"), "ledger-anchor"),
        (line(event="withdraw", sha256=None, target="D P1"), "ledger-anchor"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_read(bad: bytes, rule: str) -> None:
    data = GOOD + b"\n" + bad + b"\n" + serialise(publish("d-p2")).encode() + b"\n"
    events, problems = read(data, PATH)
    assert [event.anchor for event in events] == ["d-p1", "d-p2"]
    assert rules(problems) == [(rule, 2)]
    assert problems[0].path == PATH
    assert problems[0].message
    assert problems[0].mend


@pytest.mark.parametrize(
    ("data", "rule", "number"),
    [
        (GOOD + b"\n" + line(), "ledger-line-end", 2),
        (GOOD + b"\n" + line() + b"\r\n", "ledger-line-end", 2),
        (b"\xef\xbb\xbf" + GOOD + b"\n" + line() + b"\n", "ledger-encoding", 1),
    ],
)
def test_a_bad_layout_is_named_once_and_every_line_is_read(
    data: bytes, rule: str, number: int
) -> None:
    events, problems = read(data, PATH)
    assert len(events) == 2
    assert rules(problems) == [(rule, number)]


def test_a_file_with_windows_line_ends_is_one_problem() -> None:
    _, problems = read(written(publish("d-p1"), publish("d-p2")).replace(b"\n", b"\r\n"), PATH)
    assert rules(problems) == [("ledger-line-end", 1)]
    assert "2 line(s)" in problems[0].message


# Folding


def test_an_anchor_has_its_history() -> None:
    ledger, problems = folded(publish("d-p1"), publish("d-p2"), revise("d-p1"))
    assert problems == []
    assert list(ledger) == ["d-p1", "d-p2"]
    history = ledger["d-p1"]
    assert (history.state, history.sha256, history.target) == (State.LIVE, B, None)
    assert history.events == (publish("d-p1"), revise("d-p1"))


def test_a_moved_anchor_leads_to_where_it_stands() -> None:
    ledger, problems = folded(
        publish("d-p1"),
        publish("d-p2"),
        publish("e-p1"),
        move("d-p1", "d-p2"),
        move("d-p2", "e-p1"),
    )
    assert problems == []
    resolution = ledger.resolve("d-p1")
    assert (resolution.final, resolution.state) == ("e-p1", State.LIVE)
    assert resolution.hops == ("d-p1", "d-p2", "e-p1")
    assert ledger["d-p1"].sha256 == A


def test_a_withdrawn_anchor_names_its_successor_without_becoming_it() -> None:
    ledger, problems = folded(publish("d-p1"), publish("d-p2"), withdraw("d-p1", "d-p2"))
    assert problems == []
    resolution = ledger.resolve("d-p1")
    assert (resolution.final, resolution.state) == ("d-p1", State.WITHDRAWN)
    assert resolution.successor == "d-p2"


def test_words_are_of_the_day_on_which_they_were_last_published() -> None:
    """What leaves the words as they are, changes no day of theirs."""
    amended = Event("2027-02-04", Kind.AMEND, "d-p1", seal=C)
    ledger, problems = folded(publish("d-p1"), revise("d-p1"), amended, publish("d-p2"))
    assert problems == []
    assert (ledger["d-p1"].worded, ledger["d-p2"].worded) == (NEXT_DAY, DAY)


def test_an_anchor_never_published_does_not_resolve() -> None:
    with pytest.raises(KeyError):
        folded(publish("d-p1"))[0].resolve("d-p2")


@pytest.mark.parametrize(
    ("events", "rule"),
    [
        ([publish("d-p1"), publish("d-p1", B)], "ledger-published-twice"),
        ([publish("d-p1"), withdraw("d-p1"), publish("d-p1")], "ledger-published-twice"),
        ([revise("d-p1"), publish("d-p1")], "ledger-unpublished"),
        ([move("d-p1", "d-p2"), publish("d-p2")], "ledger-unpublished"),
        ([withdraw("d-p1")], "ledger-unpublished"),
        ([publish("d-p1"), revise("d-p1", A)], "ledger-unchanged"),
        ([publish("d-p1"), withdraw("d-p1"), revise("d-p1")], "ledger-not-live"),
        ([publish("d-p1"), withdraw("d-p1"), withdraw("d-p1")], "ledger-not-live"),
        (
            [publish("d-p1"), publish("d-p2"), move("d-p1", "d-p2"), move("d-p1", "d-p2")],
            "ledger-not-live",
        ),
        ([publish("d-p1"), move("d-p1", "d-p1")], "ledger-target"),
        ([publish("d-p1"), move("d-p1", "d-p2")], "ledger-target"),
        ([publish("d-p1"), withdraw("d-p1", "d-p2")], "ledger-target"),
        ([publish("d-p1"), withdraw("d-p1", "d-p1")], "ledger-target"),
        (
            [publish("d-p1"), publish("d-p2"), move("d-p1", "d-p2"), move("d-p2", "d-p1")],
            "ledger-circle",
        ),
        (
            [publish("d-p1"), publish("d-p2"), withdraw("d-p1", "d-p2"), withdraw("d-p2", "d-p1")],
            "ledger-circle",
        ),
        (
            [publish("d-p1"), publish("d-p2"), move("d-p1", "d-p2"), withdraw("d-p2", "d-p1")],
            "ledger-circle",
        ),
        ([publish("d-p1"), revise("d-p1", date="2026-11-21")], "ledger-backwards"),
    ],
)
def test_an_event_that_cannot_be_is_named(events: list[Event], rule: str) -> None:
    ledger, problems = folded(*events)
    assert [problem.rule for problem in problems] == [rule]
    assert problems[0].line > 0
    assert problems[0].mend
    for anchor in ledger:
        assert ledger.resolve(anchor).state is not State.MOVED


def test_what_cannot_be_is_left_out_and_the_rest_kept() -> None:
    ledger, _ = folded(publish("d-p1"), move("d-p1", "d-p2"), revise("d-p1"), publish("e-p1"))
    assert ledger["d-p1"].sha256 == B
    assert "e-p1" in ledger


def test_an_event_out_of_date_is_told_but_its_words_are_kept() -> None:
    ledger, problems = folded(publish("d-p1"), revise("d-p1", date="2026-01-01"))
    assert rules(problems) == [("ledger-backwards", 2)]
    assert ledger["d-p1"].sha256 == B


def test_two_branches_may_be_merged_line_by_line() -> None:
    """Git's union driver puts one branch's lines after the other's, whatever their dates."""
    ours = [publish("d-p1", date="2027-05-01"), move("d-p1", "e-p1", date="2027-05-02")]
    theirs = [publish("e-p1", date="2027-04-01"), publish("e-p2", date="2027-03-01")]
    ledger, problems = folded(*ours, *theirs)
    assert problems == []
    assert ledger.resolve("d-p1").final == "e-p1"


def test_a_longer_circle_is_broken_at_the_line_that_closes_it() -> None:
    names = [f"d-p{number}" for number in range(1, 6)]
    moves = [move(one, other) for one, other in zip(names, names[1:] + names[:1], strict=True)]
    ledger, problems = folded(*map(publish, names), *moves)
    assert rules(problems) == [("ledger-circle", 10)]
    assert {ledger.resolve(name).final for name in names} == {"d-p5"}


# Lines bound to those before them


def bound(*events: Event) -> list[bytes]:
    """Lines that name the tree head of the lines before them."""
    lines: list[bytes] = []
    for event in events:
        head = Tree(lines).root().hex()
        lines.append(serialise(replace(event, after=head)).encode())
    return lines


LINES = bound(publish("d-p1"), publish("d-p2"), publish("d-p3"), revise("d-p1"))


def joined(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def test_lines_that_name_the_head_before_them_are_sound() -> None:
    assert read(joined(LINES), PATH)[1] == []


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ([LINES[0], *LINES[2:]], 2),  # one is lost
        ([LINES[0], LINES[2], LINES[1], LINES[3]], 2),  # two are exchanged
        ([LINES[0].replace(b"2026-11-22", b"2026-11-23"), *LINES[1:]], 2),  # one is edited
        ([written(publish("e-p1")).strip(), *LINES], 2),  # one is inserted
        ([*LINES[:2], written(publish("e-p1")).strip(), *LINES[2:]], 3),
        ([*LINES, written(publish("e-p1")).strip()], 5),  # one names no head
    ],
)
def test_a_changed_past_convicts_itself_at_the_first_line_behind_it(
    lines: list[bytes], number: int
) -> None:
    assert rules(read(joined(lines), PATH)[1]) == [("ledger-bound", number)]


def test_lines_from_before_the_binding_come_first() -> None:
    old = [written(publish("d-p1")).strip()]
    head = Tree(old).root().hex()
    new = serialise(replace(publish("d-p2"), after=head)).encode()
    assert read(joined([*old, new]), PATH)[1] == []


# Seals, corrections and other lines of publication


def test_what_stands_with_words_is_amended_without_revising_them() -> None:
    amended = Event(NEXT_DAY, Kind.AMEND, "d-p1", seal=C)
    described = Event(NEXT_DAY, Kind.DESCRIBE, "d", seal=B)
    ledger, problems = folded(publish("d-p1"), amended, described)
    assert problems == []
    history = ledger["d-p1"]
    assert (history.state, history.sha256, history.seal) == (State.LIVE, A, C)
    assert [event.seal for event in ledger.documents["d"]] == [B]


def test_a_correction_gives_an_earlier_line_its_day() -> None:
    corrected = Event(NEXT_DAY, Kind.CORRECT, "", corrects=(1, DAY))
    ledger, problems = folded(publish("d-p1", date="2099-01-01"), corrected, revise("d-p1"))
    assert problems == []
    assert [event.date for event in ledger["d-p1"].events] == [DAY, NEXT_DAY]
    assert ledger.last_day == NEXT_DAY


@pytest.mark.parametrize("line", ["0", "2", "3", "x"])
def test_a_correction_names_an_earlier_event(line: str) -> None:
    correction = {"date": DAY, "event": "correct", "line": line, "day": DAY}
    data = written(publish("d-p1")) + json.dumps(correction).encode() + b"\n"
    _, problems = read(data, PATH)
    assert rules(problems) == [("ledger-correct", 2)]


def test_another_line_of_publication_is_joined_by_its_head() -> None:
    ledger, problems = folded(publish("d-p1"), Event(DAY, Kind.JOIN, "", joins=Head(7, C)))
    assert problems == []
    assert ledger.joined == {Head(7, C)}


# Any ledger at all

anchors = st.sampled_from([f"{document}-p{number}" for document in "de" for number in (1, 2, 3)])
days = st.sampled_from(["2026-11-22", "2026-11-23", "2027-01-03"])
any_events = st.one_of(
    st.builds(publish, anchors, st.sampled_from([A, B, C]), days),
    st.builds(revise, anchors, st.sampled_from([A, B, C]), days),
    st.builds(move, anchors, anchors, days),
    st.builds(withdraw, anchors, st.none() | anchors, days),
)


@settings(deadline=None)
@given(st.lists(any_events, max_size=40))
def test_every_anchor_ever_published_resolves(events: list[Event]) -> None:
    ledger, _ = fold(events, PATH)
    published = {event.anchor for event in events if event.kind is Kind.PUBLISH}
    assert set(ledger) == published
    for anchor in published:
        resolution = ledger.resolve(anchor)
        assert resolution.state in (State.LIVE, State.WITHDRAWN)
        assert ledger[resolution.final].state is resolution.state
        assert len(set(resolution.hops)) == len(resolution.hops)


def sound(events: list[Event]) -> list[Event]:
    """The events without those that folding leaves out."""
    numbered, _ = read(written(*events), PATH)
    _, problems = fold(numbered, PATH)
    left_out = {each.line for each in problems if each.rule != "ledger-backwards"}
    return [event for event in numbered if event.line not in left_out]


@settings(deadline=None)
@given(st.lists(any_events, max_size=40))
def test_events_that_are_left_out_leave_no_trace(events: list[Event]) -> None:
    ledger, problems = fold(sound(events), PATH)
    assert {problem.rule for problem in problems} <= {"ledger-backwards"}
    assert ledger == fold(events, PATH)[0]


@settings(deadline=None)
@given(st.lists(any_events, max_size=40))
def test_what_is_written_is_read_back(events: list[Event]) -> None:
    read_back, problems = read(written(*events), PATH)
    assert problems == []
    assert list(read_back) == events
    assert fold(read_back, PATH)[0] == fold(events, PATH)[0]


@settings(deadline=None)
@given(st.lists(any_events, max_size=40), any_events)
def test_no_event_revives_an_anchor_or_forgets_one(events: list[Event], last: Event) -> None:
    good = sound(events)
    before, after = fold(good, PATH)[0], fold([*good, last], PATH)[0]
    for anchor, history in before.items():
        grown = after[anchor].events
        assert grown[: len(history.events)] == history.events
        assert history.state is State.LIVE or grown == history.events


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_reading_fail(data: bytes) -> None:
    events, problems = read(data, PATH)
    fold(events, PATH)
    assert all(problem.rule in RULES for problem in problems)


def test_a_long_chain_of_moves_is_folded_and_followed() -> None:
    names = [f"d-p{number}" for number in range(1, 5001)]
    moves = [move(one, other) for one, other in pairwise(names)]
    ledger, problems = fold([*map(publish, names), *reversed(moves)], PATH)
    assert problems == []
    assert ledger.resolve("d-p1").final == "d-p5000"


# A ledger that grows

more_events = st.one_of(
    any_events,
    st.builds(lambda day: Event(day, Kind.DESCRIBE, "d", seal=B), days),
    st.builds(lambda anchor, day: Event(day, Kind.AMEND, anchor, seal=C), anchors, days),
    st.builds(lambda day: Event(day, Kind.CORRECT, "", corrects=(1, day)), days),
    st.builds(lambda size, day: Event(day, Kind.JOIN, "", joins=Head(size, C)), st.just(7), days),
)


def kept(data: bytes) -> Ledger:
    """The sound ledger of ``data`` as the next build reads it back."""
    ledger, problems = load(data, PATH)
    assert problems == []
    return pickle.loads(pickle.dumps(ledger))


def all_of(ledger: Ledger) -> object:
    events = [(each, each.line) for history in ledger.values() for each in history.events]
    rest = ledger.documents, ledger.joined, ledger.last_day, ledger.tree.levels, ledger.tree.root()
    return list(ledger.histories.items()), events, rest


@settings(deadline=None)
@given(st.lists(more_events, max_size=30), st.lists(more_events, max_size=10), st.booleans())
def test_a_ledger_goes_on_from_where_it_was_kept(
    past: list[Event], new: list[Event], is_bound: bool
) -> None:
    past = sound(past)
    data = written(*past) if not is_bound else joined(bound(*past))
    if load(data, PATH)[1]:
        return  # one with problems is not kept
    whole = written(*past, *new) if not is_bound else joined(bound(*past, *new))
    ledger, problems = load(whole, PATH)
    more = load_more(kept(data), whole, len(data), PATH)
    if problems or any(event.corrects is not None for event in new):
        assert more is None
    else:
        assert more is not None
        assert all_of(more) == all_of(ledger)


def test_a_line_behind_a_kept_ledger_names_the_head_before_it() -> None:
    data = joined(LINES)
    unbound = written(publish("e-p1"))
    assert load_more(kept(data), data + unbound, len(data), PATH) is None
    assert load_more(kept(data), data + b"{", len(data), PATH) is None


def test_lines_behind_a_kept_ledger_lead_to_its_anchors_and_never_in_a_circle() -> None:
    data = written(publish("d-p1"), publish("d-p2"), move("d-p1", "d-p2"))
    good = data + written(publish("d-p3", date=NEXT_DAY), move("d-p3", "d-p2"))
    more = load_more(kept(data), good, len(data), PATH)
    assert more is not None
    assert all_of(more) == all_of(load(good, PATH)[0])
    assert load_more(kept(data), data + written(withdraw("d-p2", "d-p1")), len(data), PATH) is None
