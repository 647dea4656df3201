"""Importing twice changes nothing, a document is never overwritten, a revision is told."""

from __future__ import annotations

import signal
import subprocess
import sys
import zipfile
from argparse import Namespace
from pathlib import Path

import pytest

from archive.commands import import_document
from archive.importing import placing
from archive.importing.placing import File, write
from archive.importing.source_text import fingerprint
from tests.conftest import environment
from tests.importing.conftest import ASKED

IN = Path(__file__).parent / "in"
SOURCE = IN / "resolution.txt"


def snapshot(root):
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def run(root, path=SOURCE, id_="oil", **options):
    return import_document.run(Namespace(**{"file": path, "id": id_, **ASKED, **options}), root)


def test_an_import_writes_its_files_and_no_other(archive):
    before = set(snapshot(archive))
    assert run(archive) == 0
    new = {path.relative_to(archive).as_posix() for path in set(snapshot(archive)) - before}
    assert new == {
        "documents/oil.md",
        "work/.gitignore",
        "work/oil.look.html",
        "work/oil.passages.txt",
        "work/oil.report.txt",
        "work/oil.txt",
    }
    bib = (archive / "references.bib").read_text("utf-8")
    assert bib.startswith("% References.\n\n@online{")


def test_importing_twice_changes_nothing(archive, capsys):
    assert run(archive) == 0
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in snapshot(archive)}
    assert run(archive) == 0
    assert "Nothing was changed" in capsys.readouterr().out
    after = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in snapshot(archive)}
    assert after == before


def test_a_second_import_of_the_same_works_adds_no_entry(archive):
    assert run(archive) == 0
    bib = (archive / "references.bib").read_bytes()
    assert run(archive, id_="oil-again") == 0
    assert (archive / "references.bib").read_bytes() == bib


def test_a_document_that_was_edited_is_left_as_it_is(archive):
    assert run(archive) == 0
    document = archive / "documents" / "oil.md"
    document.write_text(document.read_text("utf-8") + "\nAn editor’s words.\n", "utf-8")
    (archive / "work" / "oil.passages.txt").unlink()
    edited = document.read_bytes()
    assert run(archive) == 0
    assert document.read_bytes() == edited
    assert (archive / "work" / "oil.passages.txt").exists()


def test_a_corrected_source_text_is_not_written_over(archive, capsys):
    assert run(archive, IN / "letter.pdf") == 0
    text = archive / "work" / "oil.txt"
    text.write_text(text.read_text("utf-8").replace("\n\nAda", " Ada"), "utf-8")
    before = snapshot(archive)
    assert run(archive, IN / "letter.pdf") == 1
    assert "[import-work]" in capsys.readouterr().err
    (archive / "documents" / "oil.md").unlink()
    assert run(archive, IN / "letter.pdf") == 1
    before.pop(archive / "documents" / "oil.md")
    assert snapshot(archive) == before
    assert run(archive, text) == 0
    assert "paragraphs: 4" in (archive / "documents" / "oil.md").read_text("utf-8")


def test_a_file_that_is_read_otherwise_today_is_told(archive, capsys):
    assert run(archive, IN / "letter.pdf") == 0
    document = archive / "documents" / "oil.md"
    text = document.read_text("utf-8")
    pinned = next(line for line in text.splitlines() if line.startswith("  sha256: "))
    document.write_text(text.replace(pinned, f"  sha256: {'0' * 64}"), "utf-8")
    before = snapshot(archive)
    assert run(archive, IN / "letter.pdf") == 1
    assert "[import-reread]" in capsys.readouterr().err
    assert snapshot(archive) == before


def test_a_document_with_a_broken_record_is_left_as_it_is(archive, capsys):
    (archive / "documents" / "oil.md").write_text("Mine.", "utf-8")
    before = snapshot(archive)
    assert run(archive) == 1
    assert "[import-exists]" in capsys.readouterr().err
    assert snapshot(archive) == before


def revised(tmp_path_factory):
    text = SOURCE.read_text("utf-8")
    text = text.replace("lit since 1904", "well lit since 1905")
    text = text.replace("BE IT FURTHER RESOLVED, that this be sent to the mayor.",
                        "BE IT FURTHER RESOLVED, that lamps be counted.\n\n"
                        "BE IT FURTHER RESOLVED, that this be sent to the mayor.")  # fmt: skip
    text = text.replace("charter.pdf", "charter-2.pdf")
    path = tmp_path_factory.mktemp("files") / "resolution.txt"
    path.write_text(text, "utf-8")
    return path


def test_a_revised_source_is_told_passage_by_passage(archive, tmp_path_factory, capsys):
    assert run(archive) == 0
    before = snapshot(archive)
    capsys.readouterr()
    assert run(archive, revised(tmp_path_factory)) == 3
    said = capsys.readouterr().out
    assert "oil-w1: reworded" in said
    assert "oil-r1: added" in said
    assert "endnote 1: reworded" in said
    assert "oil-w2" not in said
    changes, text = archive / "work" / "oil.changes.txt", archive / "work" / "oil.revised.txt"
    assert "+ Whereas the Lantern League has kept" in changes.read_text("utf-8")
    assert f"sha256: {fingerprint(text.read_bytes())}" in said
    assert {p: d for p, d in snapshot(archive).items() if p not in {changes, text}} == before


def test_a_revised_source_without_a_work_file_asks_for_the_earlier_one(
    archive, tmp_path_factory, capsys
):
    assert run(archive) == 0
    (archive / "work" / "oil.passages.txt").unlink()
    path = revised(tmp_path_factory)
    assert run(archive, path) == 1
    assert "AGAINST=" in capsys.readouterr().err
    assert run(archive, path, against=SOURCE) == 3
    assert "oil-w1: reworded" in capsys.readouterr().out


def test_removed_and_moved_passages_are_told(archive, tmp_path_factory, capsys):
    first = tmp_path_factory.mktemp("files") / "a.txt"
    first.write_text("One lamp burns.\n\nTwo cats sleep there.\n\nThree men read books.\n", "utf-8")
    assert run(archive, first) == 0
    second = tmp_path_factory.mktemp("files") / "a.txt"
    second.write_text("Three men read books.\n\nOne lamp burns.\n", "utf-8")
    assert run(archive, second) == 3
    said = capsys.readouterr().out
    assert "oil-p2: removed" in said
    assert "moved" in said


def test_the_kind_that_is_said_overrides_the_one_that_is_seen(archive):
    assert run(archive, kind="report") == 0
    text = (archive / "documents" / "oil.md").read_text("utf-8")
    assert "kind: report" in text
    assert "(oil-w1)=" not in text
    assert "as you said" in (archive / "work" / "oil.report.txt").read_text("utf-8")


def test_pictures_are_kept_by_choice_and_only_in_the_work_folder(archive):
    path = IN / "lists-table-picture.docx"
    assert run(archive, path, "without") == 0
    assert not list(archive.rglob("*.png"))
    assert run(archive, path, "within", keep_images=True) == 0
    (picture,) = archive.rglob("*.png")
    assert picture.parent == archive / "work" / "within.media"


def test_a_picture_that_a_file_holds_twice_is_kept_once(archive):
    path = archive / "twice.docx"
    path.write_bytes((IN / "lists-table-picture.docx").read_bytes())
    with zipfile.ZipFile(path, "a") as parts:
        (name,) = (name for name in parts.namelist() if name.startswith("word/media/"))
        parts.writestr("word/media/again.png", parts.read(name))
    assert run(archive, path, keep_images=True) == 0
    assert len(list((archive / "work" / "oil.media").iterdir())) == 1


@pytest.mark.parametrize("failing", [1, 2, 3, 4, 5])
def test_a_failure_at_any_file_leaves_every_file_as_it_was(archive, failing, monkeypatch, capsys):
    count = 0
    put = placing._put

    def fail(*arguments):
        nonlocal count
        count += 1
        if count == failing:
            raise OSError(28, "No space left on device")
        put(*arguments)

    monkeypatch.setattr(placing, "_put", fail)
    before = snapshot(archive)
    assert run(archive) == 1
    assert "Nothing was written" in capsys.readouterr().err
    assert snapshot(archive) == before


def test_a_file_that_changed_meanwhile_is_not_written_over(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"newer")
    with pytest.raises(FileExistsError):
        write([File(path, b"mine", before=b"older")])
    with pytest.raises(FileExistsError):
        write([File(path, b"mine")])
    assert snapshot(tmp_path) == {path: b"newer"}


KILLED = """
import os, signal, sys
from argparse import Namespace
from pathlib import Path
from archive.commands import import_document
from archive.importing import placing
from archive.importing.source_text import fingerprint

put, count = placing._put, 0

def killed(*arguments):
    global count
    count += 1
    if count == {kill}:
        os.kill(os.getpid(), signal.SIGKILL)
    put(*arguments)

placing._put = killed
import_document.run(Namespace(file=Path({source!r}), id="oil", **{asked!r}), Path({root!r}))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
@pytest.mark.parametrize("kill", [1, 4, 5])
def test_after_a_kill_the_next_import_comes_to_the_same(archive, tmp_path_factory, kill):
    script = KILLED.format(kill=kill, source=str(SOURCE), root=str(archive), asked=ASKED)
    done = subprocess.run([sys.executable, "-c", script], check=False, env=environment())
    assert done.returncode == -signal.SIGKILL
    assert not (archive / "documents" / "oil.md").exists()
    assert run(archive) == 0
    entries = (archive / "references.bib").read_text("utf-8").count("@online")
    assert entries == 2
    assert "(oil-r2)=" in (archive / "documents" / "oil.md").read_text("utf-8")
