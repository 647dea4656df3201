"""Finds the source of a document and reads it: paragraphs, headings, endnotes, and the remainder.

A source is plain text in UTF-8 whose paragraphs are separated by blank lines.  Endnotes are lifted
out of it in the three forms that converters write:

    words[endnoteRef:1] … [1:  text of the note]        Word to text
    words[^1]  and a line  [^1]: text of the note        Markdown
    words¹ (or [1])  and a closing section headed Notes, whose lines begin with the number

A line ``# …`` that stands alone is a heading and no paragraph; its note marks belong to the
paragraph below.  Every character of the file that is not white space ends up in a paragraph, a
heading, an endnote or the remainder, so that nothing of a source is overlooked.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from pathlib import Path

from archive.model import Problem
from archive.model.record import Record

# Unicode noncharacters, which no text may hold: they keep the place of marks that are lifted out.
_MARK, _GONE = "\ufdd0", "\ufdd1"

_REPIN = "then pin its SHA-256 in the record"


@dataclass(frozen=True, slots=True)
class Mark:
    """The place of an endnote's mark in a paragraph."""

    number: int
    offset: int  # in the paragraph's text, of the character that follows the mark


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the source, its runs of white space made one space each."""

    number: int  # counted from 1
    text: str  # without endnotes and their marks
    line: int  # of the file, counted from 1
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the source.  No passage renders it."""

    text: str  # without the number signs before it
    line: int
    paragraph: int  # the number of the paragraph below it, or one more than there are
    level: int  # how many number signs


@dataclass(frozen=True, slots=True)
class Endnote:
    """An endnote or footnote of the source."""

    number: int
    text: str  # without its number
    line: int
    paragraph: int  # the number of the paragraph that first marks it; 0: none does


@dataclass(frozen=True, slots=True)
class Remainder:
    """Text outside paragraphs, headings and endnotes: a mark, a number, a line of stars."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Source:
    """Everything that a source holds."""

    paragraphs: tuple[Paragraph, ...]
    endnotes: tuple[Endnote, ...]
    remainder: tuple[Remainder, ...]
    headings: tuple[Heading, ...] = ()

    def held(self, record: Record) -> Source:
        """What of it the record says that the archive holds, its paragraphs counted anew."""
        if record.source.first_paragraph is None:
            return self
        before = record.source.first_paragraph - 1
        rows = range(before + 1, before + 1 + record.source.paragraphs)
        return Source(
            tuple(replace(each, number=each.number - before)
                  for each in self.paragraphs if each.number in rows),
            tuple(replace(each, paragraph=each.paragraph - before)
                  for each in self.endnotes if each.paragraph in rows),
            self.remainder,
            tuple(replace(each, paragraph=each.paragraph - before)
                  for each in self.headings if each.paragraph in rows),
        )  # fmt: skip


def read_source(data: bytes, path: str) -> tuple[Source | None, list[Problem]]:
    """Read the bytes of a source; ``path`` is named in the problems.

    Returns no source where the bytes are not UTF-8 or hold no word.
    """
    if strange := _misencoded(data):
        mend = f"save the text as UTF-8, {_REPIN}."
        return None, [Problem(path, strange[0], "source-encoding", strange[1], mend)]
    text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    lifted = _Lifted(text)
    for lift in (_lift_word_notes, _lift_markdown_notes, _lift_closing_notes):
        lift(lifted)
    source = _segment(lifted)
    if not source.paragraphs:
        mend = f"put the whole text into the file, {_REPIN}."
        return None, [Problem(path, 0, "source-empty", "The source has no paragraph.", mend)]
    mend = f"correct the numbers in the source, {_REPIN}."
    return source, [
        Problem(path, line, "source-endnote", message, mend)
        for line, message in _unanswered(lifted, source)
    ]


def _misencoded(data: bytes) -> tuple[int, str] | None:
    """Line and message where the bytes are not UTF-8, or hold a character that no text holds."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return 1, "The source is UTF-16, not UTF-8"
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1, (
            f"The source is not UTF-8: byte {error.start + 1} is 0x{data[error.start]:02x}, "
            "as in a text of another encoding"
        )
    strange = next((place for c in ("\0", _MARK, _GONE) if (place := text.find(c)) >= 0), None)
    if strange is None:
        return None
    message = f"The source holds U+{ord(text[strange]):04X}, which no text holds"
    return text.count("\n", 0, strange) + 1, message


@dataclass(slots=True)
class _Body:
    """The place of an endnote; all offsets are in the text of the file."""

    number: int
    start: int  # of the brackets or the number before its text
    text_start: int
    text_end: int
    end: int
    text: str = ""  # without the marks in it


_Place = tuple[int, int, int]  # start, end and number of a mark


class _Lifted:
    """A text, and the endnotes and marks that were lifted out of it so far."""

    def __init__(self, text: str) -> None:
        self.text = self.rest = text  # the rest has them blanked, so that offsets stay the same
        self.marks: list[_Place] = []
        self.bodies: list[_Body] = []
        self.others: list[tuple[int, int]] = []  # headings, marks in endnotes
        self.newlines = [match.start() for match in re.finditer("\n", text)]

    def line(self, offset: int) -> int:
        """The line on which an offset lies, counted from 1."""
        return bisect_right(self.newlines, offset - 1) + 1

    def lift(
        self, marks: Sequence[_Place] = (), bodies: Sequence[_Body] = (),
        headings: Sequence[tuple[int, int]] = (),
    ) -> None:  # fmt: skip
        """Blank these out of the rest; each mark leaves a placeholder."""
        for body in bodies:
            text = self.rest[body.text_start : body.text_end]
            body.text = " ".join(text.replace(_MARK, "").replace(_GONE, "").split())
        self._forget_within(bodies)
        blanks = {start: (end, _MARK + _GONE * (end - start - 1)) for start, end, _ in marks}
        for start, end in [*((body.start, body.end) for body in bodies), *headings]:
            blanks[start] = (end, " " * (end - start))
        pieces, done = [], 0
        for start, (end, blank) in sorted(blanks.items()):
            pieces += [self.rest[done:start], blank]
            done = end
        self.rest = "".join([*pieces, self.rest[done:]])
        self.marks += marks
        self.bodies += bodies
        self.others += headings

    def _forget_within(self, bodies: Iterable[_Body]) -> None:
        """Drop marks that were lifted out of what turns out to be an endnote."""
        ends = {body.start: body.end for body in bodies}
        starts = sorted(ends)
        marks, self.marks = self.marks, []
        for start, end, number in marks:
            before = bisect_right(starts, start)
            if before and start < ends[starts[before - 1]]:
                self.others.append((start, end))
            else:
                self.marks.append((start, end, number))


_WORD_MARK = re.compile(r"\[(?:end|foot)noteRef:\s*(\d{1,6})\]")
_WORD_BODY = re.compile(r"\[(\d{1,6}):")


def _lift_word_notes(lifted: _Lifted) -> None:
    """Lift ``[endnoteRef:1]``, and ``[1: …]`` up to its closing bracket, over nested ones."""
    marked = {int(match[1]) for match in _WORD_MARK.finditer(lifted.rest)}
    if not marked:
        return
    closing = _closing_brackets(lifted.rest)
    bodies: list[_Body] = []
    taken: set[int] = set()
    for match in _WORD_BODY.finditer(lifted.rest):
        number, close = int(match[1]), closing.get(match.start())
        within = bodies and match.start() < bodies[-1].end
        if number in marked and number not in taken and close is not None and not within:
            taken.add(number)
            bodies.append(_Body(number, match.start(), match.end(), close, close + 1))
    lifted.lift(bodies=bodies)
    lifted.lift(marks=_found(_WORD_MARK, lifted.rest))


def _closing_brackets(text: str) -> dict[int, int]:
    """The offsets of opening square brackets, each with that of its closing bracket."""
    open_, pairs = [], {}
    for match in re.finditer(r"[\[\]]", text):
        if match[0] == "[":
            open_.append(match.start())
        elif open_:
            pairs[open_.pop()] = match.start()
    return pairs


def _found(pattern: re.Pattern[str], text: str) -> list[_Place]:
    return [(match.start(), match.end(), int(match[1])) for match in pattern.finditer(text)]


_MARKDOWN_BODY = re.compile(r" {0,3}\[\^(\d{1,6})\]:[ \t]*")
_MARKDOWN_MARK = re.compile(r"\[\^(\d{1,6})\](?!:)")


def _lift_markdown_notes(lifted: _Lifted) -> None:
    """Lift ``[^1]``, and ``[^1]: …`` up to a blank line, with the indented lines that follow."""
    bodies: list[_Body] = []
    known: set[int] = set()
    current: _Body | None = None
    blank = False
    for start, line in _lines(lifted.rest):
        match, end = _MARKDOWN_BODY.match(line), start + len(line)
        if match and int(match[1]) not in known:
            known.add(int(match[1]))
            current = _Body(int(match[1]), start, start + match.end(), end, end)
            bodies.append(current)
        elif current is not None and line.strip():
            if not blank or line.startswith(("  ", "\t")):
                current.text_end = current.end = end
            else:
                current = None
        blank = not line.strip()
    lifted.lift(bodies=bodies)
    lifted.lift([mark for mark in _found(_MARKDOWN_MARK, lifted.rest) if mark[2] in known])


def _lines(text: str, start: int = 0) -> Iterator[tuple[int, str]]:
    """Each line from an offset on, with its own offset."""
    for line in text[start:].split("\n"):
        yield start, line
        start += len(line) + 1


_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_PLAIN = str.maketrans(_SUPERSCRIPTS, "0123456789")
_NOTES = re.compile(r"[ \t]*(?:#+[ \t]*)?(?:end|foot)?notes[ \t]*:?[ \t]*", re.IGNORECASE)
_NOTES_BODY = re.compile(
    rf"[ \t]*(?:\[(\d{{1,6}})\][.:]?[ \t]+|([{_SUPERSCRIPTS}]{{1,6}})[ \t]*"
    r"|(\d{1,6})[.):]?[ \t]+)(?=\S)"
)
_NOTES_MARK = re.compile(rf"[{_SUPERSCRIPTS}]{{1,6}}|\[\d{{1,6}}\]")


def _lift_closing_notes(lifted: _Lifted) -> None:
    """Lift superscript or bracketed numbers, and a last section headed Notes.

    If the text marks none of its numbers, it is no section of endnotes and stays.
    """
    headings = [(at, line) for at, line in _lines(lifted.rest) if _NOTES.fullmatch(line)]
    if not headings:
        return
    start, heading = headings[-1]
    bodies = _closing_bodies(lifted.rest, start + len(heading) + 1)
    known = {body.number for body in bodies}
    marks = [
        (match.start(), match.end(), number)
        for match in _NOTES_MARK.finditer(lifted.rest[:start])
        if (number := int(match[0].strip("[]").translate(_PLAIN))) in known
    ]
    if marks:
        lifted.lift(marks, bodies, [(start, start + len(heading))])


def _closing_bodies(text: str, start: int) -> list[_Body]:
    """The notes of a closing section, numbered without a gap; other text ends the section."""
    bodies: list[_Body] = []
    blank = True
    for at, line in _lines(text, start):
        if not line.strip():
            blank = True
            continue
        match = _NOTES_BODY.match(line)
        number = int(next(filter(None, match.groups())).translate(_PLAIN)) if match else -1
        if match and (not bodies or number == bodies[-1].number + 1):
            end = at + len(line)
            bodies.append(_Body(number, at, at + match.end(), end, end))
        elif blank:
            break
        else:
            bodies[-1].text_end = bodies[-1].end = at + len(line)
        blank = False
    return bodies


_HEADING = re.compile(r"(#{1,6}) +(.*\w.*)")


def _segment(lifted: _Lifted) -> Source:
    """Divide the rest at blank lines; what has no word goes to the remainder."""
    paragraphs: list[Paragraph] = []
    headings: list[Heading] = []
    remainder = list(_lifted_out(lifted))  # with offsets
    waiting: list[Mark] = []  # marks of headings, for the paragraph below
    numbers = iter(number for _, _, number in sorted(lifted.marks))
    for start, end in _blocks(lifted.rest):
        text, offsets = _collapsed(lifted.rest[start:end])
        marks = [Mark(next(numbers), offset) for offset in offsets]
        line, number = lifted.line(start), len(paragraphs) + 1
        heading = None if "\n" in lifted.rest[start:end] else _HEADING.fullmatch(text)
        if heading:
            headings.append(Heading(heading[2], line, number, len(heading[1])))
            waiting += [Mark(mark.number, 0) for mark in marks]
        elif any(map(str.isalnum, text)):
            paragraphs.append(Paragraph(number, text, line, (*waiting, *marks)))
            waiting = []
        else:
            remainder.append((start, text))
            _mark_last(paragraphs, marks)
    _mark_last(paragraphs, waiting)
    left = tuple(
        Remainder(" ".join(text.split()), lifted.line(start))
        for start, text in sorted(remainder) if text.strip()
    )  # fmt: skip
    endnotes = tuple(_endnotes(lifted, paragraphs))
    return Source(tuple(paragraphs), endnotes, left, tuple(headings))


def _mark_last(paragraphs: list[Paragraph], marks: Sequence[Mark]) -> None:
    """Add marks that stand on a line of their own to the paragraph above them."""
    if paragraphs:
        last = paragraphs[-1]
        here = (Mark(mark.number, len(last.text)) for mark in marks)
        paragraphs[-1] = replace(last, marks=(*last.marks, *here))


def _lifted_out(lifted: _Lifted) -> Iterator[tuple[int, str]]:
    """The marks, and what encloses the endnotes, with their offsets."""
    places = [*(mark[:2] for mark in lifted.marks), *lifted.others]
    for body in lifted.bodies:
        places += [(body.start, body.text_start), (body.text_end, body.end)]
    for start, end in places:
        yield start, lifted.text[start:end]


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each run of lines that are not blank."""
    for blank, lines in groupby(_lines(text), key=lambda each: not each[1].strip()):
        if not blank:
            placed = list(lines)
            yield placed[0][0], placed[-1][0] + len(placed[-1][1])


def _collapsed(block: str) -> tuple[str, list[int]]:
    """The text of a block without its marks, and their offsets in it."""
    pieces = " ".join(block.replace(_GONE, "").split()).split(_MARK)
    text, offsets = pieces[0].lstrip(), []
    for piece in pieces[1:]:
        offsets.append(len(text))
        text += piece.lstrip() if not text or text.endswith(" ") else piece
    return text.rstrip(), [min(offset, len(text.rstrip())) for offset in offsets]


def _endnotes(lifted: _Lifted, paragraphs: list[Paragraph]) -> Iterator[Endnote]:
    place: dict[int, int] = {}
    for paragraph in paragraphs:
        for mark in paragraph.marks:
            place.setdefault(mark.number, paragraph.number)
    for body in sorted(lifted.bodies, key=lambda each: (each.number, each.start)):
        yield Endnote(body.number, body.text, lifted.line(body.start), place.get(body.number, 0))


def _unanswered(lifted: _Lifted, source: Source) -> Iterator[tuple[int, str]]:
    """Line and message of each mark without note, note without mark, and number given twice."""
    seen: set[int] = set()
    for note in source.endnotes:
        if note.number in seen:
            yield note.line, f"Endnote {note.number} stands twice in the source"
        elif not note.paragraph:
            yield note.line, f"Endnote {note.number} has no mark in the source"
        seen.add(note.number)
    for start, _, number in sorted(lifted.marks):
        if number not in seen:
            message = f"Endnote {number} is marked in the source, but its text was not found"
            yield lifted.line(start), message


# --- The folder of the sources


class Sources:
    """The files of a folder and of the folders in it, found by name or by SHA-256.

    A file nearer to the top comes before one of the same name further down.  Links to folders are
    not followed, so that none leads round in a circle.
    """

    def __init__(self, folder: Path) -> None:
        """Raises OSError where the folder cannot be listed."""
        self._folder = folder
        top = folder.iterdir()
        below = (Path(at, name) for at, _, names in os.walk(folder) for name in names)
        self._files = sorted({*top, *below}, key=lambda path: (len(path.parts), path))

    def find(self, record: Record) -> tuple[Path, bytes]:
        """The path and the bytes of a record's source.

        Where no file has the SHA-256 that the record pins, the file named after the document is
        returned.  Raises OSError where there is neither.
        """
        name, pinned = f"{record.id}.txt", record.source.sha256
        named = self._by_name.get(name, self._folder / name)
        with suppress(OSError):
            data = _regular(named).read_bytes()
            if hashlib.sha256(data).hexdigest() == pinned:
                return named, data
        found = self._by_sha256.get(pinned, named)
        return found, _regular(found).read_bytes()

    def holds(self, record: Record) -> bool:
        """Whether a file has the SHA-256 that the record pins."""
        return record.source.sha256 in self._by_sha256

    @cached_property
    def _by_name(self) -> dict[str, Path]:
        return {path.name: path for path in reversed(self._files)}

    @cached_property
    def _by_sha256(self) -> dict[str, Path]:
        """Every readable file by its SHA-256."""
        found = {}
        for path in reversed(self._files):
            with suppress(OSError), _regular(path).open("rb") as file:
                found[hashlib.file_digest(file, "sha256").hexdigest()] = path
        return found


def _regular(path: Path) -> Path:
    """The path, if it is a regular file; else raises OSError, as opening a pipe would block."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(f"{path} is not a file")
    return path
