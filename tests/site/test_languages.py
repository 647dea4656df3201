"""A part in another language says so, and in which direction it is read."""

from __future__ import annotations

import pytest

from archive.model.words import languages
from archive.site.show.pages import attributes
from archive.upstream.theme import FOLDER
from tests.conftest import built, edit


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ""),
        (None, ""),
        ("fr-CA", ' lang="fr-CA" dir="ltr"'),
        ("ar", ' lang="ar" dir="rtl"'),
        ("qqq", ' lang="qqq" dir="ltr"'),
        ('x"', ' lang="x&quot;" dir="ltr"'),
    ],
)
def test_language_and_direction(language, told):
    assert attributes(language, "en") == told


def test_a_document_in_another_language_says_so_wherever_it_is_named(small_archive):
    source = small_archive("small")
    edit(source, "documents/beta.md", ("language: en", "language: ar"))
    done = built(source)
    page = done.page("documents/beta.html").html
    assert (page["lang"], page["dir"]) == ("ar", "rtl")
    assert done.page("documents/alpha.html").select_one(".document").get("lang") is None
    listed = done.page("documents/index.html").select(".catalogue-title a")
    assert [title.span and title.span.get("lang") for title in listed] == [None, "ar"]
    neighbour = done.page("documents/alpha.html").select_one(".neighbours .title")
    assert (neighbour["lang"], neighbour["dir"]) == ("ar", "rtl")


def test_the_words_around_exact_words_are_heard_in_each_language_of_the_archive():
    style = (FOLDER / "static" / "archive.css").read_text("utf-8")
    for language in languages():
        for place in ("before", "after"):
            assert f"q.quotation:lang({language})::{place} {{" in style
