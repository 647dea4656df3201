"""A document of each kind is cited by its own numbering, on pages and in what is made of them.

``tests/pdf/test_field.py`` and ``tests/epub/test_field.py`` hold the same build's other forms.
"""

from __future__ import annotations

import json
import re
from functools import cache

import pytest

from archive.model.agents import ROLES
from archive.model.crosswalk import own_rows
from archive.model.kinds import KINDS
from archive.model.passage import Anchor
from archive.model.record import Record
from archive.model.relations import BONDS
from tests import field
from tests.conftest import ROOTS, command

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
    "ferry-letter-g250": ("Ferry letter, signatory 250", "signatory 250"),
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
    "papers-act-p5": "papers-act-p4",
    "papers-act-p4": "papers-act-p3",
    "papers-act-p3": "papers-act-p1",
    "harbours-covenant-p2": "harbours-covenant-a4",
}

# A relation's two ends, each with the words of the other's page for it.
RELATED = [
    ("quill-erklaerung", "Translation of", "quill-declaration", "Translations"),
    ("letter-release", "Announces", "ferry-letter", "Announced by"),
    ("crews-leaflet", "Annex of", "pellimar-letter", "Annexes"),
    ("ferry-judgment", "Quotes", "papers-act", "Quoted by"),
]


@pytest.fixture(scope="session")
def page(field_site):
    """Read a document's page, once."""
    return cache(lambda name: field_site.page(f"documents/{name}.html"))


def panel(page, anchor):
    """The panel "Cite" of a passage."""
    name = CITED[anchor][0]
    (summary,) = page(Anchor.parse(anchor).document).select(f'summary[aria-label="Cite {name}"]')
    return summary.find_parent("details")


def said(tag):
    return " ".join(tag.get_text(" ").split())


def test_each_passage_is_named_in_the_inventory_as_people_say_it(field_site):
    inventory = field_site.inventory()
    assert {anchor: inventory[anchor][1] for anchor in CITED} == {
        anchor: name for anchor, (name, _) in CITED.items()
    }


@pytest.mark.parametrize("anchor", CITED)
def test_each_form_of_citation_has_the_passages_own_number(page, anchor):
    pinpoint = CITED[anchor][1]
    forms = {pre.find_parent("details").summary.get_text(): pre.get_text()
             for pre in panel(page, anchor).find_all("pre")}  # fmt: skip
    assert f"pages       = {{{pinpoint}}}" in forms["BibTeX"]
    assert f"SP  - {pinpoint}\n" in forms["RIS"]
    assert json.loads(forms["CSL-JSON"])[0]["page"] == pinpoint


@pytest.mark.parametrize("anchor", CITED)
def test_the_words_to_copy_have_the_passages_own_number(page, anchor):
    words = {said(dt): said(dt.find_next_sibling("dd")) for dt in panel(page, anchor).select("dt")}
    number = re.search(r"[\d.]+|[A-Z]$|embargo", CITED[anchor][1])[0]
    for form in ("Chicago note", "APA, in the text", "Bluebook"):
        assert number in words[form], words[form]


@pytest.mark.parametrize("anchor", CITED)
def test_the_page_has_the_passages_own_number_and_leads_to_it(page, anchor):
    document = page(Anchor.parse(anchor).document)
    assert len(document.find_all(id=anchor)) == 1
    (permalink,) = document.select(f'a.passage-label[href="#{anchor}"]')
    assert permalink["aria-label"] == f"Permalink to {CITED[anchor][0]}"


@pytest.mark.parametrize(("part", "parent"), PARENTS.items())
def test_a_part_stands_within_the_passage_that_it_is_a_part_of(page, part, parent):
    document = page(Anchor.parse(part).document)
    own = document.find(id=part).find_parent(class_="passage").find("details")
    assert own.find("a", href=f"#{parent}")
    group = document.find(id=part).find_parent(role="group")
    assert document.find(id=parent) in group.parent.find_all(id=True)
    assert document.find(id=parent) not in group.find_all(id=True)


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


def test_each_signatory_stands_in_a_group_and_has_an_address(page):
    letter = page("ferry-letter")
    anchors = [f"ferry-letter-g{number}" for number in range(1, 251)]
    assert [tag["id"] for tag in letter.select(".signatories [id]") if tag.name != "summary"] == anchors


def notes(soup):
    """The numbers and first words of footnotes."""
    found = {}
    for note in soup.select("aside.footnote"):
        number, words = said(note).strip("[ ").split(maxsplit=1)
        found[int(number.strip("[] "))] = words.lstrip("] ")[:24]
    return found


def test_footnotes_have_the_numbers_of_their_anchors_and_are_in_order(page):
    found = notes(page("ferry-judgment"))
    assert list(found) == sorted(found)
    assert found[12] == "The words are also at th"
    assert found[13] == "The archive has not foun"  # the note within a note, after the others


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
    for name, (letters, locator, must, _) in rows.items():
        kind = KINDS[name]
        assert letters == ", ".join(f"`{each}`" for each in kind.letters)
        assert locator == (f"`{kind.locator}`" if kind.locator else "")
        assert must == ", ".join(kind.must)


def test_the_page_for_editors_tells_each_key_role_and_relation():
    told = {key.strip("` ") for names, _ in field.table("key") for key in names.split(",")}
    assert {row.key for row in own_rows(Record)} == told
    page = field.WRITING.read_text("utf-8")
    assert [each for each in (*ROLES, *BONDS) if each not in page] == []
