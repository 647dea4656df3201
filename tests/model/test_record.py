"""A record is read whole or not at all, and every problem of it is told at once."""

import pytest

from archive.citation.metadata import card
from archive.model.agents import Person
from archive.model.dates import ArchiveDate
from archive.model.record import Extent, Source, parse_record
from archive.model.relations import Relation
from archive.model.seal import record_fields
from tests.settings import SETTINGS

GOOD = """\
---
id: letter
title: "[A letter: on presses]"
short-title: Letter
issuer: First Institute
kind: letter
date: 2021-12/..
date-note: No date in the source.
language: en
subjects:
  - Press freedom
  - Letters
source:
  publisher: unknown
  title: unknown
  address: https://example.org/letter
  sha256: 72ae44b5267bdc69d944bcbb5b0140f6068e711d151dcf8a23a5ec2de028578c
  paragraphs: 8
rights: Its publisher’s.
status: unestablished
---

Text.
"""


def read(text, document_id="letter"):
    return parse_record(text, "documents/letter.md", document_id, SETTINGS)


def test_a_good_record_is_read_whole():
    record, problems = read(GOOD)
    assert problems == []
    assert record.id == "letter"
    assert record.title_supplied
    assert record.date == ArchiveDate("2021-12/..")
    assert record.date_note == "No date in the source."
    assert record.subjects == ("Press freedom", "Letters")
    assert record.source == Source(
        publisher=None,
        title=None,
        address="https://example.org/letter",
        sha256="72ae44b5267bdc69d944bcbb5b0140f6068e711d151dcf8a23a5ec2de028578c",
        paragraphs=8,
    )


def test_a_title_without_brackets_is_the_source_s_own():
    record, _ = read(GOOD.replace('"[A letter: on presses]"', "A letter"))
    assert not record.title_supplied


@pytest.mark.parametrize(
    ("good", "bad", "rule", "line"),
    [
        ("id: letter", "id: other", "record-id-misnamed", 2),
        ("id: letter", "id: Letter_1", "record-id", 2),
        ("kind: letter", "kind: poem", "record-kind", 6),
        ("kind: letter", "kin: letter", "record-key-unknown", 6),
        ("kind: letter\n", "", "record-key-missing", 1),
        ("kind: letter", "kind:", "record-value-empty", 6),
        ("kind: letter", "kind: letter\nkind: ruling", "record-key-repeated", 7),
        ("date: 2021-12/..", "date: 2021-13", "record-date", 7),
        ("date: 2021-12/..", "date: [2021]", "record-value-form", 7),
        ("date: 2021-12/..", "date: December 2021", "record-date", 7),
        ("language: en", "language: English", "record-language", 9),
        ("  - Press freedom\n  - Letters", "  Press freedom", "record-value-form", 11),
        ("subjects:\n  - Press freedom\n  - Letters", "subjects: []", "record-value-form", 10),
        ("  publisher: unknown\n", "", "record-key-missing", 14),
        ("  title: unknown", "  titel: unknown", "record-key-unknown", 15),
        ("https://example.org/letter", "example.org", "record-address", 16),
        ("https://example.org/letter", "javascript:alert(1)", "record-address", 16),
        ("sha256: 72ae", "sha256: 72AE", "record-sha256", 17),
        ("paragraphs: 8", "paragraphs: eight", "record-count", 18),
        ("paragraphs: 8", "paragraphs: 0", "record-count", 18),
        ("status: unestablished", "status: adopted?", "record-status", 20),
        ("rights: Its publisher’s.", 'rights: "Its\\tpublisher’s."', "record-value-control", 19),
        ("rights: Its publisher’s.", "rights: {a: b}", "record-value-form", 19),
        ("id: letter", "id: &a letter\nold: *a", "record-alias", 1),
        ('title: "[A', 'title: "[A" b', "record-syntax", 3),
        ("---\nid: letter", "id: letter", "record-missing", 1),
    ],
)
def test_a_broken_rule_is_told_with_its_line_and_its_mend(good, bad, rule, line):
    assert good in GOOD
    record, problems = read(GOOD.replace(good, bad, 1))
    assert record is None
    assert (rule, line) in [(problem.rule, problem.line) for problem in problems]
    assert all(problem.path == "documents/letter.md" for problem in problems)
    assert all(problem.message and problem.mend for problem in problems)


def test_all_problems_are_told_at_once():
    text = GOOD.replace("kind: letter", "kind: poem").replace("language: en\n", "")
    text = text.replace("paragraphs: 8", "paragraphs: eight").replace("rights:", "right:")
    _, problems = read(text, document_id="another")
    assert [problem.rule for problem in problems] == [
        "record-key-missing", "record-key-missing", "record-id-misnamed", "record-kind",
        "record-count", "record-key-unknown",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "---\n", "---\n---\n", "---\n- a\n---\n", "---\nabc\n---\n"])
def test_a_file_without_a_record_says_so(text):
    record, problems = read(text)
    assert record is None
    assert len(problems) == 1
    assert problems[0].rule in {"record-missing", "record-syntax"}


def test_a_problem_prints_as_file_line_message_and_mend():
    _, problems = read(GOOD.replace("kind: letter", "kind: poem"))
    assert str(problems[0]).startswith("documents/letter.md:6: kind: “poem” is none")
    assert "[record-kind] To mend: use one of: constitution" in str(problems[0])


# --- Agents, kinds, extent, relations

AGENTS = """\
agents:
  - body: High Court of Justice
    role: court
  - person: Roe, Richard
    role: [judge, speaker]
    authority: https://www.wikidata.org/wiki/Q4242
"""
EXTENT = "extent:\n  held: leaves 1 to 3\n  lacking: leaf 4\n  reason: It was lost.\n"
RELATIONS = "relations:\n  - annex-of: treaty\n  - quotes: act-p1\n"


def added(text, good=GOOD):
    """A record with further lines, which begin on line 21."""
    return good.replace("status: unestablished\n", f"status: unestablished\n{text}")


def test_agents_are_persons_and_bodies_with_their_roles():
    record, problems = read(added(AGENTS))
    assert problems == []
    court, judge = record.agents
    assert (court.name, court.role) == ("High Court of Justice", ("court",))
    assert judge.person == Person("Roe", "Richard")
    assert (judge.name, judge.role) == ("Richard Roe", ("judge", "speaker"))
    assert [agent.name for agent in record.cited] == ["First Institute"]


@pytest.mark.parametrize(("kind", "cited"), [
    ("letter", []), ("indictment", ["Crown"]), ("filing", ["Crown"]), ("testimony", ["Jane Doe"]),
    *((kind, ["High Court of Justice"]) for kind in ("order", "ruling", "opinion", "transcript")),
])  # fmt: skip
def test_who_is_cited_follows_the_kind_and_someone_is(kind, cited):
    """A court that an indictment names has not written it."""
    without = GOOD.replace("issuer: First Institute\n", "").replace("kind: letter", f"kind: {kind}")
    more = "  - body: Crown\n    role: prosecutor\n  - person: Doe, Jane\n    role: witness\n"
    record, problems = read(added(AGENTS + more, without))
    assert ([agent.name for agent in record.cited] if record else []) == cited
    assert [problem.rule for problem in problems] == ([] if cited else ["record-key-missing"])


def test_extent_and_relations_are_read():
    record, problems = read(added(EXTENT + RELATIONS))
    assert problems == []
    assert record.extent == Extent("leaves 1 to 3", "leaf 4", "It was lost.")
    assert record.relations == (
        Relation("annex-of", "treaty", 26),
        Relation("quotes", "act-p1", 27),
    )


@pytest.mark.parametrize(("text", "rule", "line"), [
    ("agents: Jane Doe\n", "record-value-form", 21),
    ("agents:\n  - Jane Doe\n", "record-value-form", 22),
    ("agents:\n  - person: Doe, Jane\n", "record-key-missing", 22),
    ("agents:\n  - role: author\n", "agent-name", 22),
    (AGENTS.replace("body: High", "person: Doe\n    body: High"), "agent-name", 22),
    (AGENTS.replace("role: court", "role: king"), "agent-role", 23),
    (AGENTS.replace("speaker]", "king]"), "agent-role", 25),
    (AGENTS.replace("Roe, Richard", "Roe, Richard, Sr., Esq."), "record-person", 24),
    (AGENTS.replace("www.wikidata.org", "wiki.example"), "agent-authority", 26),
    (AGENTS.replace("https", "http"), "agent-authority", 26),
    (AGENTS.replace("Q4242", "Lamp"), "agent-authority", 26),
    (EXTENT.replace("  reason: It was lost.\n", ""), "record-key-missing", 22),
    ("relations:\n  - treaty\n", "record-value-form", 22),
    ("relations:\n  - child-of: treaty\n", "relation-unknown", 22),
    (RELATIONS + "  - annex-of: treaty\n", "relation-repeated", 24),
    ("decided: yesterday\n", "record-date", 21),
])  # fmt: skip
def test_a_fault_of_a_list_of_groups_is_told_with_its_own_line(text, rule, line):
    record, problems = read(added(text))
    assert record is None
    assert [(problem.rule, problem.line) for problem in problems] == [(rule, line)]
    assert problems[0].mend


def test_faults_of_several_agents_are_told_at_once():
    _, problems = read(added(AGENTS.replace("role: court", "rule: court").replace("Q4", "4")))
    assert [problem.rule for problem in problems] == [
        "record-key-missing", "record-key-unknown", "agent-authority",
    ]  # fmt: skip


def test_a_judgment_has_a_court_and_a_day():
    judgment = GOOD.replace("kind: letter", "kind: judgment")
    _, problems = read(judgment)
    assert [(each.rule, each.line) for each in problems] == [("record-kind-lacks", 6)] * 2
    assert [each.mend for each in problems] == [
        "add an agent with the role court.", "add a line decided:."
    ]  # fmt: skip
    record, problems = read(added(f"{AGENTS}decided: 2021-01-04\n", judgment))
    assert problems == []
    assert (record.kind.csl, record.kind.ris) == ("legal_case", "CASE")


@pytest.mark.parametrize(("day", "shown"), [
    ("2021-01-05", {"Date": ["4 January 2021", "No date in the source."],
                    "Decided": ["5 January 2021"]}),
    ("2021-01-04", {"Decided": ["4 January 2021", "No date in the source."]}),
])  # fmt: skip
def test_the_card_says_once_that_a_decision_has_the_date_of_its_day(day, shown):
    record, _ = read(added(f"decided: {day}\n", GOOD.replace("2021-12/..", "2021-01-04")))
    lines = {label: [line.words for line in lines] for label, lines in card(record).items()}
    assert {label: lines.get(label) for label in ("Date", "Decided") if label in lines} == shown


def test_what_a_record_does_not_say_is_not_in_its_seal():
    plain, _ = read(GOOD)
    full, _ = read(added(AGENTS + EXTENT + RELATIONS))
    before, after = record_fields(plain), record_fields(full)
    assert before.items() < after.items()
    assert {name: after[name] for name in after.keys() - before.keys()} == {
        "agents": [
            {"body": "High Court of Justice", "role": ["court"]},
            {"person": "Roe, Richard", "role": ["judge", "speaker"],
             "authority": "https://www.wikidata.org/wiki/Q4242"},
        ],
        "extent.held": "leaves 1 to 3", "extent.lacking": "leaf 4",
        "extent.reason": "It was lost.",
        "relations": ["annex-of: treaty", "quotes: act-p1"],
    }  # fmt: skip
