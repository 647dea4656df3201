"""An archive built in volumes is the archive that a single build gives, link by link."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from posixpath import dirname, join, normpath
from urllib.parse import quote, urlsplit

import pytest
from lxml import html

from archive.search.entry import Shelf
from archive.search.index import keep_in_step
from archive.search.pagefind import executable
from tests.conftest import ROOT, built, command, contents, environment, once
from tests.site.editing import Archive
from tests.site.test_any_edit import differences

LONG = os.environ.get("ARCHIVE_LONG") == "1"


def volumes(source, *words):
    done = command(source, "volumes", *words)
    assert done.returncode == 0, done.stdout + done.stderr


def make(source, target):
    words = [
        "make",
        "-j2",
        "-f",
        str(ROOT / "archive/volumes/build.mk"),
        f"PYTHON={sys.executable}",
    ]
    done = subprocess.run(
        [*words, target], cwd=source, capture_output=True, text=True, check=False,
        env=environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def build_volumes(source):
    """Build an archive in volumes as make does; return the site."""
    volumes(source, "plan", "--volumes", "4")
    make(source, "read")
    volumes(source, "exchange")
    make(source, "pages")
    volumes(source, "join")
    return source / "_build/volumes/site"


def drawn_up(folder, seed=1):
    """An archive in which passages moved, were revised and withdrawn, and pages link to files."""
    archive = Archive(folder, seed, documents=20, entries=6)
    chance = random.Random(seed)
    for change in (
        archive.edit_passage, archive.edit_passage, archive.rename_document, archive.withdraw,
        archive.remove_document, archive.rename_document, archive.add_document,
        archive.change_author,
    ):  # fmt: skip
        change(chance)
    document = archive.documents[0]
    archive.aside = f"# Aside\n\nSee [it](documents/{document.name}.md).\n"
    archive.publish(chance)
    archive.documents[3].passages[-1].links = [archive.documents[-1].passages[0].anchor]
    archive.write()
    return archive


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    """The archive built at once and in volumes: the files of each."""

    def both(folder):
        source = drawn_up(folder).folder
        joined = build_volumes(source)
        single = built(source)
        if program := executable():
            shelf = Shelf(source / "_build/doctrees/search-entries")
            keep_in_step(shelf, single.site / "pagefind", program)
        return contents(single.site), contents(joined), joined

    return once(tmp_path_factory, "joined-volumes", both)


def parsed(files):
    return {name: html.fromstring(data) for name, data in files.items() if name.endswith(".html")}


def test_every_link_between_pages_leads_to_its_place(sites):
    pages = parsed(sites[1])
    ids = {name: {"", *page.xpath("//@id")} for name, page in pages.items()}
    crossing = 0
    for name, page in pages.items():
        for link in map(urlsplit, page.xpath("//a/@href")):
            target = normpath(join(dirname(name), link.path)) if link.path else name
            if not link.scheme and target.endswith(".html") and not link.path.startswith("/"):
                assert link.fragment in ids.get(target, ()), (name, link.geturl())
                crossing += target != name
    assert crossing > 500


def test_the_anchors_are_those_of_a_single_build(sites):
    single, joined = (
        {(name, id_) for name, page in parsed(files).items() for id_ in page.xpath("//@id")}
        for files in sites[:2]
    )
    assert joined == single
    assert sites[0]["objects.inv"] == sites[1]["objects.inv"]


def but_for_search(single, joined):
    """The files that differ; the index of the search is divided otherwise."""
    found = differences(single, joined)
    return [name for name in found if not name.startswith("pagefind/")]


def test_every_file_is_that_of_a_single_build(sites):
    """But a link to a document's file, which in a volume is a link to the document's id."""
    single, joined, _ = sites
    assert but_for_search(single, joined) == [".buildinfo", "aside.html", "volumes.json"]
    assert joined["aside.html"].count(b".html#") == single["aside.html"].count(b".html#") + 1


needs_pagefind = pytest.mark.skipif(
    executable() is None, reason="there is no Pagefind for this platform"
)


@needs_pagefind
def test_the_indexes_of_all_volumes_are_searched_as_one(sites):
    single, joined = (json.loads(files["pagefind/archive.json"]) for files in sites[:2])
    assert joined["filters"] == single["filters"]
    assert len(joined["shares"]) > len(single["shares"])
    for number in range(len(joined["shares"])):
        assert f"pagefind/{number}/pagefind-entry.json" in sites[1]
    assert [name for name in sites[1] if name.endswith("pagefind.js")] == ["pagefind/0/pagefind.js"]


@needs_pagefind
def test_a_search_finds_documents_of_every_volume(sites, page, serve):
    address = serve(sites[2])
    plan = json.loads(sites[1]["volumes.json"])
    assert len(plan) == 4
    for volume in plan:
        document = volume["documents"][0]
        written = html.fromstring(sites[1][f"documents/{document}.html"])
        title = " ".join(written.xpath("string(//h1)").split()).removesuffix("¶")
        page.goto(f"{address}/search.html?q={quote(title)}")
        link = page.locator(f"#search-found a[href$='/{document}.html']")
        link.first.wait_for()


@pytest.mark.parametrize("seed", range(8 if LONG else 1))
def test_after_edits_the_volumes_follow(tmp_path, seed):
    archive = drawn_up(tmp_path / "archive", seed)
    build_volumes(archive.folder)
    chance = random.Random(seed)
    for change in (
        archive.edit_passage, archive.rename_document, archive.remove_document,
        archive.change_date, archive.change_short_title, archive.remove_work, archive.rename_term,
        archive.change_collection, archive.add_document,
    ):  # fmt: skip
        change(chance)
    archive.aside = None
    archive.write()
    joined = build_volumes(archive.folder)
    single = built(archive.folder)
    found = but_for_search(contents(single.site), contents(joined))
    assert found == [".buildinfo", "volumes.json"]
