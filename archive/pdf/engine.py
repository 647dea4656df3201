"""Runs Typst: a source becomes a PDF and the positions of its anchors, or a clear complaint."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import typst

from archive.pdf import code

if TYPE_CHECKING:
    from pathlib import Path

# PDF/A-3a for those who keep it, PDF/UA-1 for those who hear it.
STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]

# Typst brings fonts for Latin, Greek, Cyrillic and Hebrew; this package the one for Arabic.
FONTS = "fontpkg_amiri"

_LINE = re.compile(r"(\S+\.typ):(\d+):")
_SCRIPT = re.compile(
    r"(.+?)(?: (?:UNIFIED|COMPATIBILITY|LETTER|SYLLABLES?|SYLLABICS|CHARACTER|VOWEL|SIGN|DIGIT|"
    r"CONSONANT|IDEOGRAPH|MODIFIER|CAPITAL|SMALL)\b.*)?$"
)
_NO_GLYPH = re.compile(r"the text `(.*)` could not be displayed")


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a PDF."""

    page: int  # from 1
    x: float  # in points from the left
    y: float  # in points from the top


@dataclass(frozen=True, slots=True)
class Printed:
    """What Typst made of a source."""

    pdf: bytes
    positions: tuple[Position, ...]  # of the edition's anchors, in their order
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Complaint:
    """What Typst found wrong."""

    place: str | None  # in the archive, as "file:line", where it is known
    message: str  # and how to mend it


class EngineError(Exception):
    """Typst refused a source.  Carries a list of complaints."""


class Engine:
    """Typst with the archive's own fonts and no others, so that every machine prints alike."""

    def __init__(self, root: Path, timestamp: int) -> None:
        self._root = root
        self._timestamp = timestamp
        self._fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=True,
            font_paths=[str(files(FONTS) / "files")],
        )

    def compile(self, source: Path) -> Printed:
        """Print a source file below the root.

        Raises EngineError if Typst finds an error or the result would break a standard.
        """
        compiler = typst.Compiler(
            input=source, root=self._root, font_paths=self._fonts, ignore_system_fonts=True
        )
        try:
            pdf, warnings = compiler.compile_with_warnings(
                format="pdf", pdf_standards=STANDARDS, timestamp=self._timestamp
            )
            found = compiler.query("<positions>", field="value", one=True)
        except (typst.TypstError, RuntimeError) as error:
            raise EngineError(_complaints(error, source)) from error
        lost = [_told(warning.message, warning.hints) for warning in warnings
                if "was ignored" in warning.message]  # fmt: skip
        if lost:
            raise EngineError([Complaint(None, f"text would be lost: {told}") for told in lost])
        assert isinstance(pdf, bytes)
        return Printed(
            pdf,
            tuple(Position(*position) for position in json.loads(found)),
            tuple(_told(warning.message, warning.hints) for warning in warnings),
        )


def _complaints(error: Exception, source: Path) -> list[Complaint]:
    diagnostic = getattr(error, "diagnostic", "") or str(error)
    text = source.read_text(encoding="utf-8")
    parts = [part for part in re.split(r"(?m)^error: ", diagnostic) if part.strip()]
    return list(dict.fromkeys(_complaint(part, source, text) for part in parts))


def _complaint(diagnostic: str, source: Path, text: str) -> Complaint:
    message = diagnostic.strip().splitlines()[0].removesuffix(".")
    if glyph := _NO_GLYPH.search(message):
        return Complaint(_place_of(glyph[1], text), (
            f"No font that comes with the archive has a letter for {glyph[1]} "
            f"({', '.join(scripts(glyph[1]))}). To mend: write it in the Latin, Greek, Cyrillic, "
            "Hebrew or Arabic script, or show it as an image with alternative text."
        ))  # fmt: skip
    lines = [int(line) for name, line in _LINE.findall(diagnostic) if name.endswith(source.name)]
    place = code.place_of(text, lines[0]) if lines else None
    return Complaint(place, _told(message, re.findall(r"(?m)^\s*= hint: (.*)$", diagnostic)))


def scripts(letters: str) -> list[str]:
    """The scripts of letters, as the names of these begin in Unicode: Devanagari, CJK, Thai."""
    names = (unicodedata.name(letter, "") for letter in letters.strip('"'))
    found = (_SCRIPT.match(name) for name in names)
    return list(dict.fromkeys(name[1].title().replace("Cjk", "CJK") for name in found if name))


def _place_of(letters: str, text: str) -> str | None:
    """Where the letters stand first: Typst does not tell where a font has none for them.

    What stands before all places is no text of print, but what is attached to it.
    """
    place = None
    for line in text.splitlines():
        if line.startswith(code.PLACE):
            place = line.removeprefix(code.PLACE)
        elif place is not None and letters.strip('"') in line:
            return place
    return None


def _told(message: str, hints: list[str]) -> str:
    return f"{message}. To mend: {'; '.join(hints)}." if hints else f"{message}."
