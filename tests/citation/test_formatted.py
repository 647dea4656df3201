"""Formatted citations, each worked out by hand from its manual's rule."""

import re
from dataclasses import replace

import pytest

from archive.citation import plain
from archive.citation.formatted import apa, apa_in_text, bluebook, chicago, formatted, mla, oscola
from archive.citation.reference import Locator
from archive.model.agents import Agent, Person
from archive.model.dates import ArchiveDate
from archive.model.kinds import KINDS
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


# --- Chicago Manual of Style, notes

DOE = Agent(person=Person("Doe", "Jane Mary"), role=("author",))
KING = Agent(person=Person("King", "Jean-Paul", "Jr."), role=("author",))
LAMPS = Agent(body="Lamps, Inc.", role=("author",))


def _by(*agents, **fields):
    return changed(RESOLUTION, issuer=None, issuer_address=None, agents=agents, **fields)


def _sourced(reference, **fields):
    return changed(reference, source=replace(reference.record.source, **fields))


DECIDED = ArchiveDate.parse("2018-11-30")
_KEEPERS = "Keepers Ask the Harbour Council to Open the Drawers"
_BASE = f"{BASE}documents/"

# What citeproc-js 2.4.63 writes of archive.citation.csl.item by the style
# chicago-notes-bibliography (18th edition, of 2025), which sets titles in title case.
KEPT = [
    (STATEMENT, f"Guild of Seed Keepers, {_KEEPERS} [Rewritten by the Press Freedom Archive], "
     "Statement (Press Freedom Archive, not before 2019), "
     f"{_BASE}keepers-seed-statement.html."),
    (P1, f"Guild of Seed Keepers, {_KEEPERS}, Paragraph 1 [Rewritten by the Press Freedom Archive],"
     " Statement (Press Freedom Archive, not before 2019), "
     f"{_BASE}keepers-seed-statement.html#keepers-seed-statement-p1."),
    (W3, "Federation of Isle Gardeners, [Resolution on the Sealed Seed Drawers, Whereas 3; "
     "Rewritten by the Press Freedom Archive], Resolution, Outcome Not "
     "Established (Press Freedom Archive, not before 2019),"
     f" {_BASE}isle-seed-resolution.html#isle-seed-resolution-w3."),
    (_by(DOE, KING, title="On Lamps.", date=ArchiveDate.parse("2021-02-08")),
     "Jane Mary Doe and Jean-Paul King Jr., On Lamps [Rewritten by the Press Freedom Archive], "
     f"Resolution, Outcome Not "
     f"Established (Press Freedom Archive, 2021), {_BASE}isle-seed-resolution.html."),
    (_by(LAMPS, DOE, KING, date=ArchiveDate.parse("202X")),
     "Lamps, Inc. et al., [Resolution on the Sealed Seed Drawers; Rewritten by the Press Freedom "
     "Archive], Resolution, Outcome Not "
     "Established (Press Freedom Archive, between 2020 and 2029), "
     f"{_BASE}isle-seed-resolution.html."),
    (changed(RESOLUTION, date=ArchiveDate.parse("XXXX")),
     "Federation of Isle Gardeners, [Resolution on the Sealed Seed Drawers; Rewritten by the Press "
     "Freedom Archive], Resolution, Outcome Not Established (Press Freedom Archive, n.d.), "
     f"{_BASE}isle-seed-resolution.html."),
    (_sourced(STATEMENT, title="Another Name"),
     f"Guild of Seed Keepers, {_KEEPERS} [Rewritten by the Press Freedom Archive], Statement "
     "(Press Freedom Archive, not before 2019; originally published as Another Name), "
     f"{_BASE}keepers-seed-statement.html."),
    (_sourced(STATEMENT, publisher="Gazette of the Isle"),
     f"Guild of Seed Keepers, {_KEEPERS} [Rewritten by the Press Freedom Archive], Statement "
     f"(Press Freedom Archive, not before 2019; originally published as {_KEEPERS} [Gazette of the "
     f"Isle]), {_BASE}keepers-seed-statement.html."),
    (_sourced(STATEMENT, publisher="Gazette of the Isle", title=None),
     f"Guild of Seed Keepers, {_KEEPERS} [Rewritten by the Press Freedom Archive], Statement "
     "(Gazette of the Isle; Press Freedom Archive, not before 2019), "
     f"{_BASE}keepers-seed-statement.html."),
    (_sourced(changed(STATEMENT, decided=DECIDED), publisher="Gazette of the Isle", title=None),
     f"Guild of Seed Keepers, {_KEEPERS} [Rewritten by the Press Freedom Archive], Statement "
     "(Gazette of the Isle, 2018; repr., Press Freedom Archive, not before 2019), "
     f"{_BASE}keepers-seed-statement.html."),
    (changed(RESOLUTION, decided=DECIDED),
     "Federation of Isle Gardeners, [Resolution on the Sealed Seed Drawers; Rewritten by the Press "
     "Freedom Archive], Resolution, Outcome Not "
     "Established (2018; Press Freedom Archive, not before 2019), "
     f"{_BASE}isle-seed-resolution.html."),
]  # fmt: skip


@pytest.mark.parametrize(("reference", "kept"), KEPT)
def test_the_chicago_note_is_that_which_managers_write_of_our_data(reference, kept):
    assert plain(chicago(reference)).casefold() == kept.casefold()


# --- MLA Handbook, 9th edition


def test_mla_entry_of_a_passage():
    # 5.5 author; 5.23 the title of a work that stands alone in italics; 5.105 its kind; 5.54
    # publisher; 5.68 day, month abbreviated, year; 5.84 address; a full stop at the end.
    assert plain(mla(P1)) == (
        f"Guild of Seed Keepers. {_KEEPERS}, paragraph 1 [rewritten by the Press Freedom Archive]. "
        "Statement. Press Freedom Archive, 14 Mar. 2019 or later, "
        f"{P1.address}."
    )


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2021-02-08", "8 Feb. 2021, "), ("2021-06", "June 2021, "), ("2021~", "circa 2021, "),
        ("2021-09?", "Sept. 2021?, "), ("../2021", "2021 or earlier, "), ("XXXX", ""),
    ],
)  # fmt: skip
def test_mla_dates(edtf, words):
    assert f"Press Freedom Archive, {words}{BASE}" in plain(mla(_dated(edtf)))


# --- OSCOLA, 4th edition


def test_oscola_citation_of_a_passage():
    # 3.4.8: author, title in single quotation marks, website and date in parentheses, address in
    # angle brackets; 1.4 no full stops in abbreviations; 1.1 a full stop at the end.
    assert plain(oscola(P1)) == (
        f"Guild of Seed Keepers, ‘{_KEEPERS} [rewritten by the Press Freedom Archive]’ "
        f"(Press Freedom Archive, 14 March 2019 or later) para 1 <{P1.address}>."
    )
    assert plain(oscola(W3)) == (
        "Federation of Isle Gardeners, [Resolution on the sealed seed drawers; rewritten by the "
        "Press Freedom Archive] (Press Freedom Archive, November 2019 or later, outcome not "
        f"established) whereas 3 <{W3.address}>."
    )


def test_oscola_has_double_marks_within_single_ones():
    quoted = plain(oscola(titled("On ‘Truth’, “Lies” and a keeper’s drawer", STATEMENT)))
    assert "‘On “Truth”, “Lies” and a keeper’s drawer [rewritten" in quoted


# --- The case or the act itself

CASE = changed(
    RESOLUTION, title="Pellimar v Harbourmaster", issuer=None, kind=KINDS["judgment"],
    agents=(Agent(body="High Court of Sorrel", role=("court",)),),
    neutral_citation="[1985] SOHC 14", docket="HC 31/84", date=ArchiveDate.parse("1985-06-12"),
    decided=ArchiveDate.parse("1985-06-12"),
)  # fmt: skip


def _of_law(kind, own="", **fields):
    issuer = None if kind in {"judgment", "ruling"} else "Assembly of Sorrel"
    reference = changed(CASE, kind=KINDS[kind], issuer=issuer, **fields)
    return replace(reference, key=f"{reference.key}-p5", locator=Locator("paragraph", 5, own))


@pytest.mark.parametrize(("reference", "in_bluebook", "in_oscola"), [
    # Bluebook 10.8.1: docket, neutral citation, court and day; OSCOLA 2.1.2: the neutral citation.
    (_of_law("judgment", "[57]"),
     "Pellimar v. Harbourmaster, No. HC 31/84, [1985] SOHC 14, [57] (High Court of Sorrel June 12, "
     "1985).", "Pellimar v Harbourmaster [1985] SOHC 14 [57]."),
    # A number that the archive gave is none of the case.
    (_of_law("judgment", docket=None),
     "Pellimar v. Harbourmaster, [1985] SOHC 14 (High Court of Sorrel June 12, 1985).",
     "Pellimar v Harbourmaster [1985] SOHC 14."),
    # OSCOLA 2.1.5: without a neutral citation the court and the day.
    (_of_law("ruling", "[57]", neutral_citation=None),
     "Pellimar v. Harbourmaster, No. HC 31/84, [57] (High Court of Sorrel June 12, 1985).",
     "Pellimar v Harbourmaster HC 31/84 (High Court of Sorrel, 12 June 1985) [57]."),
    (_of_law("judgment", title="Pellimar v. Harbourmaster [1985] SOHC 14", docket=None),
     "Pellimar v. Harbourmaster [1985] SOHC 14 (High Court of Sorrel June 12, 1985).",
     "Pellimar v Harbourmaster [1985] SOHC 14."),
    # Bluebook 10.8.3: kind and locator of what is filed come first.
    (_of_law("filing", "¶ 12", neutral_citation=None),
     "Filing ¶ 12, Pellimar v. Harbourmaster, No. HC 31/84 (High Court of Sorrel June 12, 1985).",
     "Pellimar v Harbourmaster HC 31/84 (High Court of Sorrel, 12 June 1985) ¶ 12."),
    # OSCOLA 2.4.1: the year belongs to the name of an act; 2.7: a treaty has a date.
    (_of_law("statute", "§ 4", title="Papers Act"),
     "Papers Act 1985, § 4.", "Papers Act 1985, § 4."),
    (_of_law("statute", title="Papers Act 1985"), "Papers Act 1985.", "Papers Act 1985."),
    (_of_law("treaty", "art. 19(3)(b)", title="Covenant of Lamps"),
     "Covenant of Lamps, art. 19(3)(b), June 12, 1985.",
     "Covenant of Lamps (12 June 1985) art. 19(3)(b)."),
])  # fmt: skip
def test_the_case_itself_stands_beside_our_rendering(reference, in_bluebook, in_oscola):
    forms = {form.code: form for form in formatted(reference)}
    assert forms["bluebook-itself"].text == in_bluebook
    assert forms["oscola-itself"].text == in_oscola
    assert reference.address in forms["bluebook"].text


def test_the_case_itself_is_labelled_and_leads_to_its_source():
    reference = _sourced(_of_law("judgment"), address="https://courts.example/14")
    labels = {form.label: form for form in formatted(reference)}
    assert labels["Bluebook, the case itself"].text.endswith(", https://courts.example/14.")
    assert labels["OSCOLA, the case itself"].text.endswith(" <https://courts.example/14>.")
    indictment = [form.label for form in formatted(_of_law("indictment"))]
    assert indictment[-2:] == ["Bluebook, the indictment itself", "OSCOLA, the indictment itself"]


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
        "[Resolution, outcome not established, rewritten by the publisher]. Press Freedom Archive. "
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
        "(outcome not established, rewritten by the Press Freedom Archive)."
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
    assert list(forms) == ["chicago", "apa", "apa-in-text", "mla", "bluebook", "oscola"]
    for form in forms.values():
        assert reference.record.issuer in form.text
        assert not any(slip in form.text for slip in ("..", ",,", " ,", "  ", "()", "None"))
    full = [form for code, form in forms.items() if code != "apa-in-text"]
    for form in full:
        assert reference.record.title.strip("[]") in form.text
        assert "rewritten by the" in form.text
        assert "Press Freedom Archive" in form.text
        assert [run.link for run in form.runs if run.link] == [reference.address]
        assert all(run.link in (None, run.text.strip("<>")) for run in form.runs)


@pytest.mark.parametrize("reference", PASSAGES, ids=lambda reference: reference.key)
def test_every_passage_is_named_where_a_style_has_locators(reference):
    number = str(reference.locator.number)
    for style in (chicago, mla):
        assert re.search(rf" {number}(?: \[|;)", plain(style(reference)))
    assert f" {number} <{BASE}" in plain(oscola(reference))
    assert plain(apa_in_text(reference)).endswith(f" {number})")
    assert f" {number} (" in plain(bluebook(reference))


@pytest.mark.parametrize(("word", "in_apa", "in_bluebook", "in_oscola"), [
    ("article", "Article 7", "art. 7", "art 7"),
    ("paragraph", "para. 7", "para. 7", "para 7"),
    ("section", "Section 7", "§ 7", "s 7"),
    ("whereas", "whereas 7", "whereas cl. 7", "whereas 7"),
    ("schedule", "schedule 7", "schedule 7", "schedule 7"),
])  # fmt: skip
def test_the_word_of_a_locator_is_written_as_each_style_has_it(
    word, in_apa, in_bluebook, in_oscola
):
    reference = replace(W3, locator=Locator(word, 7))
    assert f", {word} 7; rewritten" in plain(chicago(reference))
    assert f") {in_oscola} <" in plain(oscola(reference))
    assert plain(apa_in_text(reference)).endswith(f", {in_apa})")
    assert f"Archive {in_bluebook} (" in plain(bluebook(reference))


def test_titles_of_their_own_are_in_italics_and_supplied_ones_are_not():
    for style in (apa, bluebook, chicago, mla):
        (title,) = [run.text for run in style(STATEMENT) if run.italic]
        assert title.startswith(STATEMENT.record.title)
        assert not [run for run in style(RESOLUTION) if run.italic]


@pytest.mark.parametrize(
    "title", ["Free the Lamps.", "Lamps v Harbour Inc.", "Who?", "Lamps in U.S."]
)
def test_no_form_has_a_stop_and_another_sign_behind_a_title(title):
    reference = titled(title, P1)
    told = [form.text for form in formatted(reference) if form.code != "apa-in-text"]
    for text in (*told, reference.title):
        assert not re.search(r"[a-z]{5}\.(?:[,;.]| \[)", text)
        assert title.removesuffix("ps.") in text  # the stop of an abbreviation stays
