"""The ledger as a checker of copies reads it; what a citation was saved with, held against it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from archive.model.tree import Tree
from archive.preservation import CannotCheckError, Finding
from archive.preservation.site import LEDGER

# --- The ledger as a checker of copies reads it: where each anchor answers, and what it says.
#
# This reader shares no code with ``archive.model.ledger``, which wrote the ledger, so that a fault
# of one is not repeated by the other.  That module describes the lines; the build checks the rules
# that this reader does not need.

_ANCHOR = re.compile(r"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)-[a-z][1-9][0-9]*")

_DATED = re.compile(rb'\{"date": ?"([0-9]{4}-[0-9]{2}-[0-9]{2})"')
_MEND = "copy ledger.jsonl anew from the archive or another mirror"


@dataclass(frozen=True)
class Fates:
    """What became of each anchor ever published."""

    # Where it leads, by anchor: to itself, or to the anchor it moved to.  In the order of first
    # publication.
    final: Mapping[str, str]
    # Of each anchor that stands: the fingerprint of its words, and the line that published them.
    words: Mapping[str, tuple[str, int]]
    # Every fingerprint that an anchor ever had, each with its line.
    worded: Mapping[str, list[tuple[int, str]]]
    withdrawn: frozenset[str]
    # The seal of each anchor and of each document, by its id, with the line that has it.
    seals: Mapping[str, tuple[str, int]]
    told: Mapping[str, list[int]]  # the lines of each anchor
    days: Mapping[int, str]  # of lines whose day was corrected
    lines: tuple[bytes, ...]  # without their line feeds
    tree: Tree  # over the lines
    problems: tuple[Finding, ...] = ()

    @cached_property
    def former(self) -> Mapping[str, list[str]]:
        """The anchors that moved, by the one that answers for them now."""
        found: dict[str, list[str]] = {}
        for anchor, final in self.final.items():
            if anchor != final:
                found.setdefault(final, []).append(anchor)
        return found

    def event(self, line: int) -> Mapping[str, str]:
        """The event of a line, counted from 1; empty where the line is none."""
        return _event(self.lines[line - 1]) or {}

    def newest_day(self) -> str:
        """The day of the last event, as corrections have it; empty without any."""
        lines = enumerate(self.lines, start=1)
        found = ((number, _DATED.match(line)) for number, line in lines)
        days = (self.days.get(number, day[1].decode()) for number, day in found if day)
        return max(days, default="")

    def last_day(self, anchor: str) -> str:
        """The day of an anchor's last event; empty without any."""
        lines = self.told.get(anchor, ())
        return self.days.get(lines[-1], self.event(lines[-1])["date"]) if lines else ""

    def sha256_at(self, anchor: str, line: int) -> str | None:
        """The fingerprint that an anchor had at a line; None where it had none."""
        known = [sha256 for number, sha256 in self.worded.get(anchor, ()) if number <= line]
        return known[-1] if known else None

    def by_page(self) -> Mapping[str, list[str]]:
        """The anchors of each page, by the page's path, in the order of first publication."""
        return self._by_page

    @cached_property
    def _by_page(self) -> Mapping[str, list[str]]:
        pages: dict[str, list[str]] = {}
        for anchor in self.final:
            pages.setdefault(page_of(anchor), []).append(anchor)
        return pages


def page_of(anchor: str) -> str:
    """The path of the page at which an anchor was published."""
    match = _ANCHOR.fullmatch(anchor)
    return f"documents/{match[1]}.html" if match else ""


def is_anchor(name: str) -> bool:
    """Whether an id has the form of an anchor."""
    return _ANCHOR.fullmatch(name) is not None


def is_anchor_of(name: str, page: str) -> bool:
    """Whether an id has the form of an anchor of a page."""
    return page_of(name) == page != ""


def read(data: bytes) -> Fates:
    """Read a ledger; tell of each line that is no event, or not bound to the lines before it."""
    lines = data.split(b"\n")
    problems = []
    if lines.pop():
        problems.append(_broken("it ends in the middle of a line: it was cut off"))
    account, tree, unbound = _Account(), Tree(), 0
    bound = False
    for number, line in enumerate(lines, start=1):
        event = _event(line)
        if event is None:
            problems.append(_broken(f"line {number} is no event"))
        else:
            bound = bound or "after" in event
            if bound and not unbound and event.get("after") != tree.root().hex():
                unbound = number
            account.add(event, number)
        tree.append(line)
    problems += [_unbound(unbound)] if unbound else []
    return account.close(tuple(lines), tree, tuple(problems))


class _Account:
    """The ledger as far as it is read."""

    def __init__(self) -> None:
        self._anchors: dict[str, None] = {}  # in the order of first publication
        self._worded: dict[str, list[tuple[int, str]]] = {}
        self._moves: dict[str, str] = {}
        self._withdrawn: set[str] = set()
        self._seals: dict[str, tuple[str, int]] = {}
        self._told: dict[str, list[int]] = {}
        self._days: dict[int, str] = {}

    def add(self, event: Mapping[str, str], line: int) -> None:
        kind = event["event"]
        if "seal" in event:
            self._seals[event.get("anchor") or event.get("document", "")] = event["seal"], line
        if kind == "correct" and event.get("line", "").isdecimal():
            self._days[int(event["line"])] = event.get("day", "")
        if kind in _OF_NO_ANCHOR:
            return
        anchor = event["anchor"]
        self._told.setdefault(anchor, []).append(line)
        self._anchors[anchor] = None
        if kind in _WORDED:
            self._worded.setdefault(anchor, []).append((line, event["sha256"]))
        elif kind == "move":
            self._moves[anchor] = event["target"]
        elif kind == "withdraw":
            self._withdrawn.add(anchor)

    def close(self, lines: tuple[bytes, ...], tree: Tree, problems: tuple[Finding, ...]) -> Fates:
        final = {anchor: _end(anchor, self._moves) for anchor in self._anchors}
        gone = self._moves.keys() | self._withdrawn
        words = {
            anchor: (versions[-1][1], versions[-1][0])
            for anchor, versions in self._worded.items() if anchor not in gone
        }  # fmt: skip
        return Fates(
            final, words, self._worded, frozenset(self._withdrawn), self._seals, self._told,
            self._days, lines, tree, problems,
        )  # fmt: skip


def _unbound(number: int) -> Finding:
    message = f"line {number} does not continue the lines before it: history was rewritten"
    return Finding(LEDGER, "ledger-unbound", message, _MEND)


_OF_NO_ANCHOR = frozenset({"describe", "correct", "join"})
_WORDED = frozenset({"publish", "revise"})
_KINDS = _WORDED | {"amend", "move", "withdraw"}
_SHA256 = re.compile(r"[0-9a-f]{64}")


def _event(line: bytes) -> dict[str, str] | None:
    """The event of a line; None if it is not an event."""
    try:
        event: dict[str, str] = _DECODER.decode(line.decode("utf-8"))
        kind = event["event"]
        if not all(isinstance(each, str) for each in event.values()) or "date" not in event:
            return None
        if kind in _OF_NO_ANCHOR:
            return event
        named = [event["anchor"]] + ([event["target"]] if kind == "move" else [])
        whole = kind in _KINDS and all(_ANCHOR.fullmatch(name) for name in named)
        worded = kind not in _WORDED or _SHA256.fullmatch(event["sha256"])
        return event if whole and worded else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that has each key once.  Raises ValueError: readers would differ on another."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a key stands twice")
    return fields


_DECODER = json.JSONDecoder(object_pairs_hook=once)


def _end(anchor: str, moves: Mapping[str, str]) -> str:
    """Where the moves of an anchor lead.  A cycle, which no build writes, ends where it closes."""
    passed = {anchor}
    while (after := moves.get(anchor)) is not None and after not in passed:
        passed.add(after)
        anchor = after
    return anchor


def _broken(message: str) -> Finding:
    return Finding(LEDGER, "ledger-broken", message, _MEND)


def compare(copy: bytes, at_hand: bytes) -> Iterator[Finding]:
    """Compare a copy's ledger with the one at hand: one must continue the other."""
    shared = min(len(copy), len(at_hand))
    if copy[:shared] != at_hand[:shared]:
        line = _first_difference(copy, at_hand)
        message = f"line {line} is not what the ledger at hand says there: history was rewritten"
        yield Finding(LEDGER, "ledger-differs", message, _MEND)
    elif len(copy) < len(at_hand):
        have, wanted = copy.count(b"\n"), at_hand.count(b"\n")
        message = f"it has {have} of the {wanted} lines at hand"
        mend = "bring the copy up to date, unless it is meant to be an older edition"
        yield Finding(LEDGER, "ledger-behind", message, mend)


def _first_difference(one: bytes, other: bytes) -> int:
    pairs = enumerate(zip(one.split(b"\n"), other.split(b"\n")), start=1)
    return next((number for number, (left, right) in pairs if left != right), 1)


# --- Holds what a citation was saved with against a copy's ledger: the one record that convicts it.
#
# Each record of a passage, in RIS, BibTeX, CSL-JSON or words, names its address with the anchor,
# the fingerprint of its words, the line of the ledger that published them, and the tree head at
# that line.  None of these ever changes.  A ledger that was rewritten since has another head there.

_MOST = 10_000  # citations in one file
_SPACE = r"[\s\\{}~]+"  # a record may be wrapped, or written for TeX
_SAVED_SHA256 = re.compile(
    rf"SHA-?256(?:{_SPACE}of{_SPACE}its{_SPACE}text)?{_SPACE}([0-9a-f]{{64}})\b"
)
_HEAD = re.compile(
    rf"ledger{_SPACE}line{_SPACE}([1-9][0-9]{{0,8}}),{_SPACE}tree{_SPACE}head{_SPACE}"
    r"([0-9a-f]{64})\b"
)
_SAVED_ANCHOR = re.compile(r"[#/]([a-z][a-z0-9-]*-[a-z][1-9][0-9]*)\b")
_MEND_SAVED = (
    "trust neither before you know which was changed: ask the archive, or take another copy"
)


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
            yield Finding(path, "citation-differs", message, _MEND_SAVED)
            return
        head = fates.tree.head(self.line).root
        if head != self.head:
            message = (
                f"the tree head of {self.line} lines is {head[:12]}… and not {self.head[:12]}…, "
                "as was cited: history was rewritten, or the citation is another archive's"
            )
            yield Finding(path, "head-differs", message, _MEND_SAVED)
        anchor = fates.event(self.line).get("anchor")
        if self.anchor is not None and anchor != self.anchor:
            message = f"line {self.line} is of {anchor} and not of {self.anchor}, as was cited"
            yield Finding(path, "citation-differs", message, _MEND_SAVED)
        elif self.sha256 is not None and (
            anchor is None or fates.sha256_at(anchor, self.line) != self.sha256
        ):
            message = f"{anchor} has another fingerprint at line {self.line} than was cited"
            yield Finding(path, "citation-differs", message, _MEND_SAVED)


def cited_in(text: str) -> Iterator[Cited]:
    """Every tree head that a text names, with the last fingerprint and anchor named before it."""
    begin = 0
    for number, head in enumerate(_HEAD.finditer(text)):
        if number >= _MOST:
            return
        before = text[begin : head.start()]
        sha256, anchors = (
            _SAVED_SHA256.findall(before),
            [*filter(is_anchor, _SAVED_ANCHOR.findall(before))],
        )
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
    anchors = [*filter(is_anchor, _SAVED_ANCHOR.findall(after))]
    first = found[0]
    if first.anchor is None and anchors:
        found = (Cited(first.line, first.head, anchors[0], first.sha256),)
    return found


def hold(cited: tuple[Cited, ...], fates: Fates) -> Iterator[Finding]:
    """Hold a reader's citations against a copy's ledger."""
    for each in cited:
        yield from each.differences(LEDGER, fates)
