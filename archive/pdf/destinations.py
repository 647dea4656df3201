"""Makes every anchor a named destination, so that ``x.pdf#nameddest=<anchor>`` opens there.

Typst makes destinations of headings only (typst#1352), so the name tree is written here
(ISO 32000-1, 7.7.4 and 12.3.2.3).
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import Array, Dictionary, Name, NameTree, String

from archive.pdf.xmp import packet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from archive.pdf.edition import Aliases, Edition
    from archive.pdf.engine import Position, Printed
    from archive.pdf.pages import Anchor

# An anchor stands on the baseline of its line: the view begins this far above, in points.
_LINE_HEIGHT = 14.0

# Names in a leaf of the tree, so that a reader finds one of many without reading all.
_LEAF = 64


def destinations(
    anchors: Iterable[Anchor], positions: Iterable[Position], aliases: Aliases = ()
) -> Mapping[str, Position]:
    """Where each name leads.  A name that stands on several pages leads to the first.

    An alias goes before: of an anchor that moved it is the present place, which says what the
    anchor was cited for, and not the note in its old one.
    """
    found: dict[str, Position] = {}
    places: dict[str, Position] = {}
    for anchor, position in zip(anchors, positions, strict=True):
        places[anchor.label] = position
        if anchor.name:
            found.setdefault(anchor.name, position)
    return found | {name: places[label] for name, label in aliases if label in places}


def finish(printed: Printed, edition: Edition) -> tuple[bytes, int]:
    """The PDF with its destinations and its metadata, in bytes that repeat.

    Returns the number of its pages as well.
    """
    with pikepdf.open(BytesIO(printed.pdf)) as pdf:
        _name(pdf, destinations(edition.anchors, printed.positions, edition.aliases))
        pdf.Root.Metadata = _metadata(pdf, edition)
        finished = BytesIO()
        pdf.save(
            finished,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            linearize=False,
            fix_metadata_version=False,  # they are as they are to be
        )
        return finished.getvalue(), len(pdf.pages)


def starts(path: Path, names: Iterable[str]) -> Mapping[str, int]:
    """The page, from 1, of those of the named destinations that a PDF has."""
    with pikepdf.open(path) as pdf:
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        tree = NameTree(pdf.Root.Names.Dests)
        return {
            name: numbers[pikepdf.Page(tree[name].D[0]).obj.objgen]
            for name in names
            if name in tree
        }


def _name(pdf: pikepdf.Pdf, places: Mapping[str, Position]) -> None:
    """Write the name tree, its names in the order of their bytes."""
    pages = list(pdf.pages)  # finding one by its number goes through them all
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
    """The metadata as a stream that is not compressed, so that any tool finds it."""
    stream = pikepdf.Stream(pdf, packet(edition, str(pdf.docinfo.Creator)))
    stream.Type = Name.Metadata
    stream.Subtype = Name.XML
    return pdf.make_indirect(stream)
