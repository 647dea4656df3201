"""What a site is made from: pages, engine and locked packages, and nothing that no page shows."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

import pytest

import archive
from archive.commands import workspace
from archive.commands.workspace import digest, is_read, stamps
from tests.conftest import command


@pytest.fixture
def root(tmp_path):
    for name in ("index.md", "requirements/build.txt", "documents/a.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("before", "utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ["index.md", "documents/a.md", "requirements/build.txt",
                                  "requirements/math.txt"])  # fmt: skip
def test_a_page_and_a_locked_package_count(root, name):
    before = digest(root)
    (root / name).write_text("after", "utf-8")
    assert digest(root) != before


@pytest.mark.parametrize("name", ["docs/SCALE.md", "tools/lock.py", "requirements/test.txt",
                                  "tests/test_state.py", "work/oil.txt"])  # fmt: skip
def test_what_no_page_shows_does_not_count(root, name):
    before = digest(root)
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text("after", "utf-8")
    assert digest(root) == before


def test_another_python_counts_since_the_lock_gives_it_other_packages(root, monkeypatch):
    before = digest(root)
    monkeypatch.setattr(sys, "version", "3.99.0")
    assert digest(root) != before


DEFAULTS = (Path(archive.__file__).parent / "defaults.py").read_text("utf-8")
GIVEN = {*re.findall(r'environ(?:\.get\(|\[)"(\w+)"', DEFAULTS), "SOURCE_DATE_EPOCH"}


@pytest.mark.parametrize("name", sorted(GIVEN))
def test_each_setting_of_the_environment_counts(root, monkeypatch, name):
    monkeypatch.delenv(name, raising=False)
    before = digest(root)
    monkeypatch.setenv(name, str(root))
    assert digest(root) != before


@pytest.mark.parametrize("name", ["_build", "_build/serve", ".cache/x", "work/x", "../elsewhere"])
def test_nothing_in_a_folder_for_what_is_built_is_read(root, name):
    assert not is_read(root, root / name)


@pytest.mark.parametrize("name", [".", "out", "documents/out"])
def test_a_build_into_a_folder_that_is_read_is_refused_and_leaves_nothing(root, name):
    before = sorted(root.rglob("*"))
    done = command(root, "build", "--work", name, "pages")
    assert done.returncode == 2
    assert f"Pages in {name} would be read" in done.stderr
    assert "To mend: name a folder in _build" in done.stderr
    assert sorted(root.rglob("*")) == before


def test_only_what_was_written_since_is_read_again(root, tmp_path_factory, monkeypatch):
    kept, content, read = tmp_path_factory.mktemp("work") / workspace.INPUTS, workspace._content, []
    own = str(root / "documents/a.md")
    later = time.time_ns() + 10**10
    monkeypatch.setattr("archive.commands.workspace.time.time_ns", lambda: later)
    assert digest(root, stamps(root), kept) == digest(root)
    monkeypatch.setattr(workspace, "_content", lambda path: read.append(path) or content(path))
    first = digest(root, stamps(root), kept)
    assert read == []
    times = (root / "documents/a.md").stat()
    (root / "documents/a.md").write_text("beside", "utf-8")  # of the same size
    os.utime(own, ns=(times.st_atime_ns, times.st_mtime_ns))
    second = digest(root, stamps(root), kept)
    assert read == [own]
    assert second == digest(root) != first


def test_a_file_written_this_moment_is_read_again(root, tmp_path_factory, monkeypatch):
    """It could be written once more before the clock of its file system ticks."""
    kept, page = tmp_path_factory.mktemp("work") / workspace.INPUTS, root / "documents/a.md"
    written = page.stat().st_ctime_ns
    monkeypatch.setattr("archive.commands.workspace.time.time_ns", lambda: written + 10**6)
    seen = stamps(root)
    before = digest(root, seen, kept)
    page.write_text("beside", "utf-8")
    assert digest(root, seen, kept) != before
