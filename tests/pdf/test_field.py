"""A document of each kind in print is cited at the same places as on its page."""

from __future__ import annotations

from itertools import groupby

from archive.model.passage import Anchor
from tests.conftest import pdftotext
from tests.pdf.conftest import Print
from tests.site.test_field import CITED


def test_each_cited_passage_is_a_destination(field_site):
    """In the document's own PDF and in that of the whole archive."""
    whole = Print(field_site.site / "archive.pdf").destinations
    assert CITED.keys() <= whole.keys()
    for document, anchors in groupby(CITED, lambda anchor: Anchor.parse(anchor).document):
        own = Print(field_site.site / "documents" / f"{document}.pdf").destinations
        assert set(anchors) <= own.keys()


def test_a_speaker_is_set_apart_by_a_colon_as_on_the_page(field_site):
    printed = pdftotext(field_site.site / "documents" / "ferry-hearing.pdf")
    assert "Mr. Sandrel: Who left the copy in the night box?" in printed
