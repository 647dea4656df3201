"""A document of each kind in print: valid, and cited at the same places as its page."""

from __future__ import annotations

import pytest

from archive.model.passage import Anchor
from tests.conftest import pdftotext
from tests.pdf.conftest import Print, pdfs
from tests.pdf.test_standards import validate
from tests.site.test_field import CITED


def test_each_pdf_is_valid(field_site):
    validate(pdfs(field_site.site))


def test_each_cited_passage_is_a_destination(field_site):
    whole = Print(field_site.site / "archive.pdf").destinations
    for document in {Anchor.parse(anchor).document for anchor in CITED}:
        own = {each for each in CITED if Anchor.parse(each).document == document}
        assert own <= set(Print(field_site.site / "documents" / f"{document}.pdf").destinations)
        assert own <= set(whole)
