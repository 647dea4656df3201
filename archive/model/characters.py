"""Refuses characters that a reader cannot see but that change what is read.

They are control characters, marks that change the direction of text (Unicode Annex 9, 2.1 to 2.5;
UTS 55), tags and noncharacters.  Marks that scripts need are allowed: joiners, LRM, RLM and ALM.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.model.problem import Problem

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

_SHOWN = 5  # lines of one file that are reported


def unseen(text: str) -> str | None:
    """The first refused character of a text, written ``U+202E``; None if there is none."""
    found = _UNSEEN.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def unseen_characters(text: str, path: str) -> Iterator[Problem]:
    """Each line of a file with a refused character.  A byte order mark may begin the file."""
    body = text.removeprefix("\ufeff")
    if not _UNSEEN.search(body):
        return
    lines = [
        (number, line) for number, line in enumerate(re.split(r"\r\n|\r|\n", body), start=1)
        if _UNSEEN.search(line)
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
