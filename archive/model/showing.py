"""How pages and print show things, for what makes them and for what checks a copy."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from archive.model.words import N_, primary

# The marks of the items of an enumeration as its source shows them: ``(a)``, ``(b)``, …


def marks(sample: str, kind: str, start: int) -> Iterator[str]:
    """Yield the mark of each item: before and after its counter stands what the sample has there.

    ``kind`` is docutils' enumtype.  Letters go on after z with aa, Roman numbers end with 4999.
    """
    before, after = re.split("[0-9A-Za-z]+", sample)
    counter = _COUNTERS[kind.removeprefix("lower").removeprefix("upper")]
    for number in count(start):
        shown = counter(number)
        yield f"{before}{shown.upper() if kind.startswith('upper') else shown}{after}"


def letters(number: int) -> str:
    """A number from 1 on as a, b, …, z, aa, ab, …"""
    found = ""
    while number > 0:
        number, letter = divmod(number - 1, 26)
        found = chr(ord("a") + letter) + found
    return found


_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def roman(number: int) -> str:
    """A number from 1 to 4999 as i, ii, iii, iv, …"""
    found = ""
    for value, signs in _ROMAN:
        times, number = divmod(number, value)
        found += signs * times
    return found


_COUNTERS: Mapping[str, Callable[[int], str]] = {"alpha": letters, "arabic": str, "roman": roman}


# --- Widths in percent, which pages give by a class, as they may have no styles of their own.

STEP = 5  # percent, of which the style sheet has classes
BEGINNING = "width-"
_PERCENT = re.compile(r"(\d{1,3})(?:\.\d+)?\s*%")


def class_of(width: str) -> str:
    """Return the class of a width, the nearest that there is; empty if it is not in percent."""
    match = _PERCENT.fullmatch(width.strip())
    if match is None or not 0 < int(match[1]) < 100:
        return ""
    return f"{BEGINNING}{max(STEP, STEP * round(int(match[1]) / STEP))}"


# --- What Sphinx says on a page of its own, in each language: the headings of notices.
#
# Sphinx's catalogues have them in some sixty languages.  They are read as files, so that whoever
# checks a copy needs no Sphinx.

PERMALINK = N_("Permalink")  # explains the ¶ of a heading

# By kind of notice; English, as the catalogues have it.
KINDS = {
    "attention": "Attention", "caution": "Caution", "danger": "Danger", "error": "Error",
    "hint": "Hint", "important": "Important", "note": "Note", "seealso": "See also", "tip": "Tip",
    "warning": "Warning",
}  # fmt: skip
# Whose catalogues are those of a country.
_COUNTRIES = {"nb": "nb_NO", "no": "nb_NO", "uk": "uk_UA", "zh": "zh_CN"}
_TRADITIONAL = {"zh-hant": "zh_TW", "zh-mo": "zh_TW"}


@cache
def heading_of(kind: str, language: str) -> str:
    """Return the heading of a kind of notice, ``note``; English where there is no other."""
    first = primary(language)
    names = [_TRADITIONAL.get(language.lower(), language.replace("-", "_"))]
    names.append(_COUNTRIES.get(first, first))
    found = find_spec("sphinx")
    folder = Path(found.origin).parent / "locale" if found and found.origin else Path()
    said = gettext.translation("sphinx", folder, names, fallback=True).gettext(KINDS[kind])
    return said.strip()
