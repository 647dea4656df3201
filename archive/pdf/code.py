"""Typst in code mode: every text is a quoted string, every construct a function call.

No text is ever Typst markup, so nothing an author writes can be taken for a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Typst's string escapes; other control characters are written by their number.
_ESCAPES = {
    **{chr(number): f"\\u{{{number:x}}}" for number in (*range(0x20), 0x7F)},
    "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t",
}  # fmt: skip
_SPECIAL = re.compile(r'[\x00-\x1f\x7f"\\]')  # str.translate would take eight times as long

# Begins a comment line with the source file and line that the code after it comes from.
PLACE = "//@ "

EMPTY = "[]"


def string(text: str) -> str:
    """A Typst string literal of ``text``."""
    return f'"{_SPECIAL.sub(lambda special: _ESCAPES[special[0]], text)}"'


def value(thing: object) -> str:
    """A Typst literal of a str, bool, int, None, or a list or tuple of these."""
    match thing:
        case str():
            return string(thing)
        case tuple() | list():
            return array(map(value, thing))
        case None | bool():
            return str(thing).lower()
    return str(thing)


def array(items: Iterable[str]) -> str:
    """A Typst array of expressions, without empty ones.

    The trailing comma makes an array of a single one, too.
    """
    return "(" + "".join(f"{item}, " for item in items if item) + ")"


def call(function: str, *arguments: str, **named: str) -> str:
    """A call of ``function``.  An ``_`` in the name of an argument becomes a ``-``."""
    given = [*(f"{name.replace('_', '-')}: {item}" for name, item in named.items()), *arguments]
    return f"{function}({', '.join(given)})"


def block(parts: Iterable[str]) -> str:
    """A code block that joins expressions into one content."""
    body = "\n".join(part for part in parts if part)
    return f"{{\n{body}\n}}" if body else EMPTY


def place(path: str, line: int) -> str:
    """The comment line for code that comes from this file and line."""
    return f"{PLACE}{path}:{line}"


def without_places(source: str) -> str:
    """The code without comments of place, which do not change the PDF."""
    return "\n".join(line for line in source.splitlines() if not line.startswith(PLACE))


def place_of(source: str, number: int) -> str | None:
    """The source place, as "file:line", of a line of the code, counted from 1."""
    lines = reversed(source.splitlines()[:number])
    return next((line.removeprefix(PLACE) for line in lines if line.startswith(PLACE)), None)


def place_with(source: str, text: str) -> str | None:
    """The place, as "file:line", of the first code in which a text stands; None without one."""
    place = None
    for line in source.splitlines():
        if line.startswith(PLACE):
            place = line.removeprefix(PLACE)
        elif text in line:
            return place
    return None


def first_place(source: str) -> str | None:
    """The first place, as "file:line", that a part of the code comes from."""
    places = (line for line in source.splitlines() if line.startswith(PLACE))
    return next((line.removeprefix(PLACE) for line in places), None)
