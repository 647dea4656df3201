"""Which letters print sets in fonts of packages that are installed only where a text has them.

Typst comes with fonts for Latin, Greek, Cyrillic and Hebrew, ``fontpkg-amiri`` is for Arabic.  The
scripts below are set in Noto, from two packages; each has a list of its own in ``requirements/``.

As a program, ``python archive/pdf/fonts.py`` prints what the archive in the working directory
needs besides ``build``.  It runs before anything is installed, so this file imports nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

JOINERS = "\u200c\u200d"


class Package(NamedTuple):
    """A package with fonts, all of them in one folder."""

    extra: str  # of the engine, and the name of its list in requirements/
    project: str
    module: str

    @property
    def folder(self) -> Path | None:
        """Where its fonts are; None where it is not installed."""
        found = find_spec(self.module)
        return Path(found.origin).parent if found and found.origin else None


class Script(NamedTuple):
    """Letters that are set in a font of their own."""

    name: str
    letters: str  # as in a class of a regular expression
    package: Package
    family: str  # empty: by the language of the text

    @property
    def pattern(self) -> str:
        """A row of its words, in the regular expressions of Python and of Typst.

        A joiner has to be in the font of the letters it joins.  What Typst finds a word at a time
        takes it a third longer to set.
        """
        return f"[{self.letters}][{self.letters}{JOINERS}]*(?: [{self.letters}{JOINERS}]+)*"


_SCRIPTS = Package("scripts", "manimgx-fonts", "manimgx_fonts")
_CJK = Package("cjk", "manimgx-fonts-cjk", "manimgx_fonts_cjk")
PACKAGES = (_SCRIPTS, _CJK)

_OTHERS = {  # their blocks in Unicode
    "Armenian": "\u0530-\u058f\ufb13-\ufb17",
    "Devanagari": "\u0900-\u097f\u1cd0-\u1cff\ua8e0-\ua8ff",
    "Bengali": "\u0980-\u09ff",
    "Gurmukhi": "\u0a00-\u0a7f",
    "Gujarati": "\u0a80-\u0aff",
    "Oriya": "\u0b00-\u0b7f",
    "Tamil": "\u0b80-\u0bff",
    "Telugu": "\u0c00-\u0c7f",
    "Kannada": "\u0c80-\u0cff",
    "Malayalam": "\u0d00-\u0d7f",
    "Sinhala": "\u0d80-\u0dff",
    "Thai": "\u0e00-\u0e7f",
    "Lao": "\u0e80-\u0eff",
    "Myanmar": "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f",
    "Georgian": "\u10a0-\u10ff\u1c90-\u1cbf\u2d00-\u2d2f",
    "Ethiopic": "\u1200-\u139f\u2d80-\u2ddf\uab00-\uab2f",
    "Khmer": "\u1780-\u17ff\u19e0-\u19ff",
}
_LATIN = "\u0500-\u052f\u2de0-\u2dff\ua640-\ua69f\ua720-\ua7ff"  # that Typst's own fonts lack
_CHINESE = (  # and Japanese and Korean
    "\u1100-\u11ff\u2e80-\u2fff\u3000-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f"
    "\uff00-\uffef\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
# Of those below U+10000, the ones that Typst's own fonts lack.
_EMOJI = (
    "\u26b3-\u26ff\u2705\u270a\u270b\u2716\u2728\u274c\u274e\u2753-\u2755\u2757\u2780-\u2793"
    "\u2795-\u2797\u27b0\ufe0f\U0001f000-\U0001faff"
)
_TURNED = "\ufe0f\U0001f3fb-\U0001f3ff"  # make an emoji of the sign before them


class _Emoji(Script):
    @property
    def pattern(self) -> str:
        """Emoji, with all that makes one out of several characters (UTS 51, 1.4.9)."""
        one = f"(?:[{self.letters}]|[\u203c-\u2bff][{_TURNED}])[{_TURNED}]*"
        return f"{one}(?:\u200d?{one}|\u200d[\u2600-\u27bf])*"


SCRIPTS = (
    *(Script(name, letters, _SCRIPTS, f"Noto Sans {name}") for name, letters in _OTHERS.items()),
    Script("Latin or Cyrillic", _LATIN, _SCRIPTS, "Noto Sans"),
    _Emoji("emoji", _EMOJI, _SCRIPTS, "Noto Emoji"),
    Script("Chinese, Japanese or Korean", _CHINESE, _CJK, ""),
)

# What a text may have of which nothing need be asked: the fonts at hand have it.
_PLAIN = (
    "\x00-\u02e4\u0386-\u03ce\u0400-\u0477\u048a-\u04c4\u04d0-\u04f9\u05d0-\u05ea\u0621-\u0652"
    "\u0660-\u0669\u1e00-\u1eff\u2000-\u2037\u2039\u203a\u2060-\u206f\u20ac\u2190-\u2193\u2212\ufffd"
)
_OF_SCRIPTS = re.compile("[\u0530-\u1cff]")
UNUSUAL = re.compile(f"[^{_PLAIN}]")


# Scripts from the left with letters that have marks above, below or beside them.
_STACKED = frozenset(_OTHERS) - {"Armenian", "Ethiopic", "Georgian"}
STACKED = re.compile("[{}]".format("".join(_OTHERS[name] for name in sorted(_STACKED))))
STACKED_FONT = re.compile(f"NotoSans({'|'.join(sorted(_STACKED))})-")


def letters(text: str) -> frozenset[str]:
    """The characters of a text that not every font has."""
    return frozenset() if text.isascii() else frozenset(UNUSUAL.findall(text))


def in_alphabets(text: str) -> bool:
    """Whether a text has letters alone that are drawn one by one, in fonts at hand."""
    return not (letters(text) or _OF_SCRIPTS.search(text))


def stands_alone(letter: str) -> bool:
    """Whether a letter is drawn by itself in a font at hand, as Chinese ones are."""
    chinese = SCRIPTS[-1]
    return bool(chinese.package.folder and re.match(f"[{chinese.letters}]", letter))


def scripts_of(found: Iterable[str]) -> tuple[Script, ...]:
    """The scripts that some letters are of."""
    row = "".join(found)
    return tuple(each for each in SCRIPTS if row and re.search(f"[{each.letters}]", row))


def needed(texts: Iterable[str]) -> Iterator[Package]:
    """The packages that texts need, each once."""
    found = scripts_of(frozenset().union(*map(letters, texts)))
    yield from dict.fromkeys(each.package for each in found)


_TOLD = 5  # characters of a page by their names


def described(found: Iterable[str]) -> str:
    """Characters by themselves, their numbers and names."""
    letters = sorted(set(found))
    told = ", ".join(
        f"{letter if letter.isprintable() else ''} (U+{ord(letter):04X} "
        f"{unicodedata.name(letter, 'without a name')})".strip()
        for letter in letters[:_TOLD]
    )  # fmt: skip
    others = len(letters) - _TOLD
    return f"{told} and {others} other{'s' * (others > 1)}" if others > 0 else told


def without_fonts(found: Iterable[str]) -> str:
    """What is said of characters that no font at hand has, with how to mend it."""
    found = sorted(found)
    absent = {each.package for each in scripts_of(found) if not each.package.folder}
    others = "write it in another script, or show it as an image with alternative text"
    install = " and ".join(sorted(package.project for package in absent))
    return (
        f"No font at hand has {described(found)}. Print shows the number in its place. "
        f"To mend: {f'install {install}, or {others}' if absent else others}."
    )


# English sorts as the engine does; others as the Unicode Common Locale Data Repository has it.
_LANGUAGE = re.compile(r"""^language\s*=\s*['"](?!en\b)[A-Za-z]{2,3}\b""", re.MULTILINE)


def _texts(root: Path) -> Iterator[str]:
    """What an archive prints: its pages, its works, and the settings that name it."""
    unread = {"README.md", "CONTRIBUTING.md"}
    for path in [*root.glob("*.md"), *root.glob("*.bib"), *root.glob("documents/**/*.md")]:
        if path.is_file() and path.name not in unread:
            yield path.read_text("utf-8", "ignore")


def _main() -> None:
    root = Path()
    settings = root / "conf.py"
    said = settings.read_text("utf-8", "ignore") if settings.is_file() else ""
    found = [package.extra for package in needed([*_texts(root), said])]
    print(*found, *(["sorting"] if _LANGUAGE.search(said) else []))


if __name__ == "__main__":
    _main()
