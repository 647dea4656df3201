"""Draws a page of the archive, once in a run, for all editions it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.pdf import code
from archive.pdf.coverage import REFUSED, TABLE
from archive.pdf.notes import footnotes
from archive.pdf.pen import Fault, Pen, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from docutils import nodes

    from archive.pdf.addresses import Addresses


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place in print."""

    label: str  # by which Typst knows it
    name: str  # of the destination; empty where it has none


@dataclass(frozen=True, slots=True)
class Page:
    """A page, or a piece of one, in Typst."""

    docname: str
    code: str
    anchors: tuple[Anchor, ...]
    images: Mapping[str, Path]  # files by their names in print
    faults: tuple[Fault, ...]


def draw_page(doctree: nodes.document, subject: Subject) -> Page:
    """The whole page, with an anchor for its beginning."""
    top = subject.addresses.label(subject.docname, "")
    pen = Pen(subject, footnotes(doctree))
    body = pen.joined(doctree.children)
    parts = [code.call("anchor", code.string(top)), body, pen.flush()]
    return _page(pen, code.block(parts), [Anchor(top, "")])


def draw_nodes(drawn: Iterable[nodes.Node], subject: Subject) -> Page:
    """Some nodes of a page."""
    pen = Pen(subject, {})
    return _page(pen, pen.joined(drawn), [])


def subject_of(
    docname: str,
    path: str,
    addresses: Addresses,
    images: Mapping[str, Path],
    has_record: bool = False,
) -> Subject:
    """What the pen needs to know of a page."""
    return Subject(docname, path, addresses, TABLE, REFUSED, images, has_record)


def _page(pen: Pen, drawn: str, anchors: list[Anchor]) -> Page:
    found = [Anchor(label, name) for label, name in pen.anchors]
    return Page(pen.subject.docname, drawn, (*anchors, *found), dict(pen.images), tuple(pen.faults))
