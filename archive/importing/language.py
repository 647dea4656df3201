"""Tells the language of a text by its script and its commonest words, as BCP 47.

A text has to be as long as a sentence; a language that is not known here is not guessed.
"""

from __future__ import annotations

import re
from collections import Counter

from archive.importing.text import words

# Words that are common in one language and rare in its neighbours.
_COMMON = {
    "en": "the of and to that was were which with have has not is are by this from it be shall",
    "fr": "le les des et une est que qui dans pour sur par au aux du sont avec cette été il",
    "de": "der die das und den dem ist nicht mit von für auf eine sich wird werden auch des im zu",
    "es": "el los las y una que por con del para es se su como fue son más sus al ha",
    "pt": "o os as e uma que não com do da para é em no na pelo foi ao são dos à",
    "it": "il gli di che è per una della con non del sono dei nel alla ha anche lo le i",
    "nl": "de het een en van dat niet met zijn voor op te is aan door ook worden wordt in bij",
    "pl": "i w na z się nie że do jest od przez oraz jako który po dla są to o przy",
    "sv": "och att det som en är på för av inte med till den har om ett var de från i",
    "tr": "ve bir bu için ile olarak da de olan daha çok gibi kadar sonra göre ancak tarafından",
    "ru": "и в не на что с по как это из от для его о к был за также",
    "uk": "і в не на що з та як це від для його про до був за також є у",
    "ar": "في من على أن إلى التي الذي هذا هذه كان عن مع قد ما لم كما بعد بين ذلك إن",
    "fa": "در به از که این را با است برای آن های می شد کرد بود تا شده خود بر نیز",
    "ur": "کے کی میں کا ہے سے نے کو اور پر کہ ہیں یہ اس ایک تھا گیا بھی جو لیے",
    "hi": "के की में है का से को और पर ने कि यह एक नहीं हैं इस भी लिए था तक",
}  # fmt: skip
_SETS = {language: frozenset(listed.split()) for language, listed in _COMMON.items()}
# Scripts that one language alone is written in, as far as it goes here.
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")), ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")), ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("he", re.compile(r"[\u0590-\u05ff]")), ("el", re.compile(r"[\u0370-\u03ff]")),
)  # fmt: skip
_DEVANAGARI = re.compile(r"[\u0900-\u0963\u0966-\u097f]+")  # whose words have marks within
_LEAST = 8  # letters of a script, or words
_SHARE = 0.12  # of the words, that the common ones of the language make up


def language_of(text: str) -> str:
    """The language of a text; nothing where it is not told."""
    letters = max(1, sum(map(str.isalpha, text)))
    for language, script in _SCRIPTS:
        found = len(script.findall(text))
        if found >= _LEAST and found * 5 > letters:
            return language
    said = [*words(_DEVANAGARI.sub(" ", text)), *_DEVANAGARI.findall(text)]
    if len(said) < _LEAST:
        return ""
    counts = Counter({language: sum(word in common for word in said)
                      for language, common in _SETS.items()})  # fmt: skip
    (best, most), (_, next_) = counts.most_common(2)
    return best if most > next_ and most >= _SHARE * len(said) else ""
