"""What verification has to know of languages and scripts.

Where a script puts no spaces between words, characters are counted.  How many come to a word was
measured on translations: the Universal Declaration of Human Rights has 1,811 words in English and
2,592 characters in Chinese, 1.4 to a word; its article 19 has 35 words, in Japanese 100 characters,
of which 42 are Chinese ones, and in Thai 156 letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from archive.model.dates import MONTHS
from archive.model.words import primary

# Letters of scripts without spaces between words, and how many of them come to a word.
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d"
_SOUTHEAST = "\u0e00-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e80-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6"
_SOUTHEAST += "\u0edc-\u0edf\u0f40-\u0f6c\u1000-\u102a\u103f\u1050-\u1055\u1780-\u17b3"
_WEIGHTS = (
    (re.compile(f"[{_HAN}]"), Fraction(2, 3)),
    (re.compile(f"[{_KANA}]"), Fraction(1, 5)),
    (re.compile(f"[{_SOUTHEAST}]"), Fraction(1, 4)),
)
SPACELESS = _HAN + _KANA + _SOUTHEAST
_SPACELESS = re.compile(f"[{SPACELESS}]")

# Marks that stand on a letter, by blocks; Python counts them as no part of a word.
MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0900-\u0903"
    "\u093a-\u094f\u0955-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u09d7\u09e2\u09e3"
    "\u0a01-\u0a03\u0a3c-\u0a51\u0a70-\u0a75\u0a81-\u0a83\u0abc-\u0acd\u0ae2\u0ae3\u0b01-\u0b03"
    "\u0b3c-\u0b57\u0b62\u0b63\u0b82\u0bbe-\u0bcd\u0bd7\u0c00-\u0c04\u0c3c-\u0c56\u0c62\u0c63"
    "\u0c81-\u0c83\u0cbc-\u0cd6\u0ce2\u0ce3\u0d00-\u0d03\u0d3b-\u0d4d\u0d57\u0d62\u0d63"
    "\u0d81-\u0d83\u0dca-\u0df3\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece"
    "\u0f18\u0f19\u0f35-\u0f3f\u0f71-\u0f84\u0f8d-\u0fbc\u102b-\u103e\u1056-\u1059\u105e-\u1060"
    "\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d\u135d-\u135f\u17b4-\u17d3\u200c\u200d"
)
_MARK = re.compile(f"[{MARKS}]")
# Texts whose words are not what Python takes for words.
FOREIGN = re.compile(f"[{MARKS}{SPACELESS}]")


def is_spaceless(letter: str) -> bool:
    """Whether words of its script have no spaces between them."""
    return bool(_SPACELESS.match(letter))


def goes_on(letter: str) -> bool:
    """Whether a letter is a part of a word that goes on beside it."""
    return bool(_MARK.match(letter)) or (letter.isalnum() and not is_spaceless(letter))


def weight(word: str) -> Fraction | int:
    """How many words a word comes to: one, or a part of one where it is a character alone."""
    if word.isascii() or not is_spaceless(word[0]):
        return 1
    return next(share for letters, share in _WEIGHTS if letters.match(word))


def in_row(words: Sequence[str]) -> str:
    """How much some words in a row are, for a message: words, or characters."""
    unit = "characters" if any(is_spaceless(word[0]) for word in words) else "words"
    return f"{len(words)} {unit}"


def told(words: Sequence[str]) -> str:
    """Words in a row, with the spaces that their script has."""
    between = f"(?<=[{SPACELESS}{MARKS}]) (?=[{SPACELESS}])"
    return re.sub(between, "", " ".join(words))


# --- Quotation marks

_ANY = '“”„‟«»「」『』"'
_CLOSES = {"“": "”", "„": "“”", "‟": "”", "«": "»", "»": "«", "「": "」", "『": "』", '"': '"',
           "”": "”"}  # fmt: skip
# Languages that open a quotation with the mark that closes it, or that closes it elsewhere.
_ALIKE = frozenset(("da", "fi", "he", "sv", "nb", "nn", "no", "yi"))
_INWARDS = frozenset(("da", "de", "cs", "hr", "hu", "pl", "sk", "sl", "sr"))
_ENGLISH = '“”"'


def quotation_marks(language: str) -> str:
    """The marks of double quotation that texts of a language have."""
    return _ENGLISH if primary(language) == "en" else _ANY


def opens(mark: str, language: str) -> bool:
    """Whether a mark opens a quotation where none is open that it closes."""
    if mark == "”":
        return primary(language) in _ALIKE
    if mark == "»":
        return primary(language) in _INWARDS | _ALIKE
    return mark in _CLOSES


def closes(mark: str, opened: str, language: str) -> bool:
    """Whether a mark closes what another one opened: «…», and in some languages »…»."""
    return mark in _CLOSES[opened] or (mark == opened == "»" and primary(language) in _ALIKE)


# --- Names and numbers

_NOUNS = frozenset(("de", "gsw", "lb", "nds"))  # write all nouns with a capital letter
# In these a name has one form wherever it stands, but for a mark of the plural or of possession.
_UNCHANGED = frozenset(
    ("af", "ca", "da", "en", "es", "fr", "gl", "id", "it", "ms", "nl", "nb", "nn", "no", "oc", "pt",
     "sv", "vi")
)  # fmt: skip
_LEAST = 3  # letters that two forms of one name begin with
_ENDING = 4  # letters of a case ending, at the most


def capitals_are_names(language: str) -> bool:
    """Whether a capital letter within a sentence is that of a name."""
    return primary(language) not in _NOUNS


def has_cases(language: str) -> bool:
    """Whether names have endings by what they are in a sentence."""
    return primary(language) not in _UNCHANGED


def may_be_same(one: str, other: str) -> bool:
    """Whether two words may be one name with two endings: Москва, Москве."""
    one, other = one.casefold(), other.casefold()
    same = next(
        (at for at, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other))
    )
    return same >= _LEAST and max(len(one), len(other)) - same <= _ENDING


# Languages with a point between thousands, as the Common Locale Data Repository has them.
_POINTED = frozenset(
    ("az", "bs", "ca", "da", "de", "el", "es", "eu", "fo", "gl", "hr", "id", "is", "it", "lo", "mk",
     "nl", "pt", "ro", "sl", "sr", "tr", "vi")
)  # fmt: skip
_FIGURE = re.compile(r"\d[\d.,'’\u00a0\u202f\u066b\u066c ]*\d|\d")
_THOUSANDS = re.compile(r"(?<=\d)[\u00a0\u202f '’\u066c](?=\d{3}(?!\d))")
_BESIDE = re.compile(f"(?<=[{SPACELESS}])(?=\\d)|(?<=\\d)(?=[{SPACELESS}])")


def english_figures(text: str, language: str) -> str:
    """The text with its numbers in European digits, with points and commas as English has them."""
    if primary(language) == "en" and text.isascii():
        return text
    found = _FIGURE.sub(lambda figure: _english(figure[0], language), text)
    return _BESIDE.sub(" ", found).replace("٪", "%").replace("％", "%")


def _english(figure: str, language: str) -> str:
    figure = "".join(
        letter if letter.isascii() or (digit := unicodedata.decimal(letter, None)) is None
        else str(digit) for letter in figure
    )  # fmt: skip
    if primary(language) == "en":
        return figure
    if primary(language) in _POINTED and re.search(r"\.\d{3}(?!\d)|,\d", figure):
        figure = figure.translate({ord("."): ",", ord(","): "."})
    elif re.fullmatch(r"[\d\u00a0\u202f ]+,(?:\d{1,2}|\d{4,})", figure):
        figure = figure.replace(",", ".")  # a decimal comma
    return _THOUSANDS.sub(",", figure).replace("\u066b", ".")


# --- Dates in texts of any language, so that those of a source and of its passage are compared.
#
# Names of months are those of the Common Locale Data Repository, in whatever form they stand: "8
# février 2021", "8 февраля 2021 года", "8 ديسمبر/كانون الأول 1948", "2021年2月8日".

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
    for forms in (_english_forms(), *_forms_of(primary(language))):

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
def _english_forms() -> _Forms:
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
_CASE = 5  # letters of a name that may have another ending, at the least
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
    if has_cases(language) and len(name) >= _CASE and name.isalpha():
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
