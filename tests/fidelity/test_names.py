"""Names, dates and numbers are found in running text, and known again in an equivalent form."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.fidelity.completeness import find_numbers, lacking
from archive.fidelity.languages import Date, find_dates
from archive.fidelity.words import NO_NAMES, Named, Names
from archive.model.passage import normalise

GIVEN = Names((("Reporters Without Borders", "RSF"), ("United States", "US"), ("Harbour Inquiry",)))


def names(text: str, known: frozenset[str] = frozenset()) -> list[str]:
    named = Named(normalise(text))
    return [" ".join(named.bare[start:end]) for start, end in named.names(known, GIVEN)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The letter names Marta Quill and Peter Voss.", ["Marta Quill", "Peter Voss"]),
        ("News organizations agree. Editors do.", []),
        ("In view of this the Council met Mr. Voss.", ["Council", "Voss"]),
        ("He met Mr. Voss. Editors did not.", ["Voss"]),
        ("The Department of Justice wrote.", ["Department", "Justice"]),
        ("RSF/Reporters Without Borders wrote.", ["RSF", "Reporters Without Borders"]),
        ("The U.S. government and the UK's courts.", ["US", "UK"]),
        ("Harbour Inquiry began. Voss Hall closed.", ["Harbour Inquiry", "Hall"]),
        ("It said: Nobody. “The Council” and “Voices” spoke.", ["Council"]),
        ("See https://Example.org/Letter or Press@Example.org in Norland.", ["Norland"]),
        ("the well-known Anglo-Saxon court", ["Anglo Saxon"]),
        ("1. Editors came. 2. They went to J. R. Voss.", ["J R Voss"]),
        ("[3] Neither came.", []),
        ("(a) Editors came; they met Mr. Voss.", ["Voss"]),
        ("§ 12. Neither came.", []),
        (
            "SALTGATE, Norland (May) — Today they wrote to Marta Quill.",
            ["Norland", "May", "Marta Quill"],
        ),
        ("whereas Section 793(e) of Title 18", ["Section", "Title"]),
    ],
)
def test_names_are_capitalised_within_a_sentence(text, found):
    assert names(text) == found


def test_the_first_word_of_a_sentence_is_a_name_where_the_source_knows_it():
    assert names("Assembly met.") == []
    assert names("Assembly met.", frozenset({"Assembly"})) == ["Assembly"]


def missing(paragraph: str, passage: str, given: Names = GIVEN) -> list[str]:
    said, known = Named(normalise(paragraph)), frozenset()
    return [name for name, _ in said.missing_in(Named(normalise(passage)), known, given)]


@pytest.mark.parametrize(
    ("paragraph", "passage"),
    [
        ("by Marta Quill’s office", "Marta Quill has an office"),
        ("by RSF", "by Reporters Without Borders"),
        ("by Reporters Without Borders", "by RSF"),
        ("in the United States", "in the US"),
        ("in the U.S. courts", "the courts of the United States"),
        ("the Harbour Press Council", "the HPC"),
        ("the HPC", "the Harbour Press Council"),
        ("the DOJ", "the Department of Justice"),
        ("the DJ", "the Department of Justice"),
        ("the Department of Justice", "the DOJ"),
        ("on the Internet", "on the internet"),
        ("the Harbour-Press Council", "Harbour Press’s Council"),
        ("Mr. Voss", "Voss"),
    ],
)
def test_a_name_is_known_in_its_other_forms(paragraph, passage):
    assert missing(paragraph, passage) == []


@pytest.mark.parametrize(
    ("paragraph", "passage"),
    [
        ("by Marta Quill", "by Quill"),
        ("the First Court", "the first of them, the Court"),
        ("the Bill of the Rights", "a Bill, and rights"),
        ("the Council of Norland", "a council in Norland"),
        ("in the US", "they told us"),
        ("by RSF", "by Reporters"),
        ("the NLB", "the National Board"),
        ("by Amnesty", "by amnesties"),
    ],
)
def test_a_name_that_is_not_said_is_missing(paragraph, passage):
    assert len(missing(paragraph, passage)) == 1
    assert missing(paragraph, passage, NO_NAMES)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("on February 8, 2021, it", Date(2021, 2, 8)),
        ("on Feb. 8th 2021", Date(2021, 2, 8)),
        ("on 8 February 2021", Date(2021, 2, 8)),
        ("on the 8th of February, 2021", Date(2021, 2, 8)),
        ("on 2021-02-08", Date(2021, 2, 8)),
        ("in February 2021", Date(2021, 2, None)),
        ("in May 2019", Date(2019, 5, None)),
        ("on 31 December", Date(None, 12, 31)),
        ("on Sept 3", Date(None, 9, 3)),
    ],
)
def test_a_date_is_the_same_in_any_order(text, date):
    found, rest = find_dates(text)
    assert list(found) == [date]
    assert find_numbers(rest) == {}


@pytest.mark.parametrize("text", ["they may 2 times", "in 2021", "in May", "March on 40 towns"])
def test_what_is_no_date_is_none(text):
    assert find_dates(text)[0] == {}


@pytest.mark.parametrize(
    "forms",
    [
        ("more than 20", "over twenty", "in excess of 20"),
        ("at least 5", "no fewer than five", "5 or more"),
        ("1,250", "1250", "one thousand two hundred and fifty"),
        ("2.5 million", "2,500,000", "2500000"),
        ("25", "twenty-five", "twenty five"),
        ("20%", "20 percent", "twenty per cent"),
        ("$3 million", "3,000,000 dollars", "three million dollars"),
        ("7", "seven", "Seven"),
        ("dozens", "Dozens"),
        ("21st", "21ST"),
    ],
)
def test_a_number_is_the_same_in_figures_and_in_words(forms):
    found = [list(find_numbers(f"there were {form} of them")) for form in forms]
    assert len(found[0]) == 1
    assert all(each == found[0] for each in found)


def test_different_numbers_differ():
    forms = ("20", "more than 20", "at least 20", "about 20", "nearly 20", "20%", "$20", "20th",
             "21", "200", "2.0", "fewer than 20", "up to 20", "dozens", "1990s",
             "1990")  # fmt: skip
    found = [tuple(find_numbers(f"there were {form} of them")) for form in forms]
    assert len(set(found)) == len(forms)


@pytest.mark.parametrize("text", ["no one came", "COVID-19", "5G", "the second one", "v2.1b"])
def test_what_is_no_number_is_none(text):
    assert find_numbers(text) == {}


@given(st.integers(0, 999_999))
def test_a_number_in_figures_is_read_as_it_is(number):
    assert [each.value for each in find_numbers(f"{number:,} and")] == [Fraction(number)]


@given(st.text(max_size=60))
def test_no_text_breaks_the_search(text):
    find_numbers(find_dates(text)[1])
    named = Named(normalise(text))
    list(named.missing_in(named, named.capitalised, GIVEN))
    assert list(named.missing_in(named, named.capitalised, GIVEN)) == []


@pytest.mark.parametrize(("source", "said"), [
    ("the 19th century", "the nineteenth century"), ("a 3rd order", "the third order"),
    ("its 42nd day", "its forty-second day"), ("the 20th", "the twentieth time"),
])  # fmt: skip
def test_an_ordinal_may_be_spelt_as_the_editor_likes(source, said):
    assert list(lacking(source, said, GIVEN)) == []
    assert [kind for kind, _, _ in lacking(source, "another one", GIVEN)] == ["number"]
