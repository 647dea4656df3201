"""The account of words: what of one text stands in another."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")


def words(text: str) -> list[str]:
    """The words of a text, without regard to case and to Unicode's compatibility forms."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold().replace("'", "’"))


def missing(text: str, *others: str) -> list[str]:
    """The words of ``text`` that the others do not hold as often, in order."""
    there = Counter(word for other in others for word in words(other))
    gone = []
    for word in words(text):
        if there[word] > 0:
            there[word] -= 1
        else:
            gone.append(word)
    return gone
