"""``verify-sources`` tells everything at once, writes only what it verified, and never breaks."""

from __future__ import annotations

import os
import re
from argparse import ArgumentParser
from hashlib import sha256

import pytest

from archive.commands import verify_sources
from archive.commands.workspace import read_archive
from archive.fidelity.attestation import parse
from archive.site.read.sources import states
from tests.conftest import SOURCES, edit

TEXTS = {
    "alpha": "It says “one” first.[endnoteRef:1] [1: One. https://example.org/one]\n\n2 b.\n\nC.\n",
    "beta": "Whereas something;\n",
}


@pytest.fixture
def root(small_archive, tmp_path):
    """A small archive, and the sources of its two documents in a folder beside it."""
    root = small_archive("small")
    (tmp_path / "sources").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "sources" / f"{name}.txt").write_text(text, "utf-8")
        page = root / "documents" / f"{name}.md"
        pinned = sha256(text.encode()).hexdigest()
        told = re.sub(r"sha256: \w+", f"sha256: {pinned}", page.read_text("utf-8"))
        page.write_text(told.replace("The second refers", "The 2nd refers to 2:"), "utf-8")
    return root


def verify(root, *words: str, sources: str = "sources") -> int:
    parser = ArgumentParser()
    for add in verify_sources.run.arguments:
        add(parser)
    folder = str(root.parent / sources) if sources else ""
    return verify_sources.run(parser.parse_args(["--sources", folder, *words]), root)


def attestations(root) -> dict[str, str]:
    return {
        path.name.partition(".")[0]: path.read_text("utf-8")
        for path in sorted((root / "documents").glob("*.attestation.json"))
    }


def test_faithful_documents_are_attested_with_their_figures(root, capsys):
    assert verify(root) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith(
        "alpha: 3 paragraphs, 3 passages; 1 of 1 quotations exact; "
        "longest shared run outside quotations 1 words; 1 of 1 endnotes matched\nbeta: 1 paragraphs"
    )
    assert out.endswith(
        "Wrote documents/alpha.attestation.json.\nWrote documents/beta.attestation.json.\n"
    )
    domain, _ = read_archive(root, quiet=True)
    for document in domain.documents.values():
        assert parse(attestations(root)[document.id], document.path)[1] == []
    assert list(states(domain).waiting()) == []


def test_an_archive_that_was_verified_is_attested_as_it_stands(archive_copy, capsys):
    before = attestations(archive_copy)
    assert len(before) == 2
    assert verify(archive_copy, sources=SOURCES) == 0
    assert "Wrote" not in capsys.readouterr().out
    assert attestations(archive_copy) == before


def test_a_second_run_writes_nothing_anew(root, capsys):
    verify(root)
    before = {path: path.stat().st_mtime_ns for path in (root / "documents").glob("*.json")}
    capsys.readouterr()
    assert verify(root) == 0
    assert "Wrote" not in capsys.readouterr().out
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_document_held_in_part_is_verified_by_what_is_held(root, capsys):
    extent = "extent:\n  held: paragraph 1\n  lacking: paragraph 2\n  reason: Lost.\n"
    edit(root, "documents/beta.md", ("rights:", f"{extent}rights:"))
    assert verify(root, "beta") == 0
    assert "; held in part: paragraph 1\n" in capsys.readouterr().out


def test_check_writes_nothing(root):
    assert verify(root, "--check") == 0
    assert attestations(root) == {}


def test_one_document_alone_can_be_verified(root, capsys):
    (root.parent / "sources" / "alpha.txt").unlink()
    assert verify(root, "beta") == 0
    assert list(attestations(root)) == ["beta"]
    assert verify(root, "gamma") == 2
    assert "there is no document gamma" in capsys.readouterr().err


def test_all_problems_are_told_and_nothing_is_written(root, capsys):
    edit(root, "documents/alpha.md", ("“one”", "“two”"))
    edit(root, "documents/beta.md", ("sha256: ", "sha256: 0"))
    assert verify(root) == 1
    err = capsys.readouterr().err
    assert "[quotation-not-in-source]" in err
    assert "[record-sha256]" in err
    assert "2 problems; no attestation was written." in err
    assert attestations(root) == {}


def test_a_source_is_known_by_its_sha256_under_any_name(root):
    sources = root.parent / "sources"
    (sources / "alpha.txt").rename(sources / "letter of the first institute")
    (sources / "beta.txt").rename(sources / "x")
    (sources / "beta.txt").write_text("Something else.", "utf-8")
    assert verify(root) == 0


def test_a_source_in_a_folder_of_the_folder_is_found(root):
    sources = root.parent / "sources"
    (sources / "beside" / "further").mkdir(parents=True)
    (sources / "alpha.txt").rename(sources / "beside" / "alpha.txt")
    (sources / "beta.txt").rename(sources / "beside" / "further" / "x")
    (sources / "beside" / "round").symlink_to(sources)
    assert verify(root) == 0


@pytest.mark.parametrize(("first", "code"), [(2, 0), (1, 1), (4, 1)])
def test_a_part_of_a_source_is_held_against_its_own_paragraphs(root, first, code):
    beta = root.parent / "sources" / "beta.txt"
    beta.write_text("1. No.\n\n# A heading\n\nWhereas something;\n\nAnd Marta.\n", "utf-8")
    pinned = sha256(beta.read_bytes()).hexdigest()
    path = root / "documents" / "beta.md"
    told = re.sub(r"sha256: \w+", f"sha256: {pinned}", path.read_text("utf-8"))
    path.write_text(
        told.replace("  paragraphs: 1", f"  paragraphs: 1\n  first-paragraph: {first}"), "utf-8"
    )
    assert verify(root, "beta") == code


def test_another_source_is_told(root, capsys):
    (root.parent / "sources" / "beta.txt").write_text("Something else.", "utf-8")
    assert verify(root) == 1
    assert "documents/beta.md: The SHA-256 of" in capsys.readouterr().err


def _gone(path):
    path.unlink()


def _folder(path):
    path.unlink()
    path.mkdir()


def _loop(path):
    path.unlink()
    path.symlink_to(path)


def _pipe(path):
    path.unlink()
    os.mkfifo(path)


def _forbidden(path):
    if os.geteuid() == 0:
        pytest.skip("the superuser reads every file")
    path.chmod(0)


@pytest.mark.parametrize("spoil", [_gone, _folder, _loop, _pipe, _forbidden])
def test_a_source_that_cannot_be_read_is_a_problem(root, capsys, spoil):
    spoil(root.parent / "sources" / "beta.txt")
    assert verify(root) == 1
    err = capsys.readouterr().err
    assert "[source-missing]" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("sources", ["nowhere", "sources/alpha.txt", "loop", ""])
def test_a_folder_that_cannot_be_read_ends_it(root, capsys, sources):
    (root.parent / "loop").symlink_to(root.parent / "loop")
    assert verify(root, sources=sources) == 2
    assert capsys.readouterr().err


def test_references_that_cannot_be_read_end_it(root, capsys):
    (root / "references.bib").write_text("@online{one, title = ", "utf-8")
    assert verify(root) == 2
    assert "premature end of file" in capsys.readouterr().err


def test_references_that_are_missing_end_it(root, capsys):
    (root / "references.bib").unlink()
    assert verify(root) == 2
    assert "references.bib" in capsys.readouterr().err


def test_an_archive_that_cannot_be_read_ends_it(root, capsys):
    (root / "conf.py").write_text("extensions = ['nowhere']", "utf-8")
    assert verify(root) == 2
    assert "The archive cannot be read" in capsys.readouterr().err


def test_an_attestation_that_cannot_be_written_ends_it(root, capsys):
    (root / "documents" / "alpha.attestation.json").mkdir()
    assert verify(root) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert not list((root / "documents").glob(".*"))


def test_what_is_attested_waits_for_no_source_and_the_others_are_compared(root, capsys):
    assert verify(root) == 0
    (root / "documents" / "alpha.attestation.json").unlink()
    (root.parent / "sources" / "beta.txt").unlink()
    capsys.readouterr()
    assert verify(root) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "beta: attested, not compared; no source of it in" in out
    assert "Wrote documents/alpha.attestation.json." in out
    assert verify(root, "beta") == 1  # which was asked for by name
