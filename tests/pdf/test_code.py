"""No text of an author is ever a command of Typst."""

from __future__ import annotations

import pytest

from archive.pdf import code


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("plain", '"plain"'),
        ('a "b"', '"a \\"b\\""'),
        ("a\\b", '"a\\\\b"'),
        ("a\nb\tc", '"a\\nb\\tc"'),
        ("\x00\x1b", '"\\u{0}\\u{1b}"'),
        ("#let x = $1$ *y* [z]", '"#let x = $1$ *y* [z]"'),
    ],
)
def test_a_string_says_what_it_is_given(text, literal):
    assert code.string(text) == literal


def test_calls_and_blocks():
    assert code.call("f", '"a"', top_margin="3pt") == 'f(top-margin: 3pt, "a")'
    assert code.block(["a", "", "b"]) == "{\na\nb\n}"
    assert code.block([]) == "[]"
    assert code.array(["1"]) == "(1, )"
    assert code.value(("a", None, True, 3)) == '("a", none, true, 3, )'


def test_places_are_found_and_left_out_of_comparisons():
    source = f"a\n{code.place('x.md', 7)}\nb\nc"
    assert code.place_of(source, 4) == "x.md:7"
    assert code.place_of(source, 1) is None
    assert code.without_places(source) == "a\nb\nc"
