"""Each PDF is PDF/A-3a and PDF/UA-1, and says in its metadata what its record says."""

from __future__ import annotations

import os
import shlex
import subprocess
from itertools import pairwise

import pikepdf
import pytest

from tests.conftest import QUICK_JAVA, require_tool
from tests.pdf.conftest import elements, pdfs, verapdf

LONG = os.environ.get("ARCHIVE_LONG") == "1"  # all archives, not those with the most forms


def validate(paths):
    """Hold PDFs against both standards in one run, and of those that are the same one only."""
    require_tool("veraPDF (named by the variable VERAPDF)", verapdf())
    unique = {path.read_bytes(): str(path) for path in paths}
    done = subprocess.run(
        [*shlex.split(verapdf()), "3a,ua1", *unique.values()],
        capture_output=True, text=True, check=False,
        env={**os.environ, "JAVA_TOOL_OPTIONS": QUICK_JAVA},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


# Of the archive that has an example of each kind: those that have a form which no other has.
EXAMPLES = ("ferry-letter", "papers-act", "reed-letter", "sinking-report")


@pytest.fixture
def large(request):
    """The archives that only the long run validates."""
    names = ("archive_site", "volumes") if LONG else ()
    return [request.getfixturevalue(name) for name in names]


@pytest.fixture
def beside(versions_print):
    """The versions of one text, printed together."""
    return versions_print.site / "documents/lights-en.versions.pdf"


def test_each_pdf_is_valid(print_archive, large, spoken, beside, field_site):
    built = (print_archive, spoken, *(large if LONG else ()))
    examples = [field_site.site / "documents" / f"{name}.pdf" for name in EXAMPLES]
    validate([beside, *examples, *(path for archive in built for path in pdfs(archive.site))])


def test_each_pdf_claims_both_standards(plain, combined):
    for pdf in (plain, combined):
        assert pdf.said("pdfaid:part") == "3"
        assert pdf.said("pdfaid:conformance") == "A"
        assert pdf.said("pdfuaid:part") == "1"


def test_a_documents_metadata_are_those_of_its_record(plain):
    title = "The plain letter [rewritten by the Print archive]"
    assert str(plain.pdf.docinfo["/Title"]) == title
    assert str(plain.pdf.docinfo["/Author"]) == "Print archive"
    assert str(plain.pdf.docinfo["/Keywords"]) == "Tests, Letters"
    assert str(plain.pdf.Root.Lang).lower() == "en-gb"
    assert plain.said("dc:rights") == "Free for all."
    assert plain.said("dc:identifier") == "https://archive.example/documents/plain.html"


def test_readers_show_the_title_and_not_the_files_name(plain):
    assert plain.pdf.Root.ViewerPreferences.DisplayDocTitle is True


def test_structure_holds_headings_lists_tables_notes_and_figures(kitchen):
    found = set(_structure(kitchen.pdf))
    assert {
        "/H1", "/H2", "/H3", "/P", "/L", "/LI", "/Lbl", "/LBody", "/Table", "/TR", "/TH", "/TD",
        "/Figure", "/Caption", "/Note", "/Link", "/BlockQuote", "/Code",
    } <= found  # fmt: skip


def test_headings_begin_at_the_first_level_and_skip_none(kitchen, combined):
    for pdf in (kitchen, combined):
        levels = [
            int(name[2:]) for name in _structure(pdf.pdf)
            if name[:2] == "/H" and name[2:].isdigit()
        ]  # fmt: skip
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_each_figure_has_an_alternative_text(kitchen):
    alts = [str(element.Alt) for element in elements(kitchen.pdf)
            if element.get("/S") == "/Figure"]  # fmt: skip
    assert alts == ["A drop of ink", "a dot", "A dot alone"]


def test_each_formula_has_its_latex_as_alternative_text_as_on_its_page(print_archive, kitchen):
    said = [str(element.Alt) for element in elements(kitchen.pdf)
            if element.get("/S") == "/Formula"]  # fmt: skip
    page = print_archive.page("documents/kitchen.html")
    assert said == [math["alttext"] for math in page.find_all("math")]
    assert len(said) == 5
    assert said[0] == "\\frac{a}{b} < \\sqrt{2}"


def test_a_part_in_another_language_says_so(kitchen):
    languages = {
        str(properties.Lang)
        for page in kitchen.pdf.pages
        for operands, operator in pikepdf.parse_content_stream(page)
        if str(operator) == "BDC"
        for properties in operands[1:]
        if isinstance(properties, pikepdf.Dictionary) and "/Lang" in properties
    }
    assert "fr" in languages


def _structure(pdf):
    return [str(element.S) for element in elements(pdf)]
