"""Print speaks the language of each document, and sets each script in its direction."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from archive.pdf.words import ENGLISH, words_of
from tests.conftest import ROOT, Built, require_tool
from tests.pdf.conftest import Print, printed

ARABIC = "حرية الصحافة حق أساسي للجميع"


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The archive of ``test-print``, with one document in German and one in Arabic."""
    source = tmp_path_factory.mktemp("languages") / "archive"
    shutil.copytree(ROOT / "tests" / "roots" / "test-print", source)
    _replace(source / "documents" / "plain.md", "language: en-GB", "language: de")
    kitchen = source / "documents" / "kitchen.md"
    _replace(kitchen, "language: en", "language: ar")
    _replace(kitchen, "A quotation of a block.", ARABIC)
    _replace(kitchen, "The last words.", "The last words refer to [](#kitchen-p1).")
    return printed(source)


def _replace(path, before, after):
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def _text(path):
    require_tool("pdftotext", shutil.which("pdftotext"))
    done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode("utf-8").split())


@pytest.mark.parametrize(
    ("language", "references", "page"),
    [("de", "Nachweise", "S."), ("de-CH", "Nachweise", "S."), ("fr", "Références", "p."),
     ("es-MX", "Referencias", "pág."), ("en-GB", "References", "p."), ("ar", "References", "p.")],
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


def test_references_to_pages_are_in_the_language_of_the_document(spoken):
    combined = _text(spoken.site / "archive.pdf")
    assert re.search(r"Kitchen sink, paragraph 1, S. \d", combined)  # from the German document
    assert re.search(r"Plain letter, paragraph 1, p. \d", combined)  # from an English page


def test_the_language_is_that_of_the_pdf(spoken):
    assert str(Print(spoken.site / "documents" / "plain.pdf").pdf.Root.Lang) == "de"
    assert str(Print(spoken.site / "documents" / "kitchen.pdf").pdf.Root.Lang) == "ar"


def test_arabic_is_extracted_in_the_order_in_which_it_is_read(spoken):
    assert ARABIC in _text(spoken.site / "documents" / "kitchen.pdf")


def test_where_lines_begin_at_the_right_labels_stand_there(spoken):
    pdf = Print(spoken.site / "documents" / "kitchen.pdf")
    marks = [
        link.left for link in pdf.links
        if link.address and link.address.endswith(("#kitchen-p1", "#kitchen-p5", "#kitchen-n1"))
        and link.left > 300
    ]  # fmt: skip
    assert len(marks) == 3
    assert min(marks) > pdf.width - 100


def test_it_is_valid_too(spoken):
    from tests.pdf.test_standards import test_each_pdf_is_valid

    class Request:
        def getfixturevalue(self, _name):
            return spoken

    test_each_pdf_is_valid("spoken", Request())
