"""Draws the pages of the archive, and the list of works at the end of a document."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes
from sphinxcontrib.bibtex.transforms import BibliographyTransform, node_text_transform

from archive.model.passage import Anchor as PassageAnchor
from archive.pdf import code
from archive.pdf.blocks import footnotes
from archive.pdf.pen import Anchor, Fault, Pen, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sphinxcontrib.bibtex.domain import Citation

    from archive.site.know.facts import Document


class Piece(NamedTuple):
    """A top-level block of a page in Typst.  A page is cut into volumes between its pieces."""

    code: str
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True)
class Page:
    """A drawn page, or a share of one."""

    docname: str
    pieces: tuple[Piece, ...]
    images: Mapping[str, Path]  # files, by name in print
    faults: tuple[Fault, ...] = ()

    @property
    def code(self) -> str:
        """All of it in Typst."""
        return code.block(piece.code for piece in self.pieces)

    @property
    def anchors(self) -> tuple[Anchor, ...]:
        return tuple(anchor for piece in self.pieces for anchor in piece.anchors)

    @property
    def name(self) -> str:
        """The name of its first destination; empty if it has none."""
        return next((anchor.name for anchor in self.anchors if anchor.name), "")

    @property
    def weight(self) -> int:
        """How much there is to print, in characters of code."""
        return sum(len(piece.code) for piece in self.pieces)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that decides how it is printed, without the lines it comes from."""
        shown = [(code.without_places(piece.code), piece.anchors) for piece in self.pieces]
        return hashlib.sha256(repr((shown, sorted(self.images))).encode()).hexdigest()


def draw_page(doctree: nodes.document, subject: Subject) -> Page:
    """A whole page, with an anchor at its beginning."""
    pen = Pen(subject, footnotes(doctree))
    pen.wait([""])
    pieces = [_piece(pen.flush(), pen), *_pieces(doctree, pen)]
    if rest := pen.flush():
        pieces.append(_piece(rest, pen))
    return Page(subject.docname, tuple(pieces), dict(pen.images), tuple(pen.faults))


def draw_nodes(drawn: Iterable[nodes.Node], subject: Subject) -> Page:
    """A page made of the given nodes alone."""
    pen = Pen(subject)
    piece = _piece(pen.joined(drawn), pen)
    return Page(subject.docname, (piece,), dict(pen.images), tuple(pen.faults))


def _pieces(node: nodes.Element, pen: Pen) -> Iterator[Piece]:
    """The blocks of a page; a section is no block of its own but a run of blocks."""
    for child in node.children:
        if isinstance(child, nodes.section):
            pen.wait(child["ids"])
            pen.level += 1
            yield from _pieces(child, pen)
            pen.level -= 1
        elif drawn := pen.draw(child):
            yield _piece(drawn, pen)


def _piece(drawn: str, pen: Pen) -> Piece:
    """A block with the anchors that the pen has set since the last one."""
    piece = Piece(drawn, tuple(pen.anchors))
    pen.anchors.clear()
    return piece


def draw_references(document: Document, works: Sequence[Citation], subject: Subject) -> Page:
    """The list of works that a document cites, each with the passages that cite it.

    The anchors are those of the bibliography's page, which is the subject: citations link there.
    """
    entries = [draw_nodes([_entry(work)], subject) for work in works]
    rows = (
        code.array([entry.code, _cited_in(document, work, subject)])
        for entry, work in zip(entries, works, strict=True)
    )
    heads = map(code.string, (subject.words.references, subject.words.cited_in))
    listed = code.call("references", *heads, code.array(rows))
    anchors = tuple(anchor for entry in entries for anchor in entry.anchors)
    faults = tuple(fault for entry in entries for fault in entry.faults)
    return Page(subject.docname, (Piece(listed, anchors),), {}, faults)


def _entry(work: Citation) -> nodes.citation:
    entry = nodes.citation("", ids=[work.citation_id])
    entry += nodes.label("", work.formatted_entry.label)
    entry += BibliographyTransform.backend.paragraph(work.formatted_entry)
    node_text_transform(entry)
    return entry


def _cited_in(document: Document, work: Citation, subject: Subject) -> str:
    links = (
        (
            "mark",
            subject.addresses.label(document.docname, block.anchor),
            subject.addresses.page(document.docname, block.anchor),
            PassageAnchor.parse(block.anchor).label,
        )
        for block in document.blocks
        if work.key in block.cites
    )
    return code.array(code.call("archive-link", *map(code.string, link)) for link in links)
