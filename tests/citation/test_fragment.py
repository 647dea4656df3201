"""A quote link carries any words through an address to the browser."""

from urllib.parse import unquote

import pytest
from hypothesis import given

from archive.citation.fragment import quote_link
from tests.citation.samples import TITLES

PAGE = "https://archive.example/documents/a.html"


@pytest.mark.parametrize(
    ("words", "directive"),
    [
        ("press freedom", "press%20freedom"),
        # The directive's own syntax: prefix-, start,end and &text= must not arise from words.
        ("truth-, lies", "truth%2D%2C%20lies"),
        ("libel & slander", "libel%20%26%20slander"),
        ("“dangerous precedent”", "%E2%80%9Cdangerous%20precedent%E2%80%9D"),
        ("100% #1 a=b ?", "100%25%20%231%20a%3Db%20%3F"),
        ("two\n  lines", "two%20lines"),
    ],
)
def test_words_are_encoded(words, directive):
    assert quote_link(f"{PAGE}#a-p1", words) == f"{PAGE}#a-p1:~:text={directive}"


def test_without_an_anchor_the_directive_begins_the_fragment():
    assert quote_link(PAGE, "press") == f"{PAGE}#:~:text=press"


def test_of_many_words_the_first_and_the_last_stand_for_all():
    words = " ".join(f"w{number}" for number in range(1, 31))
    assert quote_link(f"{PAGE}#a-p1", words) == (
        f"{PAGE}#a-p1:~:text=w1%20w2%20w3%20w4%20w5%20w6,w25%20w26%20w27%20w28%20w29%20w30"
    )


def test_no_words_give_no_link():
    with pytest.raises(ValueError, match="no words"):
        quote_link(PAGE, " \n")


@given(TITLES)
def test_any_words_come_back(words):
    directive = quote_link(PAGE, words).partition(":~:text=")[2]
    assert not set(directive) & set("-& #<>\"'")
    assert " ".join(map(unquote, directive.split(","))).split()[0] == words.split()[0]
    if len(words.split()) <= 20:
        assert unquote(directive) == words
        assert "," not in directive
