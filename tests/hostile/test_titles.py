"""A document whose record says hostile words in every text, published and reworded or moved."""

from __future__ import annotations

import zipfile

import pytest
from lxml import etree, html

from tests.conftest import Built, command, copy_root, edit, once, publish
from tests.hostile.cases import INJECTION
from tests.hostile.test_documents import OURS, VICTIM, injected


@pytest.fixture(scope="session")
def titled(tmp_path_factory):
    """The archive with that document, its pages and its EPUB."""

    def make(folder):
        source = copy_root("small", folder)
        for name in (VICTIM, "old"):
            text = injected().replace(f"id: {VICTIM}", f"id: {name}")
            text = text.replace(f"({VICTIM}-p1)=\n", f"({name}-p1)=\nOf {name}. ")
            (source / "documents" / f"{name}.md").write_text(text, "utf-8")
        publish(source, "--day", "2026-11-22")
        edit(source, f"documents/{VICTIM}.md", ("A passage.", "More than a passage."))
        edit(
            source,
            "documents/old.md",
            ("id: old", "id: new"),
            ("(old-p1)=", "(old-p1)=\n(new-p1)="),
        )
        (source / "documents" / "old.md").rename(source / "documents" / "new.md")
        publish(source, "--day", "2026-11-24")
        done = command(source, "build", "pages", "epub")
        assert done.returncode == 0, done.stdout + done.stderr
        return Built(source, source / "_build" / "html", done.stdout, done.returncode)

    return once(tmp_path_factory, "titled", make)


FORMS = (f"{VICTIM}.html", f"{VICTIM}.made.html", f"{VICTIM}.history.html", "old.html")


@pytest.mark.parametrize("name", FORMS)
def test_each_page_of_it_says_its_title_and_runs_nothing(titled, name):
    page = html.parse(titled.site / "documents" / name)
    assert INJECTION in page.getroot().find("body").text_content()
    for script in page.iter("script"):
        data = script.get("type") in {"application/json", "application/ld+json"}
        assert data or script.get("src") or OURS.match(script.text or ""), script.text


def test_every_file_of_its_book_is_xml_and_the_list_of_passages_has_its_name(titled):
    with zipfile.ZipFile(titled.site / "archive.epub") as book:
        files = {name: book.read(name) for name in book.namelist()}
    ends = (".xhtml", ".opf", ".ncx", ".xml")
    read = {name: etree.fromstring(data) for name, data in files.items() if name.endswith(ends)}
    (contents,) = (tree for name, tree in read.items() if name.endswith("nav.xhtml"))
    assert INJECTION in "".join(contents.itertext())
    assert not [name for name, tree in read.items() if list(tree.iter("{*}script"))]
