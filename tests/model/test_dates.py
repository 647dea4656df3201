"""Dates are EDTF, say no more than is known, and are spoken in plain English."""

import pytest

from archive.model.dates import ArchiveDate


@pytest.mark.parametrize(
    ("edtf", "spoken"),
    [
        ("2021-12-10", "10 December 2021"),
        ("2021-02-08", "8 February 2021"),
        ("2019-05", "May 2019"),
        ("2025", "2025"),
        ("2021-12/..", "December 2021 or later"),
        ("../2021-12", "December 2021 or earlier"),
        ("2019/2021-05", "between 2019 and May 2021"),
        ("2021~", "2021 (approximate)"),
        ("2021-05?", "May 2021 (uncertain)"),
        ("2021-05-06%", "6 May 2021 (uncertain, approximate)"),
        ("202X", "the 2020s"),
        ("190X", "the 1900s (decade)"),
        ("19XX", "the twentieth century"),
        ("20XX", "the twenty-first century"),
        ("XXXX", "date unknown"),
        ("2020-02-29", "29 February 2020"),
    ],
)
def test_a_date_is_spoken(edtf, spoken):
    assert ArchiveDate.parse(edtf).spoken == spoken


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2021-13", "2021-02-30", "2021-2-8", "10 December 2021", "12/10/2021",
     "2021-12-10T10:00:00Z", "2021-21", "{2020,2021}", "Y-17E7", "../..", "1/2/3", "2021-12/"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the record's reader words the problem
        ArchiveDate.parse(text)


def test_dates_sort_by_their_earliest_moment_and_unknown_ones_last():
    texts = ["XXXX", "2021-12/..", "2019-05", "../2018", "2021-12-10", "2021~"]
    ordered = sorted(map(ArchiveDate.parse, texts), key=lambda date: date.sort_key)
    assert [date.edtf for date in ordered] == [
        "../2018", "2019-05", "2021~", "2021-12/..", "2021-12-10", "XXXX",
    ]  # fmt: skip
