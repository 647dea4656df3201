"""Each subject has a page, with what the archive has on it in order of time, and a feed."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from archive.model.showing import page_of
from archive.model.words import words
from archive.site.know.facts import by_subject
from tests.site.relating import related_site

ATOM = "{http://www.w3.org/2005/Atom}"


def shown(element):
    return " ".join(element.get_text(" ").split()).replace(" .", ".").replace(" ;", ";")


@pytest.mark.parametrize(("subject", "page"), [
    ("Prosecution of Julian Assange", "subjects/prosecution-of-julian-assange"),
    ("Liberté d’expression", "subjects/liberte-dexpression"),
    ("حرية الصحافة", "subjects/4587927c"),
    ("§", "subjects/other"),
])  # fmt: skip
def test_the_address_of_a_page_follows_from_its_subject(subject, page):
    assert page_of(subject) == page
    assert page_of(subject.upper()) == page


def test_the_subjects_of_a_record_lead_to_their_pages(archive_site):
    page = archive_site.page("documents/isle-seed-resolution.html")
    (term,) = [each for each in page.select(".record dt") if each.get_text() == "Subjects"]
    links = term.find_next_sibling("dd").select("a")
    assert [link.get_text() for link in links][:2] == ["Seed lending", "Sealing of the drawers"]
    for link in links:
        name = link["href"].removeprefix("../").removesuffix(".html")
        assert archive_site.page(f"{name}.html").h1.get_text().startswith(link.get_text())
        assert (archive_site.site / f"{name}.atom").is_file()


def test_the_issuer_in_a_record_leads_to_all_it_issued(archive_site):
    page = archive_site.page("documents/isle-seed-resolution.html")
    (term,) = [each for each in page.select(".record dt") if each.get_text() == "Issuer"]
    (link,) = term.find_next_sibling("dd").select("a")
    listed = archive_site.page("documents/index.html").select("a:has(.issuer)")
    named = [each["href"] for each in listed if each.get_text() == link.get_text()]
    assert link["href"].removeprefix("index.html") in named


def test_a_page_has_documents_in_order_of_time_events_persons_and_works(archive_site):
    page = archive_site.page("subjects/sealing-of-the-drawers.html")
    assert [shown(each) for each in page.select("#documents dl")] == [
        "14 March 2019 or later Keepers Ask the Harbour Council to Open the Drawers Guild of "
        "Seed Keepers · Statement",
        "November 2019 or later [Resolution on the sealed seed drawers] Federation of Isle "
        "Gardeners · Resolution",
    ]
    events = [shown(each) for each in page.select("#events dt")]
    assert events[:3] == ["May 2018", "12 May 2018", "14 March 2019"]
    (stated,) = page.select("#events .stated-in")[0].select("a")
    assert stated["href"] == "../documents/keepers-seed-statement.html#keepers-seed-statement-p4"
    people = page.select_one("#persons-and-bodies p")
    assert shown(people) == "Federation of Isle Gardeners; Guild of Seed Keepers."
    work = page.select_one("#works-cited li")
    assert work.strong.a["href"].startswith("../references.html#cite-")


def test_a_feed_has_what_changed_on_the_subject_alone(archive_site):
    root = ET.parse(archive_site.site / "subjects/gardens.atom").getroot()
    assert root.findtext(f"{ATOM}title") == "Sunder Isles Archive: Gardens"
    links = [each.get("href") for each in root.iter(f"{ATOM}link")]
    assert links[0] == "https://isles.example/subjects/gardens.atom"
    assert len(links) == 3  # of all its passages, published at once, one entry tells
    assert all("isle-seed-resolution" in each for each in links[2:])


def test_an_editor_introduces_a_subject(tmp_path_factory):
    site = related_site(tmp_path_factory)
    page = site.page("subjects/wells.html")
    assert page.h1.get_text().startswith("The closed wells")
    assert page.select_one("article p a")["href"] == "../documents/vale.html#vale-p1"
    dates = [shown(each) for each in page.select("#documents dt")]
    assert dates == ["1 April 2020", "1 April 2021"]
    agents = site.page("subjects/tests.html").select_one("#persons-and-bodies")
    (ruth,) = [each for each in agents.select("a") if each.get_text() == "Ruth Roe"]
    assert ruth["href"] == "https://www.wikidata.org/wiki/Q4242"


def test_all_subjects_are_listed_with_their_documents(tmp_path_factory):
    site = related_site(tmp_path_factory)
    listed = site.page("subjects/wells.html").select("dl.subjects > dt")
    found = {shown(each): each.find_next_sibling("dd") for each in listed}
    assert list(found) == ["Tests (4)", "Wells (2)"]
    assert [each["href"] for each in found["Wells (2)"].select("a")] == [
        "../documents/hill.html", "../documents/vale.html",
    ]  # fmt: skip
    assert [each.a["href"] for each in listed] == ["tests.html", "#"]


def test_a_subject_with_many_documents_has_several_pages():
    class Held:
        subjects = ("Wells", "wells", "Farms")

    parts = by_subject([(number, Held) for number in range(5)], 2)
    said = words(None)
    found = [(each.slug, each.title(said), each.items[0][0]) for each in parts["subjects/wells"]]
    assert found == [
        ("subjects/wells", "Wells, part 1 of 3", 0),
        ("subjects/wells.2", "Wells, part 2 of 3", 2),
        ("subjects/wells.3", "Wells, part 3 of 3", 4),
    ]
