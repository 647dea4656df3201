"""Finishes a PDF: makes every anchor a named destination, and writes the metadata.

``x.pdf#nameddest=<anchor>`` then opens at the anchor.  Typst makes destinations of headings only
(typst#1352), so the name tree is written here (ISO 32000-1, 7.7.4 and 12.3.2.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from archive.pdf.xmp import packet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from archive.pdf.edition import Aliases, Edition
    from archive.pdf.pen import Anchor

# An anchor stands on the baseline of its line: the view begins this far above, in points.
_LINE_HEIGHT = 14.0

# Names in a leaf of the tree, so that a reader finds one without reading all.
_LEAF = 64


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a PDF."""

    page: int  # from 1
    x: float  # in points from the left
    y: float  # in points from the top


def destinations(
    anchors: Iterable[Anchor], positions: Iterable[Position], aliases: Aliases = ()
) -> Mapping[str, Position]:
    """Where each name leads: to the first of its anchors, or to that of its alias.

    The alias of an anchor that moved is its present place, which has the text it was cited for;
    the anchor itself stands in the notice at its old place.
    """
    found: dict[str, Position] = {}
    places: dict[str, Position] = {}
    for anchor, position in zip(anchors, positions, strict=True):
        places[anchor.label] = position
        if anchor.name:
            found.setdefault(anchor.name, position)
    return found | {name: places[label] for name, label in aliases if label in places}


def finish(
    pdf: bytes, positions: Sequence[Position], edition: Edition
) -> tuple[bytes, int, Mapping[str, int]]:
    """A PDF with its destinations and its metadata, in bytes that repeat.

    Returns as well the number of its pages and, of a large edition, the page on which each of its
    chapters begins, by the chapter's first anchor.
    """
    places = destinations(edition.anchors, positions, edition.aliases)
    names = {page.name for page in edition.pages if page.name} if edition.is_large else set()
    with pikepdf.open(BytesIO(pdf)) as opened:
        _name(opened, places)
        opened.Root.Metadata = _metadata(opened, edition)
        finished = BytesIO()
        opened.save(
            finished,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            linearize=False,
            fix_metadata_version=False,
        )
        starts = {name: places[name].page for name in sorted(names)}
        return finished.getvalue(), len(opened.pages), starts


def _name(pdf: pikepdf.Pdf, places: Mapping[str, Position]) -> None:
    """Write the name tree.  Its names are sorted by their bytes."""
    pages = list(pdf.pages)  # pikepdf finds a single one by going through them all
    found = [
        (String(name), _destination(pages[position.page - 1], position))
        for name, position in sorted(places.items(), key=lambda place: place[0].encode())
    ]
    leaves = [
        pdf.make_indirect(_leaf(found[start : start + _LEAF]))
        for start in range(0, len(found), _LEAF)
    ]
    names = pdf.Root.get(Name.Names)
    if names is None:
        names = pdf.Root.Names = pdf.make_indirect(Dictionary())
    names.Dests = pdf.make_indirect(Dictionary(Kids=Array(leaves)))


def _leaf(found: Sequence[tuple[String, pikepdf.Object]]) -> Dictionary:
    limits = Array([found[0][0], found[-1][0]])
    return Dictionary(Limits=limits, Names=Array([part for pair in found for part in pair]))


def _destination(page: pikepdf.Page, position: Position) -> pikepdf.Object:
    height = float(page.mediabox[3])
    top = min(height, height - position.y + _LINE_HEIGHT)
    return Dictionary(D=Array([page.obj, Name.XYZ, 0, round(top, 2), None]))


def _metadata(pdf: pikepdf.Pdf, edition: Edition) -> pikepdf.Object:
    """The metadata as an uncompressed stream, so that any tool finds it."""
    stream = pikepdf.Stream(pdf, packet(edition, str(pdf.docinfo.Creator)))
    stream.Type = Name.Metadata
    stream.Subtype = Name.XML
    return pdf.make_indirect(stream)
