"""Processes that share the work of a build fail with it, and end with it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sphinx.errors import SphinxParallelError

from archive.upstream.processes import Portions, Workers
from tests.conftest import command, copy_root

# A build that starts a process, which starts another.  That one has more to hand on than a pipe
# holds; nobody will read it.
BUILD = """
import os, signal
from archive.upstream.processes import Workers

def inner():
    os.write({pipe}, b"started")
    os.kill(os.getppid(), signal.SIGKILL)
    return "x" * 2**20

def outer():
    tasks = Workers(1)
    tasks.add_task(inner)
    tasks.join()

tasks = Workers(1)
tasks.add_task(outer)
tasks.join()
"""
ENOUGH = 20.0  # seconds


def test_a_worker_whose_parent_was_killed_does_not_wait_for_ever() -> None:
    ours, theirs = os.pipe()
    build = BUILD.format(pipe=theirs)
    process = subprocess.Popen(
        [sys.executable, "-c", build], pass_fds=[theirs], stderr=subprocess.DEVNULL
    )
    os.close(theirs)
    assert os.read(ours, 7) == b"started"
    process.send_signal(signal.SIGKILL)
    process.wait()
    # The pipe ends when no process holds it any more.
    ready, _, _ = select.select([ours], [], [], ENOUGH)
    assert ready
    assert os.read(ours, 1) == b""
    os.close(ours)


def test_a_task_that_fails_while_others_are_added_fails_the_build() -> None:
    tasks = Workers(1)

    def fail() -> None:
        raise OSError("no space")

    tasks.add_task(fail)
    while not all(pipe.poll(1) for pipe in tasks._precvs.values()):
        pass
    tasks.add_task(lambda: None)
    with pytest.raises(SphinxParallelError, match="no space"):
        tasks.join()


def test_processes_take_each_item_once() -> None:
    items, found = range(1_000), []
    portions = Portions(items)
    tasks = Workers(3)
    for _ in range(3):
        tasks.add_task(list, portions, lambda _portions, taken: found.extend(taken))
    tasks.join()
    portions.close()
    assert sorted(found) == list(items)


# Waits for the index of the search when the pages are to be written, and says what was there.
WAITS = """
def setup(app):
    import pathlib, time
    def wait(app, builder):
        end = time.monotonic() + 20
        while not (made := (app.outdir / "search-index" / "overview.js").is_file()):
            if time.monotonic() > end:
                break
            time.sleep(0.02)
        pages = (app.outdir / "documents" / "alpha.html").is_file()
        (app.srcdir / "_build" / "told").write_text(f"index {made}, pages {pages}")
    app.connect("write-started", wait, 900)
"""
# Fails while the index of the search, which takes its time, is made.
FAILS = """
import os, time, archive.commands.build, archive.commands.outputs as outputs
def slow(*_):
    time.sleep(1)
    os.mkdir("_build/ended")
def record(*_, whole):
    if os.path.isdir("_build/ended"):
        os.mkdir("_build/in order")
outputs.update_index = slow
archive.commands.build.Kept.record = record

def setup(app):
    def fail(*_):
        raise OSError("no page")
    app.connect("write-started", fail, 900)
"""
# A Pagefind that ends at once.
NO_PAGEFIND = """
from archive.commands import release as made_by
made_by.executable, made_by.MOST_READ = lambda: "true", -1
"""


def test_what_is_searched_is_indexed_beside_the_pages(tmp_path: Path) -> None:
    source = copy_root("small", tmp_path / "archive")
    conf = source / "conf.py"
    conf.write_text(conf.read_text() + WAITS)
    done = command(source, "build", "pages", "search", "--jobs", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (source / "_build" / "told").read_text() == "index True, pages False"


def test_an_index_that_fails_beside_the_pages_fails_the_build(tmp_path: Path) -> None:
    source = copy_root("small", tmp_path / "archive")
    conf = source / "conf.py"
    right = conf.read_text()
    conf.write_text(right + NO_PAGEFIND)
    done = command(source, "build", "pages", "search", "--jobs", "2")
    assert done.returncode == 1
    assert "[search-index] The search index could not be made" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    conf.write_text(right)
    assert command(source, "build", "pages", "search", "--jobs", "2").returncode == 0


def test_a_build_that_fails_waits_for_what_it_began(tmp_path: Path) -> None:
    """Else files that are still written would be recorded as what the build left."""
    source = copy_root("small", tmp_path / "archive")
    conf = source / "conf.py"
    conf.write_text(conf.read_text() + FAILS)
    done = command(source, "build", "pages", "search", "--jobs", "2")
    assert done.returncode == 2
    assert "no page" in done.stderr
    assert (source / "_build" / "in order").is_dir()
