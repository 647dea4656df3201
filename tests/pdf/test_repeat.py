"""The same source gives the same bytes, and nothing is printed that is printed already."""

from __future__ import annotations

import hashlib
import os
import random
import re

from archive.pdf.edition import Edition, Settings
from archive.pdf.press import Outcome, Store
from tests.conftest import build, built, cold, edit, pdftotext
from tests.pdf.conftest import Print, pdfs
from tests.site.editing import Archive

LONG = os.environ.get("ARCHIVE_LONG") == "1"


def _digests(site):
    return {
        path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (*pdfs(site), *site.rglob("*.card.png"))
    }


def _stamps(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_two_cold_builds_give_the_same_bytes_and_printing_touches_nothing_but_its_own(
    print_archive, small_archive
):
    """In another folder, with other settings of the machine, and several PDFs at a time."""
    source = small_archive("print").rename(print_archive.source.parent / "a longer name, elsewhere")
    elsewhere = {"TZ": "Asia/Kolkata", "LC_ALL": "C", "PYTHONHASHSEED": "7", "COLUMNS": "60"}
    umask = os.umask(0o077)
    try:
        pages = build(source, "-j", "2", **elsewhere)
        before = _stamps(pages.site)
        again = build(source, "-j", "2", builder="pdf", **elsewhere)
    finally:
        os.umask(umask)
    assert pages.code == 0, pages.output
    assert again.code == 0, again.output
    assert _digests(again.site) == _digests(print_archive.site)
    after = _stamps(again.site)
    assert {path: after[path] for path in before} == before
    assert {path.suffix for path in after.keys() - before.keys()} == {".pdf", ".png"}


def test_the_date_is_that_of_the_source(print_archive):
    for path in pdfs(print_archive.site):
        printing = Print(path)
        assert str(printing.pdf.docinfo["/CreationDate"]).startswith("D:20260101000000")


def test_a_run_without_a_change_writes_nothing(print_copy):
    assert build(print_copy, builder="pdf").code == 0  # Sphinx notes that the folder moved
    before = _stamps(print_copy / "_build")
    done = build(print_copy, builder="pdf")
    assert done.code == 0
    assert "printing" not in done.output
    assert "drawing pages" not in done.output
    after = _stamps(print_copy / "_build")
    assert {path.name for path in after if after[path] != before.get(path)} <= {
        "environment.pickle"
    }


def _printed_now(output):
    return {line.split()[1] for line in output.splitlines() if line.startswith("printing… ")}


def test_only_what_an_edit_changes_is_printed_again(print_copy):
    edit(print_copy, "documents/plain.md", ("The third", "The very third"))
    again = build(print_copy, builder="pdf")
    assert _printed_now(again.output) == {"documents/plain.pdf", "archive.pdf"}


def test_what_says_the_same_is_not_printed_again(print_copy):
    """A source that was written anew, and a page whose lines moved."""
    path = print_copy / "documents" / "plain.md"
    path.write_bytes(path.read_bytes())
    edit(print_copy, "about.md", ("(about-policy)=", "\n\n(about-policy)="))
    assert _printed_now(build(print_copy, builder="pdf").output) == set()


def test_what_is_attached_counts_as_printed(print_copy):
    """A line more in a document's source is nothing to see, but its PDFs carry the source."""
    edit(print_copy, "documents/plain.md", ("(plain-p2)=", "\n\n(plain-p2)="))
    printed_now = _printed_now(build(print_copy, builder="pdf").output)
    assert printed_now == {"documents/plain.pdf", "archive.pdf"}


def test_a_pdf_that_was_removed_or_changed_is_printed_again(print_copy):
    build(print_copy, builder="pdf")
    site = print_copy / "_build" / "html"
    wanted = _digests(site)
    (site / "archive.pdf").unlink()
    (site / "documents" / "plain.pdf").write_bytes(b"half")
    done = build(print_copy, builder="pdf")
    assert _printed_now(done.output) == {"archive.pdf", "documents/plain.pdf"}
    assert _digests(site) == wanted


def test_a_pdf_is_printed_again_after_a_warning(tmp_path):
    """A warning fails a build, and must not be gone in the next one."""
    settings = Settings(
        "An archive", "rewritten", "Editors", "https://a.example/", "en", "a4", 0, ""
    )
    edition = Edition("x.pdf", "T", "A", (), "en", "https://a.example/x.html", settings, ())
    store = Store(tmp_path / "typst", tmp_path)
    (tmp_path / "typst").mkdir()
    store.keep(edition, Outcome(b"%PDF", warnings=("did not converge",)))
    assert not store.has(edition)
    store.keep(edition, Outcome(b"%PDF"))
    assert store.has(edition)


def test_the_pdf_of_a_removed_document_goes(print_copy):
    (print_copy / "documents" / "kitchen.md").unlink()
    edit(print_copy, "documents/plain.md", ("[](#kitchen-p1)", "[](#plain-p2)"))
    ledger = print_copy / "ledger.jsonl"
    lines = ledger.read_text("utf-8").splitlines(keepends=True)
    ledger.write_text("".join(line for line in lines if "kitchen-" not in line), "utf-8")
    site = build(print_copy, builder="pdf").site
    assert "kitchen.pdf" not in [pdf.name for pdf in pdfs(site)]


def _move_documents(archive, chance):
    """Passages move with a renamed document, and from a removed one into another."""
    archive.rename_document(chance)
    archive.remove_document(chance)
    archive.add_document(chance)


# What editors do between two builds, each shown by other pages than the edited one, too.
EDITS = (
    Archive.change_title, Archive.change_short_title, Archive.change_work, Archive.change_author,
    Archive.define_term, Archive.rename_term, Archive.withdraw, _move_documents,
)  # fmt: skip


def test_after_each_edit_the_pdfs_are_those_of_a_cold_build(tmp_path):
    archive = Archive(tmp_path / "archive", seed=3, documents=5)
    site = built(archive.folder, builder="pdf").site
    for number, change in enumerate(EDITS):
        before = _digests(site)
        change(archive, random.Random(number))
        archive.write()
        built(archive.folder, builder="pdf")
        assert _digests(site) != before, change.__name__
        if LONG or number % 4 == 3:  # else after every fourth edit
            wanted = cold(archive.folder, tmp_path / f"fresh-{number}", builder="pdf").site
            assert _digests(site) == _digests(wanted), change.__name__


def test_a_page_is_drawn_again_only_if_it_shows_what_changed(print_copy):
    """The page of a document that refers to another has the other's name, but not its words."""
    assert build(print_copy, builder="pdf").code == 0
    edit(print_copy, "documents/plain.md", ("The third", "The very third"))
    assert _drawn_now(build(print_copy, builder="pdf").output) == {"documents/plain"}
    edit(print_copy, "documents/plain.md", ("short-title: Plain", "short-title: Simple"))
    assert "documents/kitchen" in _drawn_now(build(print_copy, builder="pdf").output)


def _drawn_now(output):
    return set(re.findall(r"drawing pages… \[ *\d+%\] (\S+)", output))


def test_a_failure_leaves_the_pdfs_that_stood(print_copy):
    site = print_copy / "_build" / "html"
    before = _digests(site)
    path = print_copy / "documents" / "plain.md"
    path.write_text(path.read_text("utf-8") + f"\nA word: {'א' * 100_000}.\n", "utf-8")
    assert build(print_copy, builder="pdf").code != 0
    assert _digests(site) == before
    assert build(print_copy, builder="pdf").code != 0  # and it is not forgotten


def _foot(path):
    """How wide the foot of the first page is, in points, which is as wide as its lines."""
    said = pdftotext(path, "-bbox", "-l", "1")
    words = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)"', said)
    lowest = max(float(top) for _left, top, _right in words)
    foot = [(float(left), float(right)) for left, top, right in words if lowest - float(top) < 1]
    return max(right for _left, right in foot) - min(left for left, _right in foot)


def test_the_paper_can_be_that_of_another_country(print_copy, print_archive, combined):
    """And its lines are as long."""
    assert combined.width == 595
    assert build(print_copy, "-D", "archive_pdf_paper=us-letter", builder="pdf").code == 0
    letter = print_copy / "_build" / "html"
    assert Print(letter / "archive.pdf").width == 612
    own = "documents/plain.pdf"
    assert abs(_foot(letter / own) - _foot(print_archive.site / own)) < 0.5


def test_the_date_without_a_given_one(tmp_path, monkeypatch):
    from archive.pdf.builder import UNKNOWN, timestamp

    assert timestamp(tmp_path, {"SOURCE_DATE_EPOCH": "5"}) == 5
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", os.fspath(tmp_path.parent))
    assert timestamp(tmp_path, {}) == UNKNOWN
