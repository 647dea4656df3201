"""A source’s numbers become locators, its clauses parts, names before a colon speakers."""

from __future__ import annotations

import re

import pytest

from archive.importing import importer
from archive.importing.importer import Archive
from archive.importing.outline import Told
from archive.importing.readers import read_plain
from archive.model.settings import Settings
from tests.settings import VALUES

SETTINGS = Settings.of({key: value for key, value in VALUES.items() if key != "archive_kinds"})
ARCHIVE = Archive("", "", SETTINGS)


def draft(kind, *paragraphs):
    data = "\n\n".join(["# On lamps", *paragraphs]).encode()
    return importer.imported(read_plain(data), data, "d", Told(kind), ARCHIVE).document


def given(kind, *paragraphs):
    """The attributes of each passage of a draft."""
    return re.findall(
        r"^\(d-[^s)]+\)=\n(?:\{([^{}\n]*)\}\n)?\{\.to", draft(kind, *paragraphs), re.MULTILINE
    )


@pytest.mark.parametrize(("kind", "paragraphs", "attributes"), [
    ("judgment", ("1. Lamps.", "2. Two things:", "(a) oil;", "(b) wicks.", "3. Granted."),
     ["[1]", "[2]", "[2](a) p2", "[2](b) p2", "[3]"]),
    ("statute", ("§ 2. A library may lend:", "(a) where", "(1) it is dark; and", "(2) it is late;",
                 "(b) else."), ["§ 2", "§ 2(a) p1", "§ 2(a)(1) p2", "§ 2(a)(2) p2", "§ 2(b) p1"]),
    ("statute", ("§ 3. As follows:", "(h) eight", "(i) nine", "(j) ten"),
     ["§ 3", "§ 3(h) p1", "§ 3(i) p1", "§ 3(j) p1"]),
    ("statute", ("§ 4. As follows:", "(a) one:", "(i) first", "(ii) second", "(b) two"),
     ["§ 4", "§ 4(a) p1", "§ 4(a)(i) p2", "§ 4(a)(ii) p2", "§ 4(b) p1"]),
    ("treaty", ("Article 19", "All may read.", "No one may stop it.", "Article XX. The rest."),
     ["art. 19", "", "art. 20"]),
    ("treaty", ("Article 19", "1. All may read.", "2. As follows:", "(a) here;", "(b) there.",
                "3. The rest."),
     ["art. 19(1)", "art. 19(2)", "art. 19(2)(a) p2", "art. 19(2)(b) p2", "art. 19(3)"]),
    ("treaty", ("# Article 4", "(1) One.", "(2) Two:", "(a) here.", "# Article 5", "(a) One:",
                "(i) here;", "(ii) there.", "(b) Two."),
     ["art. 4(1)", "art. 4(2)", "art. 4(2)(a) p2", "art. 5(a)", "art. 5(a)(i) a5",
      "art. 5(a)(ii) a5", "art. 5(b)"]),
    ("treaty", ("# Article 6", "As follows:", "(a) here;", "(b) there.", "Article 7. 1. One.",
                "2. Two."),
     ["art. 6", "art. 6(a) a6", "art. 6(b) a6", "art. 7", "art. 7(2)"]),
    ("declaration", ("# Article 8", "1. One.", "2. Two.", "# Afterwards", "1. Three."),
     ["art. 8(1)", "art. 8(2)", ""]),
    ("indictment", ("# COUNT ONE", "He lit a lamp.", "# Count 2", "He lit another."),
     ["count 1", "count 2"]),
    ("policy", ("4.1 Lamps are lit.", "4.2 Oil is bought.", "In 1920 it was so."),
     ["4.1", "4.2", ""]),
    ("statement", ("1. We ask.", "2. We wait."), ["", ""]),
    ("judgment", ("1. Lamps.", "2. Oil.", "# Annex I", "1. Wicks.", "2. Glass.", "2. Again."),
     ["[1]", "[2]", "[1]", "[2]", ""]),
])  # fmt: skip
def test_numbers_become_locators_and_clauses_parts(kind, paragraphs, attributes):
    told = [
        re.sub(r'locator="([^"]*)"(?: within=)?', r"\1 ", each).strip()
        for each in given(kind, *paragraphs)
    ]
    assert told == attributes


def test_numbers_that_start_anew_are_told_apart():
    said = draft("judgment", "1. Lamps.", "2. Oil.", "# Annex I: wicks", "1. Wicks.", "2. Glass.")
    assert '{locator="Annex I" numbering=anew}\n## Annex I: wicks\n' in said


def test_speakers_are_named_and_their_words_are_not_copied():
    said = draft(
        "", "The Chair: Was it lit?", "Mr. Wick: It was.", "The Chair: By whom?", "Mr. Wick: By me."
    )
    assert "kind: transcript" in said
    assert "{speaker}`The Chair` **To rewrite: paragraph 1.**" in said
    assert "lit" not in said
    quiet = draft("statement", "Note: it is dark.", "We ask: why?", "Note: it is late.")
    assert "{speaker}" not in quiet


def test_signatories_are_a_list_of_names():
    said = draft("letter", "Dear Mayor,", "We write.", "Sincerely,", "Ada Wick, Lantern League",
                 "Ben Brand", "Cleo Tarn")  # fmt: skip
    assert said.endswith(
        "(d-p4)=\n:::{signatories}\n- (d-g1)=\n  Ada Wick, Lantern League\n- (d-g2)=\n"
        "  Ben Brand\n- (d-g3)=\n  Cleo Tarn\n:::\n"
    )
    two = draft("letter", "Dear Mayor,", "We write.", "Sincerely,", "Ada Wick", "Ben Brand")
    assert "signatories}" not in two
    below = draft("statement", "We ask.", "# Signatories", "Ada", "Ben", "Cleo", "# After", "Done.")
    assert "(d-g3)=\n  Cleo\n:::" in below


def test_a_kind_whose_court_is_cited_asks_for_no_issuer_besides():
    said = draft("judgment", "1. Lamps.", "2. Oil.")
    assert "role: court" in said
    assert "issuer:" not in said
    assert "issuer: Unknown" in draft("statement", "Lamps.")
