"""A document of each kind is cited by its own numbering, on its page and in every other form.

``tests/pdf/test_field.py`` holds the same build's PDFs.
"""

from __future__ import annotations

import re
from functools import cache
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup

from archive.model.agents import ROLES
from archive.model.crosswalk import own_rows
from archive.model.kinds import AUTHORS, KINDS
from archive.model.passage import Anchor
from archive.model.record import Record
from archive.model.relations import BONDS
from tests import field
from tests.citing import records, section, told
from tests.conftest import ROOTS, command, pdftotext

# Each passage with the name that people say, its label in the margin and its pinpoint.
CITED = {
    "ferry-judgment-p57": ("Ferry judgment [57]", "[57]"),
    "ferry-judgment-f12": ("Ferry judgment, footnote 12", "footnote 12"),
    "papers-act-p1": ("Papers Act § 14", "§ 14"),
    "papers-act-p5": ("Papers Act § 14(b)(1)(A)", "§ 14(b)(1)(A)"),
    "harbours-covenant-w2": ("Harbours covenant, whereas 2", "whereas 2"),
    "harbours-covenant-a4": ("Harbours covenant, art. 4", "art. 4"),
    "harbours-covenant-p2": ("Harbours covenant, art. 4(b)", "art. 4(b)"),
    "pellimar-indictment-c3": ("Pellimar indictment, count 3", "count 3"),
    "pellimar-indictment-e2": ("Pellimar indictment, ex. B", "ex. B"),
    "ferry-letter-g221": ("Ferry letter, signatory 221", "signatory 221"),
    "ferry-hearing-p21": ("Ferry hearing, 12:04", "12:04"),
    "letter-release-p1": ("Release on the letter, embargo", "embargo"),
    "quill-declaration-a3": ("Quill declaration, art. 3", "art. 3"),
    "quill-erklaerung-a3": ("Quill-Erklärung, art. 3", "art. 3"),
    "sinking-report-p2": ("Sinking report [2]", "[2]"),
    "sinking-report-p13": ("Sinking report, Annex I, [2]", "Annex I, [2]"),
    "sinking-report-p16": ("Sinking report, Annex II, [2]", "Annex II, [2]"),
    "sinking-report-t1": ("Sinking report, table 1", "table 1"),
    "sinking-report-x1": ("Sinking report, figure 1", "figure 1"),
    "pellimar-letter-p2": ("Pellimar letter, paragraph 2", "paragraph 2"),
    "crews-leaflet-p2": ("Crews’ leaflet, v. 2", "v. 2"),
}

# What stands above a passage that is a part of it.
PARENTS = {
    "papers-act-p5": ("papers-act-p4", "Papers Act § 14(b)(1)"),
    "papers-act-p4": ("papers-act-p3", "Papers Act § 14(b)"),
    "papers-act-p3": ("papers-act-p1", "Papers Act § 14"),
    "harbours-covenant-p2": ("harbours-covenant-a4", "Harbours covenant, art. 4"),
}

# How many footnotes a document has.
NOTES = {"ferry-judgment": 13, "ferry-letter": 3, "sinking-report": 1, "reed-letter": 2}

# A relation's two ends, each with the words of the other's page for it.
RELATED = [
    ("quill-erklaerung", "Translation of", "quill-declaration", "Translations"),
    ("letter-release", "Announces", "ferry-letter", "Announced by"),
    ("letter-release", "Follows up", "pellimar-letter", "Followed up by"),
    ("crews-leaflet", "Annex of", "pellimar-letter", "Annexes"),
    ("ferry-judgment", "Quotes", "papers-act", "Quoted by"),
]


@pytest.fixture(scope="session")
def page(field_site):
    """Read a document's page, once."""
    return cache(lambda name: field_site.page(f"documents/{name}.html"))


@pytest.fixture(scope="session")
def book(field_site):
    """Read a document's chapter of the EPUB, once."""
    opened = ZipFile(field_site.site / "archive.epub")
    return cache(lambda name: BeautifulSoup(opened.read(f"documents/{name}.xhtml"), "lxml"))


def cited(page, anchor):
    """The section of the companion page on a passage."""
    return section(page(f"{Anchor.parse(anchor).document}.made"), anchor)


def said(tag):
    return " ".join(tag.get_text(" ").split())


def test_each_passage_is_named_in_the_inventory_as_people_say_it(field_site):
    inventory = field_site.inventory()
    assert {anchor: inventory[anchor][1] for anchor in CITED} == {
        anchor: name for anchor, (name, _) in CITED.items()
    }


@pytest.mark.parametrize("anchor", CITED)
def test_each_form_of_citation_has_the_passages_own_number(page, anchor):
    name, pinpoint = CITED[anchor]
    for record in records(page(f"{Anchor.parse(anchor).document}.made"), anchor).values():
        assert f", {pinpoint} [" in record
        assert "rewritten by the Archive of the Five Harbours]" in record
    assert cited(page, anchor).h3.get_text() == name
    words = told(cited(page, anchor))
    number = re.search(r"[\d.]+|[A-Z]$|embargo", pinpoint)[0]
    for form in ("Chicago note", "APA, in the text", "Bluebook"):
        assert number in words[form], words[form]


@pytest.mark.parametrize("anchor", CITED)
def test_the_page_has_the_passages_own_number_and_leads_to_it(page, anchor):
    document = page(Anchor.parse(anchor).document)
    assert len(document.find_all(id=anchor)) == 1
    (permalink,) = document.select(f'a.passage-label[href="#{anchor}"]')
    assert permalink["title"] == f"Permalink to {CITED[anchor][0]}"


@pytest.mark.parametrize("part", PARENTS)
def test_a_part_stands_among_the_parts_of_the_passage_above_it(page, part):
    parent, name = PARENTS[part]
    block = page(Anchor.parse(part).document).find(id=part)
    assert block.find_parent(role="group")["aria-label"] == f"Parts of {name}"
    assert told(cited(page, part))["Part of"] == name
    assert cited(page, part).select(f'a[href="#{parent}"]')


@pytest.mark.parametrize("anchor", CITED)
def test_the_book_has_the_passage_at_its_anchor(book, anchor):
    assert len(book(Anchor.parse(anchor).document).find_all(id=anchor)) == 1


@pytest.mark.parametrize(("document", "there", "target", "back"), RELATED)
def test_both_ends_of_a_relation_tell_it(page, document, there, target, back):
    for at, words, other in ((document, there, target), (target, back, document)):
        (term,) = [dt for dt in page(at).select(".record dt") if said(dt).startswith(words)]
        links = term.find_next_sibling("dd").find_all("a")
        assert f"{other}.html" in {link["href"].split("#")[0] for link in links}, at


def test_a_document_held_in_part_says_which_and_why(page):
    record = said(page("pellimar-letter").select_one(".record"))
    for words in ("paragraphs 1 and 3 to 6", "paragraph 2", "lower half of the first sheet"):
        assert words in record


def test_each_of_250_signatories_stands_in_a_group_under_a_name_of_its_own(page, field_site):
    anchors = [f"ferry-letter-g{number}" for number in range(1, 251)]
    names = page("ferry-letter").select("details.signatories li p[id]")
    assert [name["id"] for name in names] == anchors
    cited = page("ferry-letter.made").select('section.citing[id^="ferry-letter-g"]')
    assert [each["id"] for each in cited] == anchors
    assert len({said(name) for name in names}) == 250
    inventory = field_site.inventory()
    assert [inventory[anchor][1] for anchor in anchors] == [
        f"Ferry letter, signatory {number}" for number in range(1, 251)
    ]


@pytest.mark.parametrize(("document", "counts"), [
    ("ferry-letter", "4 passages, 250 signatories"),
    ("ferry-judgment", "60 passages, 12 footnotes"),
    ("crews-leaflet", "4 passages"),
])  # fmt: skip
def test_the_catalogue_counts_what_stands_beside_passages_apart(field_site, document, counts):
    catalogue = field_site.page("documents/index.html")
    entry = catalogue.select_one(f'.catalogue a[href="{document}.html"]').find_parent("li")
    assert said(entry.select_one(".catalogue-facts")).endswith(f"· {counts}")


@pytest.mark.parametrize(("document", "count"), NOTES.items())
def test_footnotes_have_the_same_numbers_and_words_in_every_form(
    field_site, book, page, document, count
):
    found = notes(page(document))
    assert list(found) == list(range(1, count + 1))
    assert notes(book(document)) == found
    printed = " ".join(pdftotext(field_site.site / "documents" / f"{document}.pdf").split())
    for number, words in found.items():
        assert f"{number} {words}" in printed or f"{number}{words}" in printed


def notes(soup):
    """The numbers of footnotes, each with its first words."""
    found = {}
    for note in soup.select("aside.footnote"):
        text = note.select_one("p")
        label = text.select_one(".passage-label")
        words = said(text).removeprefix(label.get_text() if label else "").split()
        found[int(note.select_one(".label").get_text().strip("[]"))] = " ".join(words[:4])
    return found


def test_a_note_is_the_passage_that_its_anchor_says(page):
    (note,) = page("ferry-judgment").select("#ferry-judgment-f12")
    assert notes(BeautifulSoup(str(note), "lxml")) == {12: "The words are also"}


def test_the_sources_of_two_are_rendered_whole(field_site):
    """One with parts within articles, one that is held in part."""
    done = command(
        field_site.source, "verify-sources", "harbours-covenant", "pellimar-letter",
        "--sources", str(ROOTS / "sources-field"), "--check",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "harbours-covenant: 14 paragraphs, 14 passages" in done.stdout
    assert "pellimar-letter: 5 paragraphs, 5 passages" in done.stdout


# --- docs/WRITING.md


def test_each_example_of_the_page_for_editors_is_in_the_archive(field_site):
    """Its anchors answer; the build has taken every example, and told no problem."""
    inventory = field_site.inventory()
    for example in field.examples():
        anchors = field.anchors(example)
        assert anchors
        assert anchors <= inventory.keys()


def test_the_page_for_editors_tells_each_kind_as_the_engine_knows_it():
    rows = dict(field.table("kind"))
    assert list(rows) == list(KINDS)
    for name, (letters, locator, must, cited, _) in rows.items():
        kind = KINDS[name]
        assert letters == ", ".join(f"`{each}`" for each in kind.letters)
        assert locator == (f"`{kind.locator}`" if kind.locator else "")
        assert must == ", ".join(kind.must)
        assert cited == ", ".join(each for each in kind.cited if each not in AUTHORS)


def test_the_page_for_editors_tells_each_key_role_and_relation():
    told = {key.strip("` ") for names, _ in field.table("key") for key in names.split(",")}
    assert {row.key for row in own_rows(Record)} == told
    page = field.WRITING.read_text("utf-8")
    assert [each for each in (*ROLES, *BONDS) if each not in page] == []
