"""The language and direction of a part of a page (HTML ``lang`` and ``dir``, WCAG 3.1.2)."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from babel import Locale
from babel.core import UnknownLocaleError


@lru_cache(maxsize=256)
def direction(language: str) -> str:
    """``rtl`` or ``ltr``, for a BCP 47 tag; of a language that Unicode does not know, ``ltr``."""
    try:
        return Locale.parse(language, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"


def attributes(language: str | None, around: str) -> str:
    """The attributes of a part in ``language``; none where what is around it is the same."""
    if not language or language == around:
        return ""
    return f' lang="{escape(language, quote=True)}" dir="{direction(language)}"'
