"""A reference says the same of a thing in every form, and nothing that could do harm."""

import unicodedata
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.citation.reference import Passage, refer
from archive.citation.text import one_line, undivided
from archive.model.passage import Anchor
from tests.citation.samples import (
    ALL,
    BASE,
    HOSTILE,
    RESOLUTION,
    RESOLUTION_RECORD,
    STATEMENT,
    W3,
    titled,
)

SHA = "0" * 64


def test_each_document_and_passage_has_a_key_of_its_own():
    assert len({reference.key for reference in ALL}) == len(ALL) == 2 + 13


def test_a_document_is_cited_by_its_page():
    assert RESOLUTION.key == "isle-seed-resolution"
    assert RESOLUTION.address == "https://archive.example/press/documents/isle-seed-resolution.html"
    assert RESOLUTION.pdf == "https://archive.example/press/documents/isle-seed-resolution.pdf"
    assert (RESOLUTION.spoken, RESOLUTION.locator, RESOLUTION.fingerprint) == (
        "Seed resolution",
        None,
        None,
    )


def test_a_passage_is_cited_by_its_anchor_the_same_on_the_page_and_in_the_pdf():
    assert W3.address == f"{RESOLUTION.address}#isle-seed-resolution-w3"
    assert W3.pdf == f"{RESOLUTION.pdf}#nameddest=isle-seed-resolution-w3"
    assert W3.page == RESOLUTION.page
    assert W3.spoken == "Seed resolution, whereas 3"


def test_the_record_is_what_is_cited():
    assert RESOLUTION.author == "Federation of Isle Gardeners"
    assert RESOLUTION.title == "[Resolution on the sealed seed drawers]"
    assert RESOLUTION.title_supplied
    assert not STATEMENT.title_supplied
    assert RESOLUTION.origin.publisher is None
    assert STATEMENT.origin.address.startswith("https://keepers.example/")
    assert RESOLUTION.publisher == "Press Freedom Archive"
    assert RESOLUTION.licence == "https://creativecommons.org/licenses/by/4.0/"


def test_no_date_of_access_is_invented():
    assert {reference.accessed for reference in ALL} == {None}


def test_selected_words_give_an_address_that_highlights_them():
    passage = Passage(Anchor.parse(W3.key), SHA, quotation="grave threat")
    assert (
        refer(RESOLUTION_RECORD, BASE, passage).quote_address
        == f"{W3.address}:~:text=grave%20threat"
    )
    assert W3.quote_address is None


@pytest.mark.parametrize(
    "base",
    ["https://a.example", "ftp://a.example/", "/documents/", "https://a.example/a b/", "",
     'https://a.example/"><script>/', "https://a.example/{x}/", "https://a.example/?q=/"],
)  # fmt: skip
def test_a_base_that_is_no_plain_address_is_refused(base):
    with pytest.raises(ValueError, match="ends in a slash"):
        refer(RESOLUTION_RECORD, base)


@pytest.mark.parametrize(
    ("passage", "message"),
    [
        (Passage(Anchor.parse("other-w1"), SHA), "is not one of the document"),
        (Passage(Anchor.parse("isle-seed-resolution-w1"), "abc"), "is not a SHA-256"),
    ],
)
def test_a_passage_that_cannot_be_one_is_refused(passage, message):
    with pytest.raises(ValueError, match=message):
        refer(RESOLUTION_RECORD, BASE, passage)


@pytest.mark.parametrize("title", HOSTILE)
def test_its_texts_are_on_one_line_without_controls(title):
    reference = replace(RESOLUTION, title=title, author=title, short_title=title, subjects=(title,))
    texts = [getattr(reference, field.name) for field in fields(reference)]
    for text in (*(text for text in texts if isinstance(text, str)), *reference.subjects):
        assert not {unicodedata.category(c) for c in text} & {"Cc", "Cs", "Zl", "Zp"}
        assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
        text.encode("utf-8")


def test_a_line_break_becomes_a_space():
    assert one_line(" one\r\ntwo\tthree\u2028four\u00a0 five \x00 ") == "one two three four five"


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    assert one_line(one_line(text)) == one_line(text)


def test_marks_of_direction_stay_where_titles_need_them():
    assert titled("\u200fשלום\u200f").title == "\u200fשלום\u200f"


def test_a_name_for_formats_that_divide_at_commas_keeps_all_its_words():
    assert undivided("University of California, Berkeley; Press") == (
        "University of California Berkeley Press"
    )
