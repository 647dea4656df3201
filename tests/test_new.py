"""An archive that has nothing of this one: the engine comes as a package, and begins it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest

from archive.__main__ import main
from archive.commands.new import PACKAGE, engine
from tests.conftest import ROOT, Built, command, copy_root, once, pdftotext, whole

OWN = re.compile(rb"press[-_ ]?freedom|assange|\bala-|ncac", re.IGNORECASE)


@dataclass(frozen=True)
class Begun:
    """An archive begun by the engine's package, and what its own make said."""

    folder: Path
    package: Path
    new: str
    made: str
    tested: str
    again: str


def _run(words: list[str], folder: Path, package: Path | None = None) -> str:
    """Run a command with no engine but that of a package, if any; return what it said."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    own = {"PYTHONPATH": str(package)} if package else {}
    done = subprocess.run(
        words, cwd=folder, env={**kept, **own, "SOURCE_DATE_EPOCH": "1767225600"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Begun:
    """The engine packed as a wheel, installed by itself, and the archive that it begins.

    What pip would install into the archive's own environment is at hand: no registry is asked.
    """
    return once(tmp_path_factory, "begun", _begin)


def _begin(work: Path) -> Begun:
    work.mkdir()
    package, pip = work / "package", [sys.executable, "-m", "pip"]
    quiet = ["--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
    _run([*pip, "wheel", *quiet, "--no-build-isolation", "--wheel-dir", ".", str(ROOT)], work)
    (wheel,) = work.glob("*.whl")
    _run([*pip, "install", *quiet, "--target", str(package), str(wheel)], work)
    new = _run([sys.executable, "-m", "archive", "new", "street-archive"], work, package)
    folder = work / "street-archive"
    _equip(folder / ".venv")
    return Begun(
        folder, package, new, *(_run(["make", *goal], folder, package) for goal in ([], ["test"])),
        _run(["make"], folder, package),
    )  # fmt: skip


def _equip(environment: Path) -> None:
    """Have the archive's own environment run this Python, as if pip had filled it."""
    (environment / "bin").mkdir(parents=True)
    python = environment / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', "utf-8")
    python.chmod(0o755)
    (environment / ".installed").touch()


def test_it_builds_with_its_own_make_and_passes_its_own_tests(begun):
    assert "Street Archive is begun in street-archive." in begun.new
    for name in ("index.html", "documents/example-letter.html", "documents/example-letter.pdf",
                 "archive.pdf", "archive.epub", "search-index/overview.js", "_static/archive.css",
                 "manifest-sha256.txt"):  # fmt: skip
        assert (begun.folder / "_build" / "html" / name).is_file(), name
    assert "Ran 1 test" in begun.tested
    assert "OK" in begun.tested.split()
    assert "Nothing has changed since the last build." in begun.again


def test_it_has_no_more_than_it_needs_at_its_top(begun):
    assert {path.name for path in begun.folder.iterdir()} == {
        ".gitattributes", ".gitignore", ".venv", "Makefile", "README.md", "_build", "conf.py",
        "documents", "index.md", "permanence.md", "references.bib", "references.md",
        "requirements.txt", "tests", "work",
    }  # fmt: skip


def test_the_engine_stands_in_one_line_and_raising_it_installs_it(begun, tmp_path):
    folder = shutil.copytree(begun.folder, tmp_path / "copy")
    pin = folder / "requirements.txt"
    (line,) = (each for each in pin.read_text("utf-8").splitlines() if not each.startswith("#"))
    wheel = next(begun.package.parent.glob("*.whl"))
    assert line == f"{PACKAGE} @ {wheel.as_uri()}"  # where this one was installed from
    made = {"_build", "__pycache__"}
    others = [path for path in folder.rglob("*") if path.is_file() and not made & {*path.parts}]
    assert [path for path in others if PACKAGE in path.read_text("utf-8")] == [pin]
    pin.write_text(f"{PACKAGE}==0.2.0\n", "utf-8")
    os.utime(pin, (2**31 - 1, 2**31 - 1))
    assert "pip install" in _run(["make", "--dry-run"], folder)


def test_its_example_is_faithful_to_its_source(begun, tmp_path):
    folder = shutil.copytree(begun.folder, tmp_path / "copy")
    words = [sys.executable, "-m", "archive", "verify-sources", "--sources", "work"]
    assert "Wrote documents/example-letter" in _run(words, folder, begun.package)


def test_the_package_holds_the_engine_and_nothing_of_this_archive(begun):
    (wheel,) = begun.package.parent.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    tracked = _run(["git", "ls-files", "archive"], ROOT).split()
    assert names >= set(tracked)
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"archive"}
    assert not any("__pycache__" in name for name in names)


def test_a_folder_in_use_is_not_written_into(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "file").touch()
    assert main(["new", "used"]) == 1
    assert "Nothing was written" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "used").iterdir()] == ["file"]


@pytest.mark.parametrize("name", ['A "quoted" archive', "Two\nlines", "\\", "{directive}"])
def test_a_name_that_the_settings_could_not_hold_is_refused(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["new", "begun", "--name", name]) == 1
    assert "cannot name an archive" in capsys.readouterr().err
    assert not (tmp_path / "begun").exists()


def test_a_checkout_is_an_engine_too():
    assert engine() == f"{PACKAGE} @ {ROOT.as_uri()}"


# --- The archive on housing rights: a conf.py, a page, a document and its references


@pytest.fixture(scope="session")
def housing(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The archive of ``test-housing``, built as make builds it.  Tests only read it."""

    def make(folder: Path) -> Built:
        return whole(copy_root("housing", folder))

    return once(tmp_path_factory, "housing", make)


def _texts(path: Path) -> list[bytes]:
    """What a file of the site says: of a PDF metadata and attachments, of an EPUB its files."""
    if path.suffix == ".pdf":
        with pikepdf.open(path) as pdf:
            info = [str(value).encode() for value in pdf.docinfo.values()]
            return [pdf.Root.Metadata.read_bytes(), *info, *_attached(pdf)]
    if path.suffix == ".epub":
        with zipfile.ZipFile(path) as book:
            return [book.read(name) for name in book.namelist()]
    return [path.read_bytes()]


def _attached(pdf: pikepdf.Pdf) -> list[bytes]:
    return [file.get_file().read_bytes() for file in pdf.attachments.values()]


def test_no_file_of_another_archive_names_this_one(housing):
    files = [path for path in (housing.source / "_build").rglob("*") if path.is_file()]
    sites = [path for path in files if "doctrees" not in path.parts]
    assert {path.suffix for path in sites} >= {
        ".html", ".json", ".bib", ".ris", ".pdf", ".epub", ".xml", ".txt", ".conf", ".md",
    }  # fmt: skip
    for path in sites:
        for text in _texts(path):
            assert not OWN.search(text), path


def test_no_pdf_of_another_archive_says_the_name_of_this_one(housing):
    printed = [path for path in housing.site.rglob("*.pdf") if path.is_file()]
    assert printed
    for path in printed:
        assert not OWN.search(pdftotext(path).encode()), path


@pytest.fixture
def citations(housing: Built) -> Callable[[str], str]:
    """What a file beside the ordinance's page says, on one line."""
    stem = housing.site / "documents" / "harbour-rent-ordinance"
    return lambda suffix: " ".join(stem.with_suffix(suffix).read_text("utf-8").split())


def test_it_is_cited_by_its_own_name_licence_and_address(citations):
    for suffix in (".bib", ".ris", ".json"):
        text = citations(suffix)
        assert "Housing Rights Archive" in text
        assert "Retold by the Tenants’ Library" in text
        assert "CC BY-SA 4.0, https://creativecommons.org/licenses/by-sa/4.0/" in text
        assert "https://housing.example/documents/harbour-rent-ordinance.html" in text
    assert "https://creativecommons.org/licenses/by-sa/4.0/" in citations(".linkset.json")


def test_its_kinds_and_letters_are_its_own(housing):
    page = housing.page("documents/harbour-rent-ordinance.html")
    card = {dt.get_text(): dt.find_next("dd").get_text(strip=True) for dt in page.select("dt")}
    assert card["Kind"] == "Ordinance"
    names = {name: spoken for name, (_uri, spoken) in housing.inventory().items()}
    assert names["harbour-rent-ordinance-c2"] == "Rent Ordinance, clause 2"
    assert names["harbour-rent-ordinance-n1"] == "Rent Ordinance, librarian’s note 1"


def test_a_kind_or_a_letter_of_another_archive_is_refused(housing, tmp_path):
    folder = shutil.copytree(housing.source, tmp_path / "copy", ignore=shutil.ignore_patterns("_*"))
    path = folder / "documents" / "harbour-rent-ordinance.md"
    text = path.read_text("utf-8")
    for old, new, rule in (
        ("kind: ordinance", "kind: resolution", "[record-kind]"),
        ("ordinance-c2)=", "ordinance-w2)=", "[anchor-letter]"),
    ):
        path.write_text(text.replace(old, new), "utf-8")
        done = command(folder, "check")
        assert done.returncode == 1
        assert rule in done.stderr
