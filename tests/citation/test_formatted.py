"""Formatted citations, each worked out by hand from its manual's rule."""

from dataclasses import replace

import pytest

from archive.citation.formatted import apa, apa_in_text, bluebook, chicago, formatted, plain
from archive.citation.reference import Locator
from archive.model.dates import ArchiveDate
from tests.citation.samples import (
    ALL,
    P1,
    PASSAGES,
    RESOLUTION,
    STATEMENT,
    W3,
    changed,
    titled,
)
from tests.settings import BASE

EXACT = changed(STATEMENT, date=ArchiveDate.parse("2021-02-08"))


def _dated(edtf):
    return changed(STATEMENT, date=ArchiveDate.parse(edtf))


# --- Chicago Manual of Style, 17th edition, notes


def test_chicago_note_of_a_passage_of_a_titled_document():
    # 14.84 the organization is the author, in full; 14.206 the title of a document on a site in
    # quotation marks, and 6.9 the comma inside them; 14.207 what it is and its date, set off by
    # commas, and 6.38 a comma after the year; 14.104 who worked on it; the place in it;
    # 14.8 the address last; 14.20 the note ends in a full stop.
    assert plain(chicago(P1)) == (
        "Guild of Seed Keepers, "
        "“Keepers Ask the Harbour Council to Open the Drawers,” "
        "statement, March 14, 2019, or later, rewritten by the Press Freedom Archive, para. 1, "
        f"{BASE}documents/keepers-seed-statement.html#keepers-seed-statement-p1."
    )


def test_chicago_note_of_a_passage_of_an_untitled_document():
    # A descriptive title supplied in brackets is neither quoted nor in italics, and already says
    # what the document is; 6.38 no comma between month and year.
    assert plain(chicago(W3)) == (
        "Federation of Isle Gardeners, "
        "[Resolution on the sealed seed drawers], "
        "November 2019 or later, rewritten by the Press Freedom Archive, whereas 3, "
        f"{BASE}documents/isle-seed-resolution.html#isle-seed-resolution-w3."
    )


def test_chicago_note_of_a_document_as_a_whole_has_no_locator():
    assert plain(chicago(RESOLUTION)) == (
        "Federation of Isle Gardeners, "
        "[Resolution on the sealed seed drawers], "
        "November 2019 or later, rewritten by the Press Freedom Archive, "
        f"{BASE}documents/isle-seed-resolution.html."
    )


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2021-02-08", "February 8, 2021"),  # 6.38
        ("2021-02", "February 2021"),
        ("2021", "2021"),
        ("202X", "2020s"),
        ("2021-12/..", "December 2021 or later"),
        ("../2021-02-08", "February 8, 2021, or earlier"),
        ("2019/2021-02", "between 2019 and February 2021"),
        ("2021~", "[ca. 2021]"),  # 14.145: a guessed date in brackets
        ("2021?", "[2021?]"),
        ("2021-02%", "[ca. February 2021?]"),
        ("XXXX", "n.d."),  # 14.145
    ],
)
def test_chicago_dates(edtf, words):
    assert f"Drawers,” statement, {words}, rewritten by" in plain(chicago(_dated(edtf)))


def test_chicago_titles_within_quotation_marks_take_single_marks():
    # 14.94: quotation marks within a quoted title become single.
    note = plain(chicago(titled('On “Truth” and "Lies"', STATEMENT)))
    assert "“On ‘Truth’ and 'Lies',” statement" in note


# --- Publication Manual of the APA, 7th edition


def test_apa_entry_of_a_titled_document():
    # 9.11 group author in full, then a full stop; 9.14 (year, month day).; 10.4 the title of a
    # report in italics; 9.21 what it is in brackets, before the full stop, not in italics;
    # 9.29 publisher; 9.35 the address as it is, without a full stop.
    assert plain(apa(STATEMENT)) == (
        "Guild of Seed Keepers. (2019, March 14 or later). "
        "Keepers Ask the Harbour Council to Open the Drawers "
        "[Statement, rewritten by the publisher]. Press Freedom Archive. "
        f"{BASE}documents/keepers-seed-statement.html"
    )


def test_apa_entry_of_a_passage_of_an_untitled_document():
    # 9.22: for an untitled work a description in brackets, not in italics.
    assert plain(apa(W3)) == (
        "Federation of Isle Gardeners. (2019, November or later). "
        "[Resolution on the sealed seed drawers] "
        "[Resolution, rewritten by the publisher]. Press Freedom Archive. "
        f"{BASE}documents/isle-seed-resolution.html#isle-seed-resolution-w3"
    )


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        # 8.13: the specific part follows the year, paragraphs as "para.".
        (P1, "(Guild of Seed Keepers, 2019 or later, para. 1)"),
        (W3, "(Federation of Isle Gardeners, 2019 or later, whereas 3)"),
        (RESOLUTION, "(Federation of Isle Gardeners, 2019 or later)"),
        (EXACT, "(Guild of Seed Keepers, 2021)"),
    ],
)
def test_apa_citation_in_the_text(reference, words):
    assert plain(apa_in_text(reference)) == words


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2021-02-08", "(2021, February 8)."),  # 9.14
        ("2021-02", "(2021, February)."),
        ("2021", "(2021)."),
        ("202X", "(2020s)."),
        ("2021~", "(ca. 2021)."),
        ("2019/2021", "(between 2019 and 2021)."),
        ("XXXX", "(n.d.)."),  # 9.17
    ],
)
def test_apa_dates(edtf, words):
    assert f"Keepers. {words} Keepers" in plain(apa(_dated(edtf)))


def test_apa_author_that_ends_in_a_full_stop_gets_no_second():
    assert plain(apa(changed(RESOLUTION, issuer="Doe Inc."))).startswith("Doe Inc. (2019")


# --- The Bluebook, 21st edition, rule 18.2.2


def test_bluebook_citation_of_a_passage_of_a_titled_document():
    # 18.2.2(a): author, title, main website title, date in parentheses, address; 3.3 "para." for
    # paragraphs; table 12 for the month; 1.5 an explanatory parenthetical at the end.
    assert plain(bluebook(P1)) == (
        "Guild of Seed Keepers, "
        "Keepers Ask the Harbour Council to Open the Drawers, "
        "Press Freedom Archive para. 1 (Mar. 14, 2019, or later), "
        f"{BASE}documents/keepers-seed-statement.html#keepers-seed-statement-p1 "
        "(rewritten by the Press Freedom Archive)."
    )


def test_bluebook_citation_of_a_passage_of_an_untitled_document():
    # Table 16: clause is "cl.".
    assert plain(bluebook(W3)) == (
        "Federation of Isle Gardeners, "
        "[Resolution on the sealed seed drawers], "
        "Press Freedom Archive whereas cl. 3 (Nov. 2019 or later), "
        f"{BASE}documents/isle-seed-resolution.html#isle-seed-resolution-w3 "
        "(rewritten by the Press Freedom Archive)."
    )


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2021-02-08", "(Feb. 8, 2021)"),
        ("2021-06", "(June 2021)"),
        ("2021-09~", "(c. Sept. 2021)"),
        ("../2021", "(2021 or earlier)"),
    ],
)
def test_bluebook_dates(edtf, words):
    assert f"Press Freedom Archive {words}, {BASE}" in plain(bluebook(_dated(edtf)))


# --- All of them


@pytest.mark.parametrize("reference", ALL, ids=lambda reference: reference.key)
def test_every_form_of_every_reference(reference):
    forms = {form.code: form for form in formatted(reference)}
    assert list(forms) == ["chicago", "apa", "apa-in-text", "bluebook"]
    for form in forms.values():
        assert reference.record.issuer in form.text
        assert not any(slip in form.text for slip in ("..", ",,", " ,", "  ", "()", "None"))
    full = [form for code, form in forms.items() if code != "apa-in-text"]
    for form in full:
        assert reference.record.title in form.text.replace(",”", "”")
        assert "rewritten by the" in form.text
        assert "Press Freedom Archive" in form.text
        assert [run.text for run in form.runs if run.link] == [reference.address]
        assert all(run.link in (None, run.text) for run in form.runs)


@pytest.mark.parametrize("reference", PASSAGES, ids=lambda reference: reference.key)
def test_every_passage_is_named_where_a_style_has_locators(reference):
    number = str(reference.locator.number)
    assert f" {number}, {BASE}" in plain(chicago(reference))
    assert plain(apa_in_text(reference)).endswith(f" {number})")
    assert f" {number} (" in plain(bluebook(reference))


@pytest.mark.parametrize(("word", "in_chicago", "in_apa", "in_bluebook"), [
    ("article", "art. 7", "Article 7", "art. 7"),
    ("paragraph", "para. 7", "para. 7", "para. 7"),
    ("section", "sec. 7", "Section 7", "§ 7"),
    ("whereas", "whereas 7", "whereas 7", "whereas cl. 7"),
    ("schedule", "schedule 7", "schedule 7", "schedule 7"),
])  # fmt: skip
def test_the_word_of_a_locator_is_written_as_each_style_has_it(
    word, in_chicago, in_apa, in_bluebook
):
    reference = replace(W3, locator=Locator(word, 7))
    assert f", {in_chicago}, " in plain(chicago(reference))
    assert plain(apa_in_text(reference)).endswith(f", {in_apa})")
    assert f"Archive {in_bluebook} (" in plain(bluebook(reference))


def test_titles_of_their_own_are_in_italics_and_supplied_ones_are_not():
    for style in (apa, bluebook):
        assert [run.text for run in style(STATEMENT) if run.italic] == [STATEMENT.record.title]
        assert not [run for run in style(RESOLUTION) if run.italic]
