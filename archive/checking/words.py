"""Words of texts and wordings: tokens, keys, numbers of runs of words (sections 2 and 3)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from archive.model.passage import normalise
from archive.search import UNSPACED

TITLE = 5  # parts of a title that its number is made of
RUN = 4  # words of a run, and the least of a quotation that is looked up
_NUMBERS = 0x3FF_FFFF
_FACTORS = 0x9E3779, 0x85EBCB, 0xC2B2AF  # odd, so that each word of a run tells

# What is no part of a word: punctuation, symbols and spaces, by ranges, so that each engine that
# reads this agrees about every character.
MARKS = (
    r"!-/:-@\[-`{-©«-±´¶-¸»¿×÷\u02c2-\u02df\u037e\u0387\u055a-\u055f\u0589\u058a\u05be\u05c0\u05c3"
    r"\u05f3\u05f4\u060c\u060d\u061b\u061d-\u061f\u066a-\u066d\u06d4\u0964\u0965\u0e2f\u0e5a\u0e5b"
    r"\u104a\u104b\u1361-\u1368\u17d4-\u17d6\u200e-\u2027\u202a-\u206f\u20a0-\u20cf\u2190-\u2bff"
    r"\u3001-\u3004\u3008-\u3020\u3030\u30fb\ufe10-\ufe1f\ufe30-\ufe6f\uff01-\uff0f\uff1a-\uff20"
    r"\uff3b-\uff40\uff5b-\uff65"
)
QUOTES = "\"'‘’‚‛“”„‟«»‹›「」『』〝〞〟`´"
_DOTS = r"(?:…|\.(?: ?\.){2,3})"
_LETTER = rf"[^\s{MARKS}{UNSPACED}]"
TOKEN = re.compile(
    rf"(?P<gap>\[ ?{_DOTS} ?\]|\( ?{_DOTS} ?\)|{_DOTS})"
    r"|(?P<dash>[–—―]|--+|(?<= )-(?= ))"
    rf"|(?P<word>[{UNSPACED}]|{_LETTER}+(?:'{_LETTER}+)*)"
    rf"|[{QUOTES}\-‐‑\u200e\u200f\u202a-\u202e\u2060-\u206f]"
    r"|(?P<mark>\S)"
)
WORD_MARK = re.compile(rf"{_LETTER}|[{UNSPACED}]")  # any character of a word
_WORDS = re.compile(rf"[{UNSPACED}]|{_LETTER}+(?:'{_LETTER}+)*")
GAP, DASH, WORD = "gap", "dash", "word"

_LEFT_OUT = dict.fromkeys([
    *range(0x300, 0x370), *range(0x591, 0x5C8), *range(0x610, 0x61B), *range(0x64B, 0x660),
    0x670, 0x640, ord("'"),
])  # fmt: skip

_REMOVED = str.maketrans(dict.fromkeys("\u00ad\u200b\ufeff"))

plain = normalise


def spaced(text: str) -> str:
    """A text as ``plain`` has it, but with its quotation marks: each place is the same in both."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_REMOVED).split())


class Token(NamedTuple):
    """A word or mark of a plain text."""

    said: str  # "—" for every dash, "…" for every gap
    kind: str
    at: int
    end: int


def tokens(text: str) -> list[Token]:
    """The tokens of a plain text, in order."""
    return [
        Token(_SAID.get(kind) or match[0], kind, match.start(), match.end())
        for match in TOKEN.finditer(text) if (kind := match.lastgroup) is not None
    ]  # fmt: skip


_SAID = {GAP: "…", DASH: "—"}


def words(text: str) -> list[str]:
    """The words of a plain text, without marks."""
    return _WORDS.findall(text)


@lru_cache(maxsize=200_000)
def key(word: str) -> str:
    """What a word is found by: without capitals and marks."""
    if word.isascii():
        return word.lower().replace("'", "")
    apart = unicodedata.normalize("NFKD", word.lower()).translate(_LEFT_OUT)
    return unicodedata.normalize("NFC", apart)


@lru_cache(maxsize=200_000)
def _number(word: str) -> int:
    return crc32(key(word).encode("utf-8", "replace")) & _NUMBERS


def numbers(said: Sequence[str]) -> list[int]:
    """The number of each run of words."""
    each, (first, second, third) = [*map(_number, said)], _FACTORS
    return [
        (a * first + b * second + c * third + d) & _NUMBERS
        for a, b, c, d in zip(each, each[1:], each[2:], each[3:])
    ]


def chosen(found: Sequence[int], window: int) -> set[int]:
    """The least number of each window of neighbours."""
    if window == 1 or not found:
        return set(found)
    if len(found) < window:
        return {min(found)}
    return set(map(min, *(found[at : len(found) - window + 1 + at] for at in range(window))))


def numbers_of_title(parts: Sequence[str]) -> list[int]:
    """The numbers that a title may have which begins with some parts: of two, three and so on.

    The last is that of a title that has no other parts; no more than TITLE count.  All 32 bits are
    kept: each that is met by chance loads a document.
    """
    found, rest = list[int](), 0
    for number, part in enumerate(parts[:TITLE]):
        rest = crc32(f"{' ' if number else ''}{part}".encode("utf-8", "replace"), rest)
        found.append(rest)
    return found[1:]


def number_of_print(digits: str) -> int:
    """The number under which a fingerprint stands; ``digits`` are its first 6 or more."""
    return int(digits[:6], 16)
