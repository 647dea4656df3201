"""The reading-room edition shows the sources; the public edition has no trace of them."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
from pybtex.database import parse_file

from tests.conftest import build, require_tool
from tests.site.test_permanence import command, edit, publish

ARCHIVE_SOURCES = os.environ.get("ARCHIVE_SOURCES")
ALPHA, BETA = "documents/alpha.md", "documents/beta.md"
SOURCES = {
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
    for (name, text), placeholder in zip(SOURCES.items(), ("0" * 64, "1" * 64)):
        (folder / f"{name}.txt").write_text(text, "utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        edit(source, f"documents/{name}.md", (placeholder, digest))
    return source, folder


def test_each_passage_opens_to_its_paragraph_with_the_quotation_marked(room):
    source, folder = room
    done = build(source, SOURCES=str(folder))
    assert done.code == 0, done.output
    page = done.page("documents/alpha.html")
    shown = page.find(id="alpha-p1").find_next_sibling("details", class_="source-paragraph")
    assert shown.summary.get_text() == "Source, paragraph 1"
    assert "An opening that says" in shown.get_text()
    assert shown.strong.get_text() == "one"
    assert "Endnote 1: One." in shown.get_text()


def test_every_page_and_pdf_says_it_is_not_for_publication(room):
    require_tool("pdftotext", shutil.which("pdftotext"))
    source, folder = room
    pages = build(source, SOURCES=str(folder))
    assert pages.code == 0, pages.output
    for path in pages.site.rglob("*.html"):
        page = pages.page(str(path.relative_to(pages.site)))
        assert "not for publication" in page.select_one(".announcement").get_text(), path
    prints = build(source, builder="pdf", SOURCES=str(folder))
    assert prints.code == 0, prints.output
    for path in (pages.site / "documents/alpha.pdf", pages.site / "archive.pdf"):
        with pikepdf.open(path) as pdf:
            count = len(pdf.pages)
        for number in range(1, count + 1):
            text = subprocess.run(
                ["pdftotext", "-f", str(number), "-l", str(number), path, "-"],
                capture_output=True, text=True, check=True,
            ).stdout  # fmt: skip
            assert "not for publication" in text, (path, number)
    text = subprocess.run(
        ["pdftotext", pages.site / "documents/alpha.pdf", "-"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "An opening that says" in " ".join(text.split())


def test_another_source_is_refused_with_its_fingerprint(room):
    source, folder = room
    (folder / "alpha.txt").write_text("Another text.\n", "utf-8")
    (folder / "beta.txt").unlink()
    done = build(source, SOURCES=str(folder))
    assert done.code == 1
    assert "[source-sha256]" in done.output
    assert "[source-missing]" in done.output
    assert "Traceback" not in done.output


def test_a_passage_edited_after_its_attestation_fails_a_build_without_sources(archive_copy):
    edit(archive_copy, "documents/ncac-assange-statement.md", ("The statement adds", "It adds"))
    publish(archive_copy)
    done = build(archive_copy)
    assert done.code == 1
    assert "ncac-assange-statement-p3 was changed after it was attested" in done.output
    assert "make verify-sources" in done.output


def test_what_nobody_attested_is_a_notice_and_in_a_release_an_error(small_archive):
    source = small_archive("small")
    publish(source)
    done = build(source)
    assert done.code == 0
    assert "not attested yet" in done.output
    release = build(source, RELEASE="1")
    assert release.code == 1
    assert "attestation-missing" in release.output


def test_each_document_tells_how_it_was_made(archive_site):
    page = archive_site.page("documents/ala-assange-resolution.made.html")
    rows = page.select("table.made tbody tr")
    assert [row.td.get_text() for row in rows] == ["W1", "W2", "W3", "W4", "W5", "W6", "W7", "R1"]
    assert rows[1].find("a", href="../references.html#cite-ala-universal-right")
    assert re.search(r"\d+\+\d+, \d+\+\d+", rows[2].get_text())
    record = archive_site.page("documents/ala-assange-resolution.html")
    assert record.select_one(".document-strip a[href='ala-assange-resolution.made.html']")


def words(text):
    folded = text.lower().replace("’", "'").replace("‘", "'")
    return re.findall(r"[a-z0-9]+(?:'[a-z]+)?", folded)


def runs(tokens, length):
    return {tuple(tokens[at : at + length]) for at in range(len(tokens) - length + 1)}


@pytest.mark.skipif(not ARCHIVE_SOURCES, reason="ARCHIVE_SOURCES names no folder of sources")
def test_no_file_of_the_public_edition_holds_a_run_of_a_source(archive_site):
    texts = [path.read_text("utf-8") for path in Path(ARCHIVE_SOURCES).glob("*.txt")]
    eights, long = set(), set()
    for text in texts:
        tokens = words(re.sub(r"https?://\S+", " ", re.sub(r"\[\d+: .*?\]\s*\n", "\n", text)))
        eights |= runs(tokens, 8)
        long |= runs(tokens, 26)
    assert len(eights) > 300
    entries = parse_file(archive_site.source / "references.bib", "bibtex").entries.values()
    titles = [" ".join(words(entry.fields["title"])) for entry in entries]
    checked = 0
    for path in sorted(archive_site.site.rglob("*")):
        if "_static" in path.parts or not path.is_file():
            continue
        for text in published_texts(path):
            said = re.sub(r"https?://\S+", " ", text)
            assert not runs(words(said), 26) & long, path
            unquoted = re.sub(r"[“\"][^“”\"]{1,260}[”\"]", " zqx ", said)
            told = " ".join(words(unquoted))
            for title in titles:  # a whole title is a name, part of one is not
                told = told.replace(title, "zqx")
            assert not runs(told.split(), 8) & eights, path
            checked += 1
    assert checked > 20


def published_texts(path):
    """What a file of the site says, its PDF's words and attachments included."""
    if path.suffix == ".pdf":
        done = subprocess.run(
            ["pdftotext", path, "-"], capture_output=True, text=True, check=True
        )  # fmt: skip
        yield done.stdout
        with pikepdf.open(path) as pdf:
            for file in pdf.attachments.values():
                yield file.get_file().read_bytes().decode("utf-8")
    elif path.suffix == ".html":
        from bs4 import BeautifulSoup

        yield BeautifulSoup(path.read_text("utf-8"), "lxml").get_text(" ")
    elif path.suffix != ".inv":
        data = path.read_bytes()
        packed = data.startswith(b"\x1f\x8b")  # the index of the search
        yield (gzip.decompress(data) if packed else data).decode("utf-8", "ignore")


def test_verifying_without_sources_says_what_is_missing(archive_copy, tmp_path):
    done = command(archive_copy, "verify-sources", "--sources", str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
