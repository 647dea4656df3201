"""Numbers in running text: in figures and in words, with what bounds them: ``more than 20``."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

_BOUNDS = {
    "least": ("at least", "no fewer than", "not fewer than", "no less than", "not less than",
              "a minimum of"),
    "most": ("at most", "up to", "no more than", "not more than", "a maximum of"),
    "more": ("more than", "over", "above", "in excess of", "upward of", "upwards of",
             "greater than", "exceeding"),
    "fewer": ("fewer than", "less than", "under", "below"),
    "about": ("about", "around", "approximately", "roughly", "some", "circa"),
    "nearly": ("nearly", "almost", "close to"),
}  # fmt: skip
_BOUND = {phrase: bound for bound, phrases in _BOUNDS.items() for phrase in phrases}
_BOUND_AFTER = {"or more": "least", "or fewer": "most", "or less": "most"}

_UNIT_WORDS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen
"""
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {word: value for value, word in enumerate(_UNIT_WORDS.split())}
_SMALL |= {word: 10 * value for value, word in enumerate(_TENS, start=2)}
_LARGE = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_LARGE |= {"trillion": 10**12}
_VAGUE = {"dozens", "hundreds", "thousands", "millions", "billions"}

_MEASURES = {"%": "%", "percent": "%", "per cent": "%", "dollars": "$", "pounds": "£"}
_MEASURES |= {"euros": "€", "st": "th", "nd": "th", "rd": "th", "th": "th", "s": "s"}

_WORD = "|".join(sorted({*_SMALL, *_LARGE}, key=len, reverse=True))
_SPELT = rf"(?:{_WORD})(?:(?:[\s-]+(?:and\s+)?)(?:{_WORD}))*"
_FIGURES = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
# Any number starts with one of these: nothing else is looked at.
_STARTS = f"[0-9{''.join(sorted({word[0] for word in (*_SMALL, *_LARGE, *_VAGUE)}))}]"
_PATTERN = re.compile(
    rf"(?={_STARTS})(?<![\w.])(?<![^\W\d]-)"
    rf"(?:(?P<figures>{_FIGURES})(?:[\s-](?P<large>{'|'.join(_LARGE)})\b)?"
    rf"|(?P<spelt>{_SPELT})\b|(?P<vague>{'|'.join(_VAGUE)})\b)"
    r"(?P<measure>(?:st|nd|rd|th|s)\b|\s?%|\s(?:per\s?cent|dollars|pounds|euros)\b)?"
    rf"(?P<after>\s(?:{'|'.join(_BOUND_AFTER)})\b)?(?!\w)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(?:\b(?P<bound>{'|'.join(sorted(_BOUND, key=len, reverse=True))})\s+)?"
    r"(?P<money>[$£€]\s?)?$",
    re.IGNORECASE,
)
_REACH = 20  # characters before a number that its bound and its currency need


class Number(NamedTuple):
    """A number; a vague one, such as ``dozens``, has its word and no value."""

    value: Fraction | str
    bound: str  # a key of _BOUNDS, or nothing: exactly
    measure: str  # %, a currency, th (an ordinal), s (1990s), or nothing


def find_numbers(text: str) -> dict[Number, str]:
    """The numbers of a text, each with the words that first give it.

    ``one`` by itself is none: it is rarely meant as a number.
    """
    found: dict[Number, str] = {}
    for match in _PATTERN.finditer(text):
        if (match["spelt"] or "").lower() != "one":
            before = _BEFORE.search(text[max(0, match.start() - _REACH) : match.start()])
            if before is not None:
                found.setdefault(_read(before, match), (before[0] + match[0]).strip())
    return found


def _read(before: re.Match[str], match: re.Match[str]) -> Number:
    bound = _BOUND.get(" ".join((before["bound"] or "").lower().split()), "")
    bound = _BOUND_AFTER.get((match["after"] or "").strip().lower(), bound)
    measure = " ".join((match["measure"] or "").lower().split())
    measure = _MEASURES.get(measure, "")
    return Number(_value(match), bound, (before["money"] or "").strip() or measure)


def _value(match: re.Match[str]) -> Fraction | str:
    if match["vague"]:
        return match["vague"].lower()
    if match["spelt"]:
        return Fraction(_spelt(re.split(r"[\s-]+", match["spelt"].lower())))
    return Fraction(match["figures"].replace(",", "")) * _LARGE.get(
        (match["large"] or "").lower(), 1
    )


def _spelt(parts: list[str]) -> int:
    """``two hundred and fifty thousand`` is 250,000."""
    total = current = 0
    for part in parts:
        if part in _SMALL:
            current += _SMALL[part]
        elif part == "hundred":
            current = max(current, 1) * _LARGE[part]
        elif part in _LARGE:
            total += max(current, 1) * _LARGE[part]
            current = 0
    return total + current
