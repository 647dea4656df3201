"""The reading-room edition shows the sources; the public edition has no trace of them."""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import replace

import pytest

from tests.conftest import SOURCES, build, built, command, edit, pdftotext, publish
from tests.traces import traces

ALPHA, BETA = "documents/alpha.md", "documents/beta.md"
TEXTS = {
    "alpha": (
        "An opening that says “one” thing.[^1]\n\nThe middle of it.\n\nIts end.\n\n[^1]: One.\n"
    ),
    "beta": "WHEREAS all of it matters greatly;\n",
}


@pytest.fixture
def room(small_archive, tmp_path):
    """A small archive whose records pin the sources beside it."""
    source = small_archive("small")
    folder = tmp_path / "sources"
    folder.mkdir()
    for (name, text), placeholder in zip(TEXTS.items(), ("0" * 64, "1" * 64)):
        (folder / f"{name}.txt").write_text(text, "utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        edit(source, f"documents/{name}.md", (placeholder, digest))
    return source, folder


def test_each_passage_opens_to_its_paragraph_with_the_quotation_marked(room):
    source, folder = room
    done = built(source, SOURCES=str(folder))
    page = done.page("documents/alpha.html")
    shown = page.find(id="alpha-p1").find_next_sibling("details", class_="source-paragraph")
    assert shown.summary.get_text() == "Source, paragraph 1"
    assert "An opening that says" in shown.get_text()
    assert shown.strong.get_text() == "one"
    assert "Endnote 1: One." in shown.get_text()


def test_every_page_and_pdf_says_it_is_not_for_publication(room):
    source, folder = room
    pages = built(source, SOURCES=str(folder))
    for name, page in pages.pages():
        assert "not for publication" in page.select_one(".announcement").get_text(), name
    built(source, builder="pdf", SOURCES=str(folder))
    own = pdftotext(pages.site / "documents/alpha.pdf")
    for text in (own, pdftotext(pages.site / "archive.pdf")):
        *printed, rest = text.split("\f")  # which ends each page
        assert printed
        assert rest == ""
        assert all("not for publication" in page for page in printed)
    assert "An opening that says" in " ".join(own.split())


def test_another_source_is_refused_with_its_fingerprint(room):
    source, folder = room
    (folder / "alpha.txt").write_text("Another text.\n", "utf-8")
    (folder / "beta.txt").unlink()
    done = build(source, SOURCES=str(folder))
    assert done.code == 1
    assert "[source-sha256]" in done.output
    assert "[source-missing]" in done.output
    assert "Traceback" not in done.output


def test_a_passage_edited_after_its_attestation_waits_and_stops_a_release(archive_copy):
    edit(
        archive_copy,
        "documents/keepers-seed-statement.md",
        ("The statement adds an answer", "It adds an answer"),
    )
    publish(archive_copy, "--day", "2024-06-13")  # its ledger ends on the day before
    told = "keepers-seed-statement-p3 was changed after it was attested"
    assert told in built(archive_copy).output
    release = build(archive_copy, RELEASE="1")
    assert release.code == 1
    assert told in release.output
    assert "make verify-sources" in release.output


def test_what_nobody_attested_is_a_notice_and_in_a_release_an_error(small_archive):
    source = small_archive("small")
    publish(source)
    done = build(source)
    assert done.code == 0
    assert "wait to be attested" in done.output
    release = build(source, RELEASE="1")
    assert release.code == 1
    assert "attestation-missing" in release.output


def test_each_document_tells_how_it_was_made(archive_site):
    page = archive_site.page("documents/isle-seed-resolution.made.html")
    rows = page.select("table.made tbody tr")
    assert [row.td.get_text() for row in rows] == ["W1", "W2", "W3", "W4", "W5", "W6", "R1", "R2"]
    assert rows[1].find("a", href="../references.html#cite-fig-open-drawer")
    assert re.search(r"\d+\+\d+, \d+\+\d+", rows[2].get_text())
    record = archive_site.page("documents/isle-seed-resolution.html")
    assert record.select_one(".document-strip a[href='isle-seed-resolution.made.html']")


def test_no_file_of_the_public_edition_holds_a_run_of_a_source(archive_site):
    found, checked = traces(archive_site, [path.read_text("utf-8") for path in SOURCES.iterdir()])
    assert found == []
    assert checked > 20


def test_what_is_copied_from_a_source_is_found(archive_site, tmp_path):
    """What looks for traces does find one, in whatever file it is."""
    text = (SOURCES / "keepers-seed-statement.txt").read_text("utf-8")
    site = shutil.copytree(archive_site.site, tmp_path / "html")
    (site / "robots.txt").write_text(" ".join(text.split()[20:28]), "utf-8")
    found, _ = traces(replace(archive_site, site=site), [text])
    assert [path.name for path in found] == ["robots.txt"]


def test_verifying_without_sources_says_what_is_missing(archive_copy, tmp_path):
    done = command(archive_copy, "verify-sources", "--sources", str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
