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
    def first(self) -> str:
        """The year, or the first of a decade or century."""
        return self.year.replace("X", "0")

    @property
    def last(self) -> str:
        """The year, or the last of a decade or century."""
        return self.year.replace("X", "9")

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


def by_years(date: ArchiveDate) -> str:
    """The date by its years, in EDTF without X: ``2021/..`` of ``2021-12/..``.

    ``2020/2029`` of a decade; ``XXXX`` where nothing is known.
    """
    if not is_known(date):
        return "XXXX"
    ends = moments(date)
    start, end = ends[0], ends[-1]
    first = f"{start.first}{start.qualifier}" if start else ".."
    last = f"{end.last}{end.qualifier}" if end else ".."
    return max(first, last, key=len) if first[:4] == last[:4] else f"{first}/{last}"


def in_years(date: ArchiveDate) -> str:
    """A date that is not exact in words, by its years: ``not before 2021`` for ``2021-12/..``.

    These are the words of files for reference managers.  Zotero reads a month or a day out of any
    text that has one (``strToDate``), and would cite “8 February 2021 or later” as 8 February 2021;
    what stands before a year alone it keeps.  The year is last, because styles put letters behind
    the words to tell two works of a year apart: ``not before 2021b``.  It has four digits, because
    Zotero makes “0000 the” of words in RIS that have no year.
    """
    match by_years(date).split("/"):
        case ["XXXX"]:
            return "n.d."
        case [start, ".."]:
            return f"not before {_doubted(start)}"
        case ["..", end]:
            return f"not after {_doubted(end)}"
        case ends:
            return f"{'between ' * (len(ends) - 1)}{' and '.join(map(_doubted, ends))}"


_DOUBTS = {"": "", "?": "perhaps ", "~": "approximately ", "%": "perhaps approximately "}


def _doubted(year: str) -> str:
    return f"{_DOUBTS[year[4:]]}{year[:4]}"


_END = r"((?:perhaps )?(?:approximately )?)(\d{4})"
_FORMS = {
    re.compile(form.replace("2021", _END, 1).replace("2022", _END)): edtf
    for form, edtf in {
        "2021": "{}", "between 2021 and 2022": "{}/{}", "not before 2021": "{}/..",
        "not after 2021": "../{}",
    }.items()
}  # fmt: skip


def of_years(words: str) -> ArchiveDate | None:
    """The date that ``in_years`` says in these words, by its years; None of other words."""
    signs = {said: sign for sign, said in _DOUBTS.items()}
    for form, edtf in _FORMS.items():
        if found := form.fullmatch(words):
            said = found.groups()
            ends = (year + signs[doubt] for doubt, year in zip(said[::2], said[1::2], strict=True))
            return ArchiveDate.parse(edtf.format(*ends))
    return None


def closed(date: ArchiveDate) -> str | None:
    """What is known at both ends as an interval in EDTF without X, which all tools read.

    ``2019/2021``; ``2020/2029`` of a decade, ``1900/1999`` of a century.  None of any other date.
    """
    ends = date.edtf.split("/")
    if exact(date) or not {*ends}.isdisjoint(_UNKNOWN) or re.search(r"[?~%]", date.edtf):
        return None
    return f"{ends[0].replace('X', '0')}/{ends[-1].replace('X', '9')}"


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
