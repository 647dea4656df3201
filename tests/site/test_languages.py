"""A part in another language says so, and in which direction it is read."""

from __future__ import annotations

import pytest

from archive.model.headings import heading_of
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
    edit(source, "documents/beta.md", ("language: en", "language: ar"), ("hs: 1", "hs: 2"))
    with (source / "documents/beta.md").open("a", encoding="utf-8") as text:
        text.write("\n(beta-w2)=\n:::{warning}\nIts words are Sphinx’s.\n:::\n")
    done = built(source)
    page = done.page("documents/beta.html").html
    assert (page["lang"], page["dir"]) == ("ar", "rtl")
    assert page.select_one(".admonition.warning > .admonition-title").text == "تحذير"
    assert {link["title"] for link in page.select("a.headerlink")} == {"الرابط الدائم"}
    assert done.page("documents/alpha.html").select_one(".document").get("lang") is None
    listed = done.page("documents/index.html").select(".catalogue-title a")
    assert [title.span and title.span.get("lang") for title in listed] == [None, "ar"]
    neighbour = done.page("documents/alpha.html").select_one(".neighbours .title")
    assert (neighbour["lang"], neighbour["dir"]) == ("ar", "rtl")


@pytest.mark.parametrize(
    ("language", "heading"),
    [("fr-CA", "Avertissement"), ("de", "Warnung"), ("zh", "警告"), ("zh-Hant", "警告"),
     ("pt-BR", "Aviso"), ("uk", "Попередження"), ("en-GB", "Warning"), ("tlh", "Warning")],
)  # fmt: skip
def test_an_admonition_is_headed_in_the_language_of_its_document(language, heading):
    assert heading_of("warning", language) == heading


def test_the_words_around_exact_words_are_heard_in_each_language_of_the_archive():
    style = (FOLDER / "static" / "archive.css").read_text("utf-8")
    for language in languages():
        for place in ("before", "after"):
            assert f"q.quotation:lang({language})::{place} {{" in style
