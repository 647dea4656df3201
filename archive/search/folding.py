"""Other ways to write the words of a text, which an index that knows words as they stand needs.

Pagefind divides a text at its spaces and stems it as English.  Beside a text it is therefore given
what ``finding.js`` asks it for: words without marks and elided articles, stems of Cyrillic and
Arabic words, and each two characters of a script without spaces.  ``forms`` and ``stem`` in
``finding.js`` have the same rules; a test holds the two together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

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
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ـ": "",
    **{chr(0x660 + digit): str(digit) for digit in range(10)},
    **{chr(0x6F0 + digit): str(digit) for digit in range(10)},
})  # fmt: skip
_CYRILLIC = re.compile(
    r"(?<=[а-я]{3})(?:иями|ями|ами|иеи|иям|ием|иях|ого|его|ому|ему|ыми|ими|ах|ях|ов|ев|еи|ии|ыи|ои"
    r"|ая|яя|ое|ее|ые|ие|ую|юю|ом|ем|ам|ям|ию|ью|ия|ья|[аеиоуыьюя])$"
)
_ARABIC = re.compile(r"^[وف]?(?:ال|بال|كال|لل)(?=\w{2})")


def also(text: str) -> list[str]:
    """Return what an index has to know beside the words of a text, each once."""
    return list(dict.fromkeys(_also(text)))


def _also(text: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        lower = word.lower()
        plain = folded(word)
        if plain and (not lower.isascii() or _ELIDED.match(lower)):
            yield from {plain, stem(plain)} - {lower}
    for run in _RUN.findall(unicodedata.normalize("NFKC", text)):
        yield from (run[at : at + 2] for at in range(max(len(run) - 1, 1)))


def folded(word: str) -> str:
    """Return a word without marks, ligatures and what is elided before it, in lower case."""
    apart = _MARKED.sub(r"\1", unicodedata.normalize("NFKD", word.lower()))
    plain = unicodedata.normalize("NFKC", apart).translate(_PLAIN)
    return re.sub(r"['’]s$|['’]", "", _ELIDED.sub("", plain))


def stem(plain: str) -> str:
    """Return the stem of a folded word in a script that has one here; else the word."""
    if _CYRILLIC.search(plain):
        return _CYRILLIC.sub("", plain)
    return _ARABIC.sub("", plain).replace("ة", "ه").replace("ى", "ي") if plain > "\u05ff" else plain
