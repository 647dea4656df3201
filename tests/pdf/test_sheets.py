"""What a sheet of paper shows by itself: its head, blocks kept whole, sentences with pages."""

from __future__ import annotations

import re
from importlib.resources import files

import pikepdf
import pytest
from docutils import nodes
from docutils.utils import new_document

from archive.pdf import code
from archive.pdf.pages import Addresses, Subject, draw_page
from archive.pdf.press import Press
from tests.conftest import pdftotext
from tests.pdf.conftest import Print

HEAD = ("-x", "0", "-y", "0", "-W", "700", "-H", "70")  # of a page, in points


def _printed(folder, body):
    """The pages of a body in Typst, as texts."""
    template = files("archive.pdf") / "template.typ"
    (folder / "template.typ").write_bytes(template.read_bytes())
    source = folder / "sheets.typ"
    source.write_text(
        "\n".join((
            '#import "/template.typ": *', "#let archive-link = archive-link.with((:))",
            '#show: edition.with(title: "Sheets", archive: "The Archive")',
            f"#{code.block(body)}", "#publish-positions(())",
        )), "utf-8",
    )  # fmt: skip
    (folder / "sheets.pdf").write_bytes(Press(folder, 0, 1).compile(source).pdf)
    return pdftotext(folder / "sheets.pdf").split("\f")[:-1], folder / "sheets.pdf"


def _lines(page):
    return [line for line in page.splitlines() if line.strip()]


def test_an_entry_and_what_stands_below_it_are_on_one_page(tmp_path):
    said = '{par("' + "words " * 30 + '"); par("Mentioned below")}'
    items = [code.array([code.string(f"Term {at}"), said, "true"]) for at in range(60)]
    pages, _pdf = _printed(tmp_path, [code.call("definition-list", code.array(items))])
    assert len(pages) > 4
    for page in pages:
        body = _lines(page)
        assert body[0].startswith("Term")
        assert "Mentioned below" in body[-3:]


def test_a_short_note_is_on_one_page(tmp_path):
    note = 'editors-note([Note], par("' + "words " * 60 + '"), breakable: false)'
    pages, _pdf = _printed(tmp_path, ["v(610pt)", note])
    assert [_lines(page)[0].casefold() for page in pages[1:]] == ["note"]


@pytest.mark.parametrize(("above", "room", "sheet"), [
    ("200pt", "70mm", 1), ("480pt", "70mm", 2), ("100pt", "150mm", 1), ("300pt", "150mm", 2),
])  # fmt: skip
def test_a_chapter_begins_on_the_sheet_of_the_one_before_where_there_is_room(
    tmp_path, above, room, sheet
):
    """And the head names the chapter and the section that stand at the top of the sheet."""
    body = [
        'begin("First")', 'page-title(none, "First")', 'section-title(2, none, "Of the first")',
        'par("words")', "pagebreak()", 'par("words")', f"v({above})",
        f'begin-below("Second", room: {room})', 'page-title(none, "Second")',
        'par("' + "words " * 900 + '")',
    ]  # fmt: skip
    pages, pdf = _printed(tmp_path, body)
    assert re.findall(r"^Second$", pages[sheet], re.MULTILINE)
    heads = [_lines(head) for head in pdftotext(pdf, *HEAD).split("\f")[:-1]]
    assert heads[:3] == [[], ["First", "Of the first"], [] if sheet == 2 else ["Second"]]
    assert heads[-1] == ["Second"]


def test_the_proof_of_publication_stands_below_the_last_words_rather_than_alone(tmp_path):
    proof = ["[Proof]", "[" + "Line, tree head " * 7 + "]", "[Passages]"]
    pages, _pdf = _printed(tmp_path, ["v(625pt)", 'par("words")', code.call("publication", *proof)])
    assert len(pages) == 1


def _page(sections):
    """A drawn page of so many sections, each with a note, and a list at its end."""
    page = nodes.section("", nodes.title("", "Page"))
    for at in range(sections):
        note = nodes.admonition("", nodes.title("", "Note"), nodes.paragraph("", f"Note {at}."))
        page += nodes.section("", nodes.title("", f"Section {at}"), note)
    page += nodes.rubric("", "Referred to by", is_closing=True)
    page += nodes.paragraph("", "Elsewhere.")
    subject = Subject("page", "page.md", Addresses("https://a.example/", lambda _: False), "en")
    doctree = new_document("page")
    doctree += page
    return draw_page(doctree, subject)


@pytest.mark.parametrize(("sections", "listed"), [(12, True), (13, False)])
def test_contents_list_the_sections_of_a_page_unless_they_are_many(tmp_path, sections, listed):
    drawn = _page(sections)
    body = [
        code.call("contents", code.string("Contents")),
        "pagebreak()",
        'begin("Page")',
        drawn.code,
    ]
    pages, pdf = _printed(tmp_path, body)
    assert ("Section 3" in pages[0]) is listed
    with Print(pdf).pdf.open_outline() as outline:
        assert len(outline.root[1].children) == sections


def test_the_lists_at_the_end_do_not_stand_on_a_page_alone():
    bound = [piece.code for piece in _page(2).pieces if "set block(sticky: true)" in piece.code]
    assert len(bound) == 1
    assert "Note 1." in bound[0]


def test_a_sentence_goes_on_behind_the_page_of_a_reference(archive_site):
    text = " ".join(pdftotext(archive_site.site / "archive.pdf").split())
    assert re.search(r"Keepers’ statement, paragraph 1 \(p\. \d+\) says", text)
    assert re.search(r"\([^()]*Seed resolution, whereas \d, p\. \d+[^()]*\)", text)
    unbracketed = re.sub(r"\([^()]*\)", "", text)
    assert not re.search(r"(paragraph|whereas|note) \d+, p\. \d+ [a-z]", unbracketed)


def _flat(items, path=()):
    for item in items:
        yield (*path, str(item.title)), item
        yield from _flat(item.children, (*path, str(item.title)))


def test_passages_terms_and_works_have_bookmarks_below_their_sections(archive_site):
    combined = Print(archive_site.site / "archive.pdf")
    with combined.pdf.open_outline() as outline:
        found = {path[-1]: (path, item.destination) for path, item in _flat(outline.root)}
    (title,) = [title for title in found if title.startswith("W3 The clause reports")]
    path, target = found[title]
    assert len(title) < 66
    assert path[1] == "The whereas clauses"
    named = pikepdf.NameTree(combined.pdf.Root.Names.Dests)["isle-seed-resolution-w3"].D
    assert list(target) == list(named)
    assert found["blight"][0][0] == "Glossary"
    assert found["FNS 2018"][0][0] == "References"
    in_order = [title[:2] for title in found if re.match(r"[A-Z]\d+ ", title)]
    assert in_order.index("N1") < in_order.index("W3")
