"""The order of words by the custom of a language.

English, as the languages that no package is installed for, has the order of letters without marks
or case.  Others have that of the Unicode Common Locale Data Repository (UTS 10 and 35), from ICU.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec

PROJECT = "pyicu-wheels"

Key = Callable[[str], "str | bytes"]


def is_at_hand(language: str) -> bool:
    """Whether words of a language, a BCP 47 tag, sort as is its custom."""
    return _primary(language) == "en" or find_spec("icu") is not None


@cache
def key_of(language: str) -> Key:
    """The sort key of words in a language.  Keys of two languages cannot be compared."""
    if _primary(language) == "en" or not is_at_hand(language):
        return folded
    icu = import_module("icu")
    collator = icu.Collator.createInstance(icu.Locale.forLanguageTag(language))
    collator.setAttribute(icu.UCollAttribute.NORMALIZATION_MODE, icu.UCollAttributeValue.ON)
    key: Key = collator.getSortKey
    return key


def folded(text: str) -> str:
    """Letters without marks or case."""
    return re.sub(r"[^\w\s]|_", "", unicodedata.normalize("NFKD", text)).casefold().strip()


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()
