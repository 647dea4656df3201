"""The fonts of a PDF: what the codes of its strings stand for, and how wide their glyphs are.

Codes are of two bytes, as Typst writes them (PDF 2.0, 9.7.5 and 9.10.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from struct import unpack
from typing import Any, NamedTuple

import pikepdf

_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_SECTION = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_DEFAULT_WIDTH = 1000.0  # of a glyph where the font says neither its width nor another default


class Font(NamedTuple):
    """A font of a PDF."""

    letters: Mapping[int, str]  # what each code stands for
    widths: Mapping[int, float]  # of the codes' glyphs, in thousandths of an em
    is_math: bool = False
    default_width: float = _DEFAULT_WIDTH

    @classmethod
    def of(cls, font: Any) -> Font:
        default = float(font.DescendantFonts[0].get("/DW", _DEFAULT_WIDTH))
        return cls(letters_of(font), _widths(font), "Math" in str(font.BaseFont), default)

    def width(self, strings: Any) -> float:
        """How far strings and what is between them reach, in thousandths of an em (9.4.4)."""
        return sum(
            sum(self.widths.get(letter, self.default_width) for letter in codes(each))
            if isinstance(each, pikepdf.String) else -float(each)
            for each in strings
        )  # fmt: skip

    def text(self, strings: Iterable[Any]) -> str:
        """What strings say, and whatever is between them."""
        return "".join(self.said(strings))

    def said(self, strings: Iterable[Any]) -> Iterator[str]:
        """What each glyph says, in the order in which they are drawn."""
        return (self.letters.get(code) or "�" for code in _shown(strings))

    def glyphs(self, strings: Iterable[Any]) -> Iterator[str]:
        """What each glyph says that has a text of its own."""
        return filter(None, map(self.letters.get, _shown(strings)))

    def parts(self, strings: Iterable[Any]) -> Iterator[tuple[int, str, float]]:
        """The code of each glyph, what it says, and its width in thousandths of an em."""
        for code in _shown(strings):
            yield code, self.letters.get(code) or "�", self.widths.get(code, self.default_width)


def _shown(strings: Iterable[Any]) -> Iterator[int]:
    return chain.from_iterable(codes(each) for each in strings if isinstance(each, pikepdf.String))


def letters_of(font: Any) -> dict[int, str]:
    """What each code of a font stands for."""
    data, found = font.ToUnicode.read_bytes(), dict[int, str]()
    for kind, section in _SECTION.findall(data):
        if kind == b"char":
            found |= {int(code, 16): _utf16(text) for code, text in _PAIR.findall(section)}
            continue
        for first, last, text in _RANGE.findall(section):
            start, begin = int(first, 16), _utf16(text)
            for step in range(min(int(last, 16) - start + 1, 0x10000)):
                found[start + step] = begin[:-1] + chr(ord(begin[-1]) + step)
    return found


def _widths(font: Any) -> dict[int, float]:
    """The widths that a font gives its codes, which are its glyphs (PDF 2.0, 9.7.4.3)."""
    found: dict[int, float] = {}
    given = list(font.DescendantFonts[0].get("/W", []))
    while given:
        first, second = int(given.pop(0)), given.pop(0)
        if isinstance(second, pikepdf.Array):
            found |= {first + at: float(width) for at, width in enumerate(second)}
        else:
            found |= dict.fromkeys(range(first, int(second) + 1), float(given.pop(0)))
    return found


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be")


def codes(string: pikepdf.String) -> tuple[int, ...]:
    data = bytes(string)
    count = len(data) // 2
    return unpack(f">{count}H", data[: count * 2])
