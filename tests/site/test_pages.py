"""Records, catalogue, chronology and references, as the reader sees them."""

from __future__ import annotations

import pytest

from tests.conftest import build, edit


def test_a_document_shows_its_record_below_its_title(small_site):
    card = small_site.page("documents/alpha.html").select_one("h1 + aside.record")
    fields = dict(zip(
        (term.get_text().rstrip(":") for term in card.select("dt")),
        (entry.get_text(" ", strip=True) for entry in card.select("dd")),
    ))  # fmt: skip
    assert fields["Issuer"] == "First Institute"
    assert fields["Date"] == "3 February 2020"
    assert fields["Status"] == "Issued"
    assert "3 paragraphs" in fields["Source"]
    assert "0" * 64 in fields["Source"]


def test_the_catalogue_lists_every_document_by_date(small_site):
    entries = small_site.page("documents/index.html").select(".catalogue > li")
    assert [entry.a["href"] for entry in entries] == ["alpha.html", "beta.html"]
    assert entries[1].select_one(".catalogue-facts").get_text() == (
        "Second Institute · Resolution · 2021 or later · 1 passage"
    )


def test_an_event_links_to_the_passage_that_states_it(small_site):
    event = small_site.page("index.html").select_one("dl.chronology")
    assert event.dt.get_text() == "February 2020"
    assert event.select_one(".stated-in a")["href"] == "documents/alpha.html#alpha-p1"


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("{event} 2020-02", "{event} February", "not a date in EDTF"),
        (":passages: alpha-p1\n", "", "no passage states it"),
        (":passages: alpha-p1", ":passages: alpha-p9", "undefined label"),
    ],
)
def test_a_broken_event_is_told(small_archive, good, bad, said):
    source = small_archive("small")
    edit(source, "index.md", (good, bad))
    done = build(source)
    assert done.code == 1
    assert said in done.output
    assert "Traceback" not in done.output


def test_a_reference_has_the_anchor_of_its_key(small_site):
    entry = small_site.page("references.html").find(id="cite-one")
    text = " ".join(entry.get_text(" ").split())
    assert "First Institute. “One.” 3 February 2020." in text
    cited = small_site.page("documents/alpha.html").select_one("#alpha-p1 a.bibtex-citation")
    assert cited.get_text() == "[FI 2020]"
    # The list at the end of the page tells of the work, so that no title says it again.
    assert cited.attrs == {"class": ["bibtex-citation"], "href": "../references.html#cite-one"}


@pytest.mark.parametrize("name", ["index.html", "documents/isle-seed-resolution.html"])
def test_each_landmark_of_navigation_has_a_name_of_its_own(archive_site, name):
    """A screen reader lists landmarks by their names (WCAG 2.2, 2.4.1)."""
    found = archive_site.page(name).select('nav, aside, [role="navigation"]')
    names = [each.get("aria-label") or each.get("aria-labelledby") for each in found]
    assert {"The archive", "Pages of the archive", "This page"} <= set(names)
    assert None not in names
