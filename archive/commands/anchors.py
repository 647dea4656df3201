"""Anchors for the blocks of documents that have none."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from archive.commands import argument, command
from archive.commands.workspace import read_archive
from archive.files import write
from archive.model.passage import Anchor
from archive.model.publishing import next_number
from archive.site.know.domain import ArchiveDomain
from archive.site.know.facts import Document


@command(
    argument("document", nargs="?", help="a document id; default: all documents"),
    epilog="Exit codes: 0 every block has its anchor, 1 there is no such document.",
)
def run(arguments: Namespace, root: Path) -> int:
    """Write the next free anchor above each block of a document that has none."""
    domain, _ = read_archive(root, quiet=True)
    wanted = arguments.document
    chosen = [each for each in domain.documents.values() if wanted in (None, each.id)]
    if not chosen:
        print(f"There is no document “{wanted}”. To mend: name a file of documents/, without its "
              ".md.", file=sys.stderr)  # fmt: skip
        return 1
    written = [line for document in chosen for line in _write_anchors(document, domain, root)]
    print("\n".join(written) if written else "Every block has its anchor.")
    return 0


def _write_anchors(document: Document, domain: ArchiveDomain, root: Path) -> list[str]:
    """Write the missing anchors of one document, and nothing else of its file."""
    due = list(missing_anchors(document, domain))
    path = root / document.path
    if due:
        write(path, with_anchors(path.read_bytes(), due))
    return [f"{document.path}:{line}: {anchor}" for line, anchor in due]


def missing_anchors(document: Document, domain: ArchiveDomain) -> Iterator[tuple[int, Anchor]]:
    """The line of each block without an anchor, and the next free anchor of its letter."""
    taken = {anchor for each in domain.documents.values() for anchor in each.anchors}
    for gap in document.gaps:
        letter = gap.letter or _letter_before(document, gap.line)
        number = next_number(domain.ledger, taken, document.id, letter)
        anchor = Anchor(document.id, letter, number)
        taken.add(str(anchor))
        yield gap.line, anchor


def _letter_before(document: Document, line: int) -> str:
    """The letter of the last passage before a line; else that of the first passage; else p."""
    passages = [block for block in document.blocks if block.is_passage]
    before = [block for block in passages if block.line < line]
    nearest = before[-1] if before else next(iter(passages), None)
    return Anchor.parse(nearest.anchor).letter if nearest else "p"


def with_anchors(data: bytes, due: list[tuple[int, Anchor]]) -> bytes:
    """A file's bytes with a line ``(anchor)=`` above each of the lines, counted from 1.

    Line ends are kept; a new line ends like the line below it.
    """
    lines = data.splitlines(keepends=True)
    for line, anchor in sorted(due, reverse=True):
        below = lines[line - 1]
        end = below[len(below.rstrip(b"\r\n")) :] or b"\n"
        lines.insert(line - 1, f"({anchor})=".encode() + end)
    return b"".join(lines)
