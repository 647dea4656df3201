"""Every anchor of the pages is a named destination, at its passage, in every PDF that holds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pdf.conftest import DOCUMENTS, Print

LINE = 16.0  # points from one line to the next, and some more
FORMULAS = {"kitchen-p11", "kitchen-p12", "kitchen-p13"}
PAGES = ("glossary", "references", "about")


def _ids(archive, page):
    article = archive.page(page).find("article", attrs={"role": "main"})
    for part in article.select(".other-forms, [id^='list-']"):  # which only a page has
        part.decompose()
    ids = {tag["id"] for tag in article.find_all(attrs={"id": True})}
    # Those that docutils numbers can be cited by nobody.
    return {id_ for id_ in ids if not id_.removeprefix("id").isdigit()}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_id_of_a_documents_page_is_a_destination_of_both_pdfs(
    print_archive, combined, document
):
    own = Print(print_archive.site / "documents" / f"{document}.pdf").destinations
    ids = _ids(print_archive, f"documents/{document}.html")
    assert document in ids
    assert f"{document}-p1" in ids
    assert ids <= own.keys()
    assert ids <= combined.destinations.keys()


@pytest.mark.parametrize("page", PAGES)
def test_each_id_of_the_other_pages_is_a_destination_of_the_combined_pdf(
    print_archive, combined, page
):
    ids = _ids(print_archive, f"{page}.html")
    assert ids
    assert ids <= combined.destinations.keys()


def test_a_former_anchor_leads_where_the_present_one_does(plain, combined):
    for pdf in (plain, combined):
        assert pdf.destinations["plain-old-p1"] == pdf.destinations["plain-p1"]


def test_what_a_document_does_not_hold_is_no_destination_of_it(plain):
    kitchens = {name for name in plain.destinations if name.startswith("kitchen")}
    assert kitchens == {"kitchen-p90"}  # which moved there
    assert "glossary" not in plain.destinations


def test_works_a_document_cites_are_destinations_of_it_and_no_others(plain, kitchen, combined):
    def cited(pdf):
        return {name for name in pdf.destinations if name.startswith("cite-")}

    assert cited(plain) == {"cite-one"}
    assert cited(kitchen) == {"cite-one", "cite-two"}
    assert cited(combined) == {"cite-one", "cite-two", "cite-uncited"}


@pytest.mark.parametrize("document", [*(f"documents/{name}" for name in DOCUMENTS), "archive"])
def test_a_destination_is_within_a_line_above_the_label_of_its_passage(print_archive, document):
    pdf = Print(print_archive.site / f"{document}.pdf")
    marks = {
        link.address.partition("#")[2]: link.place
        for link in pdf.links
        if link.address and "#" in link.address and link.left < 100  # in the gutter
    }
    assert {"plain-p1", "plain-n1"} <= marks.keys() or {"kitchen-p1", "kitchen-p5"} <= marks.keys()
    for anchor, mark in marks.items():
        place = pdf.destinations[anchor]
        assert place.page == mark.page, anchor
        # The label of a formula by itself stands at its middle.
        height = 2 * LINE if anchor in FORMULAS else LINE
        assert -1 <= place.top - mark.top <= height, anchor


def test_names_stand_in_order_as_the_format_demands(combined):
    names = list(combined.destinations)
    assert names == sorted(names, key=lambda name: name.encode())


def test_a_whole_archive_has_all_its_anchors(archive_site):
    found = Print(archive_site.site / "archive.pdf").destinations
    for path in sorted(Path(archive_site.site, "documents").glob("*.pdf")):
        own = Print(path).destinations
        ids = _ids_of_article(archive_site, f"documents/{path.stem}.html")
        assert ids
        assert ids <= own.keys()
        assert ids <= found.keys()


def _ids_of_article(archive, page):
    article = archive.page(page).find("article")
    for forms in article.select('[aria-labelledby="other-forms-name"]'):  # for the screen alone
        forms.decompose()
    for part in article.select(".other-forms, [id^='list-']"):  # which only a page has
        part.decompose()
    ids = {tag["id"] for tag in article.find_all(attrs={"id": True})}
    return {
        id_ for id_ in ids if not id_.removeprefix("id").isdigit() and id_ != "furo-main-content"
    }
