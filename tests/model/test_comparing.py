"""Passages of versions are aligned by their locators, in any language."""

from __future__ import annotations

import pytest

from archive.model.passage import Anchor
from archive.model.wordings import aligned, key

A2 = Anchor.parse("text-a2")


@pytest.mark.parametrize("place", [
    ("art. 19", "Artículo 19", "المادة 19", "المادة ١٩", "第十九条", "第19條", "ст. 19"),
    ("article 19", "제19조", "ماده ۱۹", "अनुच्छेद १९", "Άρθρο 19", "19. madde", "มาตรา ๑๙"),
    ("Artikel 29 Abs. 2", "제29조 제2항", "29. cikk 2. bekezdés", "第29条第2項"),
    ("art. 29(2)", "art. 29, al. 2", "المادة ٢٩(٢)", "第二十九条第二款", "ст. 29, п. 2"),
    ("art. 19(3)(b)", "المادة ١٩(٣)(ب)", "第十九条第三款(乙)", "ст. 19(3)(б)"),
    ("preamble, para. 2", "преамбула, п. 2", "الديباجة، الفقرة 2", "序言第二段"),
    ("[57]", "57"),
    ("art. 102", "第一百零二条"),
], ids=lambda place: place[0])  # fmt: skip
def test_a_place_is_the_same_in_every_language(place):
    assert len({key(A2, each) for each in place}) == 1


def test_places_that_differ_stay_apart():
    places = [
        "art. 1",
        "art. 2",
        "art. 1(2)",
        "art. 12",
        "preamble, para. 1",
        "annex I, [1]",
        "[1]",
        "",
    ]
    assert len({key(A2, each) for each in places}) == len(places)


def test_what_a_version_lacks_or_has_alone_keeps_its_place():
    columns = [[(("1",), "one"), (("2",), "two"), (("4",), "four")],
               [(("2",), "deux"), (("3",), "trois"), (("2",), "deux bis")]]  # fmt: skip
    assert aligned(columns) == [
        ["one", None], ["two", "deux"], [None, "trois"], [None, "deux bis"], ["four", None]
    ]  # fmt: skip
