"""Heads and tiles: what clients of transparency logs read (C2SP tlog-checkpoint, tlog-tiles)."""

from __future__ import annotations

import pytest

from archive.model.ledger import Event, Kind, entries, load
from archive.model.proof import Checkpoint, checkpoint
from archive.model.publishing import bound
from archive.model.settings import Settings
from archive.model.tree import Head, Tree, leaf_hash, node_hash, tiles

SETTINGS = Settings.of({"project": "Any archive", "html_baseurl": "https://any.example/docs/"})
TEXT = """\
any.example/docs/ledger.jsonl
3
ISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0A=
Any archive
2026-11-22
"""
HEAD = Head(3, bytes(range(0x21, 0x41)).hex())


def test_a_checkpoint_is_read_as_it_is_written() -> None:
    read = Checkpoint.parse(TEXT)
    assert read == Checkpoint("any.example/docs/ledger.jsonl", HEAD, ("Any archive", "2026-11-22"))
    assert str(read) == TEXT
    assert Checkpoint.parse(f"{TEXT}\n— any.example/docs/ledger.jsonl AAAA\n") == read


@pytest.mark.parametrize(
    "text",
    ["", "damaged", TEXT.replace("3\n", "03\n", 1), TEXT.replace("A=", "==", 1),
     TEXT.replace("any.example/docs/ledger.jsonl", "any example"), TEXT.replace("3\n", "-3\n", 1)],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no checkpoint"):
        Checkpoint.parse(text)


def test_a_checkpoint_names_the_log_its_head_and_the_day_of_its_last_event() -> None:
    events = (Event("2026-11-22", Kind.PUBLISH, f"d-p{n}", sha256="a" * 64) for n in (1, 2, 3))
    data = bound(events, b"")
    ledger, problems = load(data, "ledger.jsonl")
    assert problems == []
    found = checkpoint(ledger, SETTINGS, "ledger.jsonl")
    assert found.origin == "any.example/docs/ledger.jsonl"
    assert found.head == Tree(entries(data)).head()
    assert found.more == ("Any archive", "2026-11-22")


def test_tiles_hold_256_hashes_of_a_level_and_entries_their_lines() -> None:
    lines = [f"line {number}".encode() for number in range(600)]
    found = dict(tiles(Tree(lines), lines))
    assert found.keys() == {
        "tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2",
        "tile/entries/000", "tile/entries/001", "tile/entries/002.p/88",
    }  # fmt: skip
    assert found["tile/0/002.p/88"] == b"".join(map(leaf_hash, lines[512:]))
    hashes = list(map(leaf_hash, lines[:256]))
    while len(hashes) > 1:
        hashes = [node_hash(*pair) for pair in zip(hashes[::2], hashes[1::2], strict=True)]
    assert found["tile/1/000.p/2"][:32] == hashes[0]
    assert found["tile/entries/000"].startswith(b"\x00\x06line 0\x00\x06line 1")


def test_the_number_of_a_tile_is_written_in_groups_of_three_digits() -> None:
    lines = [b""] * (256 * 1001 + 1)
    names = [name for name, _data in tiles(Tree(lines), lines)]
    assert "tile/entries/x001/000" in names
    assert "tile/0/x001/001.p/1" in names
