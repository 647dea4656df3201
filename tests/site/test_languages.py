"""A part in another language says so, and in which direction it is read."""

from __future__ import annotations

import re
from importlib.resources import files
from shutil import copytree
from types import SimpleNamespace

import pytest
from babel import Locale
from bs4 import Comment, Doctype
from docutils import nodes

from archive.epub import FOLDER as BOOK
from archive.model.showing import heading_of
from archive.model.words import languages, words
from archive.preservation.drawn import OWN
from archive.site.show.pages import attributes
from archive.site.show.versions import plain
from archive.upstream.theme import FOLDER, HEADING
from tests.conftest import command, sealed


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


def test_a_document_in_another_language_says_so_wherever_it_is_named(versions_site):
    page = versions_site.page("documents/lights-ar.html")
    assert (page.html["lang"], page.html["dir"]) == ("ar", "rtl")
    assert {link["title"] for link in page.select("a.headerlink")} == {"الرابط الدائم"}
    english = versions_site.page("documents/lights-en.html")
    assert english.select_one(".document").get("lang") is None
    listed = versions_site.page("documents/index.html").select(".catalogue-title a")
    assert [title.span and title.span.get("lang") for title in listed] == [
        "zh", "ar", None, "es", "fr", "ru",
    ]  # fmt: skip
    neighbour = english.select_one(".neighbours a[rel=prev] .title")
    assert (neighbour["lang"], neighbour["dir"]) == ("ar", "rtl")


def test_an_admonition_beside_those_of_other_versions_keeps_the_heading_of_its_own():
    document = SimpleNamespace(id="alpha", language="ar")
    copy = plain(nodes.warning("", nodes.paragraph("", "…")), document, "alpha-p1")
    assert copy[HEADING] == "تحذير"


@pytest.mark.parametrize(
    ("language", "heading"),
    [("fr-CA", "Avertissement"), ("de", "Warnung"), ("zh", "警告"), ("zh-Hant", "警告"),
     ("pt-BR", "Aviso"), ("uk", "Попередження"), ("en-GB", "Warning"), ("tlh", "Warning")],
)  # fmt: skip
def test_an_admonition_is_headed_in_the_language_of_its_document(language, heading):
    assert heading_of("warning", language) == heading


def test_the_words_around_exact_words_are_heard_in_each_language_of_the_archive():
    style = (FOLDER / "static" / "archive.css").read_text("utf-8")
    assert not re.search(r":lang\([^)]*,", style)  # which Chromium does not read
    for language in languages():
        for place in ("before", "after"):
            assert f"q.quotation:lang({language})::{place} {{" in style


def test_what_stands_before_hidden_words_is_the_same_word_on_pages_in_print_and_in_the_book():
    style, book = (
        (folder / "static" / name).read_text("utf-8")
        for folder, name in ((FOLDER, "archive.css"), (BOOK, "book.css"))
    )
    template = files("archive.pdf").joinpath("template.typ").read_text("utf-8")
    shown = re.compile(r'\.redacted:lang\((\w+)\)::before \{\s*content: "([^"]+?) ?";')
    words_ = dict(shown.findall(style))
    assert words_.keys() == set(languages())
    assert dict(shown.findall(book)) == words_
    assert {f'{name}: "{word}"' for name, word in words_.items()} <= set(
        re.findall(r'\w\w: "[^"]+"', template)
    )
    assert set(words_.values()) <= set(OWN)


# What every language has: names of forms, programs and styles, and those of the files themselves.
_NAMES = {
    "APA", "Atom", "BY", "Bluebook", "BibLaTeX", "BibTeX", "CC", "CSL", "EPUB", "EndNote",
    "Esc", "Feed", "Furo", "HTML", "JSON", "JavaScript", "LaTeX", "MLA", "Markdown", "MyST",
    "OPML", "OSCOLA", "PDF", "RIS", "SHA", "Schema", "Sphinx", "UTF", "Word", "WordPress",
    "Zotero", "covenant", "docx", "draft", "editors", "example", "harbours", "jsonl", "keepers",
    "lamp", "ledger", "letter", "lights", "llmstxt", "oEmbed", "org", "Python", "visitors",
}  # fmt: skip
# What is in English says so; works are cited in the locale of their style.
_QUOTED = "script, style, code, pre, [lang=en], .citation, .reference-list > li, .fingerprint, a"
_SAID = ("alt", "aria-label", "data-name", "placeholder", "title")


def test_an_archive_in_another_language_says_nothing_in_english(arabic_site):
    english = {}
    for name, page in arabic_site.pages():
        if name.startswith("documents/visitors-letter."):
            continue
        for quoted in page.select(_QUOTED):
            if quoted.name != "a" or quoted.get("lang") or "//" in quoted.text:
                quoted.decompose()
        said = [
            *(each for each in page.find_all(string=True) if type(each) not in (Comment, Doctype)),
            *(each[kind] for kind in _SAID for each in page.find_all(attrs={kind: True})),
        ]  # fmt: skip
        shown = re.sub(r"https://\S+", "", " ".join(said))
        english[name] = set(re.findall("[A-Za-z]{2,}", shown)) - _NAMES
    assert {name: found for name, found in english.items() if found} == {}


def test_a_page_in_english_speaks_english_there(arabic_site):
    page = arabic_site.page("documents/visitors-letter.html")
    assert (page.html["lang"], page.html["dir"]) == ("en", "ltr")
    assert page.select_one(".document-strip .status").text == "Issued"
    assert {each["title"] for each in page.select("a.headerlink")} == {"Permalink"}
    assert page.find(class_="sidebar-tree")["lang"] == "ar"
    assert not page.find(id="words")
    assert page.select_one(".sidebar-check a")["href"] == "../check.en.html"


def test_a_copy_of_it_is_sound(arabic_site, tmp_path):
    copy = sealed(copytree(arabic_site.site, tmp_path / "copy"))
    done = command(arabic_site.source, "verify", str(copy))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("language", languages())
def test_a_catalogue_tells_numbers_apart_as_its_language_does(language):
    said = words(language)
    forms = said.forms("{} passage", "{} passages")
    category = Locale(language).plural_form
    for number in (*range(120), 1_000, 1_011):
        wanted = forms[category(number)].format(number)
        assert said.plural("{} passage", "{} passages", number) == wanted
