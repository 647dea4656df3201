"""A copy in a folder: every damage to it is found."""

from __future__ import annotations

import gzip
import json
import shutil

import pytest

from archive.preservation.manifest import NAME
from tests.conftest import sealed


def flip(path, at=100):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_a_true_copy_is_sound(copy, verify):
    done = verify(copy)
    assert done.code == 0, done.said
    assert " files and 31 anchors checked" in done.said
    assert "the copy is sound" in done.said


@pytest.mark.parametrize("name", ["archive.pdf", "documents/keepers-seed-statement.bib"])
def test_one_flipped_bit_is_found(copy, verify, name):
    flip(copy / name)
    done = verify(copy)
    assert done.code == 1
    (finding,) = done.findings
    assert finding.startswith(f"{name}: ")
    assert "[file-altered]" in finding


def test_a_dropped_and_an_added_file_are_found(copy, verify):
    (copy / "archive.bib").unlink()
    (copy / "documents" / "added.html").write_text("<p>Added.</p>")
    done = verify(copy)
    assert done.code == 1
    assert [finding.partition(": ")[0] for finding in done.findings] == [
        "documents/added.html",
        "archive.bib",
    ]
    assert "[file-extra]" in done.findings[0]
    assert "[file-missing]" in done.findings[1]


def test_a_packed_file_beside_its_own_is_looked_into(copy, verify):
    packed = copy / "archive.bib.gz"
    packed.write_bytes(gzip.compress((copy / "archive.bib").read_bytes()))
    assert verify(copy).code == 0
    for other in (gzip.compress(b"other"), b"no gzip", packed.read_bytes()[:-20]):
        packed.write_bytes(other)
        (finding,) = verify(copy).findings
        assert finding.startswith("archive.bib.gz: its SHA-256 is ")
    packed.rename(copy / "nothing.gz")
    (finding,) = verify(copy).findings
    assert "[file-extra]" in finding


def test_a_ledger_cut_in_a_line_is_found(copy, verify):
    ledger = copy / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes()[:-20])
    done = verify(copy)
    assert any("cut off. [ledger-broken]" in finding for finding in done.findings)
    assert any("[file-altered]" in finding for finding in done.findings)


def test_a_ledger_cut_between_lines_is_found_though_the_manifest_was_made_anew(copy, verify):
    ledger = copy / "ledger.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(b"".join(lines[:-2]))
    sealed(copy)
    done = verify(copy)
    assert done.code == 1
    assert any("[ledger-lacks]" in finding for finding in done.findings)
    assert any("[attachment-differs]" in finding for finding in done.findings)


def test_the_ledger_at_hand_finds_a_shorter_and_a_rewritten_one(copy, verify, sealed_site):
    ledger = copy / "ledger.jsonl"
    whole = ledger.read_bytes()
    ledger.write_bytes(b"".join(whole.splitlines(keepends=True)[:-2]))
    sealed(copy)
    done = verify(copy, "--ledger", sealed_site / "ledger.jsonl")
    assert any("[ledger-behind]" in finding for finding in done.findings)
    ledger.write_bytes(whole.replace(b"2024", b"2020", 1))
    sealed(copy)
    done = verify(copy, "--ledger", sealed_site / "ledger.jsonl")
    assert any("line 1 is not what" in finding for finding in done.findings)


def test_a_longer_ledger_than_the_one_at_hand_is_sound(copy, verify, tmp_path):
    shorter = tmp_path / "shorter.jsonl"
    lines = (copy / "ledger.jsonl").read_bytes().splitlines(keepends=True)
    shorter.write_bytes(b"".join(lines[:-2]))
    assert verify(copy, "--ledger", shorter).code == 0


def test_a_lost_anchor_is_found_though_the_manifest_was_made_anew(copy, verify):
    page = copy / "documents" / "isle-seed-resolution.html"
    text = page.read_text("utf-8")
    page.write_text(text.replace('id="isle-seed-resolution-w3"', ""), "utf-8")
    sealed(copy)
    done = verify(copy)
    assert done.code == 1
    (finding,) = done.findings
    assert "isle-seed-resolution-w3 does not answer" in finding


def test_a_lost_page_loses_its_anchors(copy, verify):
    (copy / "documents" / "isle-seed-resolution.html").unlink()
    sealed(copy)
    done = verify(copy)
    assert done.code == 1
    assert "[anchor-lost]" in done.findings[0]


def test_the_manifest_at_hand_goes_before_the_copy_s_own(copy, verify, sealed_site):
    flip(copy / "archive.pdf")
    sealed(copy)
    assert verify(copy).code == 0
    done = verify(copy, "--manifest", sealed_site / NAME)
    assert done.code == 1
    assert [finding.partition(": ")[0] for finding in done.findings] == [NAME, "archive.pdf"]


def test_a_copy_without_its_lists_is_told(copy, verify):
    (copy / "ledger.jsonl").unlink()
    assert any("[ledger-missing]" in finding for finding in verify(copy).findings)
    (copy / NAME).unlink()
    (finding,) = verify(copy).findings
    assert "[manifest-missing]" in finding


def test_moved_anchors_answer_at_their_old_place(moved_site, verify):
    done = verify(moved_site)
    assert done.code == 0, done.said
    lines = (moved_site / "ledger.jsonl").read_text("utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    assert sum(event["event"] == "move" for event in events) == 5


def test_what_cannot_be_checked_ends_with_2_and_says_why(tmp_path, verify):
    for copy, why in (
        ("nowhere", "is no folder"),
        ("ftp://x", "is no folder"),
        ("http://", "is no address"),
    ):
        done = verify(copy)
        assert done.code == 2
        assert why in done.complaint
    done = verify(tmp_path, "--manifest", "nowhere")
    assert done.code == 2
    assert "nowhere" in done.complaint


def test_a_broken_ledger_stops_nothing(copy, verify):
    (copy / "ledger.jsonl").write_bytes(b'[1]\n{"event": "move"}\n\xff\n' + b"[" * 100_000 + b"\n")
    done = verify(copy)
    assert done.code == 1
    assert sum("[ledger-broken]" in finding for finding in done.findings) == 4
    assert done.complaint == ""


def test_a_copy_of_a_copy_is_sound(copy, verify, tmp_path):
    assert verify(shutil.copytree(copy, tmp_path / "again")).code == 0
