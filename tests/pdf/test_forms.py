"""Each form of a passage in print: its place, its label, its notes, and room for every word."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import lxml.html
import pytest

from archive.preservation.printed import Text, read_print
from archive.preservation.words import words_of_page
from tests.conftest import Built, copy_root, edit, once, pdftotext
from tests.pdf.conftest import Print, elements, printed, tagged
from tests.site.test_forms import FORMS

_WORD = "Lakewithoutanybreak" + "x" * 140
_CODE = "argument_" * 20
_MORE = f"""
(forms-p23)=
| ./configure[^again] | CPython | {_WORD} |
|---|---|---|
| 2.8 Un-release illi | Cardinal | `{_CODE}` |
""" + "\n".join(f"| {row} | name | {row} |" for row in range(200)) + f"""

(forms-p24)=
|{"|".join(f" organisation {number} acknowledgement " for number in range(9))}|
|{"---|" * 9}
|{" representation |" * 9}

(forms-s3)=
## A heading with {_WORD}[^again]

(forms-p25)=
A word {_WORD}, `{_CODE}` and the address www.example.org/?q={"a" * 140}.

(forms-p26)=
<https://example.org/first> begins it, and its note is an address alone.[^alone]

[^again]: Noted in the head of a table and in a heading.

[^alone]: <https://example.org/alone>
"""  # fmt: skip


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The archive of ``test-blocks`` with long words, a table of pages and a wide one, printed."""

    def make(folder: Path) -> Built:
        source = copy_root("blocks", folder)
        edit(source, "documents/forms.md", ("\n[^head]:", f"{_MORE}\n[^head]:"),
             ("paragraphs: 24", "paragraphs: 28"))  # fmt: skip
        return printed(source)

    return once(tmp_path_factory, "forms-print", make)


@pytest.fixture(params=["documents/forms", "archive"])
def pdf(request: pytest.FixtureRequest, forms: Built) -> Path:
    return forms.site / f"{request.param}.pdf"


def _page(forms: Built) -> lxml.html.HtmlElement:
    return lxml.html.fromstring((forms.site / "documents/forms.html").read_bytes())


def test_each_passage_is_a_destination_and_says_what_its_page_says(forms, pdf):
    said = words_of_page(_page(forms)).said
    assert len(said) > 35
    text = Text(read_print(pdf.read_bytes()))
    told = {
        anchor: text.says(anchor, words)
        for anchor, words in said.items() if words.hidden is False
    }  # fmt: skip
    assert {anchor: why for anchor, why in told.items() if why} == {}


def test_every_other_block_is_a_destination_and_says_what_its_page_says(forms):
    site = forms.site / "documents"
    said = words_of_page(lxml.html.fromstring((site / "others.html").read_bytes())).said
    text = Text(read_print((site / "others.pdf").read_bytes()))
    assert len(said) == 29
    told = {anchor: text.says(anchor, words) for anchor, words in said.items()}
    assert {anchor: why for anchor, why in told.items() if why} == {}


def test_no_word_leaves_the_lines_or_runs_over_the_next_cell(pdf):
    found = 0
    for width, words in _pages(pdf):
        edge = width - 31 / 25.4 * 72 + 6  # marks may hang beyond it
        assert [word for *box, word in words if box[1] > edge] == []
        for one, other in pairwise(words):
            same_line = abs(one[2] - other[2]) < 1
            assert not (same_line and one[0] < other[0] < one[1] - 2), (one, other)
            found += 1
    assert found > 1000


def _pages(pdf):
    """The width of each page, and its words: left, right, bottom, text; line by line."""
    box = r'xMin="([\d.-]+)" yMin="[\d.-]+" xMax="([\d.-]+)" yMax="([\d.-]+)"'
    for page in pdftotext(pdf, "-bbox").split("<page ")[1:]:
        width = float(re.match(r'width="([\d.]+)"', page)[1])
        words = [(*map(float, edges), word)
                 for *edges, word in re.findall(rf"<word {box}>(.*?)</word>", page)]  # fmt: skip
        yield width, sorted(words, key=lambda word: (round(word[2]), word[0]))


def test_footnotes_have_the_numbers_of_the_page_and_stand_once(forms, pdf):
    notes = {
        note.xpath("string(.//span[@class='label'])").strip(" []\n"): note
        for note in _page(forms).find_class("footnote") if note.tag == "aside"
    }  # fmt: skip
    assert len(notes) == 10
    shown = pdftotext(pdf, "-layout")
    places = {}
    for number, note in notes.items():
        said = (note.xpath("string(./p/text())").strip() or note.xpath("string(./p)").strip())[:16]
        (places[number],) = re.finditer(rf"(?<!\d){number} ?{re.escape(said)}", shown)
    # The foot of each page reads in order, but for the note that has a number of its own.
    printed = sorted(places, key=lambda number: places[number].start())
    assert printed == ["1", "7", "2", "3", "4", "5", "6", "8", "9", "10"]


def test_each_block_has_its_label_in_the_margin(forms):
    labels = {
        link.address.rpartition("#")[2]
        for link in Print(forms.site / "documents/forms.pdf").links
        if link.address and "#forms-" in link.address and link.left < 120
    }
    assert {
        f"forms-p{number}" for number in range(1, 26) if number != 21
    } <= labels  # I1 stands there
    assert {"forms-t1", "forms-t2", "forms-x1", "forms-f7", "forms-n1", "forms-i1"} <= labels


# What print tags each form as, from the root of the structure tree to words of it.
TAGS = {
    "heading": ("H2", "4.0 A heading that cites"),
    "paragraph": ("P", "A paragraph refers to a"),
    "bullet list": ("L/LI/LBody/P", "An item with a note."),
    "enumeration": ("L/LI/Lbl", "(a)"),
    "block quotation": ("BlockQuote/P", "A quotation of a block."),
    "definition list": ("L/LI/LBody/P", "What comes and goes"),
    "field list": ("L/LI/LBody", "Lantern"),
    "table": ("Table/TBody/TR/TD/P", "Lark"),
    "captioned table": ("Table/Caption/Span", "Lamps by quay"),
    "list-table": ("Table/THead/TR/TH/P", "Month"),
    "figure": ("Div/Caption/Span", "A leaf of the book."),
    "verse": ("P", "Line one of a verse,line two of it"),
    "code": ("Code/P", "An exhibit as code."),
    "captioned code": ("P", "A log"),
    "indented code": ("Code/P", "An exhibit that is set in."),
    "formula": ("Formula", "𝑎2+𝑏2=𝑐2"),
    "epigraph": ("BlockQuote/P", "What stands at the head"),
    "speaker, struck text, redaction": ("P/Strong", "The Chair"),
    "lone image": ("P/Figure", ""),
    "admonition": ("P", "A notice that the source itself has"),
    "numbered list": ("L/LI/LBody", "A numbered item"),
    "topic": ("P", "Of its own"),
    "rubric": ("P", "A rubric"),
    "line block": ("P", "A line block oftwo lines of the"),
    "list of passages": ("L/LI/Lbl", "•"),
    "item": ("L/LI/LBody/P", "A list item of its own anchor"),
    "editor’s note": ("P", "Editor’s note: a citation"),
    "signatories": ("P", "Organisations"),
    "signatory": ("L/LI/LBody/Span", "Ada Wick, keeper"),
    "footnote": ("P/Note", "A footnote of the source"),
}  # fmt: skip


def test_each_form_is_tagged_as_what_it_is(forms):
    printed = Print(forms.site / "documents/forms.pdf")
    found = {(path, words.rstrip(" [")) for path, words in tagged(printed.pdf)}  # “[Keepers 2019]”
    assert {form: tags for form, tags in TAGS.items() if tags not in found} == {}
    assert TAGS.keys() == FORMS.keys()


def test_images_are_described_and_as_large_as_on_the_page(forms):
    printed = Print(forms.site / "documents/forms.pdf")
    figures = [each for each in elements(printed.pdf) if each.S == "/Figure"]
    pictures = _page(forms).xpath("//article//figure//img | //article//p//img")
    assert [str(each.Alt) for each in figures] == [each.get("alt") for each in pictures]
    shown = [float(each.A[0].BBox[2] - each.A[0].BBox[0]) for each in figures]
    assert shown == pytest.approx([120 * 72 / 96] * 2)  # the file has 120 pixels


def test_signatories_stand_in_columns(forms):
    places = Print(forms.site / "documents/forms.pdf").destinations
    assert places["forms-g1"] == places["forms-g2"]
