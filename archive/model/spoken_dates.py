"""Dates in EDTF as other languages than English say them, by CLDR and the catalogues."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from archive.model.words import Words

_END = re.compile(r"([0-9X]{4})(?:-(\d{2}))?(?:-(\d{2}))?([?~%]?)")


def said(edtf: str, _: Words) -> str:
    """Return a date of a form that the archive uses, see ``ArchiveDate.parse``."""
    start, _slash, end = edtf.partition("/")
    if not end:
        return _end(start, _)
    if end == "..":
        return _("{date} or later").format(date=_end(start, _))
    if start == "..":
        return _("{date} or earlier").format(date=_end(end, _))
    return _("between {start} and {end}").format(start=_end(start, _), end=_end(end, _))


def _end(text: str, _: Words) -> str:
    match = _END.fullmatch(text)
    assert match is not None  # ArchiveDate.parse refuses other forms
    year, month, day, qualifier = match.groups()
    if year == "XXXX":
        words = _("date unknown")
    elif year.endswith("XX"):
        number = int(year[:2]) + 1
        words = _("century {number}").format(number=number, roman=_roman(number))
    elif year.endswith("X"):
        words = _("the {year}s").format(year=f"{year[:3]}0")
    else:
        words = _day(int(year), month, day, _.language)
    told = {
        "?": _("{date} (uncertain)"),
        "~": _("{date} (approximate)"),
        "%": _("{date} (uncertain, approximate)"),
    }
    return told[qualifier].format(date=words) if qualifier else words


@lru_cache(maxsize=5_000)  # each page of a document says its dates, and the lists say them again
def _day(year: int, month: str | None, day: str | None, language: str) -> str:
    """Return a year, a month or a day as CLDR writes it in text."""
    from babel import Locale  # noqa: PLC0415 - it takes a tenth of the time of an edit to load
    from babel.dates import format_date, format_skeleton  # noqa: PLC0415

    if not year:
        return "-".join(filter(None, ("0000", month, day)))
    locale = Locale.parse(language.partition("-")[0])
    moment = date(year, int(month or 1), int(day or 1))
    if day:
        whole = format_date(moment, "long", locale)
        return re.sub(r"^1 ", "1er ", whole) if locale.language == "fr" else whole
    return format_skeleton("yMMMM" if month else "y", moment, locale=locale)


def _roman(number: int) -> str:
    signs = {50: "L", 40: "XL", 10: "X", 9: "IX", 5: "V", 4: "IV", 1: "I"}
    if number == 100:
        return "C"
    if number >= 90:
        return f"XC{_roman(number - 90)}" if number > 90 else "XC"
    found = ""
    for value, sign in signs.items():
        count, number = divmod(number, value)
        found += sign * count
    return found
