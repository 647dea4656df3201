"""Typed links and linkset: FAIR Signposting, levels 1 and 2."""

import json

import pytest
from jsonschema import Draft202012Validator

from archive.citation.metadata import links, linkset, serialise_linkset
from tests.citation.samples import ALL, DOCUMENTS, RESOLUTION, W3, changed
from tests.citation.schemas import LINKSET

STEM = "https://archive.example/press/documents/isle-seed-resolution"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"

DESCRIPTIONS = [
    (f"{STEM}.bib", "application/x-bibtex"),
    (f"{STEM}.ris", "application/x-research-info-systems"),
    (f"{STEM}.json", "application/vnd.citationstyles.csl+json"),
]

ITEMS = [
    (f"{STEM}.pdf", "application/pdf"),
    (f"{STEM}.txt", "text/plain"),
    (f"{STEM}.passages.json", "application/json"),
]
SCHEMA = "https://archive.example/press/schema/passages-1.schema.json"


def _by_relation(reference):
    found = {}
    for link in links(reference):
        found.setdefault(link.rel, []).append((link.href, link.type))
    return found


def test_the_links_of_a_page():
    assert _by_relation(RESOLUTION) == {
        "canonical": [(f"{STEM}.html", None)],
        "cite-as": [(f"{STEM}.html", None)],
        "describedby": [*DESCRIPTIONS, (f"{STEM}.made.html", "text/html")],
        "item": ITEMS,
        "license": [(LICENCE, None)],
        "author": [("https://gardeners.example/", None)],
        "type": [("https://schema.org/AboutPage", None), ("https://schema.org/Report", None)],
        "linkset": [(f"{STEM}.linkset.json", "application/linkset+json")],
        "schema.DC": [("http://purl.org/dc/elements/1.1/", None)],
        "schema.DCTERMS": [("http://purl.org/dc/terms/", None)],
    }


def test_the_author_is_linked_only_where_an_address_is_known():
    assert linkset(RESOLUTION)["linkset"][0]["author"] == [{"href": "https://gardeners.example/"}]
    unknown = changed(RESOLUTION, issuer_address=None)
    assert "author" not in _by_relation(unknown)
    assert "author" not in linkset(unknown)["linkset"][0]


@pytest.mark.parametrize("reference", ALL, ids=lambda reference: reference.key)
def test_every_linkset_keeps_to_the_specification(reference):
    Draft202012Validator(LINKSET).validate(json.loads(serialise_linkset(reference)))


@pytest.mark.parametrize("reference", DOCUMENTS, ids=lambda reference: reference.key)
def test_the_linkset_says_of_the_page_what_its_head_says(reference):
    head = _by_relation(reference)
    context = dict(linkset(reference)["linkset"][0])
    assert context.pop("anchor") == reference.page
    said = {
        relation: [(target["href"], target.get("type")) for target in targets]
        for relation, targets in context.items()
    }
    assert said == {relation: head[relation] for relation in said}
    assert said.keys() == {"cite-as", "describedby", "item", "license", "type", "author"}


def test_each_file_leads_back_to_the_page():
    _page, pdf, text, data, *descriptions = linkset(RESOLUTION)["linkset"]
    back = [{"href": f"{STEM}.html", "type": "text/html"}]
    common = {"collection": back, "license": [{"href": LICENCE}]}
    schema = [{"href": SCHEMA, "type": "application/schema+json"}]
    assert pdf == {"anchor": f"{STEM}.pdf", **common}
    assert text == {"anchor": f"{STEM}.txt", **common}
    assert data == {"anchor": f"{STEM}.passages.json", **common, "describedby": schema}
    described = [*(href for href, _ in DESCRIPTIONS), f"{STEM}.made.html"]
    assert descriptions == [{"anchor": href, "describes": back} for href in described]


def test_a_passage_has_the_links_of_its_page():
    assert links(W3) == links(RESOLUTION)
