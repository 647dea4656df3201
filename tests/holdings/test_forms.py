"""What readers get of the documents is valid, said in print as on the page, and usable by all."""

from __future__ import annotations

import os

import pytest

from tests.holdings.conftest import DOCUMENTS
from tests.pdf.test_reading import assert_same_words
from tests.site.test_valid import errors


def test_no_page_has_an_error(holdings):
    assert errors(holdings.site) == []


LONG = os.environ.get("ARCHIVE_LONG") == "1"


@pytest.mark.parametrize("document", DOCUMENTS if LONG else DOCUMENTS[::6])
def test_each_passage_is_read_out_as_on_its_page(holdings, document):
    assert_same_words(holdings, document)
