"""Each reference, glossary entry and document tells who cites, mentions and refers to it."""

from __future__ import annotations

import re

import pytest

from tests.conftest import built, copy_root, edit, once, pdftotext


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A small archive that uses terms, built once.  Tests only read it."""

    def make(folder):
        source = copy_root("small", folder)
        edit(source, "documents/alpha.md", ("The third.", "The {term}`papers <Papers>` say."))
        edit(source, "documents/beta.md", ("something", "a {term}`Press`"))
        return built(source)

    return once(tmp_path_factory, "backlinks", make)


def shown(element):
    return " ".join(element.get_text().split())


def test_a_reference_lists_the_passages_that_cite_it(site):
    entry = site.page("references.html").find(id="cite-one")
    line = entry.select_one(".backlinks")
    assert shown(line) == "Cited in Alpha letter P1."
    assert line.a["href"] == "documents/alpha.html#alpha-p1"
    assert line.a["title"] == "Alpha letter, paragraph 1"


def test_a_glossary_entry_lists_mentions_under_all_its_names_in_order(site):
    lines = site.page("index.html").select("dl.glossary .backlinks")
    assert [shown(line) for line in lines] == ["Mentioned in Alpha letter P3; Beta resolution W1."]


def test_a_document_lists_the_documents_that_refer_to_it(site):
    page = site.page("documents/alpha.html")
    line = page.select_one("#list-referred-to-by + .backlinks")
    assert shown(line) == "Beta resolution W1."
    assert line.a["href"] == "beta.html#beta-w1"


def test_a_document_ends_with_the_references_it_cites(site):
    entry = site.page("documents/alpha.html").select_one(".reference-list > li")
    assert entry.a["href"] == "../references.html#cite-one"
    assert shown(entry).startswith("FI 2020 First Institute. “One.” 3 February 2020.")
    assert shown(entry.select_one(".backlinks")) == "Cited in P1."
    assert not site.page("documents/beta.html").select(".reference-list")


def test_print_tells_them_too(archive_site):
    printed = " ".join(pdftotext(archive_site.site / "archive.pdf", "-raw").split())
    assert "(pp. " in printed
    printed = re.sub(r" \(pp?\. [0-9–]+\)", "", printed)  # the pages that they lead to
    page = archive_site.page("references.html")
    for entry in page.select("div.citation"):
        assert shown(entry.select_one(".backlinks")) in printed
    for line in archive_site.page("glossary.html").select("dl.glossary .backlinks"):
        assert shown(line) in printed
