"""The archive as one EPUB: sound, with every anchor of the pages, in bytes that repeat."""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import struct
import subprocess
from collections import defaultdict
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup
from jinja2 import Template

from archive.commands.build import BOOK_DOCUMENTS
from archive.epub import PACKAGE
from archive.epub import access as accessibility
from archive.model.passage import Anchor
from archive.preservation.manifest import NAME
from tests.conftest import (
    QUICK_JAVA,
    ROOTS,
    command,
    copy_root,
    ledger_of,
    once,
    pdftotext,
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
        env={**os.environ, "JAVA_TOOL_OPTIONS": QUICK_JAVA},
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "0 errors / 0 warnings" in said or "No errors or warnings detected" in said, said


def test_a_book_that_is_no_longer_made_does_not_stay_beside_newer_pages(small_archive):
    source = small_archive("small")
    book = _epub(source)
    with (source / "conf.py").open("a", encoding="utf-8") as settings:
        settings.write('\nexclude_patterns = [*exclude_patterns, "documents/more-*"]\n')
    for number in range(BOOK_DOCUMENTS):
        (source / "documents" / f"more-{number}.md").touch()
    done = command(source, "build")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not book.exists()
    assert "archive.epub" not in (book.parent / NAME).read_text("utf-8")


def test_documents_are_read_in_the_order_of_the_catalogue(archive_site):
    listed = [
        link["href"].removesuffix(".html")
        for link in archive_site.page("documents/index.html").select(".catalogue-title a")
    ]
    assert listed != sorted(listed)
    with ZipFile(archive_site.site / "archive.epub") as opened:
        package = BeautifulSoup(opened.read("content.opf"), "xml")
    paths = {item["id"]: item["href"] for item in package.find_all("item")}
    spine = [paths[each["idref"]] for each in package.find_all("itemref")]
    pages = [f"documents/{each}.xhtml" for each in listed]
    assert [path for path in spine if path in pages] == pages


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
        if name not in chapters or name.endswith(".made.xhtml"):  # which cites nothing there
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


def test_every_link_within_the_book_leads_to_its_place(book):
    with ZipFile(book) as opened:
        pages = {name: opened.read(name) for name in opened.namelist() if name.endswith(".xhtml")}
    ids = {name: {"", *_ids(text.decode())} for name, text in pages.items()}
    for name, text in pages.items():
        for link in BeautifulSoup(text, "xml").find_all(["a", "link"], href=True):
            path, _, fragment = link["href"].partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path or "."))
            if "://" not in path and target.endswith(".xhtml"):
                assert fragment in ids[target if path else name], (name, link["href"])


def test_the_package_says_whose_book_it_is_and_how_it_can_be_read(book):
    package = BeautifulSoup(_chapter(book, "content.opf"), "xml")
    tags = package.find("metadata").find_all(True)
    said = {tag.name: tag.get_text() for tag in tags if tag.prefix == "dc"}
    assert said["identifier"].endswith("/archive.epub")
    assert said["publisher"] == "Sunder Isles Archive"
    assert all(said.values())
    assert "unknown" not in said.values()
    access = defaultdict(list)
    for tag in package.find_all("meta", property=re.compile("^schema:")):
        access[tag["property"]].append(tag.get_text())
    assert access["schema:accessMode"] == access["schema:accessModeSufficient"] == ["textual"]
    assert {"tableOfContents", "MathML"} <= {*access["schema:accessibilityFeature"]}
    assert access["schema:accessibilityHazard"] == ["none"]
    assert access["schema:accessibilitySummary"]
    (cover,) = package.find_all("item", properties="cover-image")
    with ZipFile(book) as opened:
        png = opened.read(cover["href"])
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24]) == (1_000, 1_500)


@pytest.mark.parametrize("pages", [('<img src="a">', "<p>"), ("<p>", '<img src="a">')])
def test_an_image_on_any_page_is_named_among_what_a_reader_has_to_see(pages):
    found = accessibility(pages, "Any.")
    assert found["schema:accessMode"] == ["textual", "visual"]
    assert "alternativeText" in found["schema:accessibilityFeature"]


def test_the_contents_lead_to_passages_and_parts(book):
    nav = BeautifulSoup(_chapter(book, "nav.xhtml"), "xml")
    landmarks = nav.find("nav", attrs={"epub:type": "landmarks"})
    assert {link["epub:type"]: link["href"] for link in landmarks.find_all("a")} == {
        "toc": "#toc", "bodymatter": "documents/index.xhtml",
        "bibliography": "references.xhtml", "glossary": "glossary.xhtml",
    }  # fmt: skip
    passages = nav.find(id="passages").find_all("a")
    found = {link["href"].partition("#")[2]: link.get_text() for link in passages}
    assert found["isle-seed-resolution-w3"] == "W3"
    published = ledger_of(ROOTS / "test-archive")
    assert {each for each in published if not re.search(r"-s\d+$", each)} <= {*found}


def test_the_legend_has_the_signs_of_each_form_and_no_others(book, archive_site):
    chapter = BeautifulSoup(_chapter(book, "about.xhtml"), "xml").find(id="about-reading")
    page = archive_site.page("about.html").find(id="about-reading").get_text()
    printed = " ".join(pdftotext(archive_site.site / "archive.pdf").split())
    assert "begins with its label" in chapter.get_text()
    assert "has a label in the margin, which ends its address" in printed
    for sign in ("“Cite” below it", "two bars", "Escape"):
        assert sign in page
        assert sign not in chapter.get_text() + printed


def test_a_document_leads_to_how_it_was_made_and_to_the_web(book):
    chapter = BeautifulSoup(_chapter(book, "documents/isle-seed-resolution.xhtml"), "xml")
    links = [link["href"] for link in chapter.find(class_="to-check").find_all("a")]
    made, page, cite = links
    assert made == "isle-seed-resolution.made.xhtml"
    assert page.endswith("/documents/isle-seed-resolution.html")
    assert cite.endswith("/documents/isle-seed-resolution.made.html")
    said = BeautifulSoup(_chapter(book, f"documents/{made}"), "xml").find(class_="made")
    assert "W3: paragraph 3, 2 quotations, endnote 2" in " ".join(said.get_text().split())


def test_a_reading_system_shows_one_pair_of_marks_and_one_colon(book, browser, tmp_path):
    """At the width of a phone and in large type nothing is wider than the screen."""
    with ZipFile(book) as opened:
        opened.extractall(tmp_path)
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto((tmp_path / "documents/isle-seed-resolution.xhtml").as_uri())
    drawn = page.evaluate("""() => ['q', '.record dt'].flatMap((name) => ['before', 'after'].map(
        (part) => getComputedStyle(document.querySelector(name), `::${part}`).content))""")
    assert set(drawn) == {"none"}
    assert page.locator(".record dt").first.inner_text().strip() == "Title:"
    for path in sorted(tmp_path.rglob("*.xhtml")):
        page.goto(path.as_uri())
        page.add_style_tag(content="html { font-size: 200% }")
        assert page.evaluate("document.documentElement.scrollWidth") == 390, path.name
    page.close()


def test_formulas_are_mathml_and_the_package_says_where(book):
    page = BeautifulSoup(_chapter(book, "about.xhtml"), "xml")
    assert [math["alttext"] for math in page.find_all("math")] == ["a < b", "x^2"]
    package = BeautifulSoup(_chapter(book, "content.opf"), "xml")
    told = [item["href"] for item in package.find_all("item", properties="mathml")]
    assert told == ["about.xhtml"]


@pytest.mark.parametrize(("turns", "said"), [("rtl", "rtl"), ("ltr", None)])
def test_a_book_whose_lines_begin_at_the_right_turns_its_pages_so(turns, said):
    template = Template((PACKAGE / "content.opf.jinja").read_text("utf-8"))
    spine = BeautifulSoup(template.render(turns=turns, access={}, properties={}), "xml").spine
    assert spine.get("page-progression-direction") == said
