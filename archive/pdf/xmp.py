"""The XMP metadata of a PDF (ISO 16684-1), in bytes that repeat.

- PDF/A (ISO 19005-3, 6.6) takes only properties that XMP defines, with their types.  Others need
  an extension schema.  ``dc:date`` must be a year, a month or a day there, so any other EDTF date
  stands in the DCMI term ``date`` alone.
- PDF/UA (ISO 14289-1, 5) demands its identification, by such a schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from archive.pdf.edition import Edition

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


def _properties(edition: Edition, producer: str) -> Iterable[str]:
    made = datetime.fromtimestamp(edition.settings.timestamp, UTC).isoformat()
    yield _text("pdfaid:part", "3")
    yield _text("pdfaid:conformance", "A")
    yield _text("pdfuaid:part", "1")
    yield _text("dc:format", "application/pdf")
    yield _alternative("dc:title", edition.title, edition.language)
    yield _array("dc:creator", "Seq", [edition.author])
    yield _array("dc:publisher", "Bag", [edition.settings.archive])
    if edition.subjects:
        yield _array("dc:subject", "Bag", edition.subjects)
        yield _text("pdf:Keywords", ", ".join(edition.subjects))
    yield from _date(edition.date)
    yield _array("dc:language", "Bag", [edition.language])
    yield _text("dc:identifier", edition.address)
    for name, texts in edition.described:
        yield _described(name, texts, edition.settings.language)
    yield _text("xmp:CreatorTool", producer)
    yield _text("xmp:CreateDate", made)
    yield _text("xmp:ModifyDate", made)
    yield _text("xmp:MetadataDate", made)
    yield _SCHEMAS


def _date(edtf: str | None) -> Iterable[str]:
    if edtf is None:
        return
    if _PLAIN_DATE.fullmatch(edtf):
        yield _array("dc:date", "Seq", [edtf])
    yield _text("dcterms:date", edtf)


def _described(name: str, texts: tuple[str, ...], language: str) -> str:
    """A Dublin Core property with the type that XMP gives it (ISO 16684-1, 8.3)."""
    if name in _ALTERNATIVES:
        return _alternative(name, " ".join(texts), language)
    return _array(name, "Bag", texts)


def _text(name: str, said: str) -> str:
    return f"<{name}>{escape(said)}</{name}>"


def _array(name: str, kind: str, items: Iterable[str]) -> str:
    listed = "".join(f"<rdf:li>{escape(item)}</rdf:li>" for item in items)
    return f"<{name}><rdf:{kind}>{listed}</rdf:{kind}></{name}>"


def _alternative(name: str, said: str, language: str) -> str:
    """A language alternative with the one language that the text is in."""
    items = "".join(
        f"<rdf:li xml:lang={quoteattr(tag)}>{escape(said)}</rdf:li>"
        for tag in dict.fromkeys(("x-default", language))
    )
    return f"<{name}><rdf:Alt>{items}</rdf:Alt></{name}>"


def _schema(title: str, prefix: str, properties: Iterable[tuple[str, str, str]]) -> str:
    """An extension schema (ISO 19005-3, 6.6.2.3)."""
    items = "".join(
        '<rdf:li rdf:parseType="Resource">'
        + _text("pdfaProperty:name", name)
        + _text("pdfaProperty:valueType", kind)
        + _text("pdfaProperty:category", "external")
        + _text("pdfaProperty:description", description)
        + "</rdf:li>"
        for name, kind, description in properties
    )
    return (
        '<rdf:li rdf:parseType="Resource">'
        + _text("pdfaSchema:schema", title)
        + _text("pdfaSchema:namespaceURI", _NAMESPACES[prefix])
        + _text("pdfaSchema:prefix", prefix)
        + f"<pdfaSchema:property><rdf:Seq>{items}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )


_SCHEMAS = (
    "<pdfaExtension:schemas><rdf:Bag>"
    + _schema("PDF/UA identification", "pdfuaid", [("part", "Integer", "Part of ISO 14289")])
    + _schema("DCMI Metadata Terms", "dcterms", [("date", "Text", "The document’s date in EDTF")])
    + "</rdf:Bag></pdfaExtension:schemas>"
)
