"""Words sort by the custom of the reader's language."""

from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document
from pybtex.database import parse_string
from sphinx import addnodes

from archive.citation.style import ArchiveStyle
from archive.model.agents import Agent
from archive.model.words import folded, key_of
from archive.site.read import SortedGlossaries
from archive.site.show.listings import _agents


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Ångström", "ñandú", "nube", "Österreich", "Zebra"]),
        ("en-GB", ["Ångström", "Zebra"]),
        ("de", ["Ångström", "Österreich", "Zebra"]),
        ("sv", ["Zebra", "Ångström", "Österreich"]),
        ("es", ["nandú", "nube", "ñandú", "Zebra"]),
        ("cs", ["cesta", "hrad", "chata", "jaro"]),
        ("ru", ["Елена", "Ёлка", "Емеля", "Журнал", "Press"]),
        ("ar", ["الحق", "الصحافة", "Press"]),
        ("zh", ["北京", "上海", "新闻", "Press"]),  # by pinyin: Bei, Shang, Xin
        ("ja", ["Press", "あす", "イロハ", "うみ"]),
    ],
)
def test_words_sort_as_their_language_has_them(language, words):
    mixed = words[::-1]
    assert sorted(mixed, key=key_of(language)) == words


def test_english_keeps_the_order_of_letters_without_marks_or_case():
    assert key_of("en") is key_of("en-GB") is folded


BIB = """
@book{a, author = {Öberg, Eva}, title = {A}, date = {2001}}
@book{z, author = {Zorn, Ulf}, title = {B}, date = {2001}}
@book{b, author = {Åberg, Eva}, title = {C}, date = {2001}}
"""


@pytest.mark.parametrize(("language", "keys"), [("en", "baz"), ("sv", "zba")])
def test_works_sort_by_the_language_of_the_archive(language, keys):
    entries = parse_string(BIB, "bibtex").entries.values()
    found = ArchiveStyle(language=language).sort(entries)
    assert "".join(entry.key for entry in found) == keys


@pytest.mark.parametrize(("language", "words"), [("en", "öaz"), ("sv", "azö")])
def test_a_sorted_glossary_sorts_by_the_language_of_the_archive(language, words):
    document = new_document("glossary.md")
    document.settings.env = SimpleNamespace(config=SimpleNamespace(language=language))
    items = (nodes.definition_list_item("", nodes.term("", each)) for each in "öaz")
    document += addnodes.glossary("", nodes.definition_list("", *items), sorted=True)
    SortedGlossaries(document).apply()
    assert document.astext().split() == list(words)


@pytest.mark.parametrize(
    ("language", "order"), [("en", "Åke; Ärla; Ost"), ("sv", "Ost; Åke; Ärla")]
)
def test_persons_and_bodies_sort_by_the_language_of_the_archive(language, order):
    agents = [Agent(role="author", body=each) for each in sorted(order.split("; "))]
    record = SimpleNamespace(cited=agents, agents=[])
    assert _agents([(None, record)], key_of(language))[0].astext() == f"{order}."
