"""CPU seconds and memory are those of a command and of all that it starts."""

from __future__ import annotations

import sys

import pytest

from benchmarks import weight
from benchmarks.process import CommandError, measure

BUSY = "import time\nwhile time.process_time() < {seconds}: pass\n"
LARGE = "import time\nheld = b'x' * {size}\ntime.sleep(0.4)\n"
PARENT = (
    "import subprocess, sys\n"
    "children = [subprocess.Popen([sys.executable, '-c', {code!r}]) for _ in range(2)]\n"
    "[child.wait() for child in children]\n"
)


def run(code, folder):
    return measure([sys.executable, "-c", code], folder)


def test_children_s_time_counts(tmp_path):
    cost = run(PARENT.format(code=BUSY.format(seconds=0.2)), tmp_path)
    assert 0.4 <= cost.cpu < 5


def test_memory_is_that_of_the_largest_process_and_of_all_together(tmp_path):
    size = 150_000_000
    cost = run(PARENT.format(code=LARGE.format(size=size)), tmp_path)
    assert size / 2**20 < cost.largest < 2 * size / 2**20
    assert cost.together >= cost.largest


def test_a_command_that_fails_is_told_with_what_it_said(tmp_path):
    with pytest.raises(CommandError, match="no such passage"):
        run("import sys; sys.exit('no such passage')", tmp_path)


def test_a_page_weighs_itself_and_what_it_loads(tmp_path):
    (tmp_path / "documents").mkdir()
    (tmp_path / "style.css").write_text(" ".join(map(str, range(1_000))), "utf-8")
    page = '<link rel="stylesheet" href="../style.css?v=1"><a href="../large.html">A</a><p>B'
    (tmp_path / "documents" / "a.html").write_text(page, "utf-8")
    (tmp_path / "documents" / "b.html").write_text(page + "C" * 10, "utf-8")
    (tmp_path / "large.html").write_text("D" * 10_000, "utf-8")
    found = weight.pages(tmp_path, iter(("a", "b")))
    assert 0.05 < found.median <= found.largest < 0.2
    assert 1 < found.assets < 4
    assert weight.site(tmp_path).files == 4
