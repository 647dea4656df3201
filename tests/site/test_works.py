"""The works cited, on the pages of a site and in the files beside them."""

from __future__ import annotations

import json
from shutil import copyfile

import pytest
from pybtex.database import parse_string

from tests.citation.test_works import WILD
from tests.conftest import built, copy_root, edit, once


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A small archive that cites what is in the wild, built once.  Tests only read it."""

    def make(folder):
        source = copy_root("small", folder)
        copyfile(WILD, source / "references.bib")
        edit(source, "documents/alpha.md", ("{cite:p}`one`", "{cite:p}`child` {cite:p}`talk`"))
        (source / "ledger.jsonl").unlink()
        return built(source)

    return once(tmp_path_factory, "works", make)


def test_a_parent_that_nobody_cites_is_no_entry(site):
    listed = {each["id"] for each in site.page("references.html").select("div.citation")}
    assert {"cite-child", "cite-housed", "cite-decision"} <= listed
    assert not {"cite-parent", "cite-house"} & listed


def test_an_escaped_address_is_a_link_that_works(site):
    link = site.page("references.html").find(id="cite-bodies").a
    assert link["href"] == "https://example.org/a_b/c%20d&e#f"


def test_the_page_of_references_offers_all_works_and_documents(site):
    page = site.page("references.html")
    links = [link["href"] for link in page.select(".works-to-take a")]
    assert links == [
        "works.bib", "works.bibtex.bib", "works.ris", "works.json", "archive.bib",
        "archive.bibtex.bib",
    ]  # fmt: skip
    assert all((site.site / link).is_file() for link in links)
    items = json.loads((site.site / "works.json").read_text("utf-8"))
    assert len(items) == len(page.select("div.citation"))


def test_a_document_offers_the_works_that_it_cites(site):
    links = [link["href"] for link in site.page("documents/alpha.html").select(".works-to-take a")]
    assert links[0] == "alpha.references.bib"
    text = (site.site / "documents" / links[0]).read_text("utf-8")
    assert list(parse_string(text, "bibtex").entries) == ["child", "talk"]
    assert not list((site.site / "documents").glob("beta.references.*"))


def test_the_classic_dialect_of_documents_has_no_report(site):
    entries = parse_string((site.site / "archive.bibtex.bib").read_text("utf-8"), "bibtex").entries
    assert {each.type for each in entries.values()} <= {"techreport", "misc"}
    assert all("year" in each.fields for each in entries.values())


@pytest.mark.parametrize("name", ["index", "references", "documents/index", "documents/alpha.made"])
def test_a_page_saves_well(site, name):
    head = site.page(f"{name}.html").head
    found = {
        meta.get("property") or meta.get("name"): meta["content"] for meta in head.select("meta")
        if meta.get("property") or meta.get("name")
    }  # fmt: skip
    named = [found["og:title"], found.get("og:site_name", "")]
    assert " ".join(named).count("Small archive") == 1
    assert found["DC.language"] == "en"
    assert found["og:url"] == f"https://isles.example/{name}.html"
