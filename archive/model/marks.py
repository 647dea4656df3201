"""The marks of the items of an enumeration as its source shows them: ``(a)``, ``(b)``, …"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count


def marks(sample: str, kind: str, start: int) -> Iterator[str]:
    """Yield the mark of each item: before and after its counter stands what the sample has there.

    ``kind`` is docutils' enumtype.  Letters go on after z with aa, Roman numbers end with 4999.
    """
    before, after = re.split("[0-9A-Za-z]+", sample)
    counter = _COUNTERS[kind.removeprefix("lower").removeprefix("upper")]
    for number in count(start):
        shown = counter(number)
        yield f"{before}{shown.upper() if kind.startswith('upper') else shown}{after}"


def _letters(number: int) -> str:
    letters = ""
    while number > 0:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("a") + letter) + letters
    return letters


_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def _roman(number: int) -> str:
    found = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        found += letters * times
    return found


_COUNTERS: Mapping[str, Callable[[int], str]] = {"alpha": _letters, "arabic": str, "roman": _roman}
