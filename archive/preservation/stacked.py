"""Reads letters of print whose marks are drawn one by one, as a Latin letter with three marks is.

Typst gives the text of the whole letter to each of its glyphs, and an ActualText where a glyph was
a part of another letter first.  Marks that stand higher or lower are drawn by themselves.  So a
letter is said as often as it has glyphs.  Here each mark is put to the letter that it stands over,
and the letter has its marks if all of these are drawn.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.preservation.printed import Run

# Alphabets whose letters are drawn as they are written, one glyph each, but for marks.
_ALPHABETS = r"!-\u058f\u1c80-\u1c8f\u1d00-\u1fff\u2c60-\u2c7f\u2de0-\u2dff\ua640-\ua69f"
_MARKS = r"\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff"
PLAIN = re.compile(f"[{_ALPHABETS}]")
STACKED = re.compile(f"(?![{_MARKS}])[{_ALPHABETS}][{_MARKS}]")  # one of their letters with a mark

_OVER = "\ufdd0"  # around a letter that is said by a mark over or below it
_OVERS = re.compile(f"(?:{_OVER}[^{_OVER}]*{_OVER})+")
_STEPS = 1.3  # ems: two marks of a font that gives a width to all


class Stack:
    """The last letter with marks, as a page is drawn."""

    def __init__(self) -> None:
        self._letter = ("", 0.0)  # and the height of its first glyph
        self._glyph = (-1, "")  # the code of its first glyph, and what that says

    def past(self, actual: str, height: float) -> None:
        """Take note of what is drawn and has no mark, but may be said to have some."""
        self._letter = (actual if _is_marked(actual) else "", height)
        self._glyph = (-1, "")

    def read(
        self, glyphs: Iterable[tuple[int, str, float]], text: str, actual: str, height: float,
        *, is_first: bool,
    ) -> tuple[str, float]:  # fmt: skip
        """Return what glyphs say, by code, text and width, and the width of marks among them.

        ``is_first`` tells whether none was drawn before them of what ``actual`` is the text of.
        """
        goes_on = _is_marked(actual or text) and not (
            is_first and not self._is_of_last(text, actual or text, height)
        )
        self._letter = self._letter if goes_on else (actual, height)
        found, marks = list[str](), 0.0
        for code, said, width in glyphs:
            # A mark has a width in a font that gives one to all.
            is_over = goes_on or not width or self._is_mark(code, said)
            self._glyph = self._glyph if is_over else (code, "" if actual else said)
            found.append(_part(said, actual, is_over=is_over))
            marks += width if found[-1].startswith(_OVER) else 0
            goes_on = _is_marked(actual)
        return "".join(found), marks

    def _is_mark(self, code: int, said: str) -> bool:
        """Whether a glyph is another one than the last, and says the same letter with marks."""
        first, base = self._glyph
        return said == base and code != first and bool(STACKED.match(said))

    def _is_of_last(self, text: str, said: str, height: float) -> bool:
        """Whether a text begins with a mark of the letter before."""
        if not STACKED.match(text):
            return False
        letter, level = self._letter
        return _apart(text)[0] != _apart(said)[0] or (letter == said and level != height)


def _apart(text: str) -> str:
    """A text with its marks apart from letters."""
    return unicodedata.normalize("NFD", text)


def _is_marked(text: str) -> bool:
    """Whether a text is one letter with marks."""
    letters = [each for each in _apart(text) if not unicodedata.combining(each)]
    return len(letters) == 1 and len(_apart(text)) > 1


def _part(said: str, actual: str, *, is_over: bool) -> str:
    """What a glyph says that may be a part of a letter with marks, as ``actual`` has it.

    A glyph says the letter that it was a part of first.
    """
    if not STACKED.match(said):
        return said
    shared = {*_apart(said)} & {*_apart(actual)}
    if is_over:
        return f"{_OVER}{actual if any(map(unicodedata.combining, shared)) else said}{_OVER}"
    first = unicodedata.normalize("NFC", actual or said)[:1]
    return first + _OVER * 2 if {*_apart(first)} <= (shared or {*_apart(said)}) else said


def stacked(runs: Sequence[Run]) -> Iterator[Run]:
    """Runs with each letter once, and with words whole that have such letters."""
    if not any(_OVER in run.text for run in runs):
        yield from runs
        return
    last: Run | None = None
    for run in _moved(runs):
        if last is not None and _is_one_word(last, run):
            last = replace(last, text=last.text + run.text, width=run.x + run.width - last.x)
            continue
        if last is not None:
            yield replace(last, text=_with_marks(last.text))
        last = run
    if last is not None:
        yield replace(last, text=_with_marks(last.text))


def _moved(runs: Iterable[Run]) -> list[Run]:
    """Runs with marks behind the letter that they stand over or below."""
    found: list[Run] = []
    for run in runs:
        over = _OVERS.match(run.text)
        if over is None or not found or not _is_beside(found[-1], run):
            found.append(run)
            continue
        found[-1] = replace(found[-1], text=found[-1].text + over[0])
        if rest := run.text[over.end() :]:
            found.append(replace(run, text=rest))
    return found


def _is_beside(last: Run, run: Run) -> bool:
    """Whether a run stands beside another one, whose marks may have widths of their own."""
    is_level = last.page == run.page and abs(last.y - run.y) <= last.size
    return is_level and abs(run.x - last.x - last.width) <= _STEPS * last.size


def _is_one_word(last: Run, run: Run) -> bool:
    """Whether a run goes on with a word in which a letter has such marks."""
    if _OVER not in last.text + run.text or last.divides or run.divides:
        return False
    like = (last.size, last.is_artifact, last.is_formula)
    if like != (run.size, run.is_artifact, run.is_formula) or not _is_beside(last, run):
        return False
    return not (last.text[-1:].isspace() or run.text[:1].isspace())


def _with_marks(text: str) -> str:
    """A text whose letters have their marks, where all of these are drawn and say one letter."""
    found, at = "", 0
    for over in _OVERS.finditer(text):
        found += text[at : over.start()]
        at = over.end()
        said = [*filter(None, over[0].split(_OVER))]
        if said:
            found = _marked(found, said)
    return found + text[at:]


def _marked(text: str, said: Sequence[str]) -> str:
    """A text whose last letter has the marks that were drawn over it, as each of them says it.

    What says a letter that is not there says its marks alone.
    """
    letter, base, whole = said[0], _apart(text[-1:]), _apart(said[0])
    if len({*said}) > 1:
        return text + "".join(said)
    if base[:1] != whole[:1]:
        return text + whole[1:]
    is_whole = (Counter(whole) - Counter(base)).total() <= len(said)
    return text[:-1] + letter if is_whole else text + letter
