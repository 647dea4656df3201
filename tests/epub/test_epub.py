"""The archive as one EPUB: sound, with every anchor of the pages, in bytes that repeat."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup

from archive.model.passage import Anchor
from tests.conftest import (
    QUICK_JAVA,
    ROOTS,
    command,
    copy_root,
    ledger_of,
    once,
    require_tool,
)

LONG = os.environ.get("ARCHIVE_LONG") == "1"  # all archives, not those with the most forms
BLOCKS = ["section", "p", "dt", "li", "table", "blockquote"]
JAR = Path("/usr/share/java/epubcheck.jar")


def _epub(source: Path, **more: str) -> Path:
    """Build the EPUB as make does; it must succeed."""
    done = command(source, "build", "epub", **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return source / "_build" / "html" / "archive.epub"


FORMULA = "\nA formula {math}`a < b` is in the EPUB too.\n\n```{math}\nx^2\n```\n"
_PUBLISHED = f'"event": "publish", "anchor": "old-letter-p1", "sha256": "{"a" * 64}"'
_MOVED = '"event": "move", "anchor": "old-letter-p1", "target": "keepers-seed-statement-p1"'


def _source(target: Path) -> Path:
    """The synthetic archive, with a document that moved and a page with formulas.

    Its site has two works on a page.
    """
    source = copy_root("archive", target)
    with (source / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write("\narchive_page_entries = 2\n")
    with (source / "ledger.jsonl").open("a", encoding="utf-8") as ledger:
        for event in (_PUBLISHED, _MOVED):
            ledger.write(f'{{"date": "2026-11-23", {event}}}\n')
    with (source / "about.md").open("a", encoding="utf-8") as page:
        page.write(FORMULA)
    return source


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, "epub", lambda folder: _epub(_source(folder)))


def _ids(text: str) -> set[str]:
    return {tag["id"] for tag in BeautifulSoup(text, "xml").find_all(attrs={"id": True})}


def _chapter(book: Path, name: str) -> str:
    with ZipFile(book) as opened:
        return opened.read(name).decode("utf-8")


def _checker() -> list[str] | None:
    """EPUBCheck: the jar that EPUBCHECK names, or Debian's."""
    jar = Path(os.environ.get("EPUBCHECK", JAR))
    return ["java", "-jar", str(jar)] if jar.is_file() and shutil.which("java") else None


def test_epubcheck_finds_no_error_and_no_warning(book, field_site):
    for each in (field_site.site / "archive.epub", *([book] if LONG else [])):
        _check(each)


def _check(book: Path) -> None:
    checker = _checker()
    require_tool("EPUBCheck (the jar that the variable EPUBCHECK names)", checker)
    done = subprocess.run(
        [*checker, str(book)], capture_output=True, text=True, check=False,
        env={**os.environ, **QUICK_JAVA},
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "0 errors / 0 warnings" in said or "No errors or warnings detected" in said, said


def test_every_anchor_of_the_ledger_is_where_it_is_on_the_web(book):
    ledger = ledger_of(ROOTS / "test-archive")
    assert ledger
    chapters = {}
    for anchor in ledger:
        name = f"documents/{Anchor.parse(anchor).document}.xhtml"
        chapters.setdefault(name, _ids(_chapter(book, name)))
        assert anchor in chapters[name], anchor


def test_every_page_has_the_anchors_it_has_on_the_web(book, archive_site):
    """All but those of what stands around a page there, as links to cite and lists of forms."""
    with ZipFile(book) as opened:
        chapters = {name for name in opened.namelist() if name.endswith(".xhtml")}
    for path, page in archive_site.pages():
        name = f"{path.removesuffix('.html')}.xhtml"
        if name not in chapters:
            continue
        wanted = {
            tag["id"] for tag in page.find("article").find_all(BLOCKS)
            if tag.has_attr("id") and not re.fullmatch(r"id\d+", tag["id"])
            and not tag.find_parent("details")
        }  # fmt: skip
        assert wanted <= _ids(_chapter(book, name)), name


def test_every_document_is_in_the_order_of_reading_and_in_the_contents(book):
    spine = BeautifulSoup(_chapter(book, "content.opf"), "xml")
    files = {item["id"]: item["href"] for item in spine.find_all("item")}
    read = [files[item["idref"]] for item in spine.find_all("itemref")]
    nav = BeautifulSoup(_chapter(book, "nav.xhtml"), "xml")
    contents = {link["href"] for link in nav.find_all("a")}
    for path in (ROOTS / "test-archive" / "documents").glob("*.md"):
        assert f"documents/{path.stem}.xhtml" in read
        assert f"documents/{path.stem}.xhtml" in contents


def test_the_same_source_gives_the_same_bytes(book, tmp_path):
    again = _epub(_source(tmp_path / "elsewhere"), TZ="Asia/Kolkata", LC_ALL="C")
    assert again.read_bytes() == book.read_bytes()


def test_nothing_in_the_book_is_asked_of_another_host(book):
    with ZipFile(book) as opened:
        for name in opened.namelist():
            if name.endswith(".xhtml"):
                page = BeautifulSoup(opened.read(name), "xml")
                assert not page.find_all(["script", "iframe"])
                assert not [link for link in page.find_all("link") if "://" in link["href"]]


def test_a_document_that_moved_answers_in_the_book_too(book):
    moved = _chapter(book, "documents/old-letter.xhtml")
    assert "old-letter-p1" in _ids(moved)
    assert "keepers-seed-statement.xhtml#keepers-seed-statement-p1" in moved


def test_every_link_inside_the_book_leads_to_something(book):
    """Also to works, though the site divides the bibliography between pages that it alone has."""
    with ZipFile(book) as opened:
        texts = {name: opened.read(name).decode("utf-8") for name in opened.namelist()
                 if name.endswith(".xhtml")}  # fmt: skip
    pages = {f"/{name}": BeautifulSoup(text, "xml") for name, text in texts.items()}
    ids = {name: {tag["id"] for tag in page.find_all(id=True)} for name, page in pages.items()}
    dead, found = [], 0
    for name, page in pages.items():
        for link in page.select("a[href]"):
            target, id_ = urldefrag(urljoin(name, link["href"]))
            found += not urlsplit(target).scheme
            if not urlsplit(target).scheme and not {id_} <= {"", *ids.get(target, ())}:
                dead.append((name, link["href"]))
    assert dead == []
    assert found > 100


def test_formulas_are_mathml_and_the_package_says_where(book):
    page = BeautifulSoup(_chapter(book, "about.xhtml"), "xml")
    assert [math["alttext"] for math in page.find_all("math")] == ["a < b", "x^2"]
    package = BeautifulSoup(_chapter(book, "content.opf"), "xml")
    told = [item["href"] for item in package.find_all("item", properties="mathml")]
    assert told == ["about.xhtml"]
