"""LaTeX in fields of a bibliography, decoded once into rich text, and encoded again.

Accents are composed by Unicode; symbols are those of latexcodec.  A command that is in neither is
refused, so that nothing is lost or printed raw.  Unlike TeX, ``%`` and ``$`` are themselves: files
of reference managers leave them so.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, ClassVar
from urllib.parse import urlsplit

import latexcodec  # noqa: F401 - registers the codec "ulatex"
from pybtex.backends import BaseBackend
from pybtex.richtext import HRef, Protected, Tag, Text

from archive.citation.bibtex import escape

_DEEPEST = 50  # braces within braces
_TOKEN = re.compile(r"\\[A-Za-z]+\*?\s*|\\.|[{}]|[^\\{}]+|\\", re.DOTALL)
_TAGS = {
    "emph": "em", "textit": "em", "textsl": "em", "mkbibemph": "em", "mkbibitalic": "em",
    "textbf": "strong", "mkbibbold": "strong", "texttt": "tt",
    "textsuperscript": "sup", "mkbibsuperscript": "sup", "textsubscript": "sub",
}  # fmt: skip
_SWITCHES = {"em": "em", "it": "em", "itshape": "em", "sl": "em", "bf": "strong", "tt": "tt",
             "bfseries": "strong"}  # fmt: skip
_PLAIN_WORDS = (
    "text textrm textsf textup textmd textnormal textsc mbox hbox rm sc sf scshape upshape "
    "normalfont nolinkurl"
)
_PLAIN = frozenset(_PLAIN_WORDS.split())
_QUOTED = frozenset({"enquote", "mkbibquote"})
_ACCENTS = dict(
    zip("`'^~=u.\"rHvdckbt", "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c"
        "\u0323\u0327\u0328\u0331\u0361", strict=True)
)  # fmt: skip
_SYMBOLS = {
    "textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciitilde": "~",
    "textasciicircum": "^", "textasciigrave": "`", "textunderscore": "_", "slash": "/",
    "LaTeX": "LaTeX", "TeX": "TeX",
    "S": "§", "P": "¶", "textquotesingle": "'", "textquoteleft": "‘", "textquoteright": "’",
    "textquotedblleft": "“", "textquotedblright": "”", "pounds": "£", "textendash": "–",
    "textemdash": "—", "textellipsis": "…", "ldots": "…", "dots": "…", "i": "ı", "j": "ȷ",
    "par": " ", "newline": " ", "quad": " ", "ignorespaces": "", "relax": "",
    "\\": " ", " ": " ", ",": " ", ";": " ", ":": " ", "-": "", "/": "", "@": "", "!": "",
    **{each: each for each in "%&#_${}"},
}  # fmt: skip
_LIGATURES = re.compile(r"---|--|``|''|`|'|~")
_LIGATURE = {
    "---": "—", "--": "–", "``": "“", "''": "”", "`": "‘", "'": "’", "~": "\N{NO-BREAK SPACE}"
}  # fmt: skip
_NEEDS_DECODING = re.compile(r"[\\{}`~]|--|''")
_ESCAPED = re.compile(
    r"\\(?:textasciitilde|textunderscore|string)\s*(?:\{\})?|\\~\{\}|\\([%&#_~${}])"
)


class LinkError(ValueError):
    """A link does not lead to the web."""


def decoded(value: str) -> Text:
    """The rich text of a value between its outer braces.

    Raises ValueError for a command that is not known, and for braces that do not match.
    """
    if not _NEEDS_DECODING.search(value):
        return Text(value)
    return _Reader(value).read()


def plain(value: str) -> str:
    """The value as plain text.  Raises ValueError as ``decoded`` does."""
    return str(decoded(value)) if _NEEDS_DECODING.search(value) else value


def address(value: str) -> str:
    r"""An address or identifier, verbatim to BibLaTeX, without the escapes that BibTeX wants.

    ``\_`` in an address is ``_``: no address has a backslash (RFC 3986, 2).
    """
    bare = value.strip()
    for opening in (r"\url{", r"\nolinkurl{", "{"):
        if bare.startswith(opening) and bare.endswith("}"):
            bare = bare[len(opening) : -1]
    return _ESCAPED.sub(lambda found: found[1] or ("_" if "under" in found[0] else "~"), bare)


def is_of_the_web(link: str) -> bool:
    """Whether an address has the scheme http or https, and a host."""
    try:
        parts = urlsplit(re.sub(r"[\x00-\x20]", "", link))
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)


class _Reader:
    def __init__(self, value: str) -> None:
        self._tokens = _TOKEN.findall(value)
        self._tokens.reverse()
        self._closes = "`" in value  # an apostrophe closes what a grave accent opened

    def read(self) -> Text:
        parts = list(self._parts(0))
        if self._tokens:
            raise ValueError("a brace closes that none opens")
        return Text(*parts)

    def _parts(self, depth: int) -> Iterator[Any]:
        """The parts up to the brace that closes, which stays, or to the end."""
        if depth > _DEEPEST:
            raise ValueError("braces are nested too deeply")
        while self._tokens and self._tokens[-1] != "}":
            token = self._tokens.pop()
            if token == "{":
                yield self._group(depth)
            elif token[0] != "\\":
                yield self._ligatures(token)
            elif (name := token[1:].strip() or " ") in _SWITCHES:
                yield Tag(_SWITCHES[name], *self._parts(depth + 1))
            else:
                yield self._command(name, token, depth)

    def _group(self, depth: int) -> Text | Protected:
        """A group; its capitals are protected unless it begins with a command, as in BibTeX."""
        special = bool(self._tokens) and self._tokens[-1][0] == "\\"
        parts = list(self._parts(depth + 1))
        if not self._tokens:
            raise ValueError("a brace is not closed")
        self._tokens.pop()
        return Text(*parts) if special else Protected(*parts)

    def _argument(self, depth: int) -> Text:
        while self._tokens and self._tokens[-1].isspace():
            self._tokens.pop()
        if not self._tokens or self._tokens[-1] == "}":
            raise ValueError("a command has nothing to stand on")
        token = self._tokens.pop()
        if token == "{":
            return Text(*self._group(depth).parts)
        if token[0] == "\\":
            return Text(self._command(token[1:].strip() or " ", token, depth + 1))
        token = token.lstrip()
        if token[1:]:
            self._tokens.append(token[1:])
        return Text(token[0])

    def _verbatim(self) -> str:
        """An address in braces, which may have braces of its own."""
        if not self._tokens or self._tokens.pop() != "{":
            raise ValueError("an address is not in braces")
        taken, depth = "", 1
        while self._tokens:
            token = self._tokens.pop()
            depth += (token == "{") - (token == "}")
            if not depth and is_of_the_web(address(taken)):
                return address(taken)
            if not depth:
                raise LinkError(taken)
            taken += token
        raise ValueError("a brace is not closed")

    def _command(self, name: str, token: str, depth: int) -> Any:
        if depth > _DEEPEST:
            raise ValueError("commands are nested too deeply")
        if name in _ACCENTS:
            return _accented(name, str(self._argument(depth)))
        if name in _TAGS:
            return Tag(_TAGS[name], self._argument(depth))
        if name in _QUOTED:
            return Text("“", self._argument(depth), "”")
        if name == "url":
            link = self._verbatim()
            return HRef(link, link)
        if name == "href":
            return HRef(self._verbatim(), self._argument(depth))
        return "" if name in _PLAIN else _symbol(name, token)

    def _ligatures(self, text: str) -> str:
        return _LIGATURES.sub(
            lambda found: found[0] if found[0] == "'" and not self._closes else _LIGATURE[found[0]],
            text,
        )


@lru_cache(maxsize=1024)
def _accented(accent: str, base: str) -> str:
    if not base.strip():
        return accent
    letter = {"ı": "i", "ȷ": "j"}.get(base[0], base[0])
    return unicodedata.normalize("NFC", letter + _ACCENTS[accent]) + base[1:]


@lru_cache(maxsize=1024)
def _symbol(name: str, token: str) -> str:
    if token == "\\":
        raise ValueError("a backslash ends it")
    if name in _SYMBOLS:
        return _SYMBOLS[name]
    found: str = codecs.decode(f"\\{name}", "ulatex")  # type: ignore[call-overload]
    if "\\" in found:
        raise ValueError(f"the command {token.strip()[:40]} is not known")
    return found


class Latex(BaseBackend):
    """Writes rich text as LaTeX."""

    symbols: ClassVar[dict[str, str]] = {}
    _COMMANDS: ClassVar = {"em": "emph", "strong": "textbf", "tt": "texttt",
                           "sup": "textsuperscript", "sub": "textsubscript"}  # fmt: skip

    def format_str(self, text: str) -> str:
        return escape(text).replace("`", r"\textasciigrave{}")  # else TeX's left quotation mark

    def format_tag(self, name: str, text: str) -> str:
        return f"\\{self._COMMANDS[name]}{{{text}}}" if text else ""

    def format_href(self, url: str, text: str, external: bool = False) -> str:
        return f"\\url{{{url}}}" if text == escape(url) else f"\\href{{{url}}}{{{text}}}"

    def format_protected(self, text: str) -> str:
        return f"{{{text}}}"


class Untagged(Latex):
    """Writes LaTeX without commands of markup and links, which pybtex's own styles print raw."""

    def format_tag(self, name: str, text: str) -> str:
        return text

    def format_href(self, url: str, text: str, external: bool = False) -> str:
        return text if text == escape(url) else f"{text} ({escape(url)})"


class CslText(BaseBackend):
    """Writes rich text as CSL-JSON has it: ``<i>``, ``<b>``, ``<sup>``, ``<sub>``, ``nocase``."""

    symbols: ClassVar[dict[str, str]] = {}
    _TAGS: ClassVar = {"em": "i", "strong": "b", "sup": "sup", "sub": "sub"}

    def format_str(self, text: str) -> str:
        return text

    def format_tag(self, name: str, text: str) -> str:
        tag = self._TAGS.get(name)
        return f"<{tag}>{text}</{tag}>" if tag and text else text

    def format_href(self, url: str, text: str, external: bool = False) -> str:
        return url if url == text else f"{text} ({url})"

    def format_protected(self, text: str) -> str:
        return f'<span class="nocase">{text}</span>' if text else ""
