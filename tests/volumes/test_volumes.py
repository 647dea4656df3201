"""An archive built in volumes is the archive that a single build gives, link by link."""

from __future__ import annotations

import json
import os
import random
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import quote, urlsplit

import pytest
from lxml import html

from tests.conftest import ROOT, built, command, contents, environment, index_search, once
from tests.site.editing import Archive
from tests.site.test_any_edit import differences

LONG = os.environ.get("ARCHIVE_LONG") == "1"
SEED = 1  # of the archive that all tests look at


def volumes(source, *words):
    done = command(source, "volumes", *words)
    assert done.returncode == 0, done.stdout + done.stderr


def make(source, target):
    """Run what make would run, in forks."""
    words = [
        "make",
        "-n",
        "--no-print-directory",
        "-f",
        str(ROOT / "archive/volumes/build.mk"),
        "PYTHON=python",
    ]
    listed = subprocess.run(
        [*words, target], cwd=source, capture_output=True, text=True, check=True, env=environment()
    ).stdout.splitlines()
    assert len(listed) >= 4, listed  # of each of three volumes and of what all have
    for each in listed:
        python, module, name, *rest = shlex.split(each)
        assert (python, module, name) == ("python", "-m", "archive")
        done = command(source, *rest)
        assert done.returncode == 0, done.stdout + done.stderr


def build_volumes(source):
    """Build an archive in volumes as make does; return the site."""
    volumes(source, "plan", "--volumes", "3")
    make(source, "read")
    volumes(source, "exchange")
    make(source, "pages")
    volumes(source, "join")
    return source / "_build/volumes/site"


def drawn_up(folder, seed=SEED):
    """An archive in which passages moved, were revised and withdrawn, and pages link to files."""
    archive = Archive(folder, seed, documents=20, entries=6)
    chance = random.Random(seed)
    for change in (
        archive.edit_passage, archive.edit_passage, archive.rename_document, archive.withdraw,
        archive.remove_document, archive.rename_document, archive.add_document,
        archive.change_author,
    ):  # fmt: skip
        change(chance)
    for _ in archive.documents:
        archive.relate(chance)
    document = archive.documents[0]
    archive.aside = f"# Aside\n\nSee [it](documents/{document.name}.md).\n"
    archive.publish(chance)
    archive.documents[3].passages[-1].links = [archive.documents[-1].passages[0].anchor]
    archive.write()
    return archive


@dataclass(frozen=True)
class Sites:
    """An archive built at once and in volumes: the files of each, before and after edits."""

    single: dict[str, bytes]
    joined: dict[str, bytes]
    folder: Path  # a copy of what was joined before the edits
    edited_single: dict[str, bytes]
    edited_joined: dict[str, bytes]


def built_twice(folder, seed=SEED):
    """Build an archive at once and in volumes, edit it, and build both again."""
    archive = drawn_up(folder, seed)
    source = archive.folder
    joined = build_volumes(source)
    single = built(source)
    index_search(source)
    kept = shutil.copytree(joined, source.with_name(f"joined-{seed}"))
    before = contents(single.site), contents(joined), kept
    chance = random.Random(seed)
    for change in (
        archive.edit_passage, archive.rename_document, archive.remove_document,
        archive.change_date, archive.change_short_title, archive.remove_work, archive.rename_term,
        archive.change_collection, archive.add_document, archive.relate,
    ):  # fmt: skip
        change(chance)
    archive.aside = None
    archive.write()
    joined = build_volumes(source)
    edited = built(source).site
    index_search(source)
    return Sites(*before, contents(edited), contents(joined))


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    return once(tmp_path_factory, "joined-volumes", built_twice)


def parsed(files):
    return {name: html.fromstring(data) for name, data in files.items() if name.endswith(".html")}


def test_every_link_between_pages_leads_to_its_place(sites):
    pages = parsed(sites.joined)
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
        for files in (sites.single, sites.joined)
    )
    assert joined == single
    assert sites.single["objects.inv"] == sites.joined["objects.inv"]


def test_every_file_is_that_of_a_single_build(sites):
    """But a link to a document's file, which in a volume is a link to the document's id."""
    single, joined = sites.single, sites.joined
    assert differences(single, joined) == [".buildinfo", "aside.html", "volumes.json"]
    assert joined["aside.html"].count(b".html#") == single["aside.html"].count(b".html#") + 1


def test_a_search_finds_documents_of_every_volume(sites, page, serve):
    address = serve(sites.folder)
    plan = json.loads(sites.joined["volumes.json"])
    assert len(plan) == 3
    for volume in plan:
        document = volume["documents"][0]
        written = html.fromstring(sites.joined[f"documents/{document}.html"])
        title = " ".join(written.xpath("string(//h1)").split()).removesuffix("¶")
        page.goto(f"{address}/search.html?q={quote(title)}")
        link = page.locator(f"#search-found a[href$='/{document}.html']")
        link.first.wait_for()


@pytest.mark.parametrize("seed", range(8) if LONG else [SEED])
def test_after_edits_the_volumes_follow(sites, tmp_path, seed):
    made = sites if seed == SEED else built_twice(tmp_path / "archive", seed)
    found = differences(made.edited_single, made.edited_joined)
    assert found == [".buildinfo", "volumes.json"]
