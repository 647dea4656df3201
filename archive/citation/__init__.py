"""How documents and references are cited.  Imports no Sphinx."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import lru_cache
from typing import Any

# Texts of citations on one line: without control characters, and undivided by commas.

# Embeddings, overrides and isolates (Unicode Annex 9, 2.1 to 2.5): left open, they turn round what
# follows them.  The marks LRM, RLM and ALM cannot and stay: right-to-left titles need them.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# Control characters and lone surrogates, which no UTF-8 file can hold.
_CONTROL = frozenset({"Cc", "Cs"})


@lru_cache(maxsize=1024)  # a document's passages have most of their texts in common
def one_line(text: str) -> str:
    """The text on one line, each run of white space a space, without controls (Cc, Cs, bidi)."""
    line = " ".join(text.split())  # first, because line breaks are controls as well
    if not line.isprintable():
        line = "".join(
            c for c in line if c not in _BIDI and unicodedata.category(c) not in _CONTROL
        )
    return " ".join(line.split())


_ABBREVIATED = re.compile(
    r"(?:\b(?:Inc|Ltd|Co|Corp|Jr|Sr|No|al|etc|Bros|Dept|Univ|[A-Za-z])|\.)\.$"
)


def unstopped(title: str) -> str:
    """A title without the full stop of a sentence at its end, behind which a citation goes on.

    The stop of an abbreviation stays: ``Doe v. Lamps Inc.``
    """
    return title if _ABBREVIATED.search(title) else title.removesuffix(".")


def undivided(name: str) -> str:
    """A name without commas and semicolons, for formats that divide names and lists at them.

    ``University of California, Berkeley`` becomes ``University of California Berkeley``: a comma
    is lost, and no part of the name becomes somebody's first name.
    """
    return one_line(re.sub(r"[,;]+", " ", name))


def undivided_values(value: str | tuple[str, ...], *, is_name: bool) -> tuple[str, ...]:
    """The values of a field, for formats that divide names and lists at commas.

    A name ends in a comma: managers divide it there, and the first name that follows is empty.
    """
    if isinstance(value, tuple):
        return tuple(map(undivided, value))
    return (f"{undivided(value)}," if is_name else value,)


@lru_cache(maxsize=64)  # a document's references are made one after another
def cleaned(value: Any) -> Any:
    """Return a frozen dataclass, such as a record, with every text in it on one line."""
    return _cleaned(value)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, tuple):
        return tuple(map(_cleaned, value))
    if is_dataclass(value) and not isinstance(value, type):
        parts = {each.name: _cleaned(getattr(value, each.name)) for each in fields(value)}
        return replace(value, **parts)
    return value


# --- Stretches of text, of which formatted citations consist.


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text set in one way.  Its text is not escaped for any markup."""

    text: str
    italic: bool = False
    link: str | None = None  # the address it leads to


Runs = tuple[Run, ...]


def plain(runs: Iterable[Run]) -> str:
    """The text without its setting."""
    return "".join(run.text for run in runs)


def joined(between: str, *parts: Run | Runs | str | None) -> Runs:
    """The parts that there are, with a text between two of them."""
    there = [part if isinstance(part, tuple) else (_run(part),) for part in parts if part]
    return tuple(run for part in there for run in (Run(between), *part))[1:]


def _run(part: Run | str) -> Run:
    return Run(part) if isinstance(part, str) else part


def address(url: str) -> Run:
    """An address that leads to itself."""
    return Run(url, link=url)
