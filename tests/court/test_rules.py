"""The rules of the court find what is wrong in a text, and let pass what is right."""

from __future__ import annotations

import pytest

from archive.model.dates import ArchiveDate
from tests.court import cases, rules

RIGHT = [
    ("2021-02-08", "8 feb. 2021"), ("2021-12/..", "december 2021 or later"),
    ("2021-12/..", "not before 2021"), ("2021-12/..", "2021–"),
    ("../2021-12", "not after december 2021"), ("2019/2021", "between 2019 and 2021"),
    ("2020-11/2021-02", "nov. 2020–feb. 2021"), ("2021~", "c. 2021a"), ("2021-02-08?", "[2021?]"),
    ("202X", "the 2020s"), ("202X", "between 2020 and 2029"), ("19XX", "twentieth century"),
    ("190X", "between 1900 and 1909"), ("XXXX", "n.d."),
]  # fmt: skip
WRONG = [
    ("2021-02-08", "8 feb.", "date-lost"), ("2021-02", "march 2021", "date-invented"),
    ("2021-12/..", "december 2021. available from", "date-certain"),
    ("2021-12/..", "december 2021 or later2021", "date-doubled"),
    ("2021-12/..", "december 2021 or laterb", "date-letter"),
    ("../2021-12", "2021", "date-certain"),
    ("2019/2021", "2019", "date-certain"), ("2021~", "2021", "date-certain"),
    ("202X", "0000 x", "date-lost"), ("19XX", "the 1900s", "date-lost"),
    ("XXXX", "2021", "date-invented"),
]  # fmt: skip


@pytest.mark.parametrize(("edtf", "text"), RIGHT)
def test_a_date_that_says_what_is_known_passes(edtf, text):
    assert list(rules.dates(ArchiveDate.parse(edtf), text, text.rstrip("ab"))) == []


@pytest.mark.parametrize(("edtf", "text", "rule"), WRONG)
def test_a_date_that_says_more_or_less_is_found(edtf, text, rule):
    assert list(rules.dates(ArchiveDate.parse(edtf), text)) == [rule]


@pytest.fixture(scope="module")
def passage():
    return next(case for case in cases.every() if str(case).endswith("whereas 3"))


def test_a_text_that_says_all_passes(passage):
    assert rules.faults(passage.claim, _text(passage)) == frozenset()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (("[rewritten", "["), "mark"), (("whereas", "paragraph"), "locator"),
        ((", whereas", ", p. whereas"), "locator-label"), (("#", ""), "url"),
        (("Crown", "Clown"), "title"), ((", Inc", " Inc"), "body"),
    ],
)  # fmt: skip
def test_what_a_text_lacks_is_found(passage, change, rule):
    assert rules.faults(passage.claim, _text(passage).replace(*change)) == {rule}


@pytest.mark.parametrize("text", ["Adaeze, O.", "Oyelba, Adaeze"])
def test_a_person_turned_round_is_found(text):
    person = next(case for case in cases.every() if case.shape == "person")
    assert "person" in rules.faults(person.claim, text)


def _text(case):
    reference = case.reference
    title = f"{reference.record.title}, {reference.locator.text} [{reference.settings.credit}]"
    return f"{reference.record.cited[0].name}. {title}. 8 Feb. 2021. {reference.address}"
