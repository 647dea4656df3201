"""A page that a reader prints from a browser keeps together what belongs together."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from tests.conftest import pdftotext


@pytest.fixture
def sheets(browser, archive_site, tmp_path):
    """The texts of the sheets of a page, on paper so small that lists break often."""

    def printed(path, height="90mm"):
        page = browser.new_page()
        page.goto((archive_site.site / path).as_uri())
        page.pdf(path=tmp_path / "page.pdf", width="210mm", height=height)
        page.close()
        return pdftotext(tmp_path / "page.pdf").split("\f")[:-1]

    return printed


def test_a_headword_stands_with_its_entry_and_an_entry_with_what_is_below(sheets, archive_site):
    page = BeautifulSoup((archive_site.site / "glossary.html").read_text("utf-8"), "lxml")
    words = {term.get_text().strip("¶ \n") for term in page.select("article dt")}
    found = sheets("glossary.html")
    assert len(found) > 3
    for sheet in found:
        lines = [line.strip() for line in sheet.splitlines() if line.strip()]
        assert lines[-1] not in words
        assert not lines[0].startswith("Mentioned in")


def test_the_legend_on_paper_tells_of_no_sign_that_only_a_screen_has(sheets):
    (legend,) = [sheet for sheet in sheets("about.html", "900mm") if "its record" in sheet]
    assert "a label in the margin, which ends its address" in " ".join(legend.split())
    assert "with ≠ beside it" in legend.replace("\n", " ")  # as the arrows of pages have it
    for gone in ("below it, which shows", "two bars", "Escape", "Cite", "struck through"):
        assert gone not in legend


def test_what_fits_on_a_sheet_takes_one(sheets):
    assert len(sheets("map.html", "297mm")) == 1
