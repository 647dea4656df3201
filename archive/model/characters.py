"""Refuses characters that a reader cannot see but that change what is read.

They are control characters, marks that change the direction of text (Unicode Annex 9, 2.1 to 2.5;
UTS 55), tags and noncharacters.  Marks that scripts need are allowed: joiners, LRM, RLM and ALM.
So are combining marks, up to the number that Stream-Safe Text has (Unicode Annex 15, 13): thousands
of them on one letter stop the printer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

from archive.model import Problem

_TURNING = "\u202a-\u202e\u2066-\u2069"
_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, tab and line ends apart
    f"{_TURNING}"
    "\u2028\u2029"  # ends of lines and paragraphs that no editor shows
    "\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff"  # surrogates, which no UTF-8 file can hold
    "\U000e0000-\U000e007f"  # tags
    "]"
)
_IS_TURNING = re.compile(f"[{_TURNING}]")

_MOST_MARKS = 30  # on one letter
_MARKS = re.compile(rf"[^\x00-\u02ff\s]{{{_MOST_MARKS + 1},}}")  # where they can be
_JOINERS = "\u200c\u200d"

_SHOWN = 5  # lines of one file that are reported


def unseen(text: str) -> str | None:
    """The first refused character of a text, written ``U+202E``; None if there is none."""
    letter = _refused(text)
    return f"U+{ord(letter):04X}" if letter else None


def _refused(text: str) -> str | None:
    found = _UNSEEN.search(text)
    return found[0] if found else next(_stacked(text), None)


def _stacked(text: str) -> Iterator[str]:
    """The first of each row of marks that is too long to stand on one letter."""
    for run in _MARKS.finditer(text):
        for is_mark, marks in groupby(run[0], _is_mark):
            row = "".join(marks)
            if is_mark and len(row) > _MOST_MARKS:
                yield row[0]


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M") or letter in _JOINERS


def unseen_characters(text: str, path: str) -> Iterator[Problem]:
    """Each line of a file with a refused character.  A byte order mark may begin the file."""
    body = text.removeprefix("\ufeff")
    if _refused(body) is None:
        return
    lines = [
        (number, line) for number, line in enumerate(re.split(r"\r\n|\r|\n", body), start=1)
        if _refused(line)
    ]  # fmt: skip
    for number, line in lines[:_SHOWN]:
        yield unseen_problem(path, number, line)
    if len(lines) > _SHOWN:
        yield Problem(
            path, lines[_SHOWN][0], "character-unseen",
            f"So do {len(lines) - _SHOWN} more lines.", "remove them, too.",
        )  # fmt: skip


def unseen_problem(path: str, line: int, text: str) -> Problem:
    """The problem of a line with a refused character."""
    if not _UNSEEN.search(text):
        return Problem(
            path, line, "character-stacked",
            f"More than {_MOST_MARKS} marks such as {unseen(text)} stand on one letter.",
            "remove them; no script needs so many.",
        )  # fmt: skip
    what = "turns the direction of text" if _IS_TURNING.search(text) else "cannot be seen"
    return Problem(
        path, line, "character-unseen",
        f"The line holds the character {unseen(text)}, which {what}.",
        "remove it; an editor shows it under “show invisible characters”.",
    )  # fmt: skip


def decoded(data: bytes, path: str) -> tuple[str | None, list[Problem]]:
    """The text of a file in UTF-8, or None and the problem if it is not UTF-8."""
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = data[error.start]
        return None, [
            Problem(
                path, line, "not-utf-8", f"The byte {found:#04x} is not UTF-8.",
                "save the file in the encoding UTF-8.",
            )
        ]  # fmt: skip
