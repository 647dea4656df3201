"""Witnesses: a request proves that the log only grew; their signatures are added to its note."""

from __future__ import annotations

import base64

import pytest

from archive.commands.ledger import request, with_signatures
from archive.model.proof import Checkpoint
from archive.model.tree import Tree
from tests.proofs import is_consistent

LINES = [f"line {number}".encode() for number in range(5)]
TREE = Tree(LINES)
LEDGER = b"".join(line + b"\n" for line in LINES)
BODY = str(Checkpoint("any.example/ledger.jsonl", TREE.head()))
NOTE = f"{BODY}\n— any.example/ledger.jsonl AAAA\n"


@pytest.mark.parametrize("old", [1, 3, 5])
def test_a_request_proves_that_the_log_continues_what_the_witness_saw(old: int) -> None:
    head, _, note = request(NOTE, LEDGER, old).partition("\n\n")
    first, *proof = head.splitlines()
    assert first == f"old {old}"
    assert note == NOTE
    path = [base64.b64decode(each) for each in proof]
    assert is_consistent(TREE.head(old), TREE.head(), path)


def test_a_checkpoint_of_another_ledger_is_not_sent() -> None:
    with pytest.raises(ValueError, match="another ledger"):
        request(NOTE, LEDGER + b"more\n", 1)


def test_signatures_of_witnesses_are_added_once() -> None:
    given = "— witness.example BBBB\n"
    once = with_signatures(NOTE, given)
    assert once == NOTE + given == with_signatures(once, given)
    assert Checkpoint.parse(once) == Checkpoint.parse(NOTE)


@pytest.mark.parametrize("given", ["", "nothing", "— witness.example\n", "— a b c\n"])
def test_what_is_no_signature_is_not_added(given: str) -> None:
    with pytest.raises(ValueError, match="signature"):
        with_signatures(NOTE, given)
