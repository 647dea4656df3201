"""What machines read: heads, files beside the page, feed, sitemap, the page for lost addresses."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest
from pybtex.database import parse_file

from tests.conftest import build, built, edit, ledger_of, publish

BASE = "https://isles.example/"
DOCUMENTS = {
    "isle-seed-resolution": ("Federation of Isle Gardeners", 8),
    "keepers-seed-statement": ("Guild of Seed Keepers", 5),
}
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(params=DOCUMENTS)
def document(request):
    return request.param


@pytest.fixture
def head(archive_site, document):
    return archive_site.page(f"documents/{document}.html").head


def linked(head, rel):
    return [link["href"] for link in head.find_all("link", rel=rel)]


def named(head, name):
    return [meta["content"] for meta in head.find_all("meta", attrs={"name": name})]


def test_a_document_has_one_permanent_address(head, document):
    address = f"{BASE}documents/{document}.html"
    assert linked(head, "canonical") == [address]
    assert linked(head, "cite-as") == [address]
    assert named(head, "citation_public_url") == [address]
    assert named(head, "DC.identifier") == [address]


def test_signposts_lead_to_files_that_are_there(archive_site, head, document):
    stem = f"{BASE}documents/{document}"
    described = ("bib", "ris", "json", "made.html")
    assert linked(head, "describedby") == [f"{stem}.{each}" for each in described]
    assert linked(head, "item") == [f"{stem}.{each}" for each in ("pdf", "txt", "passages.json")]
    assert linked(head, "linkset") == [f"{stem}.linkset.json"]
    assert linked(head, "license") == ["https://creativecommons.org/licenses/by/4.0/"]
    assert len(linked(head, "author")) == 1
    for rel in ("describedby", "item", "linkset"):
        for address in linked(head, rel):
            assert (archive_site.site / address.removeprefix(BASE)).is_file()


def test_the_linkset_says_what_the_head_says(archive_site, head, document):
    path = archive_site.site / f"documents/{document}.linkset.json"
    context, *_others = json.loads(path.read_text("utf-8"))["linkset"]
    assert context["anchor"] == f"{BASE}documents/{document}.html"
    for rel in ("cite-as", "describedby", "item", "license", "type", "author"):
        assert [target["href"] for target in context[rel]] == linked(head, rel)


def test_the_institution_is_one_author_everywhere(archive_site, head, document):
    issuer, _passages = DOCUMENTS[document]
    assert named(head, "citation_author") == [f"{issuer},"]
    assert named(head, "DC.contributor") == [issuer]
    data = json.loads(head.find("script", type="application/ld+json").string)
    assert data["isBasedOn"]["author"]["name"] == issuer
    entry = parse_file(archive_site.site / f"documents/{document}.bib", "bibtex").entries[document]
    assert [str(person) for person in entry.persons["author"]] == [f"{{{issuer}}}"]
    item = json.loads((archive_site.site / f"documents/{document}.json").read_text("utf-8"))[0]
    assert item["author"] == [{"literal": issuer}]


def test_json_ld_names_every_passage(head, document):
    data = json.loads(head.find("script", type="application/ld+json").string)
    assert data["@type"] == "Report"
    parts = [part["@id"] for part in data["hasPart"]]
    assert len(parts) == DOCUMENTS[document][1]
    assert all(part.startswith(f"#{document}-") for part in parts)
    assert data["@context"][1] == {"@base": f"{BASE}documents/{document}.html"}


def test_the_page_has_a_description_and_a_pdf(head, document):
    assert len(named(head, "description")) == 1
    assert named(head, "citation_pdf_url") == [f"{BASE}documents/{document}.pdf"]
    (title,) = [meta["content"] for meta in head.find_all("meta", attrs={"property": "og:title"})]
    assert named(head, "citation_title")[0].startswith(title.removesuffix("]"))


def test_one_bibliography_holds_all_documents(archive_site):
    entries = parse_file(archive_site.site / "archive.bib", "bibtex").entries
    assert set(entries) == {*DOCUMENTS, *(f"{each}.original" for each in DOCUMENTS)}


def test_the_feed_tells_once_of_a_document_that_was_published(archive_site):
    feed = ET.parse(archive_site.site / "atom.xml").getroot()
    entries = feed.findall(f"{ATOM}entry")
    dates = {
        event.date for each in ledger_of(archive_site.source).values() for event in each.events
    }
    ids = sorted(entry.findtext(f"{ATOM}id").partition("?publish=")[0] for entry in entries)
    assert ids == sorted(f"{BASE}documents/{each}.html" for each in DOCUMENTS)
    summaries = [entry.findtext(f"{ATOM}summary") for entry in entries]
    counts = [int(re.search(r"^(\d+) passages, ", said)[1]) for said in summaries]
    assert sum(counts) == 13
    assert not list(archive_site.site.glob("documents/*.feed.json"))
    assert feed.findtext(f"{ATOM}updated") == f"{max(dates)}T00:00:00Z"


def test_each_passage_leads_to_its_own_place_in_the_pdf(archive_site):
    for name in DOCUMENTS:
        sections = archive_site.page(f"documents/{name}.made.html").select("section.citing")
        assert len(sections) > 5
        for section in sections:
            (term,) = section.find_all("dt", string="In the PDF")
            place = "" if section["id"] == name else f"#nameddest={section['id']}"
            assert term.find_next("a")["href"] == f"{name}.pdf{place}"


def test_the_sitemap_has_every_page(archive_site):
    listed = {
        row.findtext(f"{SITEMAP}loc").removeprefix(BASE)
        for row in ET.parse(archive_site.site / "sitemap.xml").getroot()
    }
    pages = {name for name, _page in archive_site.pages()}
    assert listed == pages - {"404.html", "search.html"}
    assert f"Sitemap: {BASE}sitemap.xml" in (archive_site.site / "robots.txt").read_text("utf-8")


def test_the_sitemap_has_the_day_of_the_last_change(small_archive):
    source = small_archive("small")
    publish(source, "--day", "2026-11-22")
    edit(source, "documents/alpha.md", ("The third.", "The third one."))
    publish(source, "--day", "2026-11-24")
    rows = {
        row.findtext(f"{SITEMAP}loc").rpartition("/")[2]: row.findtext(f"{SITEMAP}lastmod")
        for row in ET.parse(built(source).site / "sitemap.xml").getroot()
    }
    assert (rows["alpha.html"], rows["beta.html"]) == ("2026-11-24", "2026-11-22")


def test_the_page_for_lost_addresses_works_from_any_depth(archive_site):
    page = archive_site.page("404.html")
    links = [link["href"] for link in page.select("article a[href]")]
    assert links
    assert all(link.startswith("/") for link in links)


def test_a_reference_keeps_its_address_and_says_where_to_look_for_copies(archive_site):
    entry = archive_site.page("references.html").find(id="cite-fns-comment-2018")
    link = entry.find("a", attrs={"data-originalurl": True})
    assert link["data-originalurl"] == link["href"]
    assert link["data-versiondate"] == "2018-05-13"
    copy = entry.select_one("a.archived-copy")
    assert copy["href"] == f"https://web.archive.org/web/20180513/{link['href']}"
    assert copy.string == "look for archived copies"
    undated = archive_site.page("references.html").find(id="cite-pollen-two-winters")
    assert "/web/*/" in undated.select_one("a.archived-copy")["href"]


def test_only_an_address_that_the_entry_names_is_called_an_archived_copy(small_archive):
    source = small_archive("small")
    copy = "https://copies.example/one"
    edit(
        source,
        "references.bib",
        ("  title = {One},", f"  title = {{One}},\n  archiveurl = {{{copy}}},"),
    )
    entry = built(source).page("references.html").find(id="cite-one")
    link = entry.select_one("a.archived-copy")
    assert (link["href"], link.string) == (copy, "archived copy")


def test_exports_follow_an_edit(small_archive):
    source = small_archive("small")
    done = build(source)
    before = (done.site / "documents/beta.bib").read_bytes()
    edit(source, "documents/alpha.md", ("title: The alpha letter", "title: The first letter"))
    done = built(source)
    assert "The first letter" in (done.site / "documents/alpha.bib").read_text("utf-8")
    assert "The first letter" in (done.site / "archive.bib").read_text("utf-8")
    assert (done.site / "documents/beta.bib").read_bytes() == before
