"""The proof beside a document: its form, and that whoever has it alone finds lines and heads."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from archive.model.ledger import Event, Kind
from archive.model.ledger import serialise as line_of
from archive.model.proof import Proved, serialise, shortened
from archive.model.seal import canonical, digest
from archive.model.tree import Tree
from tests.proofs import lines_and_heads

PART = ["paragraph", {}, "Said."]
SHA256 = "0" * 64


def published(events: list[tuple[Kind | None, str]]) -> tuple[Tree, list[Proved]]:
    """A ledger of events on days, and what is proved of it; None stands for other lines."""
    tree, proved = Tree(), []
    for number, (kind, day) in enumerate(events, start=1):
        anchor = f"d-p{number}" if kind else f"e-p{number}"
        words = SHA256 if kind is not Kind.AMEND else None
        event = Event(
            day, kind or Kind.PUBLISH, anchor, words, seal=digest(PART), after=tree.root().hex()
        )
        line = line_of(event)
        tree.append(line.encode())
        if kind:
            proved.append(Proved(anchor, SHA256, tree.place(number), line, ()))
    return tree, proved


def written(proved: list[Proved]) -> str:
    stands = canonical({each.label: PART for each in proved})
    return serialise("d", "log", proved, {"works": "{}", "stands": stands})


EVENTS = st.lists(
    st.tuples(
        st.sampled_from([None, Kind.PUBLISH, Kind.AMEND, Kind.REVISE]),
        st.sampled_from(["2026-11-27", "2026-11-28"]),
    ),
    min_size=1, max_size=40,
)  # fmt: skip


@given(EVENTS)
def test_a_proof_alone_leads_to_each_line_and_its_head(events):
    tree, proved = published(events)
    assert lines_and_heads(json.loads(written(proved))) == {
        each.label: (each.place.line, each.entry, tree.root(each.place.line).hex())
        for each in proved
    }


def test_a_document_published_at_once_has_one_path_for_all_its_lines():
    _, proved = published([*[(None, "2026-11-27")] * 5, *[(Kind.PUBLISH, "2026-11-27")] * 400])
    proof = json.loads(written(proved))
    assert len(proof["runs"]) == 1
    assert len(proof["hashes"]) == 2  # the trees of 4 lines and of 1


def test_a_line_that_does_not_follow_stands_itself():
    tree = Tree()
    lines = [line_of(Event("2026-11-22", Kind.PUBLISH, f"d-p{n}", SHA256)) for n in (1, 2)]
    for line in lines:
        tree.append(line.encode())
    proved = [Proved(f"d-p{n}", SHA256, tree.place(n), lines[n - 1], ()) for n in (1, 2)]
    proof = json.loads(serialise("d", "log", proved))
    assert proof["entries"] == {"p1": lines[0], "p2": lines[1]}
    assert lines_and_heads(proof)["p2"] == (2, lines[1], tree.root().hex())


def test_places_of_the_document_itself_are_shortened_and_no_others():
    held = [["passage", {"anchor": "d-p1"}], ["passage", {"anchor": "e-d-p1"}], '["d-p1"]']
    assert shortened("d", canonical(held)) == canonical([["p1"], *held[1:]])
