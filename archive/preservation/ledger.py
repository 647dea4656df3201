"""The ledger as a checker of copies reads it: where each anchor ever published answers today.

This reader shares no code with ``archive.model.ledger``, which wrote the ledger, so that a fault of
one is not repeated by the other.  That module describes the lines; the build checks the rules that
this reader does not need.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from archive.preservation.finding import Finding
from archive.preservation.site import LEDGER

_ANCHOR = re.compile(r"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)-[a-z][1-9][0-9]*")

_MEND = "copy ledger.jsonl anew from the archive or another mirror"


@dataclass(frozen=True, slots=True)
class Fates:
    """Where each anchor ever published leads: itself, or the anchor it moved to."""

    final: Mapping[str, str]  # by anchor; in the order of first publication
    problems: tuple[Finding, ...] = ()

    def by_page(self) -> dict[str, list[str]]:
        """The anchors of each page, by the page's path."""
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
    """Read a ledger, and tell of each line that is not an event."""
    moves: dict[str, str] = {}
    anchors: dict[str, None] = {}
    problems: list[Finding] = []
    lines = data.split(b"\n")
    if lines.pop():
        problems.append(_broken("it ends in the middle of a line: it was cut off"))
    for number, line in enumerate(lines, start=1):
        event = _event(line)
        if event is None:
            problems.append(_broken(f"line {number} is no event"))
            continue
        anchors[event["anchor"]] = None
        if event["event"] == "move":
            moves[event["anchor"]] = event["target"]
    return Fates({anchor: _end(anchor, moves) for anchor in anchors}, tuple(problems))


def _event(line: bytes) -> dict[str, str] | None:
    """The event of a line; None if it is not an event."""
    try:
        event = json.loads(line)
        named = [event["anchor"]] + ([event["target"]] if event["event"] == "move" else [])
        return event if all(_ANCHOR.fullmatch(name) for name in named) else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


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
