"""CSL-JSON as its schema asks."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from archive.citation.csl import item, serialise
from archive.model.dates import ArchiveDate
from tests.citation.samples import (
    ALL,
    DOCUMENTS,
    HOSTILE,
    RESOLUTION,
    STATEMENT,
    TITLES,
    W3,
    changed,
    titled,
)
from tests.citation.schemas import CSL_DATA, CSL_WORKS

DATA = Draft202012Validator(CSL_DATA)
FILE = Draft202012Validator(CSL_WORKS)  # originals have types and variables of works


def test_the_item_of_a_passage():
    (read,) = json.loads(serialise([W3]))
    assert read.pop("custom")["note"].endswith("https://creativecommons.org/licenses/by/4.0/.")
    assert read == {
        "id": "isle-seed-resolution-w3",
        "type": "report",
        "title": W3.title,
        "title-short": "Seed resolution, whereas 3 [rewritten]",
        "author": [{"literal": "Federation of Isle Gardeners"}],
        "genre": "Resolution, outcome not established",
        "publisher": "Press Freedom Archive",
        "language": "en",
        "URL": W3.address,
        "keyword": "Seed lending, Sealing of the drawers, Gardens, Quarantine Act, Libraries",
        "issued": {"literal": "not before 2019"},
    }


@pytest.mark.parametrize("reference", ALL, ids=lambda reference: reference.key)
def test_every_item_keeps_to_the_schema(reference):
    DATA.validate([item(reference)])
    FILE.validate(json.loads(serialise([reference])))
    assert item(reference)["author"] == [{"literal": reference.record.issuer}]
    if reference.fingerprint:
        assert reference.fingerprint in item(reference)["custom"]["note"]


def test_all_references_make_one_file():
    read = [each["id"] for each in json.loads(serialise(ALL))]
    originals = [f"{reference.key}.original" for reference in DOCUMENTS]
    assert [key for key in read if key not in originals] == [r.key for r in ALL]
    assert [key for key in read if key in originals] == originals


def test_the_original_is_named_where_that_says_more_than_the_document():
    def sourced(**fields):
        read = item(changed(STATEMENT, source=replace(STATEMENT.record.source, **fields)))
        return read.get("original-title"), read.get("original-publisher")

    same = STATEMENT.record.title
    assert sourced() == (None, None)  # of the same title, and published by its author
    assert sourced(publisher="Gazette of the Isle") == (same, "Gazette of the Isle")
    assert sourced(title="Another Name") == ("Another Name", None)
    assert not [name for name in item(RESOLUTION) if name.startswith("original")]
    # Its date is that of the document, which styles would print a second time.
    decided = changed(STATEMENT, decided=STATEMENT.record.date)
    assert "original-date" not in item(decided)
    decided = changed(STATEMENT, decided=ArchiveDate.parse("2018-11-30"))
    assert item(decided)["original-date"] == {"date-parts": [[2018, 11, 30]]}


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_stay_titles(title):
    reference = titled(title)
    read = json.loads(serialise([reference, RESOLUTION]).encode("utf-8"))
    FILE.validate(read)
    assert [one["title"] for one in read][:2] == [reference.title, RESOLUTION.title]


@given(TITLES)
def test_any_title_is_read_back(title):
    assert json.loads(serialise([titled(title)]))[0]["title"] == titled(title).title
