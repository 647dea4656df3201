"""Dates as EDTF (ISO 8601-2:2019, levels 0 and 1), read strictly and said in each language."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial

from archive.model import Fact
from archive.model.showing import roman
from archive.model.words import Words

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

SHORT_MONTHS = (  # The Bluebook, table 12; MLA Handbook, appendix 1
    "Jan.", "Feb.", "Mar.", "Apr.", "May", "June",
    "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.",
)  # fmt: skip

_QUALIFIERS = {"": "", "?": " (uncertain)", "~": " (approximate)", "%": " (uncertain, approximate)"}
_END = re.compile(
    r"(?P<year>\d{4}|\d{3}X|\d{2}XX|XXXX)"
    r"(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>\d{2}))?)?(?P<qualifier>[?~%]?)"
)
_OPEN = ".."
_ORDINALS_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
)
_ORDINALS = tuple(_ORDINALS_WORDS.split())
_TENS = ["twent", "thirt", "fort", "fift", "sixt", "sevent", "eight", "ninet"]
# The most common forms are checked by the calendar alone: to load the EDTF parser takes 0.1 s, and
# each date some 10 ms.
_PLAIN = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNKNOWN = "XXXX"


@dataclass(frozen=True, slots=True)
class ArchiveDate(Fact):
    """A date as precise as it is known."""

    edtf: str

    @classmethod
    def parse(cls, text: str) -> ArchiveDate:
        """Read an EDTF date or interval.

        Raises ValueError if it is not EDTF, if the day does not exist, or if it is of a form that
        the archive does not use (seasons, sets, exponents, unknown days).
        """
        if text == _UNKNOWN or _is_plain(text):
            return cls(text)
        ends = text.split("/")
        if len(ends) != 2 or not all(end == _OPEN or _is_plain(end) for end in ends):
            _check(text)
        if len(ends) > 2 or not all(end == _OPEN or _END.fullmatch(end) for end in ends):
            raise ValueError(f"{text!r} is EDTF of a form the archive does not use")
        if ends == [_OPEN, _OPEN]:
            raise ValueError(f"{text!r} says nothing: write {_UNKNOWN} for an unknown date")
        if all(map(_is_plain, ends)) and ends[0] > ends[-1] and not ends[0].startswith(ends[-1]):
            raise ValueError(f"{text!r} ends before it begins")
        return cls(text)

    def __str__(self) -> str:
        return self.edtf

    @property
    def spoken(self) -> str:
        """The date in words: ``8 February 2021``, ``December 2021 or later``."""
        return _said(self.edtf, _spoken_end, str)

    def said(self, _: Words) -> str:
        """The date in the words and the order of a language (CLDR); ``spoken`` in English."""
        return self.spoken if _.is_english else _said(self.edtf, partial(_said_end, _=_), _)

    @property
    def sort_key(self) -> tuple[str, str]:
        """Sorts dates by their earliest known moment; an unknown date comes last."""
        start, _, end = self.edtf.partition("/")
        return (end if start == _OPEN else start).rstrip("?~%"), self.edtf

    @property
    def is_open(self) -> bool:
        """Whether it may be any time from its start on."""
        return self.edtf.endswith(f"/{_OPEN}")

    @property
    def year(self) -> str | None:
        """The year in which it lies or starts, in four digits; None if unknown."""
        year = self.sort_key[0][:4]
        return year if year.isdigit() else None


@lru_cache(maxsize=1_000)
def _check(text: str) -> None:
    """Raise ValueError unless a text is EDTF."""
    # Its grammar takes a tenth of the time of an edit to load, and few dates need it.
    from edtf import parse_edtf  # noqa: PLC0415
    from edtf.parser.edtf_exceptions import EDTFParseException  # noqa: PLC0415

    try:
        parse_edtf(text)
    except (EDTFParseException, TypeError) as error:
        raise ValueError(f"{text!r} is not a date in EDTF") from error


def _is_plain(text: str) -> bool:
    """Whether it is a year, a month or a day that the calendar has."""
    if not _PLAIN.fullmatch(text):
        return False
    try:
        return len(text) < 10 or bool(date.fromisoformat(text))
    except ValueError:
        return False


def _spoken_end(text: str) -> str:
    match = _END.fullmatch(text)
    assert match is not None  # ArchiveDate.parse refuses other forms
    year, month, day = match["year"], match["month"], match["day"]
    qualifier = _QUALIFIERS[match["qualifier"]]
    if year == _UNKNOWN:
        return f"date unknown{qualifier}"
    if year.endswith("X"):
        return f"the {span_of_years(year)}{qualifier}"
    words = [day.lstrip("0")] if day else []
    if month:
        words.append(MONTHS[int(month) - 1])
    return " ".join([*words, year]) + qualifier


def span_of_years(year: str) -> str:
    """A decade or a century in words: ``1990s``, ``1900s (decade)``, ``twentieth century``.

    In digits, the years of a century would read as those of its first decade.
    """
    if year.endswith("XX"):
        return f"{_ordinal(int(year[:2]) + 1)} century"
    return f"{year[:3]}0s (decade)" if year[2] == "0" else f"{year[:3]}0s"


def _ordinal(number: int) -> str:
    """A number from 1 to 100 as an ordinal in words."""
    if number == 100:
        return "hundredth"
    tens, ones = divmod(number, 10)
    if number < 20:
        return _ORDINALS[number - 1]
    ten = _TENS[tens - 2]
    return f"{ten}y-{_ORDINALS[ones - 1]}" if ones else f"{ten}ieth"


def _said(edtf: str, end: Callable[[str], str], _: Callable[[str], str]) -> str:
    """Return a date or an interval in words, each of its ends said by ``end``."""
    first, slash, last = edtf.partition("/")
    if not slash:
        return end(first)
    if last == _OPEN:
        return _("{date} or later").format(date=end(first))
    if first == _OPEN:
        return _("{date} or earlier").format(date=end(last))
    return _("between {start} and {end}").format(start=end(first), end=end(last))


def _said_end(text: str, _: Words) -> str:
    match = _END.fullmatch(text)
    assert match is not None  # ArchiveDate.parse refuses other forms
    year, month, day, qualifier = match.groups()
    if year == _UNKNOWN:
        words = _("date unknown")
    elif year.endswith("XX"):
        number = int(year[:2]) + 1
        words = _("century {number}").format(number=number, roman=roman(number).upper())
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
