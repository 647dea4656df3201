"""Anchors for the blocks of documents that have none."""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from markdown_it.renderer import RendererHTML
from myst_parser.parsers.mdit import create_md_parser
from sphinx.application import Sphinx

from archive.commands import argument, command
from archive.commands.workspace import reading
from archive.files import write
from archive.model import Problem
from archive.model.passage import SIGNATORY, Anchor
from archive.model.permanence import Tombstone
from archive.model.publishing import next_number
from archive.site.know.domain import ArchiveDomain, archive_domain
from archive.site.know.facts import Block, Document, Gap
from archive.upstream.application import read_as

# Attributes of the block below them, on a line of their own.
_ATTRIBUTES = re.compile(rb"\{[^{}]*\}\s*")
_ITEM = re.compile(rb"(\s*(?:[-*+]|\d+[.)])\s+)(\S.*)", re.DOTALL)  # the first line of an item


@command(
    argument("document", nargs="?", help="a document id; default: all documents"),
    epilog="Exit codes: 0 every block has its anchor, 1 there is no such document, or a block "
    "cannot be given its anchor.",
    failed="Nothing was written",
)
def run(arguments: Namespace, root: Path) -> int:
    """Write the next free anchor above each block of a document that has none."""
    wanted = arguments.document
    with reading(root, quiet=True) as (app, _warnings):
        domain = archive_domain(app.env)
        chosen = [each for each in domain.documents.values() if wanted in (None, each.id)]
        if not chosen:
            print(f"There is no document “{wanted}”. To mend: name a file of documents/, without "
                  "its .md.", file=sys.stderr)  # fmt: skip
            return 1
        done = [_write_anchors(app, root, each) for each in chosen if each.gaps]
    told = [line for lines, _ in done for line in lines]
    refused = [problem for _, problems in done for problem in problems]
    print(*refused, sep="\n", end="\n" if refused else "", file=sys.stderr)
    if told or not refused:
        print("\n".join(told) if told else "Every block has its anchor.")
    return 1 if refused else 0


def _write_anchors(
    app: Sphinx, root: Path, document: Document
) -> tuple[list[str], Sequence[Problem]]:
    """Write the missing anchors of a document, and nothing else of its file.

    Returns what was written and what could not be, in words.
    """
    data = (root / document.path).read_bytes()
    wanted = [
        Due(gap, anchor)
        for gap, anchor in zip(document.gaps, missing_anchors(document, archive_domain(app.env)))
    ]
    with TemporaryDirectory() as folder:
        draft = _Draft(app, document, data, Path(folder))
        due, refused = draft.placed(wanted)
    if not refused:
        if (root / document.path).read_bytes() != data:
            raise SystemExit(
                f"{document.path} was saved meanwhile, and is left as it is. To mend: run the "
                "command again."
            )
        write(root / document.path, with_anchors(data, due))
    return [f"{document.path}:{each.line}: {each.anchor}" for each in due], [
        _refusal(document, each.gap) for each in refused
    ]


@dataclass(frozen=True, slots=True)
class Due:
    """An anchor to write above a block."""

    gap: Gap
    anchor: Anchor
    line: int = 0  # of the file, counted from 1


@dataclass(frozen=True, slots=True)
class _Draft:
    """A file that is to get anchors, and is read back with them before it is written."""

    app: Sphinx
    document: Document
    data: bytes
    folder: Path  # for what Sphinx writes meanwhile

    def placed(self, wanted: Sequence[Due]) -> tuple[list[Due], list[Due]]:
        """The anchors with their lines, and those that have no place; if there are any, only these.

        An anchor goes above the outermost block of Markdown that holds the line which docutils
        knows, and where that is not what was meant, above the first block where it is.
        """
        begins = self._begins()
        nearest = [replace(each, line=self._line(each.gap, begins)) for each in wanted]
        if self._reads_back(nearest):
            return nearest, []
        found = [self._search(each, begins) for each in nearest]
        refused = [each for each, place in zip(wanted, found) if place is None]
        due = [place for place in found if place is not None]
        if refused or not self._reads_back(due):
            return [], refused or list(wanted)
        return due, []

    def _begins(self) -> list[int]:
        """The first line of each outermost block, with the attributes above it."""
        config = self.app.env.myst_config  # type: ignore[attr-defined]
        lines, found = self.data.splitlines(), []
        for token in create_md_parser(config, RendererHTML).parse(self.data.decode("utf-8-sig")):
            if token.level == 0 and token.nesting >= 0 and token.map:
                line = token.map[0] + 1
                while line > 1 and _ATTRIBUTES.fullmatch(lines[line - 2]):
                    line -= 1
                found.append(line)
        return found

    def _line(self, gap: Gap, begins: Sequence[int]) -> int:
        """The line to write an anchor above; a signatory has it within its item."""
        if gap.letter == SIGNATORY:
            return gap.line
        return begins[max(0, bisect_right(begins, max(gap.line, 1)) - 1)]

    def _search(self, due: Due, begins: Sequence[int]) -> Due | None:
        """The place of one anchor, the nearest first; None where there is none."""
        places = dict.fromkeys((due.line, *begins))
        tries = (replace(due, line=line) for line in places)
        return next((each for each in tries if self._reads_back([each])), None)

    def _reads_back(self, due: Sequence[Due]) -> bool:
        """Whether the file with these anchors says what it said, each block under its anchor."""
        text = with_anchors(self.data, due).decode("utf-8-sig")
        name, before = self.document.docname, self.document
        try:
            read_as(self.app, name, text.replace("\r\n", "\n").replace("\r", "\n"), self.folder)
        except Exception:  # whatever the text does to Sphinx, it is not what was meant
            return False
        after = archive_domain(self.app.env).documents.get(name)
        if after is None:
            return False
        new = {str(each.anchor): each.gap.fingerprint for each in due}
        given = {each.anchor: each.fingerprint for each in after.blocks if each.anchor in new}
        others = [each for each in after.blocks if each.anchor not in new]
        return (
            given == new
            and len(after.gaps) == len(before.gaps) - len(new)
            and list(map(_said, others)) == list(map(_said, before.blocks))
            and list(map(_left, after.tombstones)) == list(map(_left, before.tombstones))
        )


def _said(block: Block) -> tuple[object, ...]:
    return block.anchor, block.former, block.fingerprint


def _left(tombstone: Tombstone) -> tuple[object, ...]:
    return tombstone.anchor, tombstone.target


def missing_anchors(document: Document, domain: ArchiveDomain) -> Iterator[Anchor]:
    """The next free anchor of its letter for each block without one."""
    taken = {anchor for each in domain.documents.values() for anchor in each.anchors}
    for gap in document.gaps:
        letter = gap.letter or _letter_before(document, gap.line)
        number = next_number(domain.ledger, taken, document.id, letter)
        anchor = Anchor(document.id, letter, number)
        taken.add(str(anchor))
        yield anchor


def _letter_before(document: Document, line: int) -> str:
    """The letter of the last passage before a line; else that of the first passage; else p."""
    passages = [block for block in document.blocks if block.is_passage]
    before = [block for block in passages if block.line < line]
    nearest = before[-1] if before else next(iter(passages), None)
    return Anchor.parse(nearest.anchor).letter if nearest else "p"


def _refusal(document: Document, gap: Gap) -> Problem:
    return Problem(
        document.path, gap.line, "anchor-place",
        "An anchor above this block would not become its own, or would change the document.",
        "nothing was written to the file; part the block from what surrounds it by blank lines, or "
        f"write its anchor yourself: ({document.id}-…)= on the line above it.",
    )  # fmt: skip


def with_anchors(data: bytes, due: Sequence[Due]) -> bytes:
    """A file's bytes with a line ``(anchor)=`` above each of the lines, counted from 1.

    That of a signatory begins its item, and what the item says follows below.  Line ends are kept;
    a new line ends like the line below it.
    """
    lines = data.splitlines(keepends=True)
    for each in sorted(due, key=lambda each: each.line, reverse=True):
        below, anchor = lines[each.line - 1], f"({each.anchor})=".encode()
        end = below[len(below.rstrip(b"\r\n")) :] or b"\n"
        item = _ITEM.fullmatch(below) if each.anchor.letter == SIGNATORY else None
        if item is not None:
            lines[each.line - 1] = b" " * len(item[1]) + item[2]
            anchor = item[1] + anchor
        lines.insert(each.line - 1, anchor + end)
    return b"".join(lines)
