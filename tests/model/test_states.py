"""The states of passages: what stays attested, what waits, which passages may render a source."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from archive.model.ledger import Event, Kind, Ledger, fold
from archive.model.passage import fingerprint
from archive.model.permanence import Standing, Tombstone
from archive.model.states import RULES, Attested, Held, State, States

WORDS = {"p1": "One.", "p2": "Two.", "p3": "Three."}


@dataclass
class Made:
    """A document: its passages by label, each ``label`` or ``old>label``; None is a tombstone."""

    id: str
    says: dict[str, str | None] = field(default_factory=WORDS.copy)
    source: str = ""
    paragraphs: int | None = None
    attested: dict[str, str] | None = field(default_factory=WORDS.copy)  # None: there is no file
    attests: str = ""  # another source than its own

    def held(self) -> Held:
        path, source = f"documents/{self.id}.md", self.source or f"source of {self.id}"
        standing, gone = [], []
        for line, (labels, text) in enumerate(self.says.items(), start=10):
            *former, own = (self._anchor(label) for label in labels.split(">"))
            if text is None:
                gone.append(Tombstone(own, None, path, line))
            else:
                standing.append(Standing(own, fingerprint(text), path, line, tuple(former)))
        rows = [
            Attested(self._anchor(label), fingerprint(text), number, self.attests or source)
            for number, (label, text) in enumerate((self.attested or {}).items(), start=1)
        ]
        count = len(WORDS) if self.paragraphs is None else self.paragraphs
        return Held(self.id, path, source, count, standing, gone, rows)

    def _anchor(self, label: str) -> str:
        return label if "-" in label else f"{self.id}-{label}"


def ledger(*events: tuple[Kind, str, str]) -> Ledger:
    """A ledger with the words of a document a, and further events with words or target."""
    rows = [(Kind.PUBLISH, f"a-{label}", text) for label, text in WORDS.items()]
    folded, problems = fold(
        [
            Event("2026-01-01", kind, anchor, sha256=fingerprint(what))
            if kind in (Kind.PUBLISH, Kind.REVISE)
            else Event("2026-01-01", kind, anchor, target=what or None)
            for kind, anchor, what in (*rows, *events)
        ],
        "ledger",
    )
    assert problems == []
    return folded


def told(*made: Made, known: Ledger | None = None, others: tuple[Attested, ...] = ()) -> list[str]:
    """The rules of all that waits and of all miscounts, with the anchor that is named."""
    states = States(known or ledger(), [each.held() for each in made], others)
    return [
        f"{each.rule} {each.message.split()[0]}"
        for each in (*states.waiting(), *states.miscounted())
    ]


def changed(**says: str | None) -> dict[str, str | None]:
    return {**WORDS, **says}


A = Made("a")
OTHER = {"p1": "Else.", "p2": "More."}
MOVED_AWAY = Made("a", {"p1": "One.", "p3": "Three."})
MOVED_HERE = Made("b", {"p1": "Else.", "a-p2>p3": "Two.", "p2": "More."}, "", 2, OTHER)


@pytest.mark.parametrize(
    "made",
    [
        pytest.param((A,), id="as it was attested"),
        pytest.param((Made("a", {"p1": "One.", "p2>p4": "Two.", "p3": "Three."}),), id="move"),
        pytest.param((Made("a", {"p1": "One.", "p9": "Two.", "p3": "Three."}),), id="renumbered"),
        pytest.param((MOVED_AWAY, MOVED_HERE), id="move to another document"),
        pytest.param((Made("a", {"p1": "One.", "p2": None, "p3": "Three."}),), id="withdrawn"),
        pytest.param(
            (Made("a", {"p1": "One.", "p2": None, "p3": "Three."}, paragraphs=2),),
            id="withdrawn and left out",
        ),
        pytest.param(
            (Made("a", {"p1": "One."}),
             Made("b", {"a-p2>p1": "Two.", "a-p3>p2": "Three."}, "source of a", 3, None)),
            id="split of one source",
        ),
        pytest.param(
            (Made("b", {f"a-{label}>{label}": text for label, text in WORDS.items()}, "source of a",
                  attested={f"a-{label}": text for label, text in WORDS.items()}),),
            id="rename with its attestation",
        ),
    ],
)  # fmt: skip
def test_words_that_did_not_change_stay_attested(made):
    assert told(*made) == []


def test_an_attestation_left_behind_by_a_rename_counts():
    rows = tuple(A.held().attested)
    renamed = Made("b", {f"a-{label}>{label}": text for label, text in WORDS.items()},
                   "source of a", attested=None)  # fmt: skip
    assert told(renamed, others=rows) == []
    assert told(renamed) == ["attestation-missing b"]


def test_moves_of_the_ledger_are_followed_where_the_old_anchor_is_gone():
    moved = ledger((Kind.PUBLISH, "b-p3", "Two."), (Kind.MOVE, "a-p2", "b-p3"))
    here = Made("b", {"p1": "Else.", "p3": "Two.", "p2": "More."}, "", 2, OTHER)
    assert told(MOVED_AWAY, here, known=moved) == []


@pytest.mark.parametrize(
    ("made", "rules"),
    [
        (Made("a", changed(p2="Two, reworded.")), ["attestation-stale a-p2"]),
        (Made("a", changed(p4="Four.")), ["attestation-missing a-p4"]),
        (Made("a", {"p1": "One.", "p2": None, "p3": "Three.", "p4": "Two, anew."}),
         ["attestation-missing a-p4"]),
        (Made("a", {"p1": "One.", "p2": "Two."}, paragraphs=2), ["attestation-stale a-p3"]),
        (Made("a", {"p3": "Three.", "p1": "One.", "p2": "Two."}), ["attestation-stale The"]),
        (Made("a", attests="another"), ["attestation-source The"]),
        (Made("a", attested=None), ["attestation-missing a"]),
    ],
)  # fmt: skip
def test_what_its_words_do_not_cover_waits_and_is_no_contradiction(made, rules):
    assert told(made) == rules


def test_words_of_another_document_are_attested_only_where_a_move_leads_to_them():
    copied = Made("b", {"p1": "Else.", "p3": "Two.", "p2": "More."}, "", 3, OTHER)
    assert told(A, copied) == ["attestation-missing b-p3"]


@pytest.mark.parametrize(
    "made",
    [
        Made("a", attested=None, paragraphs=4),
        Made("a", attested=None, paragraphs=2),
        Made("a", changed(p4="Four."), attested=None),
        Made("a", paragraphs=4),
        Made("a", paragraphs=2),
        Made("a", changed(p2=None), paragraphs=4),
    ],
)
def test_a_count_that_no_state_explains_is_a_miscount(made):
    assert "passages-miscounted The" in told(made)


@pytest.mark.parametrize(
    ("anchor", "says", "state"),
    [
        ("b-p1", {"b-p1": "Else."}, State.DRAFT),
        ("a-p9", {"p9": "Two."}, State.ATTESTED),
        ("a-p2", {"p2": "Two."}, State.PUBLISHED),
        ("a-p2", {"p2": "Two, reworded."}, State.REVISED),
        ("a-p2", {"p2>p4": "Two."}, State.MOVED),
        ("a-p2", {"p2": None}, State.WITHDRAWN),
    ],
)
def test_each_state_is_known(anchor, says, state):
    assert States(ledger(), [Made("a", says).held()]).state(anchor) is state


def test_the_places_of_a_source_stand_in_its_order_wherever_they_are():
    split = (
        Made("a", {"p1": "One.", "p3": "Three."}),
        Made("b", {"a-p2>p1": "Two."}, "source of a", 3, None),
    )
    states = States(ledger(), [each.held() for each in split])
    for document in "ab":
        assert [each.anchor for each in states.places(document)] == ["a-p1", "b-p1", "a-p3"]
        assert all(each.is_own for each in states.places(document))


def test_what_moved_to_another_source_may_render_either():
    states = States(ledger(), [MOVED_AWAY.held(), MOVED_HERE.held()])
    for document, anchors in (("a", ["a-p1", "b-p3", "a-p3"]), ("b", ["b-p1", "b-p3", "b-p2"])):
        assert [each.anchor for each in states.places(document)] == anchors
        assert [each.is_own for each in states.places(document)] == [True, False, True]


def test_a_passage_that_moved_before_a_rename_still_belongs_to_the_source():
    renamed = Made("c", {"a-p1>p1": "One.", "a-p3>p3": "Three."}, "source of a", attested=None)
    states = States(ledger(), [renamed.held(), MOVED_HERE.held()], A.held().attested)
    assert list(states.waiting()) == list(states.miscounted()) == []
    assert [each.anchor for each in states.places("c")] == ["c-p1", "b-p3", "c-p3"]


def test_every_problem_says_how_an_outsider_goes_on():
    (problem,) = States(ledger(), [Made("a", changed(p2="Else.")).held()]).waiting()
    assert problem.rule in RULES
    assert (problem.path, problem.line) == ("documents/a.md", 11)
    assert "whoever holds the source" in problem.mend
    assert "If you do not hold it" in problem.mend
