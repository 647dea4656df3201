"""Typst in code mode: every text is a quoted string, every construct a function call.

No text is ever Typst markup, so nothing an author writes can be taken for a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Typst's string escapes; other control characters are written by their number.
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SPECIAL = re.compile(r'[\x00-\x1f\x7f"\\]')

# Introduces a line that tells where in the archive the code after it comes from.
PLACE = "//@ "

EMPTY = "[]"


def string(text: str) -> str:
    """A Typst string that says exactly ``text``."""
    return f'"{_SPECIAL.sub(_escaped, text)}"'


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    return _ESCAPES.get(character) or f"\\u{{{ord(character):x}}}"


def value(thing: object) -> str:
    """A Typst literal: of a str its quoted string, of None ``none``, of sequences arrays."""
    if thing is None:
        return "none"
    if isinstance(thing, bool):
        return "true" if thing else "false"
    if isinstance(thing, str):
        return string(thing)
    if isinstance(thing, (tuple, list)):
        return array(value(item) for item in thing)
    return str(thing)


def array(items: Iterable[str]) -> str:
    """A Typst array of expressions; the comma after the last makes one item an array too."""
    return "(" + "".join(f"{item}, " for item in items) + ")"


def call(function: str, *arguments: str, **named: str) -> str:
    """A call of ``function``; in the names of arguments, ``_`` stands for ``-``."""
    given = [*(f"{name.replace('_', '-')}: {item}" for name, item in named.items()), *arguments]
    return f"{function}({', '.join(given)})"


def block(parts: Iterable[str]) -> str:
    """A code block that joins its parts, each an expression, into one content."""
    body = "\n".join(part for part in parts if part)
    return f"{{\n{body}\n}}" if body else EMPTY


def place(path: str, line: int) -> str:
    """The line that says where the code after it comes from."""
    return f"{PLACE}{path}:{line}"


def without_places(source: str) -> str:
    """The code alone, which is what decides whether a PDF must be made again."""
    return "\n".join(line for line in source.splitlines() if not line.startswith(PLACE))


def place_of(source: str, number: int) -> str | None:
    """Where in the archive the ``number``-th line (from 1) of the code comes from."""
    for line in reversed(source.splitlines()[:number]):
        if line.startswith(PLACE):
            return line.removeprefix(PLACE)
    return None
