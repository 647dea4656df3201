"""The timeline and the map: every mark a link, the same in words, bounded at any size."""

from __future__ import annotations

import re
from types import SimpleNamespace
from urllib.parse import urldefrag

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.drawing import Circle, Curve, Label, Link, Rule, mirrored, written
from archive.drawing.drawings import (
    NARROW,
    WIDE,
    Bond,
    Dated,
    Node,
    Relations,
    relations_map,
    timeline,
)
from archive.model.dates import ArchiveDate
from archive.upstream.theme import complete_frame
from tests.conftest import built, edit


def dated(edtf, address="#event"):
    return Dated(ArchiveDate.parse(edtf), address)


def marks(drawing):
    return [shape for shape in drawing.shapes if isinstance(shape, Circle)]


@pytest.mark.parametrize(("page", "count"), [("chronology.html", 6), ("map.html", 21)])
def test_every_mark_is_a_link_with_a_name_that_leads_somewhere(archive_site, page, count):
    drawing = archive_site.page(page).select_one("svg.drawing")
    assert not drawing.find("script")
    for mark in drawing.select(".mark, .line"):
        assert mark.find_parent("a") is not None
    links = drawing.select("a")
    assert len(links) == count
    for link in links:
        name, fragment = urldefrag(link["href"])
        there = archive_site.page(name or page)
        assert not fragment or there.find(id=fragment) is not None, link["href"]
        assert link["aria-label"].strip()


def test_the_list_below_the_map_says_the_same_in_words(archive_site):
    page = archive_site.page("map.html")
    drawn = {urldefrag(link["href"]).url for link in page.select("svg a[href^=documents]")}
    told = {urldefrag(link["href"]).url for link in page.select("ul.relations a[href^=documents]")}
    assert drawn == told
    works = {link["href"] for link in page.select("svg a[href^=references]")}
    assert works == {link["href"] for link in page.select("ul.relations a[href^=references]")}
    assert "Keepers’ statement cites nothing; it is referred to by Seed resolution N7." in (
        page.select_one("ul.relations").get_text()
    )


def test_a_document_does_not_cite_itself_where_it_names_its_original(archive_site):
    """On the map and in the numbers of the front page, which have the order of the catalogue."""
    page = archive_site.page("references.html")
    own = [label for label in page.select("div.citation .label") if "GSK 2019–" in label.text]
    assert own  # it stands among the references
    assert "GSK" not in archive_site.page("map.html").find("article").get_text()
    front = archive_site.page("index.html")
    assert re.search(r"· 5 works cited ·", front.select_one(".holdings").get_text())
    assert "anchor" not in front.select_one(".holdings").get_text()
    listed = [each.get_text() for each in front.select(".catalogue-title")]
    catalogue = archive_site.page("documents/index.html").select(".catalogue-title")
    assert listed == [each.get_text() for each in catalogue]
    assert len(listed) == 2


def test_every_mark_of_the_timeline_leads_to_an_event_that_is_told_below(archive_site):
    page = archive_site.page("chronology.html")
    for link in page.select("svg.drawing a"):
        assert page.select_one(f"dl.chronology{link['href']}") is not None


@settings(max_examples=30)
@given(
    st.lists(
        st.one_of(
            st.integers(1, 9999).map(lambda year: f"{year:04}"),
            st.tuples(st.integers(1600, 2100), st.integers(1, 12)).map(
                lambda each: f"{each[0]}-{each[1]:02}"
            ),
            st.sampled_from(["XXXX", "2021-12/..", "196X", "2004~"]),
        ),
        max_size=120,
    )
)
def test_a_timeline_is_bounded_and_counts_every_event_that_has_a_year(dates):
    drawing = timeline(dated(date) for date in dates)
    known = [date for date in dates if ArchiveDate.parse(date).year is not None]
    assert (drawing is None) == (not known)
    if drawing is None:
        return
    assert len([shape for shape in drawing.shapes if isinstance(shape, Rule)]) <= 100
    assert len(marks(drawing)) <= 100 * 13
    counted = sum(int(mark.link.title.rpartition(": ")[2].split()[0]) for mark in marks(drawing))
    assert counted == len(known)
    for mark in marks(drawing):
        assert 0 < mark.x < drawing.width
        assert 0 < mark.y < drawing.height


def test_a_long_time_is_drawn_in_decades():
    days = [f"{year}-07-04" for year in range(1900, 2000, 2)]
    drawing = timeline(map(dated, [*days, "1998-06-13"]))
    titles = [mark.link.title for mark in marks(drawing)]
    assert titles[0] == "1900: 1 event"
    assert titles[-1] == "1998: 2 events"
    assert [shape.words for shape in drawing.shapes if isinstance(shape, Label)][10:12] == [
        "1900–",
        "1910–",
    ]


@pytest.mark.parametrize(("years", "more"), [(13, ""), (24, ""), (30, "6 more times")])
def test_the_words_of_a_timeline_name_each_time_once_and_count_those_they_do_not(years, more):
    said = timeline(dated(f"{year}-07-04") for year in range(1960, 1960 + years)).description
    named = re.findall(r"July (\d{4}) \(1\)", said)
    assert len(named) == len({*named}) == min(years, 24)
    assert ("more times" in said) == bool(more)
    assert more in said


def test_a_long_time_without_events_is_drawn_as_one_empty_row():
    drawing = timeline(map(dated, ["1776-07-04", "1971-06-13", "1971-06-30", "1974"]))
    titles = [mark.link.title for mark in marks(drawing)]
    assert titles == ["July 1776: 1 event", "June 1971: 2 events", "1974, month unknown: 1 event"]
    rows = [shape.words for shape in drawing.shapes if isinstance(shape, Label)][13:]
    assert rows == ["1776", "…", "1971", "1972", "1973", "1974"]


def test_a_map_is_bounded_and_says_what_it_leaves_out():
    link = Link("#", "cites")
    citing = tuple(Node(f"d{n}", f"Collection {n}", "#") for n in range(40))
    cited = tuple(Node(f"w{n}", f"Work {n}", "#") for n in range(40))
    cites = tuple(Bond(a.id, b.id, 1, link) for a in citing for b in cited)
    refers = tuple(Bond(a.id, b.id, 1, link) for a in citing for b in citing if a is not b)
    drawing = relations_map(Relations(citing, cited, cites, refers, unshown=2_000))
    assert len([shape for shape in drawing.shapes if isinstance(shape, Curve)]) == 160
    words = [shape.words for shape in drawing.shapes if isinstance(shape, Label)]
    assert "Not shown: 2,000 more works and 3,000 weaker lines" in words
    assert len(written(drawing, linked=True)) < 120_000


def test_a_drawing_is_whole_on_a_phone_as_long_as_it_can_be_read_there():
    short, long = (
        relations_map(
            Relations(
                (Node("d", name, "#"),), (Node("w", name, "#"),),
                (Bond("d", "w", 1, Link("#", "cites")),), (),
            ),
            is_fitted=True,
        ) for name in ("Seed letter", "The whole name of a committee")
    )  # fmt: skip
    for drawing, classes in ((short, "drawing"), (long, "drawing wide")):
        svg = BeautifulSoup(written(drawing, linked=True), "xml").svg
        assert svg["class"] == classes
    column = 358 / timeline([dated("2020-01")], NARROW).width * NARROW  # in a window of 390 pixels
    assert column >= 24


def test_nothing_that_a_document_is_called_gets_out_of_its_place():
    node = Node("d", '<script>"&', "#")
    drawing = relations_map(Relations((node,), (), (), (Bond("d", "d", 1, Link("#", "<b>")),)))
    svg = BeautifulSoup(written(drawing, linked=True), "xml")
    assert svg.find("script") is None
    assert svg.find("text", string='<script>"&') is not None


@pytest.mark.parametrize(
    ("language", "column", "january", "title"),
    [(None, NARROW, "Jan", "January 2020: 1 event"),
     ("fr", WIDE, "janv", "janvier 2020 : 1 événement"),
     ("fr", NARROW, "1", "janvier 2020 : 1 événement"),
     ("ar", WIDE, "1", "يناير 2020: حدث واحد"), ("zh", NARROW, "1月", "2020年1月：1个事件")],
)  # fmt: skip
def test_a_timeline_names_months_in_its_language(language, column, january, title):
    drawing = timeline([dated("2020-01")], column, language)
    assert drawing.shapes[1].words == january
    assert [mark.link.title for mark in marks(drawing)] == [title]


def test_a_drawing_follows_what_it_shows_in_the_language_of_the_archive(small_archive):
    source = small_archive("small")
    with (source / "conf.py").open("a", encoding="utf-8") as settings:
        settings.write('language = "fr"\n')
    drawings = "\n```{timeline}\n```\n\n```{archive-map}\n```\n\n```{holdings}\n```\n"
    edit(source, "index.md", ("# Small archive\n", f"# Small archive\n{drawings}"))
    first = built(source)
    page = first.page("index.html")
    assert "février 2020 : 1 événement" in str(page)
    assert page.select_one(".skip-to-content").get_text(strip=True) == "Aller au contenu"
    assert not [each for each in page.select("script[src]") if "translations" in each["src"]]
    assert first.page("404.html").select_one("h1").text == "Cette adresse n’existe pas"
    assert first.page("404.html").select_one(".probably a")  # which a script makes the page meant
    search = first.page("search.html")
    assert search.select_one("#search-filters summary").text == "Affiner la recherche"
    assert search.select_one("#archive-search button").text == "Rechercher"
    edit(source, "documents/beta.md", ("short-title: Beta", "short-title: Gamma"))
    again = built(source)
    assert "Gamma" in again.page("index.html").select_one("ul.relations").get_text()
    assert again.page("index.html").select_one(".holdings").get_text().startswith("2 documents")


def test_a_drawing_begins_at_the_right_where_lines_do():
    nodes = Node("d", "A letter", "#d"), Node("w", "A work", "#w")
    plain = relations_map(
        Relations((nodes[0],), (nodes[1],), (Bond("d", "w", 1, Link("#", "x")),), ())
    )
    turned = mirrored(plain)
    for one, other in zip(plain.shapes, turned.shapes, strict=True):
        if isinstance(one, Label):
            assert (one.x + other.x, {one.anchor, other.anchor}) == (plain.width, {"start", "end"})
        if isinstance(one, Curve):
            assert other.start[0] > other.end[0]
            assert other.bulge == -one.bulge
    assert mirrored(turned).shapes == plain.shapes
    assert ' direction="ltr"' in written(turned, linked=True)
    assert "direction" not in written(plain, linked=True)


@pytest.mark.parametrize(("language", "told"), [("ar", 'ar" dir="rtl'), ("fr", "fr")])
def test_pages_of_an_archive_begin_where_its_language_does(language, told):
    app = SimpleNamespace(config=SimpleNamespace(language=language))
    context = {"language": language, "sphinx_version": "9.1.0"}
    complete_frame(app, "index", context)
    assert context["language"] == told
