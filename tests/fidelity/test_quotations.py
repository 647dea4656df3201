"""Quotations are found where people see them, and stand in a source word for word or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.fidelity.quotations import Span, Text, find_quotations
from archive.fidelity.words import tidy
from archive.model.passage import normalise


def quoted(text: str) -> list[str]:
    return [each.text for each in find_quotations(text).quotations]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It says “so it is”, and “not so”.", ["so it is", "not so"]),
        ('It says "so it is" and "not so".', ["so it is", "not so"]),
        ("It says “so ‘it’ is” and goes.", ["so ‘it’ is"]),
        ("It says “so “it” is” and goes.", ["so “it” is"]),
        ('It says “so "it" is” and goes.', ['so "it" is']),
        ("It’s the editors’ ‘own’ word.", []),
        ("“The editors’ own”", ["The editors’ own"]),
        ("“two\n  lines”", ["two lines"]),
        ("", []),
    ],
)
def test_what_stands_between_double_marks_is_a_quotation(text, found):
    assert quoted(text) == found
    assert find_quotations(text).unbalanced == ()


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("It says “so.", (8,)),
        ("It says so”.", (10,)),
        ('It says "so.', (8,)),
        ("“So ‘it is” and goes.", (4,)),
        ('“So "it” is', (0, 4, 7)),
    ],
)
def test_a_mark_without_its_counterpart_is_told(text, places):
    assert find_quotations(text).unbalanced == places


@given(st.text(alphabet="ab “”\"‘’'\u0301e\u00ad\u200b\n", max_size=40))
def test_a_quotation_s_place_is_that_in_the_normalised_text(text):
    assert len(tidy(text)) == len(normalise(text))
    for quotation in find_quotations(text).quotations:
        span = quotation.span
        assert len(quotation.text) == span.length
        assert tidy(text)[span.start : span.end] == quotation.text
        assert tidy(text)[span.start - 1] in '“"'
        assert normalise(text)[span.end] == '"'


PARAGRAPH = (
    'Whereas "[t]he Council" said that “no room — not one — is closed”, and that the editors’ '
    "rooms were its 'own', the court[s] agreed... it did; it cost 3,5 or 3.5 marks."
)


@pytest.mark.parametrize(
    "quotation",
    [
        "no room — not one — is closed",
        "no room – not one – is closed",
        "the editors' rooms",
        "the editors’ rooms were its “own”",
        "[t]he Council",
        "the Council",
        "[T]he Council",
        "no room…is closed",
        "no room … is closed",
        "[N]o room ... not one [...] closed",
        "… not one …",
        "is closed.",
        "closed”, and that",
        "is closed”,",
        "the court[s] agreed",
        "[its] rooms were its",
        "no room [at all] is closed",
        "room[s] — not one",
        "no room [sic] — not one",
        "3.5 marks",
        "agree[ing] … it did",
    ],
)
def test_words_that_stand_there_are_found(quotation):
    assert Text(PARAGRAPH).find(quotation) is not None


@pytest.mark.parametrize(
    "quotation",
    [
        "no rooms — not one",
        "No room",
        "no room not one",
        "room — one",
        "o room",
        "he Council",
        "no roo",
        "closed … no room",
        "is closed … is closed",
        "council",
        "[c]ouncil said tha",
        "the editors rooms",
        "3.5 mark",
        "3,5 marks",
        "",
        "…",
        "[the]",
        "!",
    ],
)
def test_words_that_do_not_stand_there_are_not_found(quotation):
    assert Text(PARAGRAPH).find(quotation) is None


def test_each_part_between_ellipses_has_its_place():
    text = Text("One two three. Two four five, and two.")
    assert text.find("Two … two") == (Span(15, 3), Span(34, 3))
    assert text.find("two … two.") == (Span(4, 3), Span(34, 3))
    assert text.find("[t]wo four") == (Span(15, 8),)


_WORDS = st.lists(st.sampled_from(["a", "b", "the", "The", "room", "it’s"]), max_size=14)


@given(_WORDS, st.data())
def test_every_stretch_of_a_text_is_found_where_it_stands(said, data):
    text = Text(" ".join(said))
    start = data.draw(st.integers(0, len(said)))
    end = data.draw(st.integers(start, len(said)))
    spans = text.find(" ".join(said[start:end]))
    if start == end:
        assert spans is None
        return
    (span,) = spans
    assert text.text[span.start : span.end] == normalise(" ".join(said[start:end]))


@given(_WORDS, _WORDS)
def test_what_is_found_stands_there_between_words(said, quoted):
    spans = Text(" ".join(said)).find(" ".join(quoted))
    stands = any(said[at : at + len(quoted)] == quoted for at in range(len(said))) and bool(quoted)
    assert (spans is not None) == stands


@given(st.text(alphabet='ab[]…."“” ', max_size=30), st.text(alphabet='ab[]…."“” ', max_size=12))
def test_no_text_and_no_quotation_breaks_the_search(text, quotation):
    for span in Text(text).find(quotation) or ():
        assert 0 <= span.start <= span.end <= len(Text(text).text)
