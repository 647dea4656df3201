"""What a copy of the site has to be: the bytes of each file, and where each anchor answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from archive.preservation.finding import Finding
from archive.preservation.ledger import Fates, is_anchor_of, page_of
from archive.preservation.manifest import altered
from archive.preservation.pages import Page


@dataclass(frozen=True, slots=True)
class Expected:
    """The manifest's digests and the ledger's anchors, each by the path of a file."""

    digests: Mapping[str, str]
    fates: Fates
    anchors: Mapping[str, list[str]]  # of each page

    def judge(self, path: str, sha256: str, page: Page | None) -> Iterator[Finding]:
        """What is wrong with a file that is there; with a page's anchors, where it is one."""
        if sha256 != self.digests.get(path, sha256):
            yield altered(path, self.digests[path], sha256)
        if page is not None:
            yield from self._lost(path, page)
            yield from self._unknown(path, page)

    def _lost(self, path: str, page: Page) -> Iterator[Finding]:
        for anchor in self.anchors.get(path, ()):
            if anchor not in page.ids:
                yield lost(path, anchor, "the page has no such anchor")

    def _unknown(self, path: str, page: Page) -> Iterator[Finding]:
        own = (name for name in page.ids if is_anchor_of(name, path))
        unknown = sorted(name for name in own if name not in self.fates.final)
        if unknown:
            message = f"{len(unknown)} anchors are not in the ledger, {unknown[0]} first"
            mend = "the ledger was cut, or the passages were never published: make publish"
            yield Finding(path, "ledger-lacks", message, mend)

    def without_a_page(self) -> Iterator[Finding]:
        """Anchors whose page the manifest does not even name."""
        for path, anchors in self.anchors.items():
            if path not in self.digests:
                yield lost(path, anchors[0], f"the page of {len(anchors)} anchors is not there")

    def successor(self, path: str) -> str | None:
        """The one page to which all anchors of a page moved, where the ledger says that."""
        finals = {page_of(self.fates.final[anchor]) for anchor in self.anchors.get(path, ())}
        return next(iter(finals)) if len(finals) == 1 and path not in finals else None


def expected(digests: Mapping[str, str], fates: Fates) -> Expected:
    """What a manifest and a ledger let one expect."""
    return Expected(digests, fates, fates.by_page())


def lost(path: str, anchor: str, why: str) -> Finding:
    """An anchor that does not answer."""
    mend = "copy the page anew from the archive or another mirror"
    return Finding(path, "anchor-lost", f"{anchor} does not answer: {why}", mend)
