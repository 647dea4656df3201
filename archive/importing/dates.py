"""Finds dates in English text and gives them as EDTF (ISO 8601-2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from archive.model.dates import MONTHS

_NUMBER = {month[:3].lower(): number for number, month in enumerate(MONTHS, 1)}
_MONTH = "(?P<month>" + "|".join(
    rf"{month}|{month[:3]}\.?" if month != "September" else r"September|Sept?\.?"
    for month in MONTHS
) + ")"  # fmt: skip
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>1[4-9]\d\d|20\d\d)"

# Longer forms come before those that they contain.
_FORMS = tuple(
    re.compile(rf"(?<![\w/-]){form}(?![\w/-])")
    for form in (
        r"(?P<year>1[4-9]\d\d|20\d\d)-(?P<month>0[1-9]|1[0-2])-(?P<day>[0-3]\d)(?:T[\d:.Z+-]+)?",
        rf"{_DAY}(?: of)? {_MONTH},? {_YEAR}",
        rf"{_MONTH} {_DAY},? {_YEAR}",
        rf"{_MONTH},? {_YEAR}",
    )
)
_YEAR_ALONE = re.compile(rf"(?<![\w/.-]){_YEAR}(?![\w/-])")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date and its place in a text."""

    edtf: str
    start: int
    end: int


def dates(text: str, *, years: bool = False) -> Iterator[Dated]:
    """The days and months in ``text``, in order; with ``years``, also years alone."""
    taken: list[Dated] = []
    for form in (*_FORMS, *((_YEAR_ALONE,) if years else ())):
        for match in form.finditer(text):
            if any(match.start() < each.end and each.start < match.end() for each in taken):
                continue
            edtf = _edtf(match.groupdict())
            if edtf is not None:
                taken.append(Dated(edtf, *match.span()))
    yield from sorted(taken, key=lambda each: each.start)


def whole_date(text: str) -> str | None:
    """The date as EDTF where ``text`` is a date and nothing else, the day of the week aside."""
    stripped = re.sub(r"^(?:Dated:? )?(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?", "",
                      text.strip().rstrip("."))  # fmt: skip
    found = list(dates(stripped))
    if len(found) == 1 and (found[0].start, found[0].end) == (0, len(stripped)):
        return found[0].edtf
    return None


# Days in figures alone; a point stands behind the day, a slash behind either.
_FIGURES = re.compile(
    r"(?<![\w/.-])(?P<one>\d{1,2})(?P<mark>[/.-])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})"
    r"(?![\w/-]|\.\d)"
)


def in_figures(text: str) -> Iterator[tuple[str, list[str]]]:
    """The days in figures in a text, ``04/05/21``, each with what it may be, as EDTF.

    A year of two figures is one of this century or of the last.
    """
    for match in _FIGURES.finditer(text):
        one, two, year = match["one"], match["two"], match["year"]
        years = [year] if len(year) == 4 else [f"20{year}", f"19{year}"]
        orders = [(two, one)] if match["mark"] == "." else [(two, one), (one, two)]
        days = (f"{each}-{int(m):02}-{int(d):02}" for each in years for m, d in orders)
        found = [each for each in dict.fromkeys(days) if is_day(each)]
        if found:
            yield match[0], found


def _edtf(parts: dict[str, str | None]) -> str | None:
    month = parts.get("month")
    if month and not month.isdigit():
        month = f"{_NUMBER[month[:3].lower()]:02}"
    day = parts.get("day")
    text = "-".join(filter(None, (parts["year"], month, f"{int(day):02}" if day else None)))
    return text if is_day(text) else None


def is_day(text: str) -> bool:
    """Whether the calendar has ``text``: ``2021``, ``2021-02`` or ``2021-02-08``."""
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])  # a year or month is made a day
    except ValueError:
        return False
    return True
