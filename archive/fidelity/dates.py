"""Finds dates in texts of any language, so that those of a source and of its passage are compared.

Names of months are those of the Common Locale Data Repository, in whatever form they stand: "8
février 2021", "8 февраля 2021 года", "8 ديسمبر/كانون الأول 1948", "2021年2月8日".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from archive.fidelity.languages import has_cases, primary
from archive.model.dates import MONTHS

_DAY = r"(?P<day>[12][0-9]|3[01]|0?[1-9])"
_YEAR = r"(?P<year>[12][0-9]{3})\b"
_ISO = r"\b(?P<year>[12][0-9]{3})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12][0-9]|3[01])\b"


class Date(NamedTuple):
    """A date; None where the text does not give the part."""

    year: int | None
    month: int
    day: int | None


def find_dates(text: str, language: str = "en") -> tuple[dict[Date, str], str]:
    """The dates of a text, each with the words that first give it, and the text without them.

    Found are days, months of a year and days of a month, in any order of English and of the text's
    own language.
    """
    found: dict[Date, str] = {}
    for forms in (_english(), *_forms_of(primary(language))):

        def take(match: re.Match[str], forms: _Forms = forms) -> str:
            found.setdefault(forms.date(match), match[0])
            return ","

        for pattern in forms.patterns:
            text = pattern.sub(take, text)
    return found, text


@dataclass(frozen=True, slots=True)
class _Forms:
    """How dates are written in a language: patterns, and the numbers of what they call months."""

    patterns: tuple[re.Pattern[str], ...]
    months: Mapping[str, int]

    def date(self, match: re.Match[str]) -> Date:
        """The date that a pattern found."""
        parts = match.groupdict()
        month, day, year = parts["month"].rstrip(".").lower(), parts.get("day"), parts.get("year")
        number = self.months.get(month) or _counted(month)
        return Date(_counted(year) if year else None, number, _counted(day) if day else None)


@cache
def _english() -> _Forms:
    months = {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
    months |= {name[:3].lower(): number for number, name in enumerate(MONTHS, start=1)}
    months["sept"] = 9
    short = r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
    month, day = rf"(?P<month>{'|'.join(MONTHS)}|{short})", rf"{_DAY}(?:st|nd|rd|th)?"
    return _Forms(tuple(map(re.compile, (
        rf"(?<!\w){month}\s+{day}\b(?:,?\s+{_YEAR})?",  # February 8, 2021
        rf"(?<!\w){day}\s+(?:of\s+|day\s+of\s+)?{month}\b(?:,?\s+{_YEAR})?",  # 8 February 2021
        rf"(?<!\w){month}\s+(?:of\s+)?{_YEAR}",  # February 2021
        _ISO,
    ))), months)  # fmt: skip


@cache
def _forms_of(language: str) -> tuple[_Forms, ...]:
    """How a language other than English writes dates, as far as CLDR has it."""
    if language == "en":
        return ()
    if language in _COUNTED:
        return (_Forms(_COUNTED_FORMS, {}),)
    months = dict(_months(language))
    if not months:
        return ()
    names = "|".join(re.escape(each) for each in sorted(months, key=len, reverse=True))
    before = rf"(?<!\w){_PARTICLES.get(language, '')}"
    month = rf"{before}(?P<month>{names})(?!\w)\.?(?:\s*/\s*(?:{names})(?!\w))?"  # in two names
    day = rf"{before}{_DAY}(?:er|[.ºªº])?(?!\d)"
    small = r"\.?\s*(?:[^\W\d_]{1,4}['’.]?\s+)?"  # “de”, “m.”, “năm”
    return (_Forms((
        re.compile(rf"{day}{small}{month}(?:{small}{_YEAR})?", re.IGNORECASE),
        re.compile(rf"{_YEAR}{small}{month}(?:\s+{_DAY}\b\.?)?", re.IGNORECASE),  # 2021. február 8.
        re.compile(rf"{month}{small}{_YEAR}", re.IGNORECASE),
    ), months),)  # fmt: skip


_PARTICLES = {"ar": "[وب]?", "he": "ו?[בל]?"}  # that are a part of the word behind them
_ENDING = 5  # letters of a name that may have another ending, at the least
_ALSO = {"ar": ("ar_LB", "ar_DZ"), "zh": ("zh_Hant",)}  # other names of months


def _months(language: str) -> Iterator[tuple[str, int]]:
    """The names of months in lower case, with the number of each."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - as archive.model.words does

    for name in (language, *_ALSO.get(language, ())):
        try:
            months = Locale.parse(name).months
        except (UnknownLocaleError, ValueError):
            return
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, said in months[context][width].items():
                    yield from _written(said.lower().rstrip("."), int(number), language)


def _written(name: str, number: int, language: str) -> Iterator[tuple[str, int]]:
    if len(name) < 3 or name.isdigit():
        return
    yield name, number
    if has_cases(language) and len(name) >= _ENDING and name.isalpha():
        stem = name.removesuffix("ь").removesuffix("а").removesuffix("я")
        yield from ((stem + ending, number) for ending in _ENDINGS)


_ENDINGS = ("ь", "я", "а", "е", "ю", "у", "ем", "ом")  # of the Slavic languages in Cyrillic

# Languages that count months, in figures or in Chinese numerals.
_COUNTED = frozenset(("ja", "ko", "yue", "zh"))
_NUMERALS = "〇零一二三四五六七八九"
_NUMBER = rf"\d{{1,2}}|[{_NUMERALS}十]{{1,3}}"
_COUNTED_FORMS = (
    re.compile(
        rf"(?P<year>[12]\d{{3}}|[{_NUMERALS}]{{4}})\s*[年년]\s*(?P<month>{_NUMBER})\s*[月월]"
        rf"(?:\s*(?P<day>{_NUMBER})\s*[日号號일])?"
    ),
    re.compile(
        rf"(?<![\d{_NUMERALS}十])(?P<month>{_NUMBER})\s*[月월]\s*(?P<day>{_NUMBER})\s*[日号號일]"
    ),
)


def _counted(number: str) -> int:
    """A number in figures, or in Chinese numerals: ``二〇二一``, ``二十八``."""
    if number.isdigit() and number[0] not in _NUMERALS:
        return int(number)
    if "十" in number:
        tens, ones = number.split("十", 1)
        return 10 * (_counted(tens) if tens else 1) + (_counted(ones) if ones else 0)
    values = {letter: max(at - 1, 0) for at, letter in enumerate(_NUMERALS)}
    return int("".join(str(values[letter]) for letter in number))
