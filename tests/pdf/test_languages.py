"""Print speaks the language of each document, and sets each script in its direction."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest
from docutils import nodes

from archive.drawing import Drawing, Label, Rule
from archive.model.showing import heading_of
from archive.pdf import ENGLISH, blocks, from_the_right, runs_against, words_of
from archive.pdf.edition import TEMPLATE, in_fonts
from archive.pdf.fonts import described, letters, needed
from archive.pdf.inline import own_text
from archive.pdf.pages import Addresses, Pen, Subject
from archive.pdf.press import CompileError, Press
from archive.preservation.printed import Text, read_print
from archive.preservation.words import words_of_page
from archive.site.show.drawings import drawing
from tests.conftest import pdftotext
from tests.pdf.conftest import ARABIC, SENTENCES, Print


def _lines(path):
    return {" ".join(line.split()) for line in pdftotext(path).splitlines()}


def _text(path):
    return " ".join(pdftotext(path).split())


def _fonts(path):
    """The names of the fonts in a PDF, without the marks that say each is a part of its font."""
    pages = Print(path).pdf.pages
    found = {str(font.BaseFont) for page in pages for font in page.resources.Font.values()}
    assert all(re.match(r"/[A-Z]{6}\+", name) for name in found)
    return {name.partition("+")[2].removesuffix("-Identity-H") for name in found}


@pytest.mark.parametrize(
    ("language", "references", "page"),
    [("de", "Nachweise", "S."), ("de-CH", "Nachweise", "S."), ("fr", "Références", "p."),
     ("es-MX", "Referencias", "pág."), ("en-GB", "References", "p."), ("ar", "المراجع", "ص")],
)  # fmt: skip
def test_what_print_says_by_language(language, references, page):
    words = words_of(language)
    assert (words.references, words.page) == (references, page)


def test_a_language_without_words_here_is_given_english_ones():
    assert words_of("tlh") == ENGLISH


def test_a_documents_own_words_are_in_its_language(spoken):
    text = _text(spoken.site / "documents" / "plain.pdf")
    assert "Nachweise" in text
    assert "Angeführt in P1" in text
    assert "References" not in text


def test_a_notice_is_headed_in_the_language_of_its_document_in_print(spoken):
    text = _text(spoken.site / "documents" / "kitchen.pdf")
    assert heading_of("note", "ar") in text
    assert "Note" not in text.split()


def test_references_to_pages_are_in_the_language_of_the_document(spoken):
    combined = _text(spoken.site / "archive.pdf")
    assert re.search(r"Kitchen sink\W.{,30}\(S. \d\)", combined)  # from the German document
    assert re.search(r"Plain letter, paragraph 1 \(p. \d\)", combined)  # from an English page


def test_the_language_is_that_of_the_pdf(spoken):
    assert str(Print(spoken.site / "documents" / "plain.pdf").pdf.Root.Lang) == "de"
    assert str(Print(spoken.site / "documents" / "kitchen.pdf").pdf.Root.Lang) == "ar"


def test_arabic_is_extracted_in_the_order_in_which_it_is_read(spoken):
    assert ARABIC in _text(spoken.site / "documents" / "kitchen.pdf")


def test_english_in_an_arabic_document_ends_where_it_ends(spoken):
    """Numbers at its beginning and full stops stand where they belong."""
    lines = _lines(spoken.site / "documents" / "kitchen.pdf")
    assert {"Its second paragraph.", "Another option."} <= lines
    assert {"The caption of the drop.", "A table with a caption"} <= lines
    assert "1 if “so”" in lines  # within a formula


def test_where_lines_begin_at_the_right_labels_stand_there(spoken):
    """All in one line, whatever they belong to: text, lists, tables, formulas, notes."""
    pdf = Print(spoken.site / "documents" / "kitchen.pdf")
    marks = {
        link.address.partition("#")[2]: link.right for link in pdf.links
        if link.address and "/kitchen.html#kitchen-" in link.address and link.right > 510
    }  # fmt: skip
    assert {f"kitchen-p{number}" for number in (*range(1, 9), 10, 11, 12, 13)} <= marks.keys()
    assert "kitchen-n1" in marks
    assert max(marks.values()) - min(marks.values()) < 1
    assert max(marks.values()) < pdf.width


def test_each_script_is_set_in_a_font_made_for_it(spoken):
    """Of each font only what is used is in the PDF."""
    fonts = _fonts(spoken.site / "documents" / "kitchen.pdf")
    assert {"Amiri-Regular", "LibertinusSerif-Regular", "NewCMMath-Book"} <= fonts
    assert (spoken.site / "documents" / "kitchen.pdf").stat().st_size < 200_000


def test_a_font_that_is_not_needed_is_not_there(print_archive):
    for name in ("documents/kitchen.pdf", "documents/plain.pdf", "archive.pdf"):
        assert not {font for font in _fonts(print_archive.site / name) if "Amiri" in font}


@pytest.mark.parametrize(
    ("language", "right"),
    [("ar", True), ("fa-AF", True), ("ckb", True), ("uz-Arab", True), ("pa-PK", True),
     ("pa", False), ("ks-Deva", False), ("zh-Hant", False), ("en-GB", False)],
)  # fmt: skip
def test_lines_begin_at_the_right_in_the_scripts_that_do(language, right):
    assert from_the_right(language) is right


def test_labels_of_scripts_from_the_left_stand_in_the_left_margin(spoken):
    links = Print(spoken.site / "documents" / "scripts.pdf").links
    marks = [each for each in links if each.address and "html#scripts-p" in each.address]
    assert len(marks) == len(SENTENCES) + 1
    assert max(each.left for each in marks) < 120


@pytest.fixture(scope="module")
def scripts(spoken):
    """What a reader of PDFs finds in the document in many scripts."""
    return _text(spoken.site / "documents" / "scripts.pdf")


@pytest.mark.parametrize("language", SENTENCES)
def test_print_is_extracted_in_the_words_of_each_script(scripts, language):
    assert SENTENCES[language] in scripts


def test_print_is_found_to_say_what_the_page_says_in_each_script(spoken):
    text = Text(read_print((spoken.site / "documents" / "scripts.pdf").read_bytes()))
    assert [each for each in SENTENCES.values() if not text.has(each)] == []
    assert text.has("A letter \ua6a0 that no font has, and \U00010330 another.")
    assert not text.has("নতামত")  # instead of মতামত


@pytest.mark.parametrize("name", ["kitchen", "scripts"])
def test_each_passage_is_found_in_print_whichever_way_its_lines_run(spoken, name):
    text = Text(read_print((spoken.site / f"documents/{name}.pdf").read_bytes()))
    page = words_of_page(lxml.html.parse(spoken.site / f"documents/{name}.html").getroot())
    wrong = {anchor: text.says(anchor, said) for anchor, said in page.said.items()}
    assert {anchor: why for anchor, why in wrong.items() if why} == {}
    two = re.compile(r"(\w+) (\w+)(?=[^\w\x00-\x1f])")
    turned = {
        anchor: replace(said, text=two.sub(r"\2 \1", said.text, count=1))
        for anchor, said in page.said.items() if said.words == said.text  # no formula
    }  # fmt: skip
    assert turned.keys() & wrong.keys()
    assert [
        anchor for anchor, said in turned.items()
        if said != page.said[anchor] and not text.says(anchor, said)
    ] == []  # fmt: skip


def test_each_script_has_a_font_of_its_own_and_each_language_its_shapes(spoken):
    fonts = _fonts(spoken.site / "documents" / "scripts.pdf")
    assert {"NotoSansDevanagari-Regular", "NotoSansBengali-Regular", "Amiri-Regular"} <= fonts
    assert {f"NotoSansCJK{name}-Thin" for name in ("sc", "tc", "jp", "kr")} <= fonts
    assert "NewCMMath-Book" not in fonts  # which has broken letters of Devanagari


def test_what_has_no_font_is_told_once_with_its_place_and_costs_a_number(spoken, scripts):
    assert "A letter [U+A6A0] that no font has, and [U+10330] another." in scripts
    (told,) = (line for line in spoken.output.splitlines() if "No font at hand" in line)
    assert told.startswith("notice: documents/scripts.md:")
    assert "(U+A6A0 BAMUM LETTER A), 𐌰 (U+10330 GOTHIC LETTER AHSA)" in told
    assert "To mend: write it in another script" in told
    assert "[U+A6A0]" in _text(spoken.site / "archive.pdf")


def test_a_drawing_whose_words_cannot_be_set_is_described_and_told(spoken):
    (told,) = (line for line in spoken.output.splitlines() if "drop.svg" in line)
    assert told.startswith("notice: documents/kitchen.md:")
    assert "To mend: give the words as paths" in told
    assert "A drop of ink" in _text(spoken.site / "documents" / "kitchen.pdf")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A PDF of a drawing and a formula with words in several scripts."""
    folder = tmp_path_factory.mktemp("drawn")
    words = ("Letter", "新闻自由", "हिन्दी", "حرية", "\ua6a0")
    labels = (Label(40 + 20 * n, 20 + 20 * n, each, "middle") for n, each in enumerate(words))
    shown = Drawing(200, 120, (*labels, Rule(0, 60, 200, 60)), "A map", "What it shows")
    subject = Subject("map", "map.md", Addresses("https://a.example/", bool), "en")
    formula = 'display-formula("x", none, $ "自由" + ꚠ $)'
    source = "\n".join((
        f'#import "/{TEMPLATE}": *', '#set document(title: "A")', "#show: typography",
        *in_fonts(letters("".join((*words, formula))), "\ua6a0"), '#spoken-in("en", {',
        blocks.drawing(drawing("", drawing=shown), Pen(subject)), formula, "})",
        "#publish-positions(())",
    ))  # fmt: skip
    shutil.copy(Path(blocks.__file__).with_name(TEMPLATE), folder)
    (folder / "a.typ").write_text(source, "utf-8")
    (folder / "a.pdf").write_bytes(Press(folder, 0, 1).compile(folder / "a.typ").pdf)
    return folder / "a.pdf"


def test_drawings_and_formulas_have_the_fonts_of_their_words(drawn):
    said = _text(drawn)
    for words in ("Letter", "新闻自由", "हिन्दी", "حرية", "[U+A6A0]", "自由"):
        assert words in said


@pytest.mark.parametrize(
    ("text", "packages"),
    [("Dvořák, Ελλάδα, мир, שלום, حرية, “½ €” →", []), ("हि", ["scripts"]), ("❤️", ["scripts"]),
     ("記", ["cjk"]), ("한 \U0001f600", ["scripts", "cjk"]), ("\U00020000", ["cjk"]),
     ("Հայ ქართ አማ ไทย", ["scripts"])],
)  # fmt: skip
def test_fonts_are_asked_for_where_a_text_needs_them(text, packages):
    assert sorted(each.extra for each in needed([text])) == sorted(packages)


def test_characters_are_told_by_number_and_name():
    assert described("\u103a\ue000") == (
        "\u103a (U+103A MYANMAR SIGN ASAT), (U+E000 without a name)"
    )
    assert described(map(chr, range(0x1000, 0x1007))).endswith(" and 2 others")


def test_a_text_over_which_typst_fails_is_told(tmp_path):
    (tmp_path / "long.typ").write_text("א" * 100_000, "utf-8")
    with pytest.raises(CompileError) as told:
        Press(tmp_path, 0, 1).compile(tmp_path / "long.typ")
    (complaint,) = told.value.args
    assert "To mend: divide its longest rows of letters" in complaint.message


def test_a_title_in_another_language_does_not_turn_the_sentence_that_names_it_first():
    title = nodes.inline("", "الإعلان العالمي لحقوق الإنسان", classes=["language-ar"])
    said = nodes.paragraph("", "", nodes.reference("", "", title), nodes.Text("; the Declaration"))
    assert runs_against(said.astext(), right=False)
    assert not runs_against(own_text(said), right=False)
    assert runs_against(own_text(nodes.paragraph("", "الإعلان")), right=False)
    # Nor does a name in letters of another script, be it first or longer than all the rest.
    assert not runs_against("UNESCO مقر المنظمة في باريس", right=True)
    assert not runs_against("المصدر: https://example.org/a/long/address", right=True)
    assert runs_against("Said by a reader of المنظمة.", right=True)
