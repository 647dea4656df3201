"""A relation leads to something else that is known; those of some kinds never lead round."""

import pytest

from archive.model.relations import BONDS, End, Relation, unrelated, versions

DOCUMENTS = {"act": "act", "act-p1": "act", "annex": "annex", "note": "note", "letter": "letter"}
WORKS = {"doe-2001": object()}


def told(**relations):
    """The problems of documents, each with pairs of a relation and its target."""
    ends = {
        id_: End(id_, f"documents/{id_}.md", tuple(
            Relation(kind, target, line) for line, (kind, target) in enumerate(pairs, start=5)
        ))
        for id_, pairs in relations.items()
    }  # fmt: skip
    found = list(unrelated(ends, DOCUMENTS, WORKS))
    assert all(each.message and each.mend for each in found)
    return [(each.path, each.line, each.rule) for each in found]


def test_documents_passages_and_works_are_targets():
    assert told(annex=[("annex-of", "act"), ("quotes", "act-p1"), ("replies-to", "doe-2001")]) == []


@pytest.mark.parametrize(("target", "rule"), [
    ("nowhere", "relation-to-nothing"),
    ("act-p2", "relation-to-nothing"),
    ("annex", "relation-itself"),
])  # fmt: skip
def test_a_relation_to_nothing_or_to_itself_is_told(target, rule):
    found = told(annex=[("annex-of", "act"), ("quotes", target)])
    assert found == [("documents/annex.md", 6, rule)]


@pytest.mark.parametrize("kind", BONDS)
def test_relations_of_some_kinds_never_lead_round(kind):
    found = told(act=[(kind, "note")], note=[(kind, "annex")], annex=[(kind, "act-p1")])
    lines = [(f"documents/{id_}.md", 5, "relation-round") for id_ in ("act", "note", "annex")]
    acyclic = {"annex-of", "follows-up", "supersedes", "translation-of", "version-of"}
    assert found == (lines if kind in acyclic else [])


def test_versions_are_what_names_one_another_by_way_of_others_too():
    group = ("act", "acte", "ley")
    found = versions([("acte", "act"), ("ley", "acte"), ("nota", "note")])
    assert found == {
        **dict.fromkeys(group, group),
        **dict.fromkeys(("note", "nota"), ("note", "nota")),
    }


def test_a_circle_of_others_is_told_of_these_alone():
    found = told(letter=[("supersedes", "act")], act=[("supersedes", "note")],
                 note=[("supersedes", "act")])  # fmt: skip
    assert [path for path, _line, _rule in found] == ["documents/act.md", "documents/note.md"]
