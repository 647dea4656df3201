"""A fingerprint stays where only typography changed, and changes with any word."""

from hypothesis import given
from hypothesis import strategies as st

from archive.model.passage import fingerprint, normalise


def test_quotation_marks_and_white_space_do_not_count():
    assert fingerprint("It’s “so”\n  said.") == fingerprint('It\'s "so" said. ')


def test_unicode_forms_do_not_count():
    assert fingerprint("caf\u00e9") == fingerprint("cafe\u0301")


def test_a_known_text_has_a_known_fingerprint():
    # printf 'It is so.' | sha256sum
    assert fingerprint("It  is so.") == (
        "623306a708b09a8b473c4c9ec97059e33874a68b95584f4d4295f2310a2fa4d8"
    )


def test_case_and_punctuation_count():
    assert len({fingerprint(text) for text in ("US", "us", "US.", "U S")}) == 4


@given(st.text())
def test_normalising_twice_changes_nothing_more(text):
    assert normalise(normalise(text)) == normalise(text)
