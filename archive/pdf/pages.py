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
from archive.pdf.coverage import REFUSED, TABLE
from archive.pdf.language import from_the_right, words_of
from archive.pdf.pen import Fault, Pen, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sphinxcontrib.bibtex.domain import Citation

    from archive.pdf.pen import Addresses
    from archive.site.know.facts import Document


class Anchor(NamedTuple):
    """A place in print."""

    label: str  # in Typst
    name: str  # of the destination in the PDF; empty if it has none


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


def subject_of(
    docname: str, path: str, addresses: Addresses, language: str, images: Mapping[str, Path]
) -> Subject:
    """The subject for a page in a language.  ``path`` is that of its source, for messages."""
    return Subject(
        docname, path, addresses, TABLE, REFUSED, images,
        from_the_right=from_the_right(language), words=words_of(language),
    )  # fmt: skip


def draw_page(doctree: nodes.document, subject: Subject) -> Page:
    """A whole page, with an anchor at its beginning."""
    top = subject.addresses.label(subject.docname, "")
    beginning = Piece(code.call("anchor", code.string(top)), (Anchor(top, ""),))
    pen = Pen(subject, footnotes(doctree))
    pieces = [beginning, *_pieces(doctree, pen)]
    if rest := pen.flush():
        pieces.append(Piece(rest, _new_anchors(pen)))
    return Page(subject.docname, tuple(pieces), dict(pen.images), tuple(pen.faults))


def draw_nodes(drawn: Iterable[nodes.Node], subject: Subject) -> Page:
    """A page made of the given nodes alone."""
    pen = Pen(subject, {})
    piece = Piece(pen.joined(drawn), _new_anchors(pen))
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
            yield Piece(drawn, _new_anchors(pen))


def _new_anchors(pen: Pen) -> tuple[Anchor, ...]:
    """The anchors that the pen has set since the last call."""
    found = tuple(Anchor(label, name) for label, name in pen.anchors)
    pen.anchors.clear()
    return found


def draw_references(document: Document, works: Sequence[Citation], subject: Subject) -> Page:
    """The list of works that a document cites, each with the passages that cite it.

    The anchors are those of the bibliography's page, which is the subject: citations link there.
    """
    entries = [draw_nodes([_entry(work)], subject) for work in works]
    listed = code.call(
        "references",
        code.string(subject.words.references),
        code.string(subject.words.cited_in),
        code.array(
            code.array([entry.code, _cited_in(document, work, subject)])
            for entry, work in zip(entries, works, strict=True)
        ),
    )
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
    return code.array(
        code.call(
            "archive-link",
            code.string("mark"),
            code.string(subject.addresses.label(document.docname, block.anchor)),
            code.string(subject.addresses.page(document.docname, block.anchor)),
            code.string(PassageAnchor.parse(block.anchor).label),
        )
        for block in document.blocks
        if work.key in block.cites
    )
