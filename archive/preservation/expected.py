"""What a copy has to be: the bytes of each file, and the anchors that each page has to have.

The copy's own manifest and ledger say so, unless the checker holds others and trusts those more.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass

from archive.preservation import ledger
from archive.preservation.finding import Figures, Finding
from archive.preservation.ledger import Fates, is_anchor_of, page_of
from archive.preservation.manifest import NAME, altered, parse
from archive.preservation.pages import Page
from archive.preservation.site import LEDGER


@dataclass(frozen=True, slots=True)
class AtHand:
    """What the checker holds beforehand, and trusts more than the copy."""

    manifest: bytes | None = None
    ledger: bytes | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """The digests of a manifest and the anchors of a ledger, each by the path of a file."""

    manifest: bytes
    digests: Mapping[str, str]
    fates: Fates
    anchors: Mapping[str, list[str]]  # of each page

    @property
    def figures(self) -> Figures:
        return Figures(len(self.digests), len(self.fates.final))

    def judge(self, path: str, sha256: str, page: Page | None) -> Iterator[Finding]:
        """What is wrong with a file that is there; with its anchors too, if it is a page."""
        if sha256 != self.digests.get(path, sha256):
            yield altered(path, self.digests[path], sha256)
        if page is not None:
            for anchor in self.anchors.get(path, ()):
                if anchor not in page.ids:
                    yield lost(path, anchor, "the page has no such anchor")
            yield from self._unknown(path, page)

    def _unknown(self, path: str, page: Page) -> Iterator[Finding]:
        own = (name for name in page.ids if is_anchor_of(name, path))
        unknown = sorted(name for name in own if name not in self.fates.final)
        if unknown:
            message = f"{len(unknown)} anchors are not in the ledger, {unknown[0]} first"
            mend = "the ledger was cut, or the passages were never published: make publish"
            yield Finding(path, "ledger-lacks", message, mend)

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


def expect(
    read: Callable[[str], bytes | None], at_hand: AtHand
) -> Generator[Finding, None, Expected | None]:
    """Work out what a copy has to be, and tell what is wrong with its manifest and ledger.

    ``read`` gives the bytes of a file of the copy, None where it is missing.  Returns None where
    there is no manifest to check against.
    """
    served = read(NAME)
    if served is None and at_hand.manifest is None:
        message, mend = "the copy has no manifest", "name one: MANIFEST=file"
        yield Finding(NAME, "manifest-missing", message, mend)
        return None
    if at_hand.manifest is not None and served != at_hand.manifest:
        message = "the copy's manifest is not the one at hand, which is gone by"
        mend = "see below what differs, unless the copy is meant to be another edition"
        yield Finding(NAME, "file-altered", message, mend)
    chosen = at_hand.manifest if at_hand.manifest is not None else served or b""
    wanted = parse(chosen)
    yield from wanted.problems
    fates = yield from _fates(read(LEDGER), at_hand.ledger)
    return Expected(chosen, wanted.digests, fates, fates.by_page())


def _fates(own: bytes | None, at_hand: bytes | None) -> Generator[Finding, None, Fates]:
    """The fates of the anchors by the copy's ledger; by the one at hand where the two differ."""
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
