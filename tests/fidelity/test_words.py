"""Shared runs of words are all found, and none is found that is not there."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from archive.fidelity.words import Runs, bare_words, shown, tidy
from archive.model.passage import normalise

_WORDS = st.lists(st.sampled_from("abc"), max_size=25)


def runs_by_force(source: list[str], said: list[str]) -> list[tuple[int, int]]:
    """Every run of ``said`` that the source has, and that is no part of a longer one."""
    there = {
        tuple(source[start:end])
        for start in range(len(source))
        for end in range(start + 1, len(source) + 1)
    }
    shared = [
        (start, end)
        for start in range(len(said))
        for end in range(start + 1, len(said) + 1)
        if tuple(said[start:end]) in there
    ]
    return [
        (start, end)
        for start, end in shared
        if (start - 1, end) not in shared and (start, end + 1) not in shared
    ]


@given(_WORDS, _WORDS)
def test_the_runs_are_those_that_a_slow_search_finds(source, said):
    assert list(Runs(source).shared(said)) == runs_by_force(source, said)


def test_a_source_as_long_as_a_book_is_no_trouble():
    source = ["a"] * 60_000 + [str(number) for number in range(60_000)]
    before = time.process_time()
    assert max(end - start for start, end in Runs(source).shared(source)) == 120_000
    assert time.process_time() - before < 5


@given(st.text())
def test_tidy_text_has_the_offsets_of_normalised_text(text):
    assert len(tidy(text)) == len(normalise(text))
    assert all(one == other or other in "'\"" for one, other in zip(tidy(text), normalise(text)))


def test_words_have_their_apostrophes_and_no_possessive():
    assert bare_words("The editor’s well-kept “don’t”, it's 3.5!") == [
        "The", "editor", "well", "kept", "don't", "it", "3", "5",
    ]  # fmt: skip


def test_long_texts_are_cut_for_a_message():
    assert shown("one two three", 2) == "one two …"
    assert shown("one two", 2) == "one two"
