"""JSON-LD that search engines understand and that cannot end the element it stands in."""

import json
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from jsonschema import Draft202012Validator

from archive.citation.metadata import report, serialise
from archive.model.dates import ArchiveDate
from tests.citation.samples import (
    DOCUMENTS,
    HOSTILE,
    PASSAGES,
    RESOLUTION,
    STATEMENT,
    TITLES,
    W3,
    changed,
    titled,
)
from tests.citation.schemas import REPORT

VALIDATOR = Draft202012Validator(REPORT)


def _in_a_page(data):
    """The JSON as a browser finds it in a page, and how many elements the page has."""
    page = f'<script type="application/ld+json">{serialise(data)}</script>'
    soup = BeautifulSoup(page, "html.parser")
    assert len(soup.find_all()) == 1
    return json.loads(soup.script.string)


@pytest.mark.parametrize("reference", DOCUMENTS, ids=lambda reference: reference.key)
def test_every_document_keeps_to_the_vocabulary(reference):
    passages = [passage for passage in PASSAGES if passage.document == reference.document]
    data = _in_a_page(report(reference, passages))
    VALIDATOR.validate(data)
    assert data["@id"] == reference.page
    assert data["author"] == data["publisher"]
    assert data["isBasedOn"]["author"] == {
        "@type": "Organization",
        "name": reference.record.issuer,
        "url": reference.record.issuer_address,
    }
    base = data["@context"][1]["@base"]
    parts = [urljoin(base, part["@id"]) for part in data["hasPart"]]
    assert parts == [passage.address for passage in passages]
    assert "datePublished" not in data  # neither document states its date


def test_a_passage_is_part_of_its_document():
    assert report(RESOLUTION, [W3])["hasPart"] == [
        {
            "@type": "CreativeWork",
            "@id": f"#{W3.key}",
            "name": "Seed resolution, whereas 3",
        }
    ]
    assert "hasPart" not in report(RESOLUTION)


def test_the_original_is_named_as_far_as_it_is_known():
    assert report(STATEMENT)["isBasedOn"] == {
        "@type": "CreativeWork",
        "name": "Keepers Ask the Harbour Council to Open the Drawers",
        "author": {
            "@type": "Organization",
            "name": "Guild of Seed Keepers",
            "url": "https://keepers.example/",
        },
        "temporal": "2019-03-14/..",
        "publisher": {"@type": "Organization", "name": "Guild of Seed Keepers"},
        "url": STATEMENT.record.source.address,
    }
    assert report(RESOLUTION)["isBasedOn"].keys() == {"@type", "author", "temporal"}


def test_an_exact_date_is_given():
    data = report(changed(STATEMENT, date=ArchiveDate.parse("2021-02")))
    assert data["datePublished"] == "2021-02"
    VALIDATOR.validate(data)


def test_the_authors_address_is_given_only_where_it_is_known():
    data = report(changed(RESOLUTION, issuer_address=None))
    assert "url" not in data["isBasedOn"]["author"]
    VALIDATOR.validate(data)


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_do_not_end_the_script(title):
    reference = titled(title, RESOLUTION)
    text = serialise(report(reference))
    assert not set(text) & set("<>&\u2028\u2029\n")
    assert _in_a_page(report(reference))["name"] == reference.record.title


def test_the_serialiser_is_safe_by_itself():
    data = {"a": "</script><!-- \u2028\u2029 ]]>&"}
    assert _in_a_page(data) == data
    assert not set(serialise(data)) & set("<>&\u2028\u2029")


@given(TITLES)
def test_any_title_is_read_back(title):
    assert json.loads(serialise(report(titled(title, RESOLUTION))))["name"] == title
