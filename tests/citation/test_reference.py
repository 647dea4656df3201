"""A reference says the same of a thing in every form, and nothing that could do harm."""

import unicodedata
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.citation import one_line, undivided
from archive.citation.reference import Passage, refer
from archive.model.passage import Anchor
from tests.citation.samples import (
    ALL,
    DOCUMENTS,
    HOSTILE,
    PASSAGES,
    RESOLUTION,
    RESOLUTION_RECORD,
    STATEMENT,
    W3,
    changed,
    titled,
)
from tests.settings import SETTINGS

SHA = "0" * 64


def test_both_documents_and_all_thirteen_passages_can_be_cited():
    assert (len(DOCUMENTS), len(PASSAGES)) == (2, 13)
    assert len({reference.key for reference in ALL}) == 15


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


def test_a_title_names_the_passage_and_says_whose_words_these_are():
    assert titled("Title").title == "Title, whereas 3 [rewritten by the Press Freedom Archive]"
    assert RESOLUTION.title == (
        "[Resolution on the sealed seed drawers; rewritten by the Press Freedom Archive]"
    )
    assert W3.title == (
        "[Resolution on the sealed seed drawers, whereas 3; rewritten by the Press Freedom Archive]"
    )
    assert W3.short_title == "Seed resolution, whereas 3 [rewritten]"
    credit = replace(SETTINGS, credit="in the words of the Keepers")
    assert replace(STATEMENT, settings=credit).short_title == (
        f"{STATEMENT.record.short_title} [in the words of the Keepers]"
    )


def test_the_record_is_what_is_cited():
    assert RESOLUTION.record.issuer == "Federation of Isle Gardeners"
    assert RESOLUTION.record.title == "[Resolution on the sealed seed drawers]"
    assert RESOLUTION.record.title_supplied
    assert not STATEMENT.record.title_supplied
    assert RESOLUTION.record.source.publisher is None
    assert STATEMENT.record.source.address.startswith("https://keepers.example/")
    assert RESOLUTION.publisher == "Press Freedom Archive"
    assert RESOLUTION.licence == "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    "base",
    ["https://a.example", "ftp://a.example/", "/documents/", "https://a.example/a b/", "",
     'https://a.example/"><script>/', "https://a.example/{x}/", "https://a.example/?q=/"],
)  # fmt: skip
def test_a_base_that_is_no_plain_address_is_refused(base):
    with pytest.raises(ValueError, match="ends in a slash"):
        refer(RESOLUTION_RECORD, replace(SETTINGS, base=base))


@pytest.mark.parametrize(
    ("passage", "message"),
    [
        (Passage(Anchor.parse("other-w1"), SHA), "is not one of the document"),
        (Passage(Anchor.parse("isle-seed-resolution-w1"), "abc"), "is not a SHA-256"),
    ],
)
def test_a_passage_that_cannot_be_one_is_refused(passage, message):
    with pytest.raises(ValueError, match=message):
        refer(RESOLUTION_RECORD, SETTINGS, passage)


@pytest.mark.parametrize("title", HOSTILE)
def test_its_texts_are_on_one_line_without_controls(title):
    reference = changed(RESOLUTION, title=title, issuer=title, short_title=title, subjects=(title,))
    record = reference.record
    texts = [getattr(record, field.name) for field in fields(record)]
    for text in (*(text for text in texts if isinstance(text, str)), *record.subjects):
        assert not {unicodedata.category(c) for c in text} & {"Cc", "Cs", "Zl", "Zp"}
        assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
        text.encode("utf-8")


def test_a_line_break_becomes_a_space():
    assert one_line(" one\r\ntwo\tthree\u2028four\u00a0 five \x00 ") == "one two three four five"


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    assert one_line(one_line(text)) == one_line(text)


def test_marks_of_direction_stay_where_titles_need_them():
    assert titled("\u200fשלום\u200f").record.title == "\u200fשלום\u200f"


def test_a_name_for_formats_that_divide_at_commas_keeps_all_its_words():
    assert undivided("University of California, Berkeley; Press") == (
        "University of California Berkeley Press"
    )
