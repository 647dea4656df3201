"""What is proved of a copy of a site, for tests that damage it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from archive.preservation import ledger
from archive.preservation.pages import shipped_scripts
from archive.preservation.proof import Proof, order, wants
from archive.preservation.site import files
from tests.conftest import ROOT


def proved(site: Path) -> Proof:
    """Read all of an untouched copy that a proof wants; nothing in it may be told."""
    paths = sorted((file.path for file in files(site)), key=order)
    digests = {path: sha256((site / path).read_bytes()).hexdigest() for path in paths}
    fates = ledger.read((site / "ledger.jsonl").read_bytes())
    proof = Proof(fates, digests, shipped_scripts(ROOT))
    for path in filter(wants, paths):
        assert not list(proof.read(path, (site / path).read_bytes())), path
    return proof
