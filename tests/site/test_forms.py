"""The matrix: every block that MyST can write, and everything that a passage has.

The document ``forms`` of ``test-blocks`` holds each form once.  Each cell of the matrix holds, or
``EXCUSED`` says why the form cannot have it.  The document ``others`` has rarer blocks, which are
the same to readers as one of these.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from archive.model.passage import fingerprint
from tests.citing import links
from tests.conftest import Built, build, command, copy_root, edit, ledger_of, once, publish, sealed

FORMS = {
    "heading": "s1", "paragraph": "p1", "bullet list": "p2", "enumeration": "p3",
    "block quotation": "p4", "definition list": "p5", "field list": "p6", "table": "p7",
    "captioned table": "t1", "list-table": "t2", "figure": "x1", "verse": "p8", "code": "p9",
    "captioned code": "p10", "indented code": "p11", "formula": "p12", "epigraph": "p13",
    "speaker, struck text, redaction": "p14", "lone image": "p15", "admonition": "p16",
    "numbered list": "p17", "topic": "p18", "rubric": "p19", "line block": "p20",
    "list of passages": "p21", "item": "i1", "editor’s note": "n1", "signatories": "p22",
    "signatory": "g1", "footnote": "f7",
}  # fmt: skip

WORDS = {
    "f": "footnote", "g": "signatory", "i": "item", "n": "editor’s note", "p": "paragraph",
    "s": "section", "t": "table", "x": "figure",
}  # fmt: skip

VERBATIM = "nothing can be cited within what stands as it is written"
EXCUSED = {
    ("heading", "label"): "a heading has the theme's permalink, ¶",
    ("heading", "cite"): "a heading is not quoted; its passages and its document are",
    ("heading", "name"): "a heading is called what it says",
    ("code", "backlinks"): VERBATIM,
    ("indented code", "backlinks"): VERBATIM,
    ("formula", "backlinks"): VERBATIM,
    ("lone image", "backlinks"): VERBATIM,
    ("heading", "fidelity"): "headings are compared with the source's as notes are",
    ("editor’s note", "fidelity"): "the archive adds it, no source has it",
    ("figure", "fidelity"): "a picture is no paragraph; under p its caption is one",
    ("footnote", "fidelity"): "it is held against the source's endnote of its number",
    ("signatory", "fidelity"): "names are held against the paragraph of the group",
}


@dataclass(frozen=True)
class Forms:
    """The archive of all forms, published and built, and what its readers are given."""

    built: Built
    document: str = "forms"

    @cached_property
    def page(self) -> BeautifulSoup:
        return self.built.page(f"documents/{self.document}.html")

    @cached_property
    def made(self) -> BeautifulSoup:
        return self.built.page(f"documents/{self.document}.made.html")

    @cached_property
    def linked_back(self) -> set[str]:
        """The anchors to which the entries of works and terms lead back."""
        pages = (self.built.page(f"{name}.html") for name in ("references", "glossary"))
        links = (link["href"] for page in pages for link in page.select("a.anchor-mark"))
        return {link.partition("#")[2] for link in links}

    @cached_property
    def inventory(self) -> dict[str, tuple[str, str]]:
        return self.built.inventory()

    @cached_property
    def book(self) -> BeautifulSoup:
        with zipfile.ZipFile(self.built.site / "archive.epub") as book:
            return BeautifulSoup(book.read(f"documents/{self.document}.xhtml"), "lxml")

    @cached_property
    def places(self) -> dict[str, dict[str, str]]:
        """What search knows of each anchor."""
        shelf = self.built.source / "_build" / "doctrees" / "search-entries"
        entries = [json.loads(path.read_text("utf-8")) for path in shelf.rglob("*.json")]
        return {place["anchor"]: place for entry in entries for place in entry["places"]}

    def element(self, anchor: str) -> Tag:
        (found,) = self.page.find_all(id=anchor)
        return found


def _make(source: Path) -> Built:
    publish(copy_root("blocks", source))
    done = command(source, "build", "epub")
    assert done.returncode == 0, done.stdout + done.stderr
    site = sealed(source / "_build" / "html")
    return Built(source, site, done.stdout + done.stderr, 0)


@pytest.fixture(scope="session")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Forms:
    return Forms(once(tmp_path_factory, "forms", _make))


def _words(anchor: str) -> str:
    document, letter, number = re.fullmatch(r"(\w+)-([a-z])(\d+)", anchor).groups()
    return f"{document.capitalize()}, {WORDS[letter]} {number}"


def has_id(forms: Forms, anchor: str) -> bool:
    return len(forms.page.find_all(id=anchor)) == 1


def has_label(forms: Forms, anchor: str) -> bool:
    """One permalink, with its short form, under its spoken name."""
    found = forms.page.select(f'a.passage-label[href="#{anchor}"]')
    label = anchor.removeprefix(f"{forms.document}-").upper()
    names = [(each.text, each["title"]) for each in found]
    return names == [(label, f"Permalink to {_words(anchor)}")]


def has_cite(forms: Forms, anchor: str) -> bool:
    """One section under its spoken name, and one link to it beside what it names."""
    cited = forms.made.find_all("section", class_="citing", id=anchor)
    names = [(each.h3.get_text(), each.h3.a["href"]) for each in cited]
    at = _words(anchor).partition(", ")[2]
    name = f"Cite a signatory: {at}" if anchor.endswith("-g1") else f"Cite {at}"
    shown = [(link.get_text(), link["aria-label"]) for link in links(forms.page, anchor)]
    return (names, shown) == (
        [(_words(anchor), f"{forms.document}.html#{anchor}")],
        [(name.partition(": ")[0] if ": " in name else "Cite", name)],
    )


def is_in_ledger(forms: Forms, anchor: str) -> bool:
    return anchor in ledger_of(forms.built.source)


def has_name(forms: Forms, anchor: str) -> bool:
    address = f"documents/{forms.document}.html#{anchor}"
    return forms.inventory[anchor] == (address, _words(anchor))


def is_found(forms: Forms, anchor: str) -> bool:
    """Of a part, the way to it follows its name: “Forms, item 1 (P6 › I1)”."""
    return forms.places[anchor]["name"].partition(" (")[0] == _words(anchor)


def is_in_the_book(forms: Forms, anchor: str) -> bool:
    return len(forms.book.find_all(id=anchor)) == 1


def is_linked_back(forms: Forms, anchor: str) -> bool:
    """The entry of what it cites, or names, leads back to it."""
    return anchor in forms.linked_back


def is_compared(forms: Forms, anchor: str) -> bool:
    """It is listed among what renders a paragraph of the source."""
    return bool(forms.made.select(f'table.made a[href="{forms.document}.html#{anchor}"]'))


# Print adds two columns: its destinations and its tags.
COLUMNS: dict[str, Callable[[Forms, str], bool]] = {
    "id": has_id, "label": has_label, "cite": has_cite, "ledger": is_in_ledger, "name": has_name,
    "search": is_found, "EPUB": is_in_the_book, "backlinks": is_linked_back,
    "fidelity": is_compared,
}  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_every_form_has_all_that_a_passage_has(forms, column):
    lacking = {form for form, name in FORMS.items() if not COLUMNS[column](forms, f"forms-{name}")}
    assert lacking == {form for form, of in EXCUSED if of == column}


def test_every_other_block_has_all_that_a_passage_has(forms):
    others = Forms(forms.built, "others")
    anchors = [anchor for anchor in ledger_of(forms.built.source) if anchor.startswith("others-")]
    assert len(anchors) == 29
    for name in COLUMNS.keys() - {"backlinks"}:  # few of them cite anything
        assert [anchor for anchor in anchors if not COLUMNS[name](others, anchor)] == [], name


def test_a_copy_of_every_form_is_sound(forms):
    done = command(forms.built.source, "verify", str(forms.built.site))
    assert done.returncode == 0, done.stdout


def test_the_document_has_no_form_that_the_matrix_lacks(forms):
    kinds = {re.sub(r"\d+$", "", name) for name in FORMS.values()}
    published = (each.partition("-") for each in ledger_of(forms.built.source))
    assert {re.sub(r"\d+$", "", name) for of, _, name in published if of == "forms"} == kinds


def test_a_heading_is_called_by_the_label_of_a_work_that_it_cites(forms):
    name = "4.0 A heading that cites [Pilots 2019]"
    assert forms.built.inventory()["forms-s1"][1] == name
    assert forms.page.select_one('.toc-tree a[href="#forms-s1"]').text == name


def _numbers(page: BeautifulSoup) -> tuple[list[str], list[tuple[str, str]]]:
    """The numbers of the marks in their order, and of each note with its words."""
    marks = page.find_all(class_="footnote-reference")
    notes = []
    for note in page.find_all("aside", class_="footnote"):
        number = note.find(class_="label").text.strip("[]\n ")
        notes.append((number, fingerprint(note.find("p").get_text())))
    return [mark.text.strip("[]") for mark in marks], notes


def test_footnotes_have_the_same_numbers_and_order_in_page_and_book(forms):
    marks, notes = _numbers(forms.page)
    assert (marks, notes) == _numbers(forms.book)
    # That of a passage is its own; one within a note comes right after that note.
    assert marks == ["1", "7", "3", "4", "5", "6", "8", "2", "2"]
    assert [number for number, _ in notes] == ["1", "2", "3", "4", "5", "6", "7", "8"]


def test_each_mark_and_its_note_lead_to_each_other(forms):
    for mark in forms.page.select("a.footnote-reference"):
        note = forms.element(mark["href"].removeprefix("#"))
        assert f"#{mark['id']}" in [back["href"] for back in note.select("[role=doc-backlink]")]
        assert not re.fullmatch(r"id\d+", mark["id"])


def test_an_enumeration_shows_the_marks_of_its_source(forms):
    for page in (forms.page, forms.book):
        marks = page.find(id="forms-p3").find_all(class_="item-mark")
        assert [mark.text for mark in marks] == ["(a)", "(b)"]


def test_a_list_begins_with_the_number_of_its_source_in_every_form(forms):
    others = Forms(forms.built, "others")
    text = (forms.built.site / "documents" / "others.txt").read_text("utf-8")
    assert "5. the fifth,\n6. the sixth." in text
    for page in (others.page, others.book):
        assert page.find(id="others-p28")["start"] == "5"


def test_a_wide_table_scrolls_in_a_box_that_the_keyboard_reaches(forms):
    for table in forms.page.select(".document table"):
        box = table.parent
        assert (box["role"], box["tabindex"]) == ("region", "0")
        assert box["aria-label"]


def test_signatories_are_a_list_with_their_number_and_one_link_to_the_first(forms):
    group = forms.element("forms-p22")
    assert group.summary.text == "Organisations, 2 signatories"
    assert group.select("a.to-cite") == links(forms.page, "forms-g1")
    assert group.has_attr("open")  # so few do not bury the text


def test_many_signatories_are_folded_behind_their_number_and_found_by_name(forms):
    group = forms.element("forms-g15").find_parent("details")
    assert group.summary.text == "Persons, 13 signatories"
    assert not group.has_attr("open")
    assert forms.places["forms-g15"]["words"] == "Mia Sand, photographer"
    assert not forms.book.find_all("details")  # a book has nothing to unfold them with


MISTAKES = {
    "anchor-astray": ("(forms-p99)=\n% a comment\n", "forms-p99"),
    "anchor-uncitable": ("(forms-p99)=\n:::{hlist}\n- One\n:::\n", "list in columns"),
    "directive-refused": (":::{only} latex\nHidden.\n:::\n", "“only”"),
    "footnote-place": ("(forms-p99)=\nOne.[^only]\n\n(forms-p98)=\n- [^only]: Text.\n", "outside"),
    "footnote-letter": ("(forms-p99)=\nOne.[^forms-p98]\n\n[^forms-p98]: Text.\n", "forms-f98"),
    "signatories-list": (
        "(forms-p99)=\n:::{signatories} Unions\nNo item.\n\n- (forms-g99)=\n  One\n:::\n", "item"
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def mistaken(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a build tells of a document with every mistake."""
    source = copy_root("blocks", tmp_path_factory.mktemp("mistaken") / "archive")
    for number, (wrong, _told) in enumerate(MISTAKES.values()):
        text = (source / "documents" / "forms.md").read_text("utf-8").split("\n(forms-s1)=")[0]
        name = f"wrong-{number}"
        body = wrong.replace("forms-", f"{name}-")
        path = source / "documents" / f"{name}.md"
        path.write_text(text.replace("id: forms", f"id: {name}") + "\n" + body, "utf-8")
    return build(source).output


@pytest.mark.parametrize("rule", MISTAKES)
def test_what_cannot_be_a_passage_is_told_with_its_place(mistaken, rule):
    number = list(MISTAKES).index(rule)
    told = MISTAKES[rule][1].replace("forms-", f"wrong-{number}-")
    (line,) = [each for each in mistaken.splitlines() if f"[{rule}]" in each]
    assert re.match(rf"documents/wrong-{number}\.md:[1-9]\d*: ERROR: ", line)
    assert told in line
    assert "To mend: " in line


def test_a_heading_that_cites_is_read_again_when_the_label_changes(tmp_path):
    source = copy_root("blocks", tmp_path / "archive")
    assert build(source).code == 0
    edit(source, "references.bib", ("shortauthor = {{Pilots}}", "shortauthor = {{Pilotage}}"))
    again = build(source)
    assert again.inventory()["forms-s1"][1] == "4.0 A heading that cites [Pilotage 2019]"
