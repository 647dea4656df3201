"""Splits EDTF dates into year, month and day, for citation forms to write in their own way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from archive.model.dates import ArchiveDate, span_of_years

_MOMENT = re.compile(r"([0-9X]{4})(?:-(\d{2}))?(?:-(\d{2}))?([?~%]?)")
_UNKNOWN = ("", "..", "XXXX")


@dataclass(frozen=True, slots=True)
class Moment:
    """One end of a date in EDTF, level 1 (ISO 8601-2:2019)."""

    year: str  # four digits, or a decade or century such as 202X, 20XX
    month: int | None = None
    day: int | None = None
    qualifier: str = ""  # ? uncertain, ~ approximate, % both

    @property
    def decade(self) -> str:
        """The year as one writes it: ``2021``, ``2020s``, ``twentieth century``."""
        return self.year if self.year.isdigit() else span_of_years(self.year)

    @property
    def parts(self) -> tuple[int, ...]:
        """Year, month and day as numbers, as far as known."""
        known = (int(self.year), self.month, self.day) if self.year.isdigit() else ()
        return tuple(part for part in known if part is not None)

    @property
    def slashed(self) -> str:
        """``2021/02/08``, as much of it as is known of a year in four digits."""
        year, *rest = self.parts
        return "/".join([f"{year:04}", *(f"{part:02}" for part in rest)])


def moments(date: ArchiveDate) -> tuple[Moment | None, ...]:
    """One moment for a date, two for an interval; None for an end that is unknown."""
    return tuple(_moment(end) for end in date.edtf.split("/"))


def exact(date: ArchiveDate) -> Moment | None:
    """The moment of a date that is one known year, month or day; None for any other date."""
    match moments(date):
        case (Moment(qualifier="") as only,) if only.parts:
            return only
    return None


def in_years(date: ArchiveDate) -> str:
    """A date that is not exact in words, by its years: ``not before 2021`` for ``2021-12/..``.

    These are the words of files for reference managers.  Zotero reads a month or a day out of any
    text that has one (``strToDate``), and would cite “8 February 2021 or later” as 8 February 2021;
    what stands before a year alone it keeps.  The year is last, because styles put letters behind
    the words to tell two works of a year apart: ``not before 2021b``.
    """
    ends = moments(date)
    if None not in ends and len({end.year for end in ends if end}) == 1:
        return max((_in_year(end) for end in ends if end), key=len)
    match ends:
        case (Moment() as start, None):
            return f"not before {_in_year(start)}"
        case (None, Moment() as end):
            return f"not after {_in_year(end)}"
        case (Moment() as start, Moment() as end):
            return f"between {_in_year(start)} and {_in_year(end)}"
    return "n.d."


_DOUBTS = {"?": "perhaps ", "~": "approximately ", "%": "perhaps approximately "}


def _in_year(moment: Moment) -> str:
    year = moment.year if moment.year.isdigit() else f"the {moment.decade}"
    return f"{_DOUBTS.get(moment.qualifier, '')}{year}"


def is_known(date: ArchiveDate) -> bool:
    """Whether anything is known of it."""
    return any(moment is not None for moment in moments(date))


def worded(
    date: ArchiveDate, write: Callable[[Moment], str], undated: str, *, comma: str = ""
) -> str:
    """The date in words; ``comma`` stands between a full date and "or later"."""
    match moments(date):
        case (Moment() as only,):
            return write(only)
        case (Moment() as start, None):
            return f"{write(start)}{comma if start.day else ''} or later"
        case (None, Moment() as end):
            return f"{write(end)}{comma if end.day else ''} or earlier"
        case (Moment() as start, Moment() as end):
            return f"between {write(start)} and {write(end)}"
    return undated


@lru_cache(maxsize=1024)
def _moment(text: str) -> Moment | None:
    match = _MOMENT.fullmatch(text)
    if match is None or match[1] in _UNKNOWN:
        return None
    year, month, day, qualifier = match.groups()
    return Moment(year, int(month) if month else None, int(day) if day else None, qualifier)
