"""Finishes a PDF: makes every anchor a named destination, leads links, and writes the metadata.

``x.pdf#nameddest=<anchor>`` then opens at the anchor.  Typst makes destinations of headings only
(typst#1352), so the name tree is written here (ISO 32000-1, 7.7.4 and 12.3.2.3).

The metadata is XMP (ISO 16684-1), in bytes that repeat:

- PDF/A (ISO 19005-3, 6.6) takes only properties that XMP defines, with their types.  Others need
  an extension schema.  ``dc:date`` must be a year, a month or a day there, so any other EDTF date
  stands in the DCMI term ``date`` alone.
- PDF/UA (ISO 14289-1, 5) demands its identification, by such a schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from archive.model.passage import SIGNATORY
from archive.pdf import words_of
from archive.pdf.clusters import join_clusters
from archive.pdf.fonts import STACKED

if TYPE_CHECKING:
    from archive.pdf.edition import Edition

# An anchor stands on the baseline of its line: the view begins this far above, in points.
_LINE_HEIGHT = 14.0

# Names in a leaf of the tree, so that a reader finds one without reading all.
_LEAF = 64


class Position(NamedTuple):
    """A place in a PDF."""

    page: int  # from 1
    x: float  # in points from the left
    y: float  # in points from the top


def finish(
    pdf: bytes, positions: Sequence[Position], edition: Edition
) -> tuple[bytes, int, Mapping[str, int]]:
    """A PDF with its destinations and its metadata, in bytes that repeat.

    Returns as well the number of its pages and, of a large edition, the page on which each of its
    chapters begins, by the chapter's first anchor.
    """
    places = _destinations(edition, positions)
    names = {page.name for page in edition.pages if page.name} if edition.is_large else set()
    with pikepdf.open(BytesIO(pdf)) as opened:
        if any(map(STACKED.match, edition.letters)):
            join_clusters(opened, "\n".join(page.code for page in edition.pages))
        _name(opened, places)
        _lead(opened, edition, positions)
        _bookmark(opened, edition, positions)
        if any(_SIGNATORY.search(anchor.name) for anchor in edition.anchors):
            _list_signatories(opened)
        # Uncompressed, so that any tool finds it.
        metadata = pikepdf.Stream(opened, packet(edition, str(opened.docinfo.Creator)))
        metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
        opened.Root.Metadata = opened.make_indirect(metadata)
        finished = BytesIO()
        opened.save(
            finished,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            fix_metadata_version=False,
        )
        starts = {name: places[name].page for name in sorted(names)}
        return finished.getvalue(), len(opened.pages), starts


def _destinations(edition: Edition, positions: Sequence[Position]) -> Mapping[str, Position]:
    """Where each name leads: to the first of its anchors, or to that of its alias.

    The alias of an anchor that moved is its present place, which has the text it was cited for;
    the anchor itself stands in the notice at its old place.
    """
    found: dict[str, Position] = {}
    places: dict[str, Position] = {}
    for anchor, position in zip(edition.anchors, positions, strict=True):
        places[anchor.label] = position
        if anchor.name:
            found.setdefault(anchor.name, position)
    return found | {name: places[label] for name, label in edition.aliases if label in places}


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
    if Name.Names not in pdf.Root:
        pdf.Root.Names = pdf.make_indirect(Dictionary())
    pdf.Root.Names.Dests = pdf.make_indirect(Dictionary(Kids=Array(leaves)))


def _lead(pdf: pikepdf.Pdf, edition: Edition, positions: Sequence[Position]) -> None:
    """Lead each link to "#" and the number of an anchor to its place.

    Any other link has an address with a scheme.
    """
    pages = list(pdf.pages)
    word = words_of(edition.language).page_long
    for page in pages:
        for link in page.obj.get(Name.Annots, Array()):
            uri = str(link.get(Name.A, Dictionary()).get(Name.URI, ""))
            if uri.startswith("#"):
                position = positions[int(uri.removeprefix("#"))]
                del link.A
                link.Dest = _destination(pages[position.page - 1], position).D
                link.Contents = String(f"{word} {position.page}")


def _bookmark(pdf: pikepdf.Pdf, edition: Edition, positions: Sequence[Position]) -> None:
    """Add the passages to the bookmarks, which Typst makes of headings, below their sections.

    Sections are closed, so that a reader first sees the headings.
    """
    given = zip(edition.anchors, positions, strict=True)
    marked = sorted(
        ((position, anchor.title) for anchor, position in given if anchor.title),
        key=lambda each: (each[0].page, each[0].y),
    )
    if not marked:
        return
    pages = list(pdf.pages)
    numbers = {page.obj.objgen: number for number, page in enumerate(pages, 1)}
    with pdf.open_outline(max_depth=_DEEPEST) as outline:
        headings = [
            (numbers[target[0].objgen], -float(target[3]), item)
            for item in _flat(outline.root)
            if isinstance(target := item.destination, Array)
        ]
        at = 0
        for position, title in marked:
            page = pages[position.page - 1]
            place = (position.page, -float(page.mediabox[3]) + position.y)
            while at + 1 < len(headings) and headings[at + 1][:2] <= place:
                at += 1
            target = Array(_destination(page, position).D)
            above = headings[at][2].children if headings else outline.root
            above.append(OutlineItem(title, target))
            if headings:
                headings[at][2].is_closed = True


_DEEPEST = 12  # levels of headings and passages


def _flat(items: Iterable[OutlineItem]) -> Iterator[OutlineItem]:
    for item in items:
        yield item
        yield from _flat(list(item.children))


def _leaf(found: Sequence[tuple[String, pikepdf.Object]]) -> Dictionary:
    limits = Array([found[0][0], found[-1][0]])
    return Dictionary(Limits=limits, Names=Array([part for pair in found for part in pair]))


def _destination(page: pikepdf.Page, position: Position) -> pikepdf.Object:
    height = float(page.mediabox[3])
    top = min(height, height - position.y + _LINE_HEIGHT)
    return Dictionary(D=Array([page.obj, Name.XYZ, 0, round(top, 2), None]))


_SIGNATORY = re.compile(rf"-{SIGNATORY}[1-9][0-9]*$")


def _list_signatories(pdf: pikepdf.Pdf) -> None:
    """Tag each grid of signatories as what it is: a list, of labels and names.

    Typst tags a grid and its cells as ``Div``.  Only signatories are set in a grid, each in two
    cells beside each other.  An item has a label and a body alone (ISO 32000-1, 14.8.4.3.3).
    """
    (document,) = _within(pdf.Root.StructTreeRoot)  # what Typst calls Document
    for grid in _within(document):
        cells = _within(grid)
        if not cells or any(str(each.S) != "/Div" for each in (grid, *cells)):
            continue
        grid.S = Name.L
        items: list[Any] = []
        for label, name in zip(cells[::2], cells[1::2], strict=True):
            pair = Array([label, name])
            item = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.LI, P=grid, K=pair))
            label.S, name.S = Name.Lbl, Name.LBody
            label.P = name.P = item
            items.append(item)
        grid.K = Array(items)


def _within(element: Any) -> list[Any]:
    """Return the elements right within one of the structure tree."""
    kids = element.get(Name.K, Array())
    kids = list(kids) if isinstance(kids, Array) else [kids]
    return [kid for kid in kids if isinstance(kid, Dictionary) and Name.S in kid]


_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

# The EDTF dates that are XMP dates, too.
_PLAIN_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")

_ALTERNATIVES = ("dc:description", "dc:rights")

_OPENING = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
_CLOSING = '<?xpacket end="w"?>'


def packet(edition: Edition, producer: str) -> bytes:
    """The XMP packet of an edition.  ``producer`` names the program that made the PDF."""
    spaces = "".join(f" xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in _NAMESPACES.items())
    properties = "\n".join(_properties(edition, producer))
    return (
        f'{_OPENING}\n<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}">\n'
        f'<rdf:Description rdf:about=""{spaces}>\n{properties}\n</rdf:Description>\n'
        f"</rdf:RDF></x:xmpmeta>\n{_CLOSING}"
    ).encode()


def _properties(edition: Edition, producer: str) -> Iterator[str]:
    made = datetime.fromtimestamp(edition.settings.timestamp, UTC).isoformat()
    yield _text("pdfaid:part", "3")
    yield _text("pdfaid:conformance", "A")
    yield _text("pdfuaid:part", "1")
    yield _text("dc:format", "application/pdf")
    yield _alternative("dc:title", edition.title, edition.language)
    yield _array("dc:creator", edition.authors, "Seq")
    yield _array("dc:publisher", [edition.settings.archive])
    if edition.subjects:
        yield _array("dc:subject", edition.subjects)
        yield _text("pdf:Keywords", ", ".join(edition.subjects))
    if edition.date and _PLAIN_DATE.fullmatch(edition.date):
        yield _array("dc:date", [edition.date], "Seq")
    if edition.date:
        yield _text("dcterms:date", edition.date)
    yield _array("dc:language", [edition.language])
    yield _text("dc:identifier", edition.address)
    for name, texts in edition.described:  # with the type that XMP gives it (ISO 16684-1, 8.3)
        if name in _ALTERNATIVES:
            yield _alternative(name, " ".join(texts), edition.settings.language)
        else:
            yield _array(name, texts)
    yield _text("xmp:CreatorTool", producer)
    yield from (_text(f"xmp:{date}", made) for date in ("CreateDate", "ModifyDate", "MetadataDate"))
    yield _SCHEMAS


def _text(name: str, said: str) -> str:
    return f"<{name}>{escape(said)}</{name}>"


def _array(name: str, items: Iterable[str], kind: str = "Bag") -> str:
    listed = "".join(_text("rdf:li", item) for item in items)
    return f"<{name}><rdf:{kind}>{listed}</rdf:{kind}></{name}>"


def _alternative(name: str, said: str, language: str) -> str:
    """A language alternative with the one language that the text is in."""
    items = "".join(
        f"<rdf:li xml:lang={quoteattr(tag)}>{escape(said)}</rdf:li>"
        for tag in dict.fromkeys(("x-default", language))
    )
    return f"<{name}><rdf:Alt>{items}</rdf:Alt></{name}>"


def _schema(title: str, prefix: str, **property_: str) -> str:
    """An extension schema with one property (ISO 19005-3, 6.6.2.3)."""
    resource = '<rdf:li rdf:parseType="Resource">'
    schema = {"schema": title, "namespaceURI": _NAMESPACES[prefix], "prefix": prefix}
    return (
        resource
        + "".join(_text(f"pdfaSchema:{name}", said) for name, said in schema.items())
        + f"<pdfaSchema:property><rdf:Seq>{resource}"
        + "".join(_text(f"pdfaProperty:{name}", said) for name, said in property_.items())
        + "</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li>"
    )


_SCHEMAS = "<pdfaExtension:schemas><rdf:Bag>{}{}</rdf:Bag></pdfaExtension:schemas>".format(
    _schema(
        "PDF/UA identification", "pdfuaid", name="part", valueType="Integer",
        category="external", description="Part of ISO 14289",
    ),
    _schema(
        "DCMI Metadata Terms", "dcterms", name="date", valueType="Text",
        category="external", description="The document’s date in EDTF",
    ),
)  # fmt: skip
