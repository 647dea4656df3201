"""Other ways to write the words of a text, which an index that knows words as they stand needs.

Pagefind divides a text at its spaces and stems it as English.  Beside a text it is therefore given
what ``finding.js`` asks it for: words without marks and elided articles, stems of Cyrillic and
Arabic words and of those of some other languages, and each two characters of a script without
spaces.  ``forms`` and ``stem`` in ``finding.js`` have the same rules; a test compares them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Scripts whose words are found by any two characters.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN = re.compile(f"[{UNSPACED}]+")
_WORD = re.compile(f"[^\\W_{UNSPACED}]+(?:['’][^\\W_]+)*")
_ELIDED = re.compile(
    r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|dell|all|nell|sull|dall)['’](?=.)"
)
# Letters whose marks are no letters of their own.
_MARKED = re.compile(
    r"([\u0041-\u024f\u0370-\u052f\u0590-\u06ff\u1e00-\u1fff])([\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]+)"
)
_PLAIN = str.maketrans({
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d",
    "ð": "d", "þ": "th", "ı": "i", "ـ": "",
    **{chr(0x660 + digit): str(digit) for digit in range(10)},
    **{chr(0x6F0 + digit): str(digit) for digit in range(10)},
})  # fmt: skip
_CYRILLIC = re.compile(
    r"(?<=[а-я]{3})(?:иями|ями|ами|иеи|иям|ием|иях|ого|его|ому|ему|ыми|ими|ах|ях|ов|ев|еи|ии|ыи|ои"
    r"|ая|яя|ое|ее|ые|ие|ую|юю|ом|ем|ам|ям|ию|ью|ия|ья|[аеиоуыьюя])$"
)
_ARABIC = re.compile(r"^[وف]?(?:ال|بال|كال|لل)(?=\w{2})")
# What ends the words of languages in Latin letters but English, without their marks.
_ENDINGS = {
    "de": (r"(.{3})(?:en|es|er|em|e|n|s)$ \1",),
    "es": (r"(.{2})ces$ \1z", r"eses$ es", r"(.{3})[aeo]s$ \1", r"(.{2}[aeo])s$ \1",
           r"(.{3})[aeo]$ \1"),
    "fr": (r"(.{2}e)aux$ \1au", r"(.{2})aux$ \1al", r"(.{2})euses?$ \1eux", r"(.{2})s$ \1",
           r"(.{3})(?:er|ee)$ \1e", r"(.[en])ne$ \1", r"(.el)le$ \1", r"(.{3})e$ \1"),
    "it": (r"h([ei])$ \1", r"(.{3})[aeio]$ \1"),
    "pt": (r"(.{2})(?:oes|aes)$ \1ao", r"(.{2})ais$ \1al", r"(.{2})eis$ \1el", r"(.{2})ns$ \1m",
           r"(.{3})[aeo]s$ \1", r"(.{2}[aeo])s$ \1", r"(.{3})[aeo]$ \1"),
}  # fmt: skip
_RULES = {
    language: tuple((re.compile(ends), put) for ends, put in map(str.split, rules))
    for language, rules in _ENDINGS.items()
}


def also(text: str, language: str = "en") -> list[str]:
    """Return what an index has to know beside the words of a text, each once."""
    return list(dict.fromkeys(_also(text, language.partition("-")[0].lower())))


def _also(text: str, language: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        yield from _forms(word, language)
    for run in _RUN.findall(unicodedata.normalize("NFKC", text)):
        yield from (run[at : at + 2] for at in range(max(len(run) - 1, 1)))


@lru_cache(maxsize=20_000)  # a text says most of its words again
def _forms(word: str, language: str) -> list[str]:
    lower, plain = word.lower(), folded(word)
    if plain and (language in _RULES or not lower.isascii() or _ELIDED.match(lower)):
        return sorted({plain, stem(plain, language)} - {lower})
    return []


def folded(word: str) -> str:
    """Return a word without marks, ligatures and what is elided before it, in lower case."""
    apart = _MARKED.sub(r"\1", unicodedata.normalize("NFKD", word.lower()))
    plain = unicodedata.normalize("NFKC", apart).translate(_PLAIN)
    return re.sub(r"['’]s$|['’]", "", _ELIDED.sub("", plain))


def stem(plain: str, language: str = "en") -> str:
    """Return the stem of a folded word in a script or language that has one here; else the word."""
    if _CYRILLIC.search(plain):
        return _CYRILLIC.sub("", plain)
    if plain < "\u0370" and len(plain) > 3 and not any(map(str.isdigit, plain)):
        for ends, put in _RULES.get(language, ()):
            plain = ends.sub(put, plain)
    return _ARABIC.sub("", plain).replace("ة", "ه").replace("ى", "ي") if plain > "\u05ff" else plain
