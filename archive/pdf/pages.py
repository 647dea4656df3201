"""Draws a page of the archive, once in a run, for all editions it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docutils import nodes

from archive.pdf import code
from archive.pdf.coverage import REFUSED, TABLE
from archive.pdf.direction import from_the_right
from archive.pdf.notes import footnotes
from archive.pdf.pen import Fault, Pen, Subject
from archive.pdf.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from archive.pdf.addresses import Addresses


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place in print."""

    label: str  # by which Typst knows it
    name: str  # of the destination; empty where it has none


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of a page, with all that it holds, in Typst."""

    code: str
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page, or a part of one."""

    docname: str
    pieces: tuple[Piece, ...]
    images: Mapping[str, Path]  # files by their names in print
    faults: tuple[Fault, ...] = ()

    @property
    def code(self) -> str:
        """All of it in Typst."""
        return code.block(piece.code for piece in self.pieces)

    @property
    def anchors(self) -> tuple[Anchor, ...]:
        return tuple(anchor for piece in self.pieces for anchor in piece.anchors)

    @property
    def weight(self) -> int:
        """How much there is to print: the characters of its code."""
        return sum(len(piece.code) for piece in self.pieces)


def draw_page(doctree: nodes.document, subject: Subject) -> Page:
    """The whole page, with an anchor for its beginning."""
    top = subject.addresses.label(subject.docname, "")
    beginning = Piece(code.call("anchor", code.string(top)), (Anchor(top, ""),))
    pen = Pen(subject, footnotes(doctree))
    pieces = [beginning, *_pieces(doctree, pen)]
    if rest := pen.flush():
        pieces.append(Piece(rest, _taken(pen)))
    return Page(subject.docname, tuple(pieces), dict(pen.images), tuple(pen.faults))


def draw_nodes(drawn: Iterable[nodes.Node], subject: Subject) -> Page:
    """Some nodes of a page."""
    pen = Pen(subject, {})
    piece = Piece(pen.joined(drawn), _taken(pen))
    return Page(subject.docname, (piece,), dict(pen.images), tuple(pen.faults))


def subject_of(
    docname: str, path: str, addresses: Addresses, language: str, images: Mapping[str, Path]
) -> Subject:
    """What the pen needs to know of a page."""
    words = words_of(language)
    right = from_the_right(language)
    return Subject(
        docname, path, addresses, TABLE, REFUSED, images, from_the_right=right, words=words
    )


def _pieces(node: nodes.Element, pen: Pen) -> Iterator[Piece]:
    """Each block of a page; sections are no blocks, they only hold some."""
    for child in node.children:
        if isinstance(child, nodes.section):
            pen.wait(child["ids"])
            pen.level += 1
            yield from _pieces(child, pen)
            pen.level -= 1
        elif drawn := pen.draw(child):
            yield Piece(drawn, _taken(pen))


def _taken(pen: Pen) -> tuple[Anchor, ...]:
    """The anchors that the pen has set since it was last asked."""
    found = tuple(Anchor(label, name) for label, name in pen.anchors)
    pen.anchors.clear()
    return found
