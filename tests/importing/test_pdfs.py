"""PDFs come in as they are read, whatever their layout; ``make prove WHAT=pdfs`` tries more."""

from __future__ import annotations

import sys

import pytest

from archive.importing import Finding, RefusedError, importer
from archive.importing.readers import pdf
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
    ("see udhr-", "en-a19 there", "", "see udhr-en-a19 there"),
    ("see udhr-en-", "a19.", "", "see udhr-en-a19."),
    ("at https://a.example/lamp-", "charter.html", "", "at https://a.example/lamp-charter.html"),
    ("on 4-", "May", "", "on 4- May"), ("the Anglo-", "Irish one", "", "the Anglo- Irish one"),
])  # fmt: skip
def test_words_divided_at_a_line_s_end_are_joined(one, two, known, whole):
    assert pdf._continued(one, two, frozenset(known.split())) == whole


TESSERACT = f"""#!{sys.executable}
import sys
assert sys.stdin.buffer.read(8) == b"\\x89PNG\\r\\n\\x1a\\n"
assert sys.argv[1:] == ["stdin", "stdout", "-l", "deu", "tsv"]
print("level page_num block_num par_num line_num word_num left top width height conf text"
      .replace(" ", "\\t"))
for line, said in enumerate(("A lamp is lit", "by a reader.")):
    for place, word in enumerate(said.split()):
        sure = 40 if word == "lit" else 96
        place = 50 + 60 * place, 60 + 15 * line, 55, 12
        print(5, 1, 1, 1, line, 1, *place, sure, word, sep="\\t")
"""


def test_a_page_that_is_a_picture_is_recognised_where_that_is_asked_for(tmp_path, monkeypatch):
    data, right = pdfs.scanned()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RefusedError, match="tesseract"):
        importer.read(data, "file.pdf", recognise="deu")
    (tmp_path / "tesseract").write_text(TESSERACT, "utf-8")
    (tmp_path / "tesseract").chmod(0o755)
    text = importer.read(data, "file.pdf", recognise="deu")
    assert text.blocks[-1].text == "A lamp is lit by a reader."
    assert len(text.blocks) == len(right.blocks) + 1
    told = next(each for each in text.remarks if "tesseract" in each.what)
    assert "7 words, 88 % sure; 1 words are less than 70 % sure" in told.what
    assert (told.words, told.place) == ("lit", "page 3")
    assert not any(each.finding is Finding.DOUBT for each in text.remarks)
