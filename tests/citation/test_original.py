"""The original of a document has a record of its own, of the type that its kind has everywhere."""

import json
from dataclasses import replace

import pytest
import rispy
from jsonschema import Draft202012Validator
from pybtex.database import parse_string

from archive.citation import bibtex, csl, works_export
from archive.citation.biblatex import read
from archive.citation.style import formatted
from archive.citation.works import csl as csl_of_work
from archive.model.agents import Agent, Person
from archive.model.dates import ArchiveDate
from archive.model.kinds import KINDS
from tests.citation.samples import RESOLUTION, W3, changed
from tests.citation.schemas import CSL_WORKS

COURT = Agent(body="High Court of Sorrel", role=("court",))
JUDGE = Agent(person=Person("Marchthorn", "Ilvane"), role=("judge",))
SIDE = Agent(body="Harbourmaster of Sorrel", role=("author",))
AGENTS = {"indictment": (SIDE, COURT), "filing": (SIDE, COURT)}
CASE = changed(
    RESOLUTION, title="Pellimar v Harbourmaster", short_title="Ferry judgment", issuer=None,
    agents=(COURT, JUDGE), kind=KINDS["judgment"], neutral_citation="[1985] SOHC 14",
    docket="HC 31/84", date=ArchiveDate.parse("1985"), decided=ArchiveDate.parse("1985-06-12"),
    source=replace(RESOLUTION.record.source, publisher="High Court of Sorrel"),
)  # fmt: skip


def _entries(reference):
    return parse_string(bibtex.bibliography([reference]), "bibtex").entries


def _both(reference):
    """The rendering and its original as each form has them: BibLaTeX, RIS, CSL."""
    return zip(
        _entries(reference).values(),
        rispy.loads(works_export.ris_file([reference])),
        json.loads(csl.serialise([reference])),
        strict=True,
    )


@pytest.mark.parametrize(("kind", "types"), [
    ("judgment", ("jurisdiction", "CASE", "legal_case")),
    ("ruling", ("jurisdiction", "CASE", "legal_case")),
    ("indictment", ("jurisdiction", "CASE", "legal_case")),
    ("filing", ("jurisdiction", "CASE", "legal_case")),
    ("statute", ("legislation", "STAT", "legislation")),
    # Of LEGAL Zotero makes a case, of @legal nothing.
    ("treaty", ("legislation", "STAT", "treaty")),
    ("testimony", ("misc", "RPRT", "document")),  # a hearing has no author there
    ("report", ("report", "RPRT", "report")),
    ("declaration", ("misc", "RPRT", "document")),  # of GEN an article
])  # fmt: skip
def test_the_original_has_the_type_of_its_kind_and_the_rendering_is_a_report(kind, types):
    agents = AGENTS.get(kind, (COURT,))
    rendering, original = _both(changed(CASE, kind=KINDS[kind], agents=agents, issuer="Assembly"))
    for each, found in ((rendering, ("report", "RPRT", "report")), (original, types)):
        bib, record, item = each
        assert (bib.type, record["type_of_reference"], item["type"]) == found
        assert bib.key == record["id"] == item["id"]
    assert all("[rewritten by" in title for title in _titles(rendering))
    assert {*_titles(original), original[2]["title-short"]} == {"Pellimar v Harbourmaster"}
    Draft202012Validator(CSL_WORKS).validate([each[2] for each in (rendering, original)])


def _titles(forms):
    bib, record, item = forms
    return bib.fields["title"].strip("{}"), record["title"], item["title"]


def test_a_case_has_its_court_its_numbers_and_the_day_of_the_decision_and_no_author():
    _, (bib, record, item) = _both(CASE)
    assert not bib.persons
    assert dict(bib.fields) == {
        "title": "{Pellimar v Harbourmaster}", "type": "Judgment", "date": "1985-06-12",
        "organization": "{High Court of Sorrel}", "number": "[1985] SOHC 14",
        "citation": "[1985] SOHC 14", "howpublished": "[1985] SOHC 14, HC 31/84",
        "comment": f"Rewritten by the Press Freedom Archive at {RESOLUTION.page}.",
    }  # fmt: skip
    assert item == {
        "id": f"{RESOLUTION.key}.original", "type": "legal_case",
        "title": "Pellimar v Harbourmaster", "title-short": "Pellimar v Harbourmaster",
        "authority": "High Court of Sorrel",
        "number": "[1985] SOHC 14, HC 31/84", "issued": {"date-parts": [[1985, 6, 12]]},
        "custom": {"note": f"Rewritten by the Press Freedom Archive at {RESOLUTION.page}."},
    }  # fmt: skip
    assert "authors" not in record
    assert (record["publisher"], record["date"]) == ("High Court of Sorrel", "1985/06/12/")
    assert "SV  - [1985] SOHC 14, HC 31/84\r\n" in works_export.ris_file([CASE])


def test_who_brings_a_case_is_its_author():
    _, (bib, record, item) = _both(changed(CASE, kind=KINDS["filing"], agents=AGENTS["filing"]))
    assert item["author"] == [{"literal": "Harbourmaster of Sorrel"}]
    assert item["authority"] == "High Court of Sorrel"
    assert record["authors"] == ["Harbourmaster of Sorrel,"]
    assert str(bib.persons["author"][0]) == "{Harbourmaster of Sorrel}"


def test_all_who_bring_a_case_are_its_authors_in_each_form():
    other = Agent(body="Guild of Pilots", role=("author",))
    agents = (SIDE, other, COURT)
    _, (bib, record, item) = _both(changed(CASE, kind=KINDS["filing"], agents=agents))
    names = ["Harbourmaster of Sorrel", "Guild of Pilots"]
    assert [each["literal"] for each in item["author"]] == names
    assert record["authors"] == [f"{each}," for each in names]
    assert [str(each).strip("{}") for each in bib.persons["author"]] == names


def test_a_case_without_a_number_has_its_court_where_oscola_prints_it():
    _, (bib, _record, _item) = _both(changed(CASE, neutral_citation=None, docket=None))
    assert bib.fields["institution"] == bib.fields["organization"] == "{High Court of Sorrel}"


def test_the_engine_itself_reads_the_entry_of_a_case():
    reading = read(_entries(CASE))
    assert not reading.faults
    work = reading.works[f"{RESOLUTION.key}.original"]
    assert csl_of_work(work)["authority"] == "High Court of Sorrel"
    assert str(formatted(work)).strip() == (
        "Pellimar v Harbourmaster, [1985] SOHC 14, HC 31/84, Judgment (High Court of Sorrel, "
        "12 June 1985)."
    )


def test_a_passage_has_no_original_since_its_document_has():
    assert (
        len(json.loads(csl.serialise([W3]))) == len(rispy.loads(works_export.ris_file([W3]))) == 1
    )
