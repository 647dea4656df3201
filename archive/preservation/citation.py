"""Holds what a citation was saved with against a copy's ledger: the one record that convicts it.

Each record of a passage, in RIS, BibTeX, CSL-JSON or words, names its address with the anchor, the
fingerprint of its words, the line of the ledger that published them, and the tree head at that
line.  None of these ever changes.  A ledger that was rewritten since has another head there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.preservation import CannotCheckError, Finding
from archive.preservation.ledger import Fates, is_anchor
from archive.preservation.site import LEDGER

_MOST = 10_000  # citations in one file
_SPACE = r"[\s\\{}~]+"  # a record may be wrapped, or written for TeX
_SHA256 = re.compile(rf"SHA-?256(?:{_SPACE}of{_SPACE}its{_SPACE}text)?{_SPACE}([0-9a-f]{{64}})\b")
_HEAD = re.compile(
    rf"ledger{_SPACE}line{_SPACE}([1-9][0-9]{{0,8}}),{_SPACE}tree{_SPACE}head{_SPACE}"
    r"([0-9a-f]{64})\b"
)
_ANCHOR = re.compile(r"[#/]([a-z][a-z0-9-]*-[a-z][1-9][0-9]*)\b")
_MEND = "trust neither before you know which was changed: ask the archive, or take another copy"


@dataclass(frozen=True, slots=True)
class Cited:
    """What one citation says of its passage."""

    line: int  # of the passage's last event when it was cited
    head: str  # the root of the tree over so many lines
    anchor: str | None = None
    sha256: str | None = None

    def differences(self, path: str, fates: Fates) -> Iterator[Finding]:
        """What the ledger does not have as the citation says; ``path`` is where the fault lies."""
        if self.line > fates.tree.size:
            message = f"the citation names line {self.line}, and the ledger has {fates.tree.size}"
            yield Finding(path, "citation-differs", message, _MEND)
            return
        head = fates.tree.head(self.line).root
        if head != self.head:
            message = (
                f"the tree head of {self.line} lines is {head[:12]}… and not {self.head[:12]}…, "
                "as was cited: history was rewritten, or the citation is another archive's"
            )
            yield Finding(path, "head-differs", message, _MEND)
        anchor = fates.event(self.line).get("anchor")
        if self.anchor is not None and anchor != self.anchor:
            message = f"line {self.line} is of {anchor} and not of {self.anchor}, as was cited"
            yield Finding(path, "citation-differs", message, _MEND)
        elif self.sha256 is not None and (
            anchor is None or fates.sha256_at(anchor, self.line) != self.sha256
        ):
            message = f"{anchor} has another fingerprint at line {self.line} than was cited"
            yield Finding(path, "citation-differs", message, _MEND)


def cited_in(text: str) -> Iterator[Cited]:
    """Every tree head that a text names, with the last fingerprint and anchor named before it."""
    begin = 0
    for number, head in enumerate(_HEAD.finditer(text)):
        if number >= _MOST:
            return
        before = text[begin : head.start()]
        sha256, anchors = _SHA256.findall(before), [*filter(is_anchor, _ANCHOR.findall(before))]
        yield Cited(
            int(head[1]), head[2],
            anchors[-1] if anchors else None, sha256[-1] if sha256 else None,
        )  # fmt: skip
        begin = head.end()


def read_citation(text: str) -> tuple[Cited, ...]:
    """The citations in a file that a reader saved.  Raises CannotCheckError where it has none."""
    found = tuple(cited_in(text))
    if not found:
        raise CannotCheckError(
            "the citation names no tree head (“ledger line …, tree head …”): it was saved before "
            "citations did, or cut"
        )
    last = _HEAD.search(text)
    after = text[last.end() :] if last and len(found) == 1 else ""
    anchors = [*filter(is_anchor, _ANCHOR.findall(after))]
    first = found[0]
    if first.anchor is None and anchors:
        found = (Cited(first.line, first.head, anchors[0], first.sha256),)
    return found


def hold(cited: tuple[Cited, ...], fates: Fates) -> Iterator[Finding]:
    """Hold a reader's citations against a copy's ledger."""
    for each in cited:
        yield from each.differences(LEDGER, fates)
