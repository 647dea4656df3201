"""PDFs come in as they are read, whatever their layout; ``make prove WHAT=pdfs`` tries more."""

from __future__ import annotations

import pytest

from archive.importing import importer
from archive.importing.readers import pdf
from archive.importing.text import Finding
from tests.importing import pdfs

TRIED = (pdfs.columns, pdfs.notes_anew, pdfs.judgment, pdfs.transcript, pdfs.scanned, pdfs.arabic,
         pdfs.sideways)  # fmt: skip


@pytest.mark.parametrize("layout", TRIED, ids=lambda layout: layout.__name__)
def test_a_layout_comes_in_as_it_is_read(layout):
    data, right = layout()
    text = importer.read(data, "file.pdf")
    score = pdfs.score(text, right)
    assert score.order > 0.99
    assert score.whole > 0.8
    assert score.notes == 1
    assert score.told
    doubts = [each.what for each in text.remarks if each.finding is Finding.DOUBT]
    assert bool(doubts) == (layout is pdfs.scanned)


@pytest.mark.parametrize(("one", "two", "known", "whole"), [
    ("the com-", "mittee sat", "", "the committee sat"),
    ("a well-", "known rule", "well-known", "a well-known rule"),
    ("a court-", "appointed one", "court appointed", "a court-appointed one"),
    ("the hear\u00ad", "ings of May", "hear ings", "the hearings of May"),
    ("on 4-", "May", "", "on 4- May"), ("the Anglo-", "Irish one", "", "the Anglo- Irish one"),
])  # fmt: skip
def test_words_divided_at_a_line_s_end_are_joined(one, two, known, whole):
    assert pdf._continued(one, two, frozenset(known.split())) == whole
