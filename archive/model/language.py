"""What the language of a text asks for: how its words sort, and which way its lines run."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec

from babel import Locale
from babel.core import UnknownLocaleError

from archive.model.words import primary

# The order of words by the custom of a language.
#
# English, as the languages that no package is installed for, has the order of letters without marks
# or case.  Others have that of the Unicode Common Locale Data Repository (UTS 10 and 35), from ICU.

PROJECT = "pyicu-wheels"

Key = Callable[[str], "str | bytes"]


def is_at_hand(language: str) -> bool:
    """Whether words of a language, a BCP 47 tag, sort as is its custom."""
    return primary(language) == "en" or find_spec("icu") is not None


@cache
def key_of(language: str) -> Key:
    """The sort key of words in a language.  Keys of two languages cannot be compared."""
    if primary(language) == "en" or not is_at_hand(language):
        return folded
    icu = import_module("icu")
    collator = icu.Collator.createInstance(icu.Locale.forLanguageTag(language))
    collator.setAttribute(icu.UCollAttribute.NORMALIZATION_MODE, icu.UCollAttributeValue.ON)
    key: Key = collator.getSortKey
    return key


def folded(text: str) -> str:
    """Letters without marks or case."""
    return re.sub(r"[^\w\s]|_", "", unicodedata.normalize("NFKD", text)).casefold().strip()


# --- Which way the lines of a language run.


@lru_cache(maxsize=256)
def direction(language: str) -> str:
    """Return ``rtl`` or ``ltr`` for a BCP 47 tag; ``ltr`` for languages unknown to Unicode."""
    try:
        return Locale.parse(language, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"
