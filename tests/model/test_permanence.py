"""What the archive promises of a published passage: it is found, and it says what was published."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from archive.model import Problem
from archive.model.ledger import Event, Kind, Ledger, State, fold, read, serialise
from archive.model.passage import Anchor
from archive.model.permanence import RULES, Beside, Description, Standing, Tombstone, check
from archive.model.publishing import next_number, pending
from archive.model.verifying import Status, answer

LONG = os.environ.get("ARCHIVE_LONG") == "1"
PATH = "ledger.jsonl"
DAY, NEXT_DAY, LAST_DAY = "2026-11-22", "2027-01-03", "2027-02-14"


def said(words: str) -> str:
    return sha256(words.encode()).hexdigest()


def stands(anchor: str, words: str | None = None, *former: str, line: int = 7) -> Standing:
    """A block; without ``words`` it says its own anchor."""
    path = f"documents/{anchor.rpartition('-')[0]}.md"
    return Standing(anchor, said(words or anchor), path, line, former)


def tomb(anchor: str, target: str | None = None) -> Tombstone:
    return Tombstone(anchor, target, f"documents/{anchor.rpartition('-')[0]}.md", 9)


def publish(anchor: str, words: str | None = None, date: str = DAY) -> Event:
    return Event(date, Kind.PUBLISH, anchor, sha256=said(words or anchor))


def revise(anchor: str, words: str, date: str = NEXT_DAY) -> Event:
    return Event(date, Kind.REVISE, anchor, sha256=said(words))


def move(anchor: str, target: str, date: str = NEXT_DAY) -> Event:
    return Event(date, Kind.MOVE, anchor, target=target)


def withdraw(anchor: str, target: str | None = None, date: str = NEXT_DAY) -> Event:
    return Event(date, Kind.WITHDRAW, anchor, target=target)


def ledger_of(*events: Event) -> Ledger:
    data = "".join(serialise(event) + "\n" for event in events).encode()
    read_back, problems = read(data, PATH)
    ledger, more = fold(read_back, PATH)
    assert [*problems, *more] == []
    return ledger


def problems_of(
    events: Iterable[Event], standings: Sequence[Standing], tombstones: Sequence[Tombstone] = ()
) -> list[Problem]:
    found = list(check(ledger_of(*events), standings, tombstones, PATH))
    assert all(problem.rule in RULES and problem.message and problem.mend for problem in found)
    return found


TWO = (publish("d-p1"), publish("d-p2"))


# Kept promises


@pytest.mark.parametrize(
    ("events", "standings", "tombstones"),
    [
        ([], [], []),
        ([], [stands("d-p1")], []),
        (TWO, [stands("d-p1"), stands("d-p2")], []),
        (TWO, [stands("d-p2"), stands("d-p1")], []),
        ([*TWO, revise("d-p1", "new")], [stands("d-p1", "new"), stands("d-p2")], []),
        (TWO, [stands("d-p1")], [tomb("d-p2")]),
        (TWO, [stands("d-p1")], [tomb("d-p2", "d-p1")]),
        (TWO, [stands("d-p1"), stands("d-p3")], [tomb("d-p2", "d-p3")]),
        ([*TWO, withdraw("d-p2", "d-p1")], [stands("d-p1")], [tomb("d-p2", "d-p1")]),
        (TWO, [stands("d-p1"), stands("e-p1", "d-p2", "d-p2")], []),
        ([*TWO, move("d-p2", "d-p1")], [stands("d-p1", None, "d-p2")], []),
        ([*TWO, move("d-p2", "d-p1")], [stands("d-p1")], []),
        ([*TWO, move("d-p2", "d-p1")], [stands("d-p1")], [tomb("d-p2")]),
        ([*TWO, move("d-p2", "d-p1")], [stands("d-p1")], [tomb("d-p2", "d-p1")]),
        ([*TWO, move("d-p2", "d-p1"), withdraw("d-p1")], [], [tomb("d-p1")]),
        ([*TWO, move("d-p2", "d-p1")], [stands("e-p1", "d-p1", "d-p1", "d-p2")], []),
        (
            [*TWO, publish("d-p3"), withdraw("d-p2", "d-p1"), move("d-p1", "d-p3")],
            [stands("d-p3")],
            [tomb("d-p2", "d-p1")],
        ),
    ],
)
def test_a_kept_promise_is_no_problem(
    events: list[Event], standings: list[Standing], tombstones: list[Tombstone]
) -> None:
    assert problems_of(events, standings, tombstones) == []


# Broken promises


@pytest.mark.parametrize(
    ("events", "standings", "tombstones", "rule"),
    [
        (TWO, [stands("d-p1")], [], "anchor-lost"),
        ([*TWO, move("d-p2", "d-p1"), withdraw("d-p1")], [], [tomb("d-p2")], "tombstone-lost"),
        (TWO, [stands("d-p1", "other"), stands("d-p2")], [], "anchor-altered"),
        (TWO, [stands("d-p1"), stands("e-p1", "other", "d-p2")], [], "anchor-altered"),
        (TWO, [stands("d-p1"), stands("d-p1"), stands("d-p2")], [], "anchor-duplicated"),
        (TWO, [stands("d-p1", None, "d-p2"), stands("d-p2")], [], "anchor-duplicated"),
        (TWO, [stands("d-p1", None, "d-p1"), stands("d-p2")], [], "anchor-duplicated"),
        (TWO, [stands("d-p1"), stands("d-p2")], [tomb("d-p2")], "anchor-duplicated"),
        (TWO, [stands("d-p1")], [tomb("d-p2"), tomb("d-p2")], "anchor-duplicated"),
        ([*TWO, withdraw("d-p2")], [stands("d-p1"), stands("d-p2")], [], "anchor-reused"),
        ([*TWO, withdraw("d-p2")], [stands("d-p1", None, "d-p2")], [], "anchor-reused"),
        ([*TWO, move("d-p2", "d-p1")], [stands("d-p1"), stands("d-p2")], [], "anchor-reused"),
        (
            [*TWO, publish("d-p3"), move("d-p3", "d-p1")],
            [stands("d-p1"), stands("d-p2", None, "d-p3")],
            [],
            "anchor-moved-elsewhere",
        ),
        (TWO, [stands("d-p1", None, "d-p9"), stands("d-p2")], [], "former-unpublished"),
        ([*TWO, withdraw("d-p2")], [stands("d-p1")], [], "tombstone-lost"),
        (TWO, [stands("d-p1"), stands("d-p2")], [tomb("d-p9")], "tombstone-unpublished"),
        (TWO, [stands("d-p1")], [tomb("d-p2", "d-p9")], "tombstone-target"),
        (TWO, [stands("d-p1")], [tomb("d-p2", "d-p2")], "tombstone-target"),
        ([*TWO, withdraw("d-p2")], [stands("d-p1")], [tomb("d-p2", "d-p1")], "tombstone-differs"),
        ([*TWO, withdraw("d-p2", "d-p1")], [stands("d-p1")], [tomb("d-p2")], "tombstone-differs"),
    ],
)
def test_a_broken_promise_is_named(
    events: list[Event], standings: list[Standing], tombstones: list[Tombstone], rule: str
) -> None:
    assert [problem.rule for problem in problems_of(events, standings, tombstones)] == [rule]


def test_every_rule_has_a_test_that_breaks_it() -> None:
    table = test_a_broken_promise_is_named.pytestmark[0].args[1]  # type: ignore[attr-defined]
    own = {"tombstone-circle", "anchor-swapped", "seal-altered", "record-altered"}
    assert {row[-1] for row in table} | own == set(RULES)


def sealed(anchor: str, seal: str | None, *former: str) -> Standing:
    return replace(stands(anchor, "d-p1", *former), seal=seal and said(seal))


@pytest.mark.parametrize(
    ("published", "now", "rules"),
    [
        ("a", sealed("d-p1", "a"), []),
        ("a", sealed("d-p1", "b"), ["seal-altered"]),
        ("a", sealed("d-p1", None), []),  # not computed
        (None, sealed("d-p1", "b"), []),  # of before seals
        ("a", sealed("d-p2", "a", "d-p1"), []),
        ("a", sealed("d-p2", "b", "d-p1"), ["seal-altered"]),
    ],
)
def test_what_stands_with_the_words_is_what_was_sealed(
    published: str | None, now: Standing, rules: list[str]
) -> None:
    seal = published and said(published)
    ledger = ledger_of(replace(publish("d-p1"), seal=seal))
    assert [each.rule for each in check(ledger, [now], [], PATH)] == rules


def test_a_document_is_what_was_described() -> None:
    ledger = ledger_of(publish("d-p1"), Event(DAY, Kind.DESCRIBE, "d", seal=said("a")))
    standing = [stands("d-p1")]

    def rules(seal: str) -> list[str]:
        described = [Description("d", said(seal), "documents/d.md")]
        beside = Beside(described, lambda name, _seal: f" {name} explained")
        found = list(check(ledger, standing, [], PATH, beside))
        assert all("d explained" in each.message for each in found)
        return [each.rule for each in found]

    assert (rules("a"), rules("b")) == ([], ["record-altered"])
    never = [Description("e", said("a"), "documents/e.md")]
    assert list(check(ledger, standing, [], PATH, Beside(never))) == []


def test_an_amendment_is_none_of_the_first_seal() -> None:
    amends = [Event(NEXT_DAY, Kind.AMEND, "d-p1", seal=said(each)) for each in "ab"]
    assert ledger_of(publish("d-p1"), *amends)["d-p1"].amendments == (amends[1],)
    first = replace(publish("d-p1"), seal=said("o"))
    assert ledger_of(first, *amends)["d-p1"].amendments == tuple(amends)


def test_a_lost_passage_is_told_with_what_was_published_and_where() -> None:
    [problem] = problems_of(TWO, [stands("d-p1")])
    assert (problem.path, problem.line) == ("documents/d.md", 0)
    assert said("d-p2")[:12] in problem.message
    assert DAY in problem.message
    assert f"{PATH} line 2" in problem.message


def test_a_relabelled_passage_is_found_by_its_words() -> None:
    [problem] = problems_of(TWO, [stands("d-p1"), stands("d-p3", "d-p2", line=31)])
    assert problem.rule == "anchor-lost"
    assert "the same words now stand at d-p3, documents/d.md line 31" in problem.message
    assert "(d-p2)=" in problem.mend


def test_another_published_passage_is_not_taken_for_a_lost_one() -> None:
    events = [publish("d-p1", "Resolved."), publish("d-p2", "Resolved.")]
    [problem] = problems_of(events, [stands("d-p1", "Resolved.")])
    assert "same words" not in problem.message


def test_a_deleted_document_is_told_anchor_by_anchor() -> None:
    found = problems_of([*TWO, publish("e-p1")], [stands("e-p1")])
    assert [problem.path for problem in found] == ["documents/d.md"] * 2


def test_an_anchor_is_lost_with_the_one_it_moved_to() -> None:
    found = problems_of([*TWO, move("d-p2", "d-p1")], [])
    assert [problem.rule for problem in found] == ["anchor-lost"] * 2


def test_an_edited_word_is_told_with_both_fingerprints() -> None:
    [problem] = problems_of([publish("d-p1")], [stands("d-p1", "other", line=12)])
    assert (problem.path, problem.line) == ("documents/d.md", 12)
    for part in (said("d-p1")[:12], said("other")[:12], DAY):
        assert part in problem.message
    assert "make publish" in problem.mend


def test_swapped_passages_are_told_as_swapped() -> None:
    found = problems_of(TWO, [stands("d-p1", "d-p2"), stands("d-p2", "d-p1", line=8)])
    assert [problem.rule for problem in found] == ["anchor-swapped"] * 2
    assert "now stand at d-p2, documents/d.md line 8" in found[0].message
    assert "swapped" in found[0].message


def test_a_duplicate_names_both_places() -> None:
    [problem] = problems_of([], [stands("d-p1", line=3), stands("d-p1", line=5)])
    assert problem.line == 5
    assert "line 3" in problem.message
    assert "line 5" in problem.message


def test_tombstones_that_name_each_other_are_told() -> None:
    found = problems_of(TWO, [], [tomb("d-p1", "d-p2"), tomb("d-p2", "d-p1")])
    assert [problem.rule for problem in found] == ["tombstone-circle"] * 2


# What publishing appends


def test_publishing_appends_passages_then_moves_then_withdrawals() -> None:
    ledger = ledger_of(*TWO, publish("d-p3"), publish("d-p4"))
    standings = [stands("d-p5"), stands("d-p1", "other"), stands("e-p1", None, "d-p2")]
    tombstones = [tomb("d-p4", "d-p5"), tomb("d-p3")]
    assert pending(ledger, standings, tombstones, NEXT_DAY) == (
        publish("d-p5", date=NEXT_DAY),
        revise("d-p1", "other"),
        publish("e-p1", date=NEXT_DAY),
        move("d-p2", "e-p1"),
        withdraw("d-p4", "d-p5"),
        withdraw("d-p3"),
    )


def test_a_renamed_document_moves_without_being_revised() -> None:
    standings = [stands("e-p1", "d-p1", "d-p1"), stands("e-p2", "d-p2", "d-p2")]
    assert pending(ledger_of(*TWO), standings, [], NEXT_DAY) == (
        publish("e-p1", "d-p1", NEXT_DAY),
        publish("e-p2", "d-p2", NEXT_DAY),
        move("d-p1", "e-p1"),
        move("d-p2", "e-p2"),
    )


@pytest.mark.parametrize(
    ("events", "standings", "tombstones"),
    [
        (TWO, [stands("d-p1"), stands("d-p2")], []),
        ([], [stands("d-p1"), stands("d-p1", "other")], []),
        ([*TWO, withdraw("d-p2")], [stands("d-p1"), stands("d-p2", "other")], []),
        (TWO, [stands("d-p1"), stands("d-p2", None, "d-p9")], []),
        (TWO, [stands("d-p1")], [tomb("d-p2", "d-p9")]),
        (TWO, [], [tomb("d-p1", "d-p2"), tomb("d-p2", "d-p1")]),
        (TWO, [stands("d-p1"), stands("d-p2")], [tomb("d-p9")]),
        ([*TWO, withdraw("d-p2")], [stands("d-p2", None, "d-p1")], []),
    ],
)
def test_nothing_is_published_that_is_settled_or_in_doubt(
    events: list[Event], standings: list[Standing], tombstones: list[Tombstone]
) -> None:
    assert pending(ledger_of(*events), standings, tombstones, NEXT_DAY) == ()


def test_a_clock_that_is_behind_is_refused() -> None:
    ledger = ledger_of(publish("d-p1", date=NEXT_DAY))
    assert pending(ledger, [stands("d-p1"), stands("d-p2")], [], DAY)
    with pytest.raises(ValueError, match="check the clock"):
        pending(ledger, [stands("d-p1", "other")], [], DAY)
    with pytest.raises(ValueError, match="not a day"):
        pending(ledger, [], [], "yesterday")


# Numbers


def test_a_number_is_never_given_twice() -> None:
    ledger = ledger_of(
        publish("d-p1"), publish("d-p7"), withdraw("d-p7"), publish("d-w9"), publish("d-e-p20")
    )
    assert next_number(ledger, [], "d", "p") == 8
    assert next_number(ledger, ["d-p11", "no anchor", "d-px"], "d", "p") == 12
    assert next_number(ledger, [], "d", "w") == 10
    assert next_number(ledger, [], "new", "p") == 1
    assert next_number(ledger, ["a-p1-w6"], "a", "p") == 1


# Verifying a citation

CITED = ledger_of(
    publish("d-p1"),
    publish("d-p2", "first"),
    revise("d-p2", "second"),
    publish("d-p3"),
    withdraw("d-p3", "d-p1"),
    publish("d-p4", "fourth"),
    publish("e-p4", "fourth", NEXT_DAY),
    move("d-p4", "e-p4"),
    revise("e-p4", "fifth", LAST_DAY),
    publish("d-p6"),
    move("d-p6", "d-p3"),
)


@pytest.mark.parametrize(
    ("anchor", "words", "date", "status"),
    [
        ("d-p1", None, None, Status.LIVE),
        ("d-p1", "d-p1", None, Status.LIVE),
        ("d-p1", "other", None, Status.OTHER_WORDS),
        ("d-p1", None, DAY, Status.LIVE),
        ("d-p1", None, "2026-11-21", Status.NOT_YET),
        ("d-p1", "d-p1", "2026-11-21", Status.NOT_YET),
        ("d-p2", None, None, Status.LIVE),
        ("d-p2", "first", None, Status.REVISED),
        ("d-p2", "second", None, Status.LIVE),
        ("d-p2", None, "2027-01-02", Status.REVISED),
        ("d-p2", None, NEXT_DAY, Status.LIVE),
        ("d-p2", "first", NEXT_DAY, Status.REVISED),
        ("d-p2", "second", NEXT_DAY, Status.LIVE),
        ("d-p2", "second", DAY, Status.OTHER_WORDS),
        ("d-p2", "first", LAST_DAY, Status.OTHER_WORDS),
        ("d-p3", None, None, Status.WITHDRAWN),
        ("d-p3", "d-p3", DAY, Status.WITHDRAWN),
        ("d-p3", None, LAST_DAY, Status.WITHDRAWN),
        ("d-p3", "other", None, Status.OTHER_WORDS),
        ("d-p4", None, None, Status.MOVED),
        ("d-p4", "fourth", None, Status.MOVED),
        ("d-p4", "fifth", None, Status.MOVED),
        ("d-p4", "fifth", NEXT_DAY, Status.OTHER_WORDS),
        ("e-p4", "fourth", None, Status.REVISED),
        ("d-p6", None, None, Status.WITHDRAWN),
        ("d-p9", None, None, Status.UNPUBLISHED),
        ("d-p9", "other", DAY, Status.UNPUBLISHED),
    ],
)
def test_a_citation_has_one_answer(
    anchor: str, words: str | None, date: str | None, status: Status
) -> None:
    found = answer(CITED, anchor, said(words) if words else None, date)
    assert found.status is status
    assert found.message.startswith(anchor)
    assert found.code == status.value
    shortened = answer(CITED, anchor, said(words)[:8].upper() if words else None, date)
    assert shortened.status is status


def test_an_answer_leads_to_what_stands_today() -> None:
    found = answer(CITED, "d-p4", said("fourth"))
    assert (found.final, found.sha256) == ("e-p4", said("fifth"))
    assert "moved to e-p4" in found.message
    assert LAST_DAY in found.message
    assert answer(CITED, "d-p3").message == (
        "d-p3 was withdrawn on 2027-01-03; its successor is d-p1."
    )
    assert answer(CITED, "d-p3").sha256 is None


def test_words_that_came_back_are_the_words_cited() -> None:
    ledger = ledger_of(
        publish("d-p1", "one"), revise("d-p1", "two"), revise("d-p1", "one", LAST_DAY)
    )
    assert answer(ledger, "d-p1", said("one")).status is Status.LIVE
    assert answer(ledger, "d-p1", said("two")).status is Status.REVISED
    assert answer(ledger, "d-p1", date=DAY).status is Status.LIVE


def test_what_another_passage_said_before_the_move_was_never_said_here() -> None:
    ledger = ledger_of(
        publish("d-p1"),
        publish("e-p1", "early"),
        revise("e-p1", "merged"),
        move("d-p1", "e-p1", LAST_DAY),
    )
    assert answer(ledger, "d-p1", said("d-p1")).status is Status.MOVED
    assert answer(ledger, "d-p1", said("merged")).status is Status.MOVED
    assert answer(ledger, "d-p1", said("early")).status is Status.OTHER_WORDS
    assert answer(ledger, "d-p1", said("merged"), NEXT_DAY).status is Status.OTHER_WORDS


def test_only_a_standing_citation_exits_with_zero() -> None:
    codes = [status.value for status in Status]
    assert len(set(codes)) == len(codes)
    assert Status.LIVE.value == 0
    assert not {1, 2} & set(codes)


@pytest.mark.parametrize("cited", ["", "a" * 7, "a" * 65, "g" * 8])
def test_a_fingerprint_of_no_form_is_refused(cited: str) -> None:
    with pytest.raises(ValueError, match="fingerprint"):
        answer(CITED, "d-p1", cited)


def test_a_day_of_no_form_is_refused() -> None:
    with pytest.raises(ValueError, match="calendar"):
        answer(CITED, "d-p1", date="2027-02-30")


# Any documents at all

anchors = st.sampled_from([f"{document}-p{number}" for document in "de" for number in (1, 2, 3)])
any_standings = st.lists(
    st.builds(
        lambda anchor, words, former: stands(anchor, words, *former),
        anchors,
        st.sampled_from("xyz"),
        st.lists(anchors, max_size=2),
    ),
    max_size=6,
)
any_tombstones = st.lists(st.builds(tomb, anchors, st.none() | anchors), max_size=4)


@settings(max_examples=300 if LONG else 100, deadline=None)
@given(st.lists(st.tuples(any_standings, any_tombstones), max_size=5))
def test_whatever_the_documents_are_the_ledger_stays_sound(
    versions: list[tuple[list[Standing], list[Tombstone]]],
) -> None:
    events: tuple[Event, ...] = ()
    for standings, tombstones in versions:
        ledger, problems = fold(events, PATH)
        assert problems == []
        events += pending(ledger, standings, tombstones, DAY)
        ledger, problems = fold(events, PATH)
        assert problems == []
        assert pending(ledger, standings, tombstones, DAY) == ()
        found = list(check(ledger, standings, tombstones, PATH))
        answering = {name for each in standings for name in (each.anchor, *each.former)}
        answering |= {each.anchor for each in tombstones}
        for anchor in ledger:
            named = any(anchor in problem.message for problem in found)
            assert named or {anchor, ledger.resolve(anchor).final} & answering
            assert answer(ledger, anchor).status in (Status.LIVE, Status.MOVED, Status.WITHDRAWN)


@dataclass
class Archive:
    """A model of the documents: what an editor may do to them by the rules."""

    blocks: dict[str, Standing] = field(default_factory=dict)
    tombs: dict[str, Tombstone] = field(default_factory=dict)

    def anchors(self) -> list[str]:
        former = [old for each in self.blocks.values() for old in each.former]
        return [*self.blocks, *former, *self.tombs]


class Editing(RuleBasedStateMachine):
    """Any sequence of edits by the rules, and publishes: every published anchor answers."""

    def __init__(self) -> None:
        super().__init__()
        self.archive = Archive()
        self.events: tuple[Event, ...] = ()
        self.ever: dict[str, str] = {}  # anchor -> words it was first published with

    @property
    def ledger(self) -> Ledger:
        ledger, problems = fold(self.events, PATH)
        assert problems == []
        return ledger

    def _settled(self) -> list[str]:
        """Blocks whose anchors are published and still live: those that may move or go."""
        ledger = self.ledger
        return [name for name in self.archive.blocks if name in ledger]

    @rule(document=st.sampled_from("de"), words=st.text(min_size=1, max_size=3))
    def write(self, document: str, words: str) -> None:
        number = next_number(self.ledger, self.archive.anchors(), document, "p")
        anchor = str(Anchor(document, "p", number))
        assert anchor not in self.ledger
        assert anchor not in self.archive.anchors()
        self.archive.blocks[anchor] = stands(anchor, words)

    @precondition(lambda self: self.archive.blocks)
    @rule(data=st.data(), words=st.text(min_size=1, max_size=3))
    def edit(self, data: st.DataObject, words: str) -> None:
        anchor = data.draw(st.sampled_from(sorted(self.archive.blocks)))
        self.archive.blocks[anchor] = replace(self.archive.blocks[anchor], sha256=said(words))

    @precondition(lambda self: self._settled())
    @rule(data=st.data(), document=st.sampled_from("de"))
    def rename(self, data: st.DataObject, document: str) -> None:
        old = self.archive.blocks[data.draw(st.sampled_from(sorted(self._settled())))]
        number = next_number(self.ledger, self.archive.anchors(), document, "p")
        new = str(Anchor(document, "p", number))
        del self.archive.blocks[old.anchor]
        self.archive.blocks[new] = replace(old, anchor=new, former=(old.anchor, *old.former))

    @precondition(lambda self: self._settled())
    @rule(data=st.data(), named=st.booleans())
    def withdraw(self, data: st.DataObject, named: bool) -> None:
        anchor = data.draw(st.sampled_from(sorted(self._settled())))
        heirs = sorted(set(self.archive.blocks) - {anchor})
        target = data.draw(st.sampled_from(heirs)) if named and heirs else None
        if any(old in self.ledger for old in self.archive.blocks[anchor].former):
            self.publish()
        del self.archive.blocks[anchor]
        self.archive.tombs[anchor] = tomb(anchor, target)

    @rule()
    def publish(self) -> None:
        standings, tombstones = (
            list(self.archive.blocks.values()),
            list(self.archive.tombs.values()),
        )
        self.events += pending(self.ledger, standings, tombstones, DAY)
        self.ever.update((each.anchor, each.sha256) for each in standings)
        ledger = self.ledger
        assert list(check(ledger, standings, tombstones, PATH)) == []
        assert pending(ledger, standings, tombstones, DAY) == ()

    @invariant()
    def every_published_anchor_answers(self) -> None:
        ledger = self.ledger
        for anchor, first in self.ever.items():
            final = ledger.resolve(anchor)
            assert final.final in self.archive.anchors()
            assert final.state in (State.LIVE, State.WITHDRAWN)
            assert answer(ledger, anchor, first).status is not Status.OTHER_WORDS

    @precondition(lambda self: self._settled())
    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        """A published passage deleted by accident is named; its deletion is then undone."""
        lost = data.draw(st.sampled_from(sorted(self._settled())))
        standings = [each for name, each in self.archive.blocks.items() if name != lost]
        found = check(self.ledger, standings, list(self.archive.tombs.values()), PATH)
        assert any(each.rule == "anchor-lost" and lost in each.message for each in found)


TestEditing = Editing.TestCase
TestEditing.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
