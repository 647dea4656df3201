"""Aligns the passages of versions of one text by what they are cited by, not by where they stand.

``art. 19(3)(b)``, ``المادة ١٩(٣)(ب)`` and ``第十九条第三款(乙)`` are one place: words are taken
for what they mean in any language, numbers in any script for the same number.  A passage without a
locator is aligned by its label, with one of that label which has no locator either.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TypeVar

from archive.model.passage import Anchor

Key = tuple[str, ...]
Passage = TypeVar("Passage")

# What a division is called, in the languages that have catalogues and in many others.
_WORDS = {
    "article": "art arts article articles articulo articulos artikel articolo artigo articol "
    "artikkel artikla artykuł čl članak článek článok madde maddesi modda cikk pants "
    "straipsnis pasal điều ibara kifungu "
    "مادة المادة ماده دفعہ סעיף 条 條 조 статья статьи ст стаття артыкул член "
    "άρθρο अनुच्छेद ধারা অনুচ্ছেদ ข้อ มาตรา հոդված მუხლი አንቀጽ",
    "paragraph": "para paras paragraph paragraphs par paragraphe alinea al parrafo parr abs absatz "
    "lid stk odst ust ustęp punkt pkt fıkra ayat khoản comma momentti bekezdés παράγραφος παρ "
    "فقرة الفقرة بند 款 段 项 項 항 호 пункт абзац п ч часть ¶",
    "section": "sec secs section sections s § seccion abschnitt القسم 节 節 раздел",
    "preamble": "preamble preambule preambulo praambel преамбула الديباجة ديباجة 序言",
    "annex": "annex annexe anexo anhang allegato المرفق الملحق 附件 приложение",
    "chapter": "chapter chapitre capitulo kapitel ch chap الفصل 章 глава гл",
}
# Letters of sub-clauses, in the order of their alphabets.
_LETTERS = ("ابجدهوزحطي", "абвгдежзик", "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉")
_DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "两": 2,
    "兩": 2,
}
_TENS = {"十": 10, "百": 100, "千": 1000}
_CHINESE = "".join([*_DIGITS, *_TENS])
_UNIT = re.compile(rf"[第제]?([{_CHINESE}]+|\d+)(条之|条|條|款|段|项|項|节|節|章|조|항|호)")
_WORD = re.compile(rf"\d+|[{_CHINESE}]+(?![^\W\d_])|[^\W\d_]+|[§¶]")


def key(anchor: Anchor, locator: str) -> Key:
    """Return by what a passage is aligned: its locator, or the label that its anchor gives it."""
    return _place(locator) if locator else ("label", anchor.letter, str(anchor.number))


def _place(locator: str) -> Key:
    plain = _UNIT.sub(r" \2 \1 ", _folded(locator))
    tokens = [_MEANING.get(each, each) for each in _WORD.findall(plain)]
    tokens = [_number(each) for each in tokens]
    # “art. 19, para. 2” is “art. 19(2)”: only the first word tells of what kind the numbers are.
    at = next((place for place, each in enumerate(tokens) if each.isdecimal()), len(tokens))
    words = [each for each in tokens[:at] if each not in ("paragraph", "article")] or tokens[:at]
    words = words or [each for each in tokens[at:] if each in _MEANINGS]  # “19. madde”
    numbers = [each for each in tokens[at:] if each not in _MEANINGS]
    return *words[:1], *numbers


def _folded(text: str) -> str:
    """Return a text without marks, in lower case."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(each for each in apart if unicodedata.category(each)[0] != "M" and each != "ـ")
    return unicodedata.normalize("NFC", plain)  # whole syllables of Korean


def _number(token: str) -> str:
    if token.isdecimal():
        return str(int(token))
    if all(each in _CHINESE for each in token):
        return str(_chinese(token))
    for letters in _LETTERS if len(token) == 1 else ():
        if token in letters:
            return chr(ord("a") + letters.index(token))
    return token


def _chinese(numeral: str) -> int:
    """Return the value of a Chinese numeral below 10,000: ``二十九``, ``一百零二``, ``一九``."""
    if not any(each in _TENS for each in numeral):
        return int("".join(str(_DIGITS[each]) for each in numeral))
    total = digit = 0
    for each in numeral:
        if each in _TENS:
            total, digit = total + max(digit, 1) * _TENS[each], 0
        else:
            digit = _DIGITS[each]
    return total + digit


_MEANING = {_folded(word): name for name, words in _WORDS.items() for word in words.split()}
_MEANINGS = frozenset(_WORDS)


def aligned(columns: Sequence[Sequence[tuple[Key, Passage]]]) -> list[list[Passage | None]]:
    """Return rows with the passage of each column, or None; each passage stands in one row.

    The order is that of the first column.  What it lacks comes behind what stands before it in the
    column that has it.
    """
    rows: list[Key] = []
    places: list[dict[Key, Passage]] = []
    for column in columns:
        place: dict[Key, Passage] = {}
        at = 0
        for wanted, passage in column:
            own = wanted
            while own in place:  # a locator that a version has twice
                own = (*own, "again")
            place[own] = passage
            if own not in rows:
                rows.insert(at, own)
            at = rows.index(own) + 1
        places.append(place)
    return [[place.get(row) for place in places] for row in rows]
