"""Notes become typed entries by rules, and what no rule knows becomes a footnote."""

from __future__ import annotations

import pytest
from pybtex.database import parse_string

from archive.importing import Note, Run, Text, bibliography, citing
from archive.importing.bibliography import Name
from archive.importing.notes import authors, entries, explains, is_person
from archive.importing.structures import dates, whole_date


def parsed(text, *italic):
    runs = []
    rest = text
    for words in italic:
        before, rest = rest.split(words, 1)
        runs += [Run(before), Run(words, italic=True)]
    return entries(Note("1", (*runs, Run(rest))))


def one(text, *italic):
    (entry,) = parsed(text, *italic)
    return entry


RULES = [
    ('Oil Union. "Oil in March". https://oil.example/march',
     "online", {"title": "Oil in March", "url": "https://oil.example/march"}),
    ('OU/Oil Union. "OU condemns \'waiting\' now". https://oil.example/a_b/',
     "online", {"shortauthor": "OU", "title": "OU condemns 'waiting' now"}),
    ("Ada Wick, “Lamps,” The Page, March 3, 2020, p. 4, https://p.example/a (accessed 5 May 2021).",
     "article",
     {"journaltitle": "The Page", "date": "2020-03-03", "pages": "4", "urldate": "2021-05-05"}),
    ("Ada Wick, “Rooms,” Journal of Rooms 12, no. 3 (2019): 45–67, doi:10.5555/r.12.3.",
     "article",
     {"volume": "12", "number": "3", "date": "2019", "pages": "45–67", "doi": "10.5555/r.12.3"}),
    ("Ada Wick, The Long Wick (London: Lantern Press, 1999), 33.",
     "book",
     {"title": "The Long Wick", "publisher": "Lantern Press", "location": "London", "pages": "33"}),
    ("Lamp v. Shelf, 403 U.S. 713, 714 (1971).",
     "jurisdiction", {"title": "Lamp v. Shelf", "volume": "403", "date": "1971"}),
    ("Brand v. Oil Union, App. no. 1234/56 (2011).",
     "jurisdiction", {"number": "App. no. 1234/56", "date": "2011"}),
    ("Lamp Act of 1917, 18 U.S.C. § 793.",
     "legislation", {"title": "Lamp Act of 1917, 18 U.S.C. § 793"}),
    ("https://dark.example/(a)/b.", "online", {"url": "https://dark.example/(a)/b"}),
    ("Lantern League. Light for all. www.l.example/x. Accessed 2020-02-03.",
     "online", {"title": "Light for all", "urldate": "2020-02-03"}),
    ("Council, “Report on Lamps,” 1 February 2020, pp. 4–5.",
     "report", {"date": "2020-02-01", "pages": "4–5"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "type_", "fields"), RULES, ids=[rule[0][:30] for rule in RULES])
def test_a_note_becomes_a_typed_entry(text, type_, fields):
    entry = one(text)
    assert entry.type == type_
    assert fields.items() <= dict(entry.fields).items()
    assert entry.get("note") == ""


def test_words_in_italics_are_a_title():
    entry = one("Ada Wick, The Dark, Lantern Press, 2001.", "The Dark")
    assert (entry.type, entry.get("title"), entry.get("date")) == ("book", "The Dark", "2001")


@pytest.mark.parametrize("text", [
    "One might think that they would stay, but the doors are locked.",
    "Brand, Ben (2011). Oil.",
    "",
    "“",
    "See also the discussion above.",
])  # fmt: skip
def test_what_cannot_be_parsed_becomes_a_footnote_and_no_work(text):
    found = referred(text)
    assert found.explaining == ("1",)
    assert found.bibtex == ""


@pytest.mark.parametrize(("text", "italic"), [
    ("The court said in Lamp v. Shelf that no rule is without exception, and none has been named "
     "since by anybody who was asked for one.", "Lamp v. Shelf"),
    ("See Light, where the council that met in June and again in July said the same.", "Light"),
])  # fmt: skip
def test_a_sentence_is_no_publisher(text, italic):
    assert explains(parsed(text, italic))


def test_what_no_field_holds_is_told_and_not_copied():
    text = "Ada Wick, “Lamps,” The Page, 3 March 2020, which the council has never read."
    entry = one(text)
    assert entry.get("title") == "Lamps"
    assert entry.doubts
    assert "never" not in referred(text).bibtex


def test_a_note_that_lists_several_gives_each():
    found = parsed("See “One,” The Page, 1 May 2020; “Two,” The Leaf, 2 May 2020.")
    assert [entry.get("title") for entry in found] == ["One", "Two"]


def referred(*notes, existing=""):
    text = Text((), tuple(Note(str(n), (Run(words),)) for n, words in enumerate(notes, 1)))
    return citing.references(text, bibliography.read(existing, "references.bib"), "a-document")


def test_a_note_that_refers_back_names_the_same_work():
    found = referred('Oil Union. "Oil in March". https://oil.example/m', "Ibid., p. 3.",
                     "https://dark.example/only", "See Oil Union, supra note 1, at 5.")  # fmt: skip
    assert found.of_note["1"] == found.of_note["2"] == found.of_note["4"]
    assert len(found.added) == 2


EXISTING = """@online{there, author = {{Oil Union}}, title = {{Oil in the Month of March}},
  date = {2020}, url = {http://www.oil.example/m/}}"""


@pytest.mark.parametrize(("note", "reused"), [
    ('Oil Union. "Other words". https://oil.example/m#top', True),
    ('Oil Union. "Oil in the month of March." https://mirror.example/', True),
    ('"Oil in the Month of March."', True),
    ('Gas Union. "Oil in the Month of March." https://mirror.example/', False),
    ('Oil Union. "Oil in the Month of March." The Page, 3 March 2021', False),
    ('Oil Union. "Oil in the Month of April." https://mirror.example/', False),
])  # fmt: skip
def test_an_entry_that_exists_is_reused_by_address_or_title(note, reused):
    found = referred(note, existing=EXISTING)
    assert (found.of_note["1"] == ("there",)) is reused
    assert bool(found.added) is not reused


def test_keys_are_stable_and_unique():
    notes = [f"Ada Wick, “Lamps at Dusk,” The {name}, 3 March 2020" for name in ("Page", "Leaf")]
    other = "Ada Wick, “Lamps at Dusk, Again and Again,” The Page, 3 March 2020"
    first, again = referred(*notes, other), referred(*notes, other)
    keys = [key for key, _ in first.added]
    assert (
        keys
        == [key for key, _ in again.added]
        == ["wick-lamps-dusk-2020", "wick-lamps-dusk-2020-2"]
    )


def test_entries_are_read_back_as_written():
    found = referred(
        "Ada Wick, “50 % of {Lamps} & $5_0 #1 ~ \\end,” The P&L, May 2020, https://p.example/a{b}%20_c"
    )
    (entry,) = parse_string(found.bibtex, "bibtex").entries.values()
    assert entry.fields["url"] == "https://p.example/a%7Bb%7D%20_c"
    again = bibliography.read(found.bibtex, "references.bib")
    assert again.match(found.added[0][1]).by == "address"


@pytest.mark.parametrize(("text", "expected"), [
    ("Ada Wick and Ben Q. Brand", (Name("Wick", "Ada"), Name("Brand", "Ben Q."))),
    ("Wick, Ada", (Name("Wick", "Ada"),)),
    ("Ludwig van der Berg", (Name("van der Berg", "Ludwig"),)),
    ("Institute of Light and Power", (Name("Institute of Light and Power"),)),
    ("Readers Without Walls (RWW)", (Name("Readers Without Walls"),)),
])  # fmt: skip
def test_persons_are_told_from_bodies(text, expected):
    assert authors(text)[0] == expected


def test_bodies_are_no_persons():
    for name in ("Amnesty International", "Human Rights Watch", "Reading Union", "the town"):
        assert not is_person(name)


@pytest.mark.parametrize(("text", "edtf"), [
    ("8 February 2021", "2021-02-08"), ("Feb. 8, 2021", "2021-02-08"), ("2021-02-08", "2021-02-08"),
    ("Monday, 8th of February, 2021", "2021-02-08"), ("February 2021", "2021-02"),
    ("31 February 2021", None), ("on 8 February 2021", None), ("", None),
])  # fmt: skip
def test_dates_are_read(text, edtf):
    assert whole_date(text) == edtf


def test_years_alone_are_read_where_asked_for():
    assert [each.edtf for each in dates("in 1999 and May 2001", years=True)] == ["1999", "2001-05"]
    assert [each.edtf for each in dates("in 1999 and May 2001")] == ["2001-05"]


@pytest.mark.parametrize(
    ("given", "edtf"),
    [
        ({"date-parts": [[2020]]}, "2020"),
        ({"date-parts": [["2020", "3", "9"]]}, "2020-03-09"),
        ({"date-parts": [[2019, 5], [2020, 2]]}, "2019-05/2020-02"),
        ([{"year": 2019}, {"year": 2020, "month": 2}], "2019/2020-02"),
        ({"raw": "2020-03-09"}, "2020-03-09"),
        ({"date-parts": [[2020, 2, 31]]}, ""),
        ({"literal": "one spring"}, ""),
    ],
)
def test_a_date_of_a_citation_manager_keeps_all_its_parts(given, edtf):
    entry = citing.csl_entry({"type": "book", "title": "Lamps", "issued": given})
    assert entry.get("date") == edtf


def test_a_new_key_differs_from_others_by_more_than_capitals():
    """BibTeX takes keys that differ by capitals alone for one."""
    known = bibliography.read("@book{Wick-Lamps-2020, title = {Oil}, date = {1999}}", "any.bib")
    entry = bibliography.Entry(
        "book", (Name("Wick", "Ada"),), (("title", "Lamps"), ("date", "2020"))
    )
    assert known.new_key(entry) == "wick-lamps-2020-2"
