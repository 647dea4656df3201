"""Which way letters run (Unicode Standard Annex 9)."""

from __future__ import annotations

import unicodedata

from archive.pdf import code

# By the primary subtag of BCP 47; the same as in the template.
_FROM_THE_RIGHT = frozenset(
    {"ar", "dv", "fa", "he", "ks", "pa", "ps", "sd", "ug", "ur", "yi"}
)  # fmt: skip
_STRONG = {"L": False, "R": True, "AL": True}  # classes of letters, and whether from the right
_ISOLATES = {False: "\u2066", True: "\u2067"}
_END = "\u2069"


def from_the_right(language: str) -> bool:
    """Whether lines in a language, given as a BCP 47 tag, begin at the right."""
    return language.partition("-")[0].lower() in _FROM_THE_RIGHT


def runs_against(text: str, right: bool) -> bool:
    """Whether a text begins with a letter of the other direction than that of its surroundings."""
    classes = map(unicodedata.bidirectional, text)
    return next((_STRONG[each] for each in classes if each in _STRONG), right) is not right


def isolated(expression: str, right: bool) -> str:
    """The expression, kept apart as a text of this direction.

    Without that its full stops, and a number at its beginning, stand at the wrong end.
    """
    return code.block([code.string(_ISOLATES[right]), expression, code.string(_END)])
