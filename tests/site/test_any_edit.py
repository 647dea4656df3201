"""After any edits the site is what a build from nothing gives, byte for byte."""

from __future__ import annotations

import os
import random
import re
import shutil
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import built, cold, command, contents
from tests.site.editing import CHANGES, Archive

LONG = os.environ.get("ARCHIVE_LONG") == "1"


def differences(one, other):
    """The names of files that only one of two sites has, or that say something else."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


# Each step is what editors do between two builds.
STEP = st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 2**16)), min_size=1, max_size=3)


MANY = settings(
    max_examples=40 if LONG else 1, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip


def edited(folder, seed, entries, steps, build_all):
    """Build an archive, edit it and build it again, step after step."""
    archive = Archive(folder, seed, entries=entries)
    build_all(archive.folder)
    for step in steps:
        for change, chance in step:
            change(archive, random.Random(chance))
        archive.write()
        build_all(archive.folder)
    return archive


@pytest.mark.skipif(not LONG, reason="the next test has the pages, too")
@MANY
@given(
    seed=st.integers(0, 2**16),
    entries=st.sampled_from([12, 3, 200]),
    steps=st.lists(STEP, min_size=3, max_size=8),
)
def test_after_any_edits_the_pages_are_what_a_build_from_nothing_gives(
    tmp_path_factory, seed, entries, steps
):
    folder = tmp_path_factory.mktemp("edited")
    archive = edited(folder / "archive", seed, entries, steps, built)
    site = contents(archive.folder / "_build/html")
    wanted = contents(cold(archive.folder, folder / "fresh", "-j", "2", PYTHONHASHSEED="7").site)
    assert differences(site, wanted) == []


@MANY
@given(seed=st.integers(0, 2**16), steps=st.lists(STEP, min_size=1, max_size=8 if LONG else 1))
def test_after_any_edits_every_format_is_what_a_build_from_nothing_gives(
    tmp_path_factory, seed, steps
):
    """Pages, PDFs, EPUB, index of the search and manifest, as make builds them."""
    folder = tmp_path_factory.mktemp("edited")
    archive = edited(folder / "archive", seed, 200, steps, whole_site)
    ignored = shutil.ignore_patterns("_build")
    shutil.copytree(archive.folder, folder / "fresh", ignore=ignored)
    site = contents(archive.folder / "_build/html")
    assert differences(site, whole_site(folder / "fresh", PYTHONHASHSEED="7")) == []


def whole_site(folder, **environment):
    """Build all outputs of an archive; return the files of its site."""
    done = command(folder, "build", **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return contents(folder / "_build/html")


ELSEWHERE = ("documents/isle-seed-resolution.md", "references.bib")


@pytest.mark.parametrize("names", [[each] for each in ELSEWHERE] if LONG else [ELSEWHERE])
def test_the_book_and_the_pdfs_follow_an_edit_of_what_others_show(archive_site, tmp_path, names):
    """A short title stands in spoken names everywhere; an author in the labels of citations."""
    source = shutil.copytree(archive_site.source, tmp_path / "archive", symlinks=True)
    for path in (source / name for name in names):
        text = path.read_text("utf-8")
        changed = re.sub(r"(?m)^short-title: .*$", "short-title: Renamed text", text)
        changed = re.sub(r"(author\s*=\s*\{+)(\w)", r"\1Renamed \2", changed, count=1)
        assert changed != text
        path.write_text(changed, "utf-8")
        os.utime(path, (1, 1))  # put back from a copy, with an old time
    site = whole_site(source)
    shutil.copytree(source, tmp_path / "fresh", ignore=shutil.ignore_patterns("_build"))
    assert differences(site, whole_site(tmp_path / "fresh")) == []
    with ZipFile(source / "_build/html/archive.epub") as book:
        said = b"".join(book.read(each) for each in book.namelist() if each.endswith("xhtml"))
    assert b"Renamed" in said
