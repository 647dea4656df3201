"""Seals: their form stays what it is, so that a seal published once can always be computed."""

from __future__ import annotations

import hashlib

from pybtex.database import parse_string

from archive.citation.style import shown
from archive.model.seal import Outline, canonical, digest, part, texts, with_works

PARAGRAPH = [
    "paragraph", {"class": "language-fr"}, 'He says "no"',
    ["citation", {"form": "p", "target": "one"}], "and",
    ["footnote", {}, ["paragraph", {}, "See", ["link", {"target": "d-p2"}], "."]], ".",
]  # fmt: skip
WORK = {"author": "First Institute", "title": "{One}", "type": "online"}


def test_the_known_answer_of_a_passage():
    """Computed by hand from the docstring, with printf and sha256sum."""
    assert canonical(PARAGRAPH) == (
        '["paragraph",{"class":"language-fr"},"He says \\"no\\"",'
        '["citation",{"form":"p","target":"one"}],"and",'
        '["footnote",{},["paragraph",{},"See",["link",{"target":"d-p2"}],"."]],"."]'
    )
    stands = "972c1ef25b9f9bea107403ef7d098faee4dd935a4d340037172f251de6075eae"
    assert digest(PARAGRAPH) == stands
    assert digest(WORK) == "0f299f2d8bdde3b105bb78830db468d00c0d72bea676e5782da3847c56d1ae04"
    seal = "d7871de381e1fd9ad127e4dcec5dc4ff1ce3f8a0689907ee1f60ec7972e137f5"
    assert with_works(stands, ["one"], lambda _key: digest(WORK)) == seal
    text = f'{{"stands":"{stands}","works":{{"one":"{digest(WORK)}"}}}}'
    assert hashlib.sha256(text.encode()).hexdigest() == seal
    assert with_works(stands, [], digest) == stands


def test_the_known_answer_of_a_document():
    order = [["passage", {"anchor": "d-p1"}], ["rule", {}], ["passage", {"anchor": "d-p2"}]]
    fields = {"id": "d", "subjects": ["Été"], "title": "D"}
    outline = Outline(digest(fields), canonical(order), ())
    seal = "646a54d239ee86e4c0b1eb9d45f0b3dc1b1916fbf307c9a396913f53afb484a1"
    assert outline.seal(digest) == seal
    assert digest({"order": order, "record": digest(fields)}) == seal


def test_what_is_not_published_yet_is_left_out_of_a_document():
    order = [
        ["quotation", {}, ["passage", {"anchor": "d-p1"}], ["passage", {"anchor": "d-p9"}], "said"],
        ["withdrawn", {"anchor": "d-p2"}, ["paragraph", {}, "Why."]],
        ["withdrawn", {"anchor": "d-p3"}, ["paragraph", {}, "Why."]],
    ]
    live = {"d-p1": "d-p0", "d-p3": "d-p3"}  # moved, and withdrawn, but neither published
    published = [
        ["quotation", {}, ["passage", {"anchor": "d-p0"}], "said"],
        ["withdrawn", {"anchor": "d-p2"}, ["paragraph", {}, "Why."]],
        ["passage", {"anchor": "d-p3"}],
    ]
    record = digest({})
    expected = Outline(record, canonical(published), ()).seal(digest)
    assert Outline(record, canonical(order), ()).seal(digest, live) == expected


def test_texts_are_joined_and_normalised_as_for_a_fingerprint():
    assert texts(["“a", "\n b” ", ["rule", {}], " ", "c"]) == ['"a b"', ["rule", {}], "c"]
    assert part("code", {}, ["\n  a  b\n"]) == ["code", {}, "  a  b"]
    assert part("span", {"class": ""}, [" "]) is None
    assert part("paragraph", {}) == ["paragraph", {}]


def test_a_work_is_what_readers_see_of_it():
    text = "@Online{one, author={{First Institute}}, title={{One}}, keywords={x}, langid={english}}"
    entries = parse_string(text, "bibtex").entries
    assert shown(entries["one"], entries) == {
        **WORK,
        "author": "{First Institute}",
    }
