"""Makes every anchor a named destination, so that ``x.pdf#nameddest=<anchor>`` opens there.

Typst makes destinations of headings only (typst#1352), so the name tree is written here
(ISO 32000-1, 7.7.4 and 12.3.2.3).
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import Array, Dictionary, Name, NameTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archive.pdf.edition import Edition
    from archive.pdf.engine import Position, Printed
    from archive.pdf.pages import Anchor

# An anchor stands on the baseline of its line: the view begins this far above, in points.
_LINE_HEIGHT = 14.0


def destinations(
    anchors: Iterable[Anchor], positions: Iterable[Position]
) -> Mapping[str, Position]:
    """Where each name leads.  A name that stands on several pages leads to the first."""
    found: dict[str, Position] = {}
    for anchor, position in zip(anchors, positions, strict=True):
        if anchor.name:
            found.setdefault(anchor.name, position)
    return found


def finish(printed: Printed, edition: Edition) -> tuple[bytes, int]:
    """The PDF with its destinations and the facts of its record, in bytes that repeat.

    Returns the number of its pages as well.
    """
    with pikepdf.open(BytesIO(printed.pdf)) as pdf:
        _name(pdf, destinations(edition.anchors, printed.positions))
        _describe(pdf, edition)
        finished = BytesIO()
        pdf.save(
            finished,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            linearize=False,
        )
        return finished.getvalue(), len(pdf.pages)


def _name(pdf: pikepdf.Pdf, places: Mapping[str, Position]) -> None:
    tree = NameTree.new(pdf)
    for name, position in sorted(places.items()):
        tree[name] = _destination(pdf.pages[position.page - 1], position)
    names = pdf.Root.get(Name.Names)
    if names is None:
        names = pdf.Root.Names = pdf.make_indirect(Dictionary())
    names.Dests = tree.obj


def _destination(page: pikepdf.Page, position: Position) -> pikepdf.Object:
    height = float(page.mediabox[3])
    top = min(height, height - position.y + _LINE_HEIGHT)
    return Dictionary(D=Array([page.obj, Name.XYZ, 0, round(top, 2), None]))


def _describe(pdf: pikepdf.Pdf, edition: Edition) -> None:
    """Add to the metadata what Typst has no word for (XMP, Dublin Core)."""
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:identifier"] = edition.address
        metadata["dc:publisher"] = {edition.settings.archive}
        if edition.rights:
            metadata["dc:rights"] = edition.rights
