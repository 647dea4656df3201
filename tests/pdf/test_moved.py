"""An address once given for a PDF answers, with the anchors it was given for."""

from __future__ import annotations

import shutil
import subprocess

from tests.conftest import require_tool
from tests.pdf.conftest import Print


def _pdf(archive, name):
    return Print(archive.site / f"{name}.pdf")


def test_the_pdf_of_a_renamed_document_is_that_of_its_heir(print_archive):
    """All anchors of old-letter are in the document plain now."""
    folder = print_archive.site / "documents"
    assert (folder / "old-letter.pdf").read_bytes() == (folder / "plain.pdf").read_bytes()


def test_moved_anchors_lead_to_their_present_place(print_archive, combined):
    old = _pdf(print_archive, "documents/old-letter").destinations
    assert old["old-letter-p1"] == old["plain-p1"]
    assert old["old-letter-p2"] == old["plain-p3"]
    found = combined.destinations
    assert found["old-letter-p1"] == found["plain-p1"]
    assert found["split-letter-p2"] == found["kitchen-p1"]


def test_a_document_divided_among_several_leaves_a_notice(print_archive):
    pdf = _pdf(print_archive, "documents/split-letter")
    assert {"split-letter-p1", "split-letter-p2"} <= pdf.destinations.keys()
    assert {
        "https://archive.example/documents/plain.html#plain-p2",
        "https://archive.example/documents/kitchen.html#kitchen-p1",
    } <= {link.address for link in pdf.links}
    require_tool("pdftotext", shutil.which("pdftotext"))
    text = subprocess.run(
        ["pdftotext", str(pdf.path), "-"], capture_output=True, check=True, text=True
    ).stdout
    assert "split-letter-p1 moved to Plain letter, paragraph 2" in " ".join(text.split())


def test_an_anchor_that_left_a_document_leads_to_the_note_in_it(print_archive, kitchen, combined):
    """The page of kitchen ends with the anchors that moved from it; so does its text in print."""
    assert print_archive.page("documents/kitchen.html").find(id="kitchen-p90")
    note = kitchen.destinations["kitchen-p90"]
    above = [
        place for name, place in kitchen.destinations.items()
        if name.startswith("kitchen-") and name != "kitchen-p90"
    ]  # fmt: skip
    assert all((note.page, -note.top) > (place.page, -place.top) for place in above)
    assert combined.destinations["kitchen-p90"] == combined.destinations["plain-p2"]


def test_each_old_address_of_a_page_is_one_of_a_pdf(print_archive):
    addresses = (print_archive.site / "documents").glob("*.html")
    pages = {path.stem for path in addresses if ".made" not in path.name}
    pages -= {"index"}
    pdfs = {path.stem for path in (print_archive.site / "documents").glob("*.pdf")}
    assert {"old-letter", "split-letter"} <= pages
    assert pages == pdfs


def test_a_notice_becomes_a_copy_and_again_a_notice(print_copy):
    from tests.conftest import build

    ledger = print_copy / "ledger.jsonl"
    before = ledger.read_text("utf-8")
    folder = print_copy / "_build" / "html" / "documents"
    notice = (folder / "split-letter.pdf").read_bytes()
    ledger.write_text(before.replace('"target": "kitchen-p1"', '"target": "plain-p1"'), "utf-8")
    assert build(print_copy, builder="pdf").code == 0
    assert (folder / "split-letter.pdf").read_bytes() == (folder / "plain.pdf").read_bytes()
    ledger.write_text(before, "utf-8")
    assert build(print_copy, builder="pdf").code == 0
    assert (folder / "split-letter.pdf").read_bytes() == notice
