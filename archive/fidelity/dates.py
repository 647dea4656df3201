"""Dates in running text: days, months of a year, days of a month, in any English order."""

from __future__ import annotations

import re
from typing import NamedTuple

from archive.model.dates import MONTHS

_NUMBER = {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
_NUMBER |= {name[:3].lower(): number for number, name in enumerate(MONTHS, start=1)}
_NUMBER["sept"] = 9

_MONTH = rf"(?P<month>{'|'.join(MONTHS)}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
_DAY = r"(?P<day>[12][0-9]|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>[12][0-9]{3})\b"
_FORMS = (
    rf"(?<!\w){_MONTH}\s+{_DAY}\b(?:,?\s+{_YEAR})?",  # February 8, 2021
    rf"(?<!\w){_DAY}\s+(?:of\s+|day\s+of\s+)?{_MONTH}\b(?:,?\s+{_YEAR})?",  # 8 February 2021
    rf"(?<!\w){_MONTH}\s+(?:of\s+)?{_YEAR}",  # February 2021
    r"\b(?P<year>[12][0-9]{3})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12][0-9]|3[01])\b",
)
_PATTERNS = tuple(re.compile(form) for form in _FORMS)


class Date(NamedTuple):
    """A date: what is not said of it is None."""

    year: int | None
    month: int
    day: int | None


def find_dates(text: str) -> tuple[dict[Date, str], str]:
    """The dates of a text, each with the words that first give it, and the text without them."""
    found: dict[Date, str] = {}
    for pattern in _PATTERNS:
        pieces, done = [], 0
        for match in pattern.finditer(text):
            found.setdefault(_read(match), match[0])
            pieces += [text[done : match.start()], ","]
            done = match.end()
        text = "".join([*pieces, text[done:]])
    return found, text


def _read(match: re.Match[str]) -> Date:
    parts = match.groupdict()
    month, day, year = parts["month"].rstrip(".").lower(), parts.get("day"), parts["year"]
    number = int(month) if month.isdigit() else _NUMBER[month]
    return Date(int(year) if year else None, number, int(day) if day else None)
