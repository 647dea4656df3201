"""CSL-JSON as its schema asks."""

import json

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from archive.citation.csl import item, serialise
from archive.model.dates import ArchiveDate
from tests.citation.samples import ALL, HOSTILE, RESOLUTION, STATEMENT, TITLES, W3, changed, titled
from tests.citation.schemas import CSL_DATA

DATA = Draft202012Validator(CSL_DATA)


def test_the_item_of_a_passage():
    (read,) = json.loads(serialise([W3]))
    assert read.pop("note").endswith("https://creativecommons.org/licenses/by/4.0/.")
    assert read == {
        "id": "isle-seed-resolution-w3",
        "type": "report",
        "title": "[Resolution on the sealed seed drawers]",
        "title-short": "Seed resolution",
        "author": [{"literal": "Federation of Isle Gardeners"}],
        "genre": "Resolution, rewritten",
        "publisher": "Press Freedom Archive",
        "language": "en",
        "URL": W3.address,
        "call-number": "isle-seed-resolution-w3",
        "keyword": "Seed lending, Sealing of the drawers, Gardens, Quarantine Act, Libraries",
        "issued": {"date-parts": [[2019, 11]], "literal": "November 2019 or later"},
        "page": "whereas 3",
    }


@pytest.mark.parametrize("reference", ALL, ids=lambda reference: reference.key)
def test_every_item_keeps_to_the_schema(reference):
    DATA.validate(json.loads(serialise([reference])))
    assert item(reference)["author"] == [{"literal": reference.record.issuer}]
    if reference.fingerprint:
        assert reference.fingerprint in item(reference)["note"]


def test_all_references_make_one_file():
    assert [read["id"] for read in json.loads(serialise(ALL))] == [r.key for r in ALL]


@pytest.mark.parametrize(
    ("edtf", "issued"),
    [
        ("2021-02-08", {"date-parts": [[2021, 2, 8]]}),
        ("2021-02", {"date-parts": [[2021, 2]]}),
        ("2021", {"date-parts": [[2021]]}),
        ("2021-12/..", {"date-parts": [[2021, 12]], "literal": "December 2021 or later"}),
        ("../2021", {"date-parts": [[2021]], "literal": "2021 or earlier"}),
        ("2021~", {"date-parts": [[2021]], "literal": "2021 (approximate)"}),
        ("202X", {"literal": "the 2020s"}),
        ("XXXX", None),
    ],
)
def test_dates(edtf, issued):
    reference = changed(STATEMENT, date=ArchiveDate.parse(edtf))
    assert item(reference).get("issued") == issued
    DATA.validate([item(reference)])


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_stay_titles(title):
    reference = titled(title)
    read = json.loads(serialise([reference, RESOLUTION]).encode("utf-8"))
    DATA.validate(read)
    assert [one["title"] for one in read] == [reference.record.title, RESOLUTION.record.title]


@given(TITLES)
def test_any_title_is_read_back(title):
    assert json.loads(serialise([titled(title)]))[0]["title"] == title
