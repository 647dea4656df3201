"""The numbers of pages that print adds to links are told from what a page says."""

from __future__ import annotations

import pytest

from archive.model.words import languages, words
from archive.preservation.drawn import _PAGE, _opening
from archive.preservation.printed import _PAGE_NUMBER


@pytest.mark.parametrize("language", ["en", *languages()])
def test_the_word_before_a_page_is_known_in_each_language(language):
    word = words(language)("p.")
    assert _PAGE.fullmatch(f",{word}")
    for said in (f",{word}12", f"({word}12)"):
        assert _PAGE_NUMBER.fullmatch(said)


@pytest.mark.parametrize(
    ("texts", "opening"),
    [(["(p.", "31", ")."], "(p."), (["(", "p.", "31", ")."], "(p."), ([",p.", "31", ")."], ",p."),
     ([",", "ص", "", "31", ")."], ",ص"), (["(", ",页", "31", "）"], ",页"),
     (["chap.", "31", ")."], ""), (["", "31", ")."], ""), (["31", ")."], "")],
)  # fmt: skip
def test_a_number_is_of_a_page_behind_the_word_for_it_and_a_parenthesis_is_as_it_opened(
    texts, opening
):
    assert _opening(texts, len(texts) - 2) == opening
