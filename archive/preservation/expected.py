"""What a copy has to be: the bytes of each file, and what the ledger says of its documents.

The copy's own manifest and ledger say so, unless the checker holds others and trusts those more.
Manifest, signatures, sizes and ledger are read once: what is checked is what is used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from archive.model.proof import NOTE, Checkpoint
from archive.preservation import CannotCheckError, Figures, Finding, Unchecked, ledger
from archive.preservation.ledger import Cited, Fates, page_of
from archive.preservation.manifest import (
    MINISIGN_SIGNATURE,
    NAME,
    SSH_SIGNATURE,
    Signers,
    altered,
    check,
    parse,
    parse_sizes,
)
from archive.preservation.pages import Scripts
from archive.preservation.proof import Proof
from archive.preservation.sealed import THEME
from archive.preservation.site import LEDGER, SIZES

# Gives the bytes of a file of a copy, at most so many; None where it is missing.
Read = Callable[[str, int], bytes | None]

_LARGEST_LIST = 256 << 20  # bytes of a manifest, of the sizes, of a ledger
_LARGEST_SIGNATURE = 64 << 10


@dataclass(frozen=True, slots=True)
class AtHand:
    """What the checker holds beforehand, and trusts more than the copy."""

    manifest: bytes | None = None
    ledger: bytes | None = None
    head: bytes | None = None  # a checkpoint
    cited: tuple[Cited, ...] = ()  # what citations were saved with
    signers: Signers = field(default_factory=Signers)
    scripts: Scripts = field(default_factory=Scripts)  # that a copy may have
    templates: tuple[Path, ...] = (THEME,)  # folders in which those of pages are looked for


@dataclass(frozen=True, slots=True)
class Expected:
    """What a manifest and a ledger ask of a copy."""

    manifest: bytes
    digests: Mapping[str, str]
    sizes: Mapping[str, int]  # in bytes, as far as the manifest vouches for them
    fates: Fates
    anchors: Mapping[str, list[str]]  # of each page
    proof: Proof
    taken: Mapping[str, str]  # digests of the files that were read already
    unchecked: tuple[Unchecked, ...]
    said: tuple[str, ...]

    @property
    def figures(self) -> Figures:
        unchecked = (*self.unchecked, *self.proof.unchecked, *self.proof.lacking())
        count, anchors = len(self.digests), len(self.fates.final)
        said = (*self.said, *self.proof.said())
        return Figures(count, anchors, self.proof.blocks, unchecked, said)

    def judge(self, path: str, sha256: str, data: bytes | None) -> Iterator[Finding]:
        """What is wrong with a file that is there: its bytes, and what they say if they are given.

        A page that its manifest does not name is read, too: it may be what it pretends to be.
        """
        if sha256 != self.digests.get(path, sha256):
            yield altered(path, self.digests[path], sha256)
        if data is not None:
            yield from self.proof.read(path, data)

    def without_a_page(self) -> Iterator[Finding]:
        """Each page of the ledger that the manifest does not name."""
        for path, anchors in self.anchors.items():
            if path not in self.digests:
                yield lost(path, anchors[0], f"the page of {len(anchors)} anchors is not there")

    def successor(self, path: str) -> str | None:
        """The one page to which all anchors of a page moved, if the ledger names one."""
        finals = {page_of(self.fates.final[anchor]) for anchor in self.anchors.get(path, ())}
        return next(iter(finals)) if len(finals) == 1 and path not in finals else None


def lost(path: str, anchor: str, why: str) -> Finding:
    """An anchor that does not answer."""
    mend = "copy the page anew from the archive or another mirror"
    return Finding(path, "anchor-lost", f"{anchor} does not answer: {why}", mend)


def expect(read: Read, at_hand: AtHand) -> Generator[Finding, None, Expected | None]:
    """Work out what a copy has to be, and tell what is wrong with its manifest and ledger.

    Returns None where there is no manifest to check against.
    """
    served = read(NAME, _LARGEST_LIST)
    if served is None and at_hand.manifest is None:
        message, mend = "the copy has no manifest", "name one: MANIFEST=file"
        yield Finding(NAME, "manifest-missing", message, mend)
        return None
    if at_hand.manifest is not None and served != at_hand.manifest:
        message = "the copy's manifest is not the one at hand, which is gone by"
        mend = "see below what differs, unless the copy is meant to be another edition"
        yield Finding(NAME, "file-altered", message, mend)
    said = () if served is None else (yield from _signed(served, read, at_hand.signers))
    chosen = at_hand.manifest if at_hand.manifest is not None else served or b""
    wanted = parse(chosen)
    yield from wanted.problems
    taken: dict[str, str] = {}
    note = read(NOTE, _LARGEST_SIGNATURE)  # signed after the manifest, which cannot name it

    def take(path: str) -> bytes | None:
        data = read(path, _LARGEST_LIST) if path in wanted.digests else None
        if data is not None:
            taken[path] = hashlib.sha256(data).hexdigest()
        return data

    sizes = take(SIZES)
    vouched = sizes is not None and taken[SIZES] == wanted.digests[SIZES]
    own = take(LEDGER)
    fates = yield from _fates(own, at_hand.ledger)
    yield from _continues(fates, at_hand)
    known = parse_sizes(sizes) if vouched and sizes is not None else {}
    proof = Proof(fates, wanted.digests, at_hand.scripts, at_hand.templates, sizes=known)
    if note is not None:
        yield from proof.read(NOTE, note)
    return Expected(
        chosen, wanted.digests, known, fates, fates.by_page(), proof, taken,
        tuple(_not_held(at_hand)), said,
    )  # fmt: skip


def _signed(
    manifest: bytes, read: Read, signers: Signers
) -> Generator[Finding, None, tuple[str, ...]]:
    """Check the signatures of the very manifest that is used."""
    signatures = {
        name: data
        for name in (SSH_SIGNATURE, MINISIGN_SIGNATURE)
        if (data := read(name, _LARGEST_SIGNATURE)) is not None
    }
    checked = check(manifest, signatures, signers)
    yield from checked.findings
    return checked.said


def _fates(own: bytes | None, at_hand: bytes | None) -> Generator[Finding, None, Fates]:
    """What became of the anchors by the copy's ledger; by the one at hand where they differ."""
    if own is None:
        mend = "copy ledger.jsonl anew from the archive or another mirror"
        yield Finding(LEDGER, "ledger-missing", "the copy has no ledger", mend)
        return ledger.read(at_hand or b"")
    fates = ledger.read(own)
    yield from fates.problems
    if at_hand is None:
        return fates
    differences = list(ledger.compare(own, at_hand))
    yield from differences
    return ledger.read(at_hand) if differences else fates


def _continues(fates: Fates, at_hand: AtHand) -> Iterator[Finding]:
    """Hold the ledger against a tree head, and against citations, that were saved before."""
    yield from ledger.hold(at_hand.cited, fates)
    if at_hand.head is None:
        return
    try:
        head = Checkpoint.parse(at_hand.head.decode("utf-8")).head
    except ValueError as error:
        raise CannotCheckError(f"the head at hand cannot be read: {error}") from error
    yield from Cited(head.size, head.root).differences(LEDGER, fates)


def _not_held(at_hand: AtHand) -> Iterator[Unchecked]:
    """What nothing at hand could vouch for."""
    vouched = (at_hand.manifest, at_hand.ledger, at_hand.head, at_hand.signers.ssh,
               at_hand.signers.minisign)  # fmt: skip
    if not at_hand.cited and all(each is None for each in vouched):
        why = (
            "as nothing from elsewhere was named: LEDGER=, HEAD=, CITATION=, SIGNERS=, MINISIGN= "
            "or MANIFEST="
        )
        yield Unchecked("whether the copy's ledger is the archive's", why)
