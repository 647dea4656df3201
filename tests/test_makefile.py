"""README's two commands are make's, and make says what is missing instead of failing oddly."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests.conftest import ROOT


def make(folder, *words):
    return subprocess.run(
        ["make", *words], cwd=folder, capture_output=True, text=True, check=False
    )  # fmt: skip


@pytest.fixture
def bare(tmp_path):
    """A folder with nothing but the Makefile and the list of what to install."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    return tmp_path


def interpreter(folder, script):
    """A stand-in for python3 that answers as the script says."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
    return f"PYTHON={path}"


def test_readme_s_two_commands_are_targets_that_help_lists():
    block = re.search(r"```sh\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)[1]
    assert block.split("\n") == ["make", "make test", ""]
    listed = make(ROOT, "help").stdout
    for target in ("all", "test", "check", "publish"):
        assert re.search(rf"^  make {target} +\S", listed, re.MULTILINE)


def test_every_target_with_a_comment_is_in_help():
    text = (ROOT / "Makefile").read_text("utf-8")
    listed = make(ROOT, "help").stdout
    for target in re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE):
        assert f"  make {target} " in listed


def test_no_target_stands_twice():
    done = make(ROOT, "help")
    assert done.stderr == ""
    text = (ROOT / "Makefile").read_text("utf-8")
    targets = re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE)
    assert len(targets) == len(set(targets))


def test_an_import_without_a_file_is_told_and_installs_nothing(bare):
    done = make(bare, "import", "ID=oil")
    assert done.returncode != 0
    assert "make import FILE=" in done.stdout
    assert not (bare / ".venv").exists()


def test_a_python_too_old_is_told(bare):
    done = make(bare, interpreter(bare, "exit 1"), "html")
    assert done.returncode != 0
    assert "older than Python 3.11" in done.stdout
    assert "To mend:" in done.stdout


def test_a_python_without_venv_is_told(bare):
    script = 'case "$2" in *ensurepip*) exit 1;; *) exit 0;; esac'
    done = make(bare, interpreter(bare, script), "html")
    assert done.returncode != 0
    assert "apt install python3-venv" in done.stdout


def test_no_python_at_all_is_told(bare):
    done = make(bare, "PYTHON=", "html")
    assert done.returncode != 0
    assert "none was found" in done.stdout


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("{math}`x`", True), ("\\begin{align}", True), ("It cost $5, then $6.", False)],
)
def test_what_reads_formulas_is_installed_where_a_page_has_any(bare, text, wanted):
    shutil.copy(ROOT / "requirements-math.txt", bare)
    (bare / "documents").mkdir()
    (bare / "documents" / "a.md").write_text(f"A page.\n\n{text}\n", "utf-8")
    (bare / "README.md").write_text("{math} is how one writes formulas.", "utf-8")
    told = make(bare, "--dry-run", ".venv/.build").stdout
    assert ("Installing what formulas need" in told) is wanted
    assert "Installing what the build needs" in told
