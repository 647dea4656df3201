"""The numbers of pages that print adds to links are told from what a page says."""

from __future__ import annotations

import pytest

from archive.model.words import languages, words
from archive.preservation.drawn import _PAGE, _is_page_in_parentheses
from archive.preservation.printed import _PAGE_NUMBER


@pytest.mark.parametrize("language", ["en", *languages()])
def test_the_word_before_a_page_is_known_in_each_language(language):
    word = words(language)("p.")
    assert _PAGE.fullmatch(f",{word}")
    for said in (f",{word}12", f"({word}12)"):
        assert _PAGE_NUMBER.fullmatch(said)


@pytest.mark.parametrize(
    ("texts", "is_own"),
    [(["(p.", "31", ")."], True), (["(", "p.", "31", ")."], True), ([",p.", "31", ")."], False)],
)
def test_a_parenthesis_is_print_s_own_only_where_print_opened_it(texts, is_own):
    assert _is_page_in_parentheses(texts, len(texts) - 2) is is_own
