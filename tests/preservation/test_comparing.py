"""Builds of one commit are compared byte for byte."""

from __future__ import annotations

import subprocess

import pytest

from archive.__main__ import main
from archive.preservation.site import contents, unlike
from tests.conftest import git


def folder(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return contents(root)


def test_the_same_bytes_are_the_same(tmp_path):
    files = {"a.html": "a", "b/c.pdf": "c"}
    one, two = folder(tmp_path / "one", files), folder(tmp_path / "two", files)
    assert list(unlike({"one": one, "two": two})) == []
    assert one.size == 2


def test_each_difference_says_which_build_has_what(tmp_path):
    one = folder(tmp_path / "one", {"a": "a", "b": "b"})
    two = folder(tmp_path / "two", {"a": "A"})
    altered, missing = unlike({"one": one, "two": two, "three": one})
    assert altered.startswith("a: ca978112ca1b in one, three; 559aead08264 in two")
    assert missing.endswith("in one, three; missing in two")


@pytest.fixture
def checkout(tmp_path, tmp_path_factory, monkeypatch):
    """A commit whose make writes one file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("clones")))
    words = "epub:\nall:\n\t@mkdir -p _build/html\n\t@cp page _build/html/index.html\n"
    (tmp_path / "Makefile").write_text(words)
    (tmp_path / "page").write_text("page")
    (tmp_path / ".gitignore").write_text("_build\n")
    for name in ("build.txt", "math.txt"):
        (tmp_path / "requirements").mkdir(exist_ok=True)
        (tmp_path / "requirements" / name).write_text("")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "x")
    subprocess.run(["make", "all"], check=True)
    return tmp_path


def test_a_build_is_held_against_a_clone_s(checkout, capfd):
    assert main(["reproduce", "--against", "_build/html"]) == 0
    assert "2 builds, 1 files, 4 bytes: all the same." in capfd.readouterr().out
    (checkout / "_build" / "html" / "index.html").write_text("else")
    assert main(["reproduce", "--against", "_build/html"]) == 1
    assert "index.html: " in capfd.readouterr().out


def test_what_is_not_committed_is_not_compared(checkout, capfd):
    (checkout / "page").write_text("edited")
    assert main(["reproduce"]) == 2
    assert "Commit your changes first" in capfd.readouterr().err


def test_a_failing_build_is_told(checkout, capfd):
    (checkout / "Makefile").write_text("epub:\nall:\n\t@echo broken; exit 1\n")
    git(checkout, "commit", "-qam", "x")
    assert main(["reproduce"]) == 2
    assert "broken" in capfd.readouterr().err
