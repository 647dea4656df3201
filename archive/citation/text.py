"""Text made harmless before it enters a citation: one line, no control characters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import fields
from functools import cache, lru_cache
from typing import Any

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


def undivided(name: str) -> str:
    """A name without commas and semicolons, for formats that divide names and lists at them.

    ``University of California, Berkeley`` becomes ``University of California Berkeley``: a comma
    is lost, and no part of the name becomes somebody's first name.
    """
    return one_line(re.sub(r"[,;]+", " ", name))


def clean(instance: object) -> None:
    """Put every text of a new frozen dataclass on one line; for its ``__post_init__``."""
    kind: Any = type(instance)
    for name in _names(kind):
        value = getattr(instance, name)
        if isinstance(value, str):
            object.__setattr__(instance, name, one_line(value))


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
