"""README's two commands are make's, and make says what is missing instead of failing oddly."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from tests.conftest import ROOT

EXTRAS = ("math", "scripts", "cjk", "sorting")


def make(folder, *words, **environment):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *words], cwd=folder, capture_output=True, text=True, check=False,
        env={**kept, **environment},
    )  # fmt: skip


@pytest.fixture
def bare(tmp_path):
    """A folder with nothing but the Makefile and the lists of what to install."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "archive" / "pdf").mkdir(parents=True)
    shutil.copy(ROOT / "archive" / "pdf" / "fonts.py", tmp_path / "archive" / "pdf")
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


@pytest.fixture
def told(bare):
    """A bare folder whose environment is there, with a Python that prints its arguments."""
    shown = interpreter(bare, 'printf "%s|" "$@"; echo').removeprefix("PYTHON=")
    (bare / ".venv" / "bin").mkdir(parents=True)
    shutil.move(shown, bare / ".venv" / "bin" / "python")
    for name in ("python", "build", "serve", "import", "test"):
        (bare / ".venv" / f".{name}").touch()
    return bare


def files(folder):
    return {path: path.lstat().st_mtime_ns for path in folder.rglob("*")}


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


def targets(text):
    """The targets that the Makefile documents, and those that are no files."""
    documented = " ".join(re.findall(r"^## ([a-z -]+): ", text, re.MULTILINE)).split()
    phony = re.search(r"^\.PHONY: ((?:.*\\\n)*.*)", text, re.MULTILINE)[1]
    return documented, phony.replace("\\", " ").split()


def test_help_lists_every_target_once():
    done = make(ROOT, "help")
    assert done.stderr == ""
    documented, phony = targets((ROOT / "Makefile").read_text("utf-8"))
    assert sorted([*documented, "help"]) == sorted(phony)
    assert len(set(documented)) == len(documented)
    listed = done.stdout.splitlines()
    assert (
        " ".join(re.match(r"  make ([a-z -]+?)  +\S", line)[1] for line in listed).split()
        == documented
    )


def test_the_makefile_is_short():
    text = (ROOT / "Makefile").read_text("utf-8")
    assert len(text.splitlines()) <= 160
    assert len(make(ROOT, "help").stdout.splitlines()) <= 20


@pytest.mark.parametrize("setting", ["PAPER=us-letter", "SOURCES=.", "RELEASE=1", "JOBS=2"])
def test_reading_the_makefile_changes_nothing(told, setting):
    (told / "_build" / "html").mkdir(parents=True)
    for name in ("html/index.html", "html/archive.pdf", ".state", "state.json"):
        (told / "_build" / name).touch()
    before = files(told)
    assert make(told, "--dry-run", setting, "help", "all").returncode == 0
    assert files(told) == before


NAMES = (
    "x;touch${IFS}PWNED;.md",
    "Bob's notes.md",
    "-notes.md",
    "$(shell touch PWNED).md",
    "`x`.md",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("folder", [".", "documents", "documents/more"])
def test_the_name_of_a_page_is_never_code_and_no_page_is_missed(told, folder, name):
    (told / ".venv" / ".build").unlink()
    (told / folder).mkdir(parents=True, exist_ok=True)
    page = told / folder / name
    page.write_text("Nothing.", "utf-8")
    without = make(told, "--dry-run", ".venv/.build")
    page.write_text("{math}`x`", "utf-8")
    done = make(told, "--dry-run", ".venv/.build")
    assert done.returncode == without.returncode == 0
    assert done.stderr == without.stderr == ""
    assert "requirements/math.txt" not in without.stdout
    assert "requirements/math.txt" in done.stdout
    assert not list(told.rglob("PWNED"))


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("sign", ("MINISIGN", "--minisign-key")),
        ("sign", ("KEY", "--key")),
        ("verify", ("URL", "verify")),
        ("verify", ("BAG", "verify")),
        ("verify", ("SIGNERS", "--signers")),
        ("verify", ("MINISIGN", "--minisign")),
        ("verify", ("MANIFEST", "--manifest")),
        ("verify", ("LEDGER", "--ledger")),
        ("verify-sources", ("SOURCES", "--sources")),
        ("anchors", ("DOC", "anchors")),
        ("new", ("DIR", "new")),
        ("prove", ("WHAT", "tools.prove")),
        ("serve", ("PORT", "--port")),
    ],
)  # fmt: skip
def test_what_is_named_reaches_the_command_as_it_is(told, target, words):
    variable, before = words
    for value in ("my key", "it's; touch PWNED", "`touch PWNED`"):
        done = make(told, target, f"{variable}={value}")
        assert f"|{before}|{value}|" in f"|{done.stdout}"
    assert not (told / "PWNED").exists()


@pytest.mark.parametrize("links", [("python",), ("python", "python3", "python3.9")])
def test_an_environment_whose_python_is_gone_is_made_anew(told, links):
    folder = told / ".venv" / "bin"
    (folder / "python").unlink()
    for name in links:
        (folder / name).symlink_to(told / "no-such-python")
    before = files(told)
    done = make(told, "--dry-run", ".venv/.build")
    assert done.returncode == 0
    assert "-m venv --clear .venv" in done.stdout  # which removes links that lead nowhere
    assert "requirements/build.txt" in done.stdout
    assert files(told) == before


def test_a_pipe_among_the_pages_is_not_waited_for(told):
    os.mkfifo(told / "pipe.md")
    (told / "documents").mkdir()
    os.mkfifo(told / "documents" / "pipe.md")
    (told / "documents" / "one.md").write_text("{math}`x`", "utf-8")
    (told / ".venv" / ".build").unlink()
    done = make(told, "--dry-run", ".venv/.build")
    assert "requirements/math.txt" in done.stdout


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
    [("{math}`x`", ["math"]), ("\\begin{align}", ["math"]), ("It cost $5, then $6.", []),
     ("Ευρώ, мир, حرية, שלום", []), ("हिन्दी", ["scripts"]),
     ("記者 \U0001f600", ["scripts", "cjk"])],
)  # fmt: skip
def test_what_a_text_needs_besides_is_installed_where_a_page_has_any(bare, text, wanted):
    (bare / "documents").mkdir()
    (bare / "documents" / "a.md").write_text(f"A page.\n\n{text}\n", "utf-8")
    (bare / "README.md").write_text("{math} is how one writes formulas, 記.", "utf-8")
    told = make(bare, "--dry-run", ".venv/.build").stdout
    assert [name for name in EXTRAS if f"requirements/{name}.txt" in told] == wanted
    assert "requirements/build.txt" in told


@pytest.mark.parametrize(("language", "wanted"), [("en", []), ("en-GB", []), ("sv", ["sorting"])])
def test_the_order_of_words_is_installed_for_other_languages(bare, language, wanted):
    (bare / "conf.py").write_text(f'project = "A"\nlanguage = "{language}"\n', "utf-8")
    told = make(bare, "--dry-run", ".venv/.build").stdout
    assert [name for name in EXTRAS if f"requirements/{name}.txt" in told] == wanted


def test_what_cannot_be_written_is_told(told):
    (told / ".venv" / ".build").unlink()
    (told / ".venv" / "bin" / "touch").write_text("#!/bin/sh\nexit 1\n", "utf-8")
    (told / ".venv" / "bin" / "touch").chmod(0o755)
    done = make(told, "html", PATH=f"{told / '.venv' / 'bin'}:{os.environ['PATH']}")
    assert done.returncode != 0
    assert "Cannot write .venv/.build. To mend: free some space" in done.stderr
