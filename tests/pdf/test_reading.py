"""What a PDF says is what the page says: the same words, in the same order, at their anchors."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata

import pytest
from bs4 import BeautifulSoup

from tests.conftest import pdftotext, require_tool
from tests.pdf.conftest import Print

WHOLE = ("isle-seed-resolution", "keepers-seed-statement")
LINE = 16.0  # points from one line to the next, and some more


# --- The text in the order of the tag tree, which is that in which it is read out


def _read_out(path):
    """The words, without those that print adds: notes and their marks, pages of references."""
    require_tool("pdfinfo", shutil.which("pdfinfo"))
    told = subprocess.run(["pdfinfo", "-struct-text", str(path)], capture_output=True, check=True)
    said = []
    left_out = None  # the indentation of a part that is left out
    # Titles of headings are told in UTF-16.
    for line in told.stdout.decode("utf-8", "replace").splitlines():
        indent = len(line) - len(line.lstrip())
        if left_out is not None and indent > left_out:
            continue
        left_out = None
        if re.match(r" *(Note |Lbl )", line) and indent > 2:
            left_out = indent
        elif found := re.match(r' *"(.*)"$', line):
            said.append(found[1])
    return _without_pages(" ".join(said))


def _without_pages(text):
    """Without the pages that print tells of references."""
    return re.sub(r",\s+p\.\s+\d+|\s*\(p\.\s+\d+\s*\)", "", text)


def _folded(text):
    """The letters alone: where lines end, spaces and hyphens come and go."""
    text = unicodedata.normalize("NFC", text)
    return re.sub(r"[\s\u00ad\u200b\u2011-]", "", text)


def _right_to_left(archive, name):
    return archive.page(f"documents/{name}.html").select_one("html[dir=rtl]")


def _words_alone(text):
    """The words, without vowels and other marks, and without those of a line's direction."""
    letters = "".join(c for c in text if unicodedata.category(c) not in {"Mn", "Cf"})
    return set(re.findall(r"[^\W\d_]+", letters))


def _passages(archive, name):
    """The words of each anchored block of a page, by its anchor, in their order."""
    page = BeautifulSoup((archive.site / f"documents/{name}.html").read_text("utf-8"), "lxml")
    for extra in page.select(".passage-label, details, a.footnote-reference, .headerlink"):
        extra.decompose()
    for block in page.find_all(id=re.compile(rf"^{name}-[a-z][0-9]+$")):
        said = block.find(["h1", "h2", "h3"]) if block.name == "section" else block
        if block.name != "li":  # a note of an anchor that moved is no passage
            yield block["id"], said.get_text(" ")


def assert_same_words(archive, name):
    path = archive.site / f"documents/{name}.pdf"
    if _right_to_left(archive, name):  # poppler tells such words in the order of the page
        told = {word for _, words in _passages(archive, name) for word in _words_alone(words)}
        assert told - _words_alone(pdftotext(path)) == set()
        return
    said = _folded(_read_out(path))
    place = 0
    passages = list(_passages(archive, name))
    assert passages
    for anchor, words in passages:
        found = said.find(_folded(words), place)
        assert found >= 0, f"{anchor}: {words}"
        place = found


@pytest.mark.parametrize("name", WHOLE)
def test_each_passage_is_read_out_as_on_its_page(archive_site, name):
    assert_same_words(archive_site, name)


def test_each_passage_of_plain_is_read_out_as_on_its_page(print_archive):
    assert_same_words(print_archive, "plain")


def test_the_combined_pdf_says_the_same_in_the_same_order(archive_site):
    """By its text as it is extracted, without what stands in margins: labels and running heads."""
    area = ["-x", "132", "-y", "76", "-W", "376", "-H", "690"]
    path = archive_site.site / "archive.pdf"
    said = _folded(_without_pages(pdftotext(path, *area)))
    for name in WHOLE:
        place = 0
        for anchor, words in _passages(archive_site, name):
            found = said.find(_folded(words), place)
            assert found >= 0, anchor
            place = found


# --- Where passages stand


def _words(path):
    """Each word with the page and the height of its line's middle, from the page's top."""
    page = 0
    for line in pdftotext(path, "-bbox").splitlines():
        if "<page " in line:
            page += 1
        if found := re.search(r'xMin="([\d.]+)" yMin="([\d.]+)" .*yMax="([\d.]+)">(.*)<', line):
            yield page, float(found[1]), (float(found[2]) + float(found[3])) / 2, found[4]


@pytest.mark.parametrize("form", ["documents/{}.pdf", "archive.pdf"])
@pytest.mark.parametrize("name", WHOLE)
def test_each_destination_is_within_a_line_of_its_passages_first_words(archive_site, name, form):
    """By the coordinates of the words themselves: the first three of each passage."""
    pdf = Print(archive_site.site / form.format(name))
    words = list(_words(pdf.path))
    height = float(pdf.pdf.pages[0].mediabox[3])
    checked = 0
    for anchor, said in _passages(archive_site, name):
        first = said.split()[:3]
        place = pdf.destinations[anchor]
        top = height - place.top
        near = {
            word for page, _x, y, word in words
            if page == place.page and top - 1 <= y <= top + 1.5 * LINE
        }  # fmt: skip
        assert set(first) <= near, f"{anchor}: {first} is not among {near}"
        checked += 1
    assert checked > 5


def test_words_of_right_to_left_scripts_are_extracted_in_their_order(kitchen):
    assert "שלום" in pdftotext(kitchen.path)
