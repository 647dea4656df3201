"""Measures reading and checking the ledger in archives of growing size, in CPU seconds.

Run from the archive's root: ``python -m benchmarks.ledger``.  Every document has eleven passages,
one of them revised: twelve lines of the ledger, each bound to those before it.
"""

from __future__ import annotations

import gc
import sys
import time
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from math import log

from archive.model.ledger import Event, Kind, load, serialise
from archive.model.permanence import Standing, check
from archive.model.publishing import pending
from archive.model.tree import Tree

DOCUMENTS = (1_000, 3_333, 10_000)
PASSAGES = 11
GOAL = 1.5  # CPU seconds for the largest archive
PATH = "ledger.jsonl"


def words(anchor: str, edition: int) -> str:
    return sha256(f"{anchor} {edition}".encode()).hexdigest()


def corpus(documents: int) -> tuple[bytes, list[Standing]]:
    """A ledger of twelve lines for each document, and the passages that it is about."""
    lines: list[bytes] = []
    standings: list[Standing] = []
    tree = Tree()
    for document in range(documents):
        anchors = [f"document-{document}-p{number}" for number in range(1, PASSAGES + 1)]
        events = [
            Event("2026-11-22", Kind.PUBLISH, anchor, sha256=words(anchor, 1)) for anchor in anchors
        ]
        revised = Event("2027-01-03", Kind.REVISE, anchors[0], sha256=words(anchors[0], 2))
        for event in (*events, revised):
            bound = replace(event, seal=words(event.anchor, 0), after=tree.root().hex())
            lines.append(line := serialise(bound).encode())
            tree.append(line)
        path = f"documents/document-{document}.md"
        standings.extend(
            Standing(anchor, words(anchor, 1 + (anchor == anchors[0])), path, 10 + line)
            for line, anchor in enumerate(anchors)
        )
    return b"\n".join((*lines, b"")), standings


def measure(data: bytes, standings: list[Standing]) -> tuple[float, float, float]:
    """CPU seconds of loading, checking, and finding what is to be published."""
    clock = [time.process_time()]
    ledger, unsound = load(data, PATH)
    clock.append(time.process_time())
    broken = list(check(ledger, standings, [], PATH))
    clock.append(time.process_time())
    new = pending(ledger, standings, [], "2027-02-14")
    clock.append(time.process_time())
    if unsound or broken or new:
        raise AssertionError("the corpus keeps every promise, and yet a problem was found")
    loading, checking, publishing = (b - a for a, b in pairwise(clock))
    return loading, checking, publishing


def main() -> int:
    """Print the table and a summary line; return 1 where the goal was missed."""
    print("   lines  standings    load   check     sum  pending   (CPU seconds, best of 3)")
    sums: list[tuple[int, float]] = []
    for documents in DOCUMENTS:
        data, standings = corpus(documents)
        gc.collect()
        best = min((measure(data, standings) for _ in range(3)), key=lambda each: sum(each[:2]))
        loading, checking, publishing = best
        lines, total = data.count(b"\n"), loading + checking
        sums.append((lines, total))
        print(
            f"{lines:>8,} {len(standings):>10,} {loading:>7.3f} {checking:>7.3f} "
            f"{total:>7.3f} {publishing:>8.3f}"
        )
    (few, short_time), *_, (many, long_time) = sums
    exponent = log(long_time / short_time) / log(many / few)
    verdict = "within" if long_time < GOAL else "over"
    print(f"growth: lines to the power of {exponent:.2f}; {verdict} the goal of {GOAL} CPU seconds")
    return 0 if long_time < GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
