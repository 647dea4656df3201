"""What a check of a copy finds: the rule, what is wrong, and how to mend it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

# Every rule of a copy, by its stable code.
RULES = {
    "manifest-missing": "a site has a manifest-sha256.txt at its root",
    "manifest-broken": "each line of a manifest is a digest, two spaces and a path, each path once",
    "file-missing": "every file of the manifest is there",
    "file-altered": "every file has the bytes that the manifest names",
    "file-extra": "no file is there that the manifest does not name",
    "file-moved": "no address of the manifest leads elsewhere, save where the ledger says so",
    "file-unreachable": "every file can be fetched",
    "ledger-missing": "a site has its ledger.jsonl at its root",
    "ledger-broken": "every line of the ledger is whole",
    "ledger-lacks": "the ledger knows every anchor that the pages have",
    "ledger-differs": "the copy's ledger and the one at hand agree as far as both go",
    "ledger-behind": "the copy's ledger is no shorter than the one at hand",
    "anchor-lost": "every anchor ever published answers at its old address",
    "bag-broken": "a bag is what RFC 8493 says of one",
    "signature-bad": "a signature is of this manifest, by a signer on the list",
    "signature-missing": "where a list of signers is given, the manifest is signed by one of them",
}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One broken rule of a copy."""

    path: str  # of the file, relative to the copy's root; "" stands for the copy as a whole
    rule: str  # one of RULES
    message: str  # what is wrong
    mend: str  # what to do about it

    def __str__(self) -> str:
        place = f"{self.path}: " if self.path else ""
        said = f"{self.message.rstrip('.')}. [{self.rule}]"
        return f"{place}{said} To mend: {self.mend.rstrip('.')}."


@dataclass(frozen=True, slots=True)
class Figures:
    """How much of a copy was checked."""

    files: int  # that the manifest names
    anchors: int  # that the ledger names


# A check yields each finding as it is found, and returns the figures.
Check = Generator[Finding, None, Figures]


class CannotCheckError(Exception):
    """Why a copy could not be checked, or not completely."""
