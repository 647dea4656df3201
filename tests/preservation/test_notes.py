"""The signed checkpoint: a note whose signature anybody checks with the key alone."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from archive.preservation.manifest import sign_checkpoint

HEAD = "any.example/ledger.jsonl\n1\nISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0A=\n"
# The form of a public key of Ed25519 in DER (RFC 8410), before its 32 bytes.
DER = bytes.fromhex("302a300506032b6570032100")

pytestmark = pytest.mark.skipif(
    not (shutil.which("minisign") and shutil.which("openssl")), reason="needs minisign and openssl"
)


def test_openssl_verifies_the_note_with_the_key_that_is_named(tmp_path: Path) -> None:
    key, head = tmp_path / "any.key", tmp_path / "ledger.head"
    subprocess.run(
        ["minisign", "-G", "-W", "-p", tmp_path / "any.pub", "-s", key],
        check=True, capture_output=True,
    )  # fmt: skip
    head.write_text(HEAD, "utf-8")
    note, checked_by = sign_checkpoint(head, key)
    body, _, line = note.read_text("utf-8").partition("\n\n")
    assert f"{body}\n" == HEAD
    dash, name, signature = line.split()
    assert (dash, name) == ("—", "any.example/ledger.jsonl")
    _, number, public = checked_by.split("+", 2)
    public_key = base64.b64decode(public)
    hashed = hashlib.sha256(f"{name}\n".encode() + public_key).digest()[:4]
    data = base64.b64decode(signature)
    assert data[:4] == hashed == bytes.fromhex(number)
    (tmp_path / "key.der").write_bytes(DER + public_key[1:])
    (tmp_path / "signature").write_bytes(data[4:])
    words = ("-verify", "-pubin", "-keyform", "DER", "-inkey", "key.der", "-rawin",
             "-in", "ledger.head", "-sigfile", "signature")  # fmt: skip
    done = subprocess.run(
        ["openssl", "pkeyutl", *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "Verified Successfully" in done.stdout, done.stderr
