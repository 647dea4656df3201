"""The metadata in a PDF say what its record says, in the forms that each standard reads."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from archive.pdf.edition import Edition, Settings
from archive.pdf.finishing import packet

NAMES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
}


def _said(metadata, name):
    """The values of a property, whether it is a list or not."""
    found = metadata.find(f".//rdf:Description/{name}", NAMES)
    if found is None:
        return None
    items = [item.text for item in found.iterfind(".//rdf:li", NAMES)]
    return items or found.text


def _metadata(pdf):
    return etree.fromstring(pdf.pdf.Root.Metadata.read_bytes())


def test_a_documents_metadata_are_its_records(plain):
    said = {
        name: _said(_metadata(plain), name)
        for name in ("dc:title", "dc:creator", "dc:contributor", "dc:subject", "dc:date",
                     "dcterms:date", "dc:rights", "dc:language", "dc:publisher", "dc:identifier")
    }  # fmt: skip
    assert said == {
        # By itself and by its language: whose words these are.
        "dc:title": ["The plain letter [rewritten by the Print archive]"] * 2,
        "dc:creator": ["Print archive"],  # of the rewriting
        "dc:contributor": ["First Institute"],  # of the original
        "dc:subject": ["Tests", "Letters"],
        "dc:date": ["2020-02-03"],
        "dcterms:date": "2020-02-03",
        "dc:rights": ["Free for all.", "Free for all."],
        "dc:language": ["en-GB"],
        "dc:publisher": ["Print archive"],
        "dc:identifier": "https://archive.example/documents/plain.html",
    }


def test_a_date_that_only_edtf_can_say_stands_where_any_text_may(kitchen):
    assert _said(_metadata(kitchen), "dc:date") is None
    assert _said(_metadata(kitchen), "dcterms:date") == "2021/.."


def test_metadata_are_not_compressed_so_that_any_tool_finds_them(plain):
    assert b"<dc:identifier>https://archive.example/documents/plain.html<" in (
        plain.path.read_bytes()
    )


SETTINGS = Settings("An archive", "rewritten", "Editors", "https://a.example/", "en", "a4", 0, "")
EDITION = Edition(
    "x.pdf", "T", "A", (), "en", "https://a.example/x.html", SETTINGS, (), date="XXXX"
)


@pytest.mark.parametrize("text", ["a < b & \"c\" 'd' ]]>", "naïve — “x”"])
def test_any_text_can_be_said(text):
    edition = replace(
        EDITION, title=text, authors=(text,), subjects=(text,), described=(("dc:rights", (text,)),)
    )
    metadata = etree.fromstring(packet(edition, "Typst"))
    for name in ("dc:title", "dc:creator", "dc:subject", "dc:rights"):
        assert text in _said(metadata, name)


@pytest.mark.parametrize(
    ("edtf", "plain"),
    [("2021", True), ("2021-02", True), ("2021-02-03", True), ("2021~", False), ("XXXX", False),
     ("2021-12/..", False), (None, False)],
)  # fmt: skip
def test_dublin_core_has_a_date_where_xmp_can_say_it(edtf, plain):
    metadata = etree.fromstring(packet(replace(EDITION, date=edtf), "Typst"))
    assert _said(metadata, "dc:date") == ([edtf] if plain else None)
    assert _said(metadata, "dcterms:date") == edtf


def test_what_xmp_does_not_define_is_described():
    metadata = etree.fromstring(packet(EDITION, "Typst"))
    described = {each.text for each in metadata.iterfind(".//pdfaSchema:namespaceURI", NAMES)}
    assert described == {NAMES["dcterms"], "http://www.aiim.org/pdfua/ns/id/"}
