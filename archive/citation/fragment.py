"""Quote links: addresses that open a page at a passage and highlight words of it.

Text fragments (WICG, URL Fragment Text Directives): ``#anchor:~:text=start`` or ``start,end``.
A browser that knows no text fragments still goes to the anchor.
"""

from __future__ import annotations

from urllib.parse import quote

from archive.citation.text import one_line

# Above this, the first and the last words stand for the whole, as addresses have to stay short.
_WORDS_WHOLE = 20
_WORDS_AT_EACH_END = 6


def quote_link(address: str, words: str) -> str:
    """The address with a text directive for ``words``.

    Raises ValueError where there are no words.
    """
    selected = one_line(words).split()
    if not selected:
        raise ValueError("no words are selected")
    mark = "" if "#" in address else "#"
    return f"{address}{mark}:~:text={_directive(selected)}"


def _directive(words: list[str]) -> str:
    if len(words) <= _WORDS_WHOLE:
        return _encoded(words)
    return f"{_encoded(words[:_WORDS_AT_EACH_END])},{_encoded(words[-_WORDS_AT_EACH_END:])}"


def _encoded(words: list[str]) -> str:
    # The hyphen, the comma and the ampersand are the directive's own syntax; quote() leaves
    # the hyphen alone, which is among the unreserved characters of RFC 3986, 2.3.
    return quote(" ".join(words), safe="").replace("-", "%2D")
