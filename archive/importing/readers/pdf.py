"""PDFs with a text layer: joins lines to paragraphs, drops page furniture, lifts footnotes.

A PDF has no paragraphs, so they are guessed from the layout, and a remark says so.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from statistics import median
from typing import Any

from archive.fidelity.source import read_source
from archive.importing import RefusedError, library
from archive.importing.readers import pdf_lines
from archive.importing.source_text import text_of
from archive.importing.text import Finding, Properties, Remark, Text

_NUMBER = re.compile(r"(?:[Pp]age |[–—-] ?)?\d{1,4}(?: ?(?:/|of) ?\d{1,4})?(?: ?[–—-])?")
_MARKED = re.compile(f"{pdf_lines.MARK[0]}(\\d+){pdf_lines.MARK[1]}")
_NOTE = re.compile(rf"(?:{_MARKED.pattern}|(\d{{1,4}})[.)]?)\s*(?=[^\s\d])")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page, in points from its lower left corner (ISO 32000-1, 8.3.2.3)."""

    page: int
    box: int  # number of its text box on the page
    x: float
    right: float
    top: float
    bottom: float
    size: float
    text: str
    margin: bool  # whether it stands in the upper or lower fifth of the page


def read(data: bytes) -> Text:
    """The text of a PDF.  Raises RefusedError where it is encrypted, cut off or has no text."""
    if b"%%EOF" not in data[-4096:]:  # ISO 32000-1, 7.5.5
        raise RefusedError(
            "import-truncated", "The PDF was cut off: its end is missing.", "get it again."
        )
    found = _run(data)
    lines = list(_lines(found["pages"]))
    if not lines:
        raise RefusedError(
            "import-no-text", "The PDF has no text layer: its pages are pictures.",
            "run text recognition over it (for example ocrmypdf), and import what that gives.",
        )  # fmt: skip
    furniture = _furniture(lines, len(found["pages"]))
    body = [line for line in lines if line not in furniture]
    written = _written(body)
    source, problems = read_source(written.encode(), "")
    if source is None:
        raise RefusedError("import-no-text", "The PDF holds no words.", "give its text instead.")
    text = text_of(source)
    flags = tuple(Remark(Finding.FLAG, f"{each.message}.") for each in problems)
    left = [Remark(Finding.LOST, f"Page {line.page}: a running head or page number.", line.text)
            for line in sorted(furniture, key=lambda each: (each.page, -each.top))]  # fmt: skip
    guess = Remark(Finding.GUESSED, "Paragraphs and notes are guessed from the layout of the PDF.")
    return replace(
        text, properties=_properties(found["information"]), remarks=(guess, *left, *flags),
        raw=tuple(  # with spaces around the numbers of notes
            re.sub(r"^(\d{1,4})(?=[^\W\d])", r"\1 ", _MARKED.sub(r" \1 ", line.text))
            for line in lines
        ),
    )  # fmt: skip


def _run(data: bytes) -> dict[str, Any]:
    """What ``pdf_lines`` finds, in a process of its own."""
    library("pdfminer.high_level")  # raises here, where the editor is told, if it is missing
    try:
        done = subprocess.run(
            [sys.executable, "-P", pdf_lines.__file__], input=data, capture_output=True,
            check=False, timeout=2 * pdf_lines.SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise _too_much() from error
    if done.returncode == pdf_lines.ENCRYPTED:
        raise RefusedError(
            "import-encrypted", "The PDF is encrypted.", "save a copy of it without a password."
        )
    if done.returncode == pdf_lines.UNREADABLE:
        raise RefusedError(
            "import-truncated", "The PDF is damaged.",
            "get it again, or print it from a viewer to a new PDF.",
        )  # fmt: skip
    if done.returncode:
        raise _too_much()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _too_much() -> RefusedError:
    return RefusedError(
        "import-too-much",
        f"The PDF takes more than {pdf_lines.SECONDS} seconds, "
        f"{pdf_lines.MEMORY // 2**20:,} MiB or {pdf_lines.MAX_PAGES:,} pages to read.",
        "split it, or save it as plain text and import that.",
    )


def _lines(pages: Sequence[dict[str, Any]]) -> Iterator[_Line]:
    for number, page in enumerate(pages, 1):
        for box, lines in enumerate(page["boxes"]):
            for line in lines:
                low, high = 0.2 * page["height"], 0.8 * page["height"]
                margin = line["top"] < low or line["bottom"] > high
                text = " ".join(line.pop("text").split())
                yield _Line(number, box, text=text, margin=margin, **line)


def _furniture(lines: Sequence[_Line], pages: int) -> set[_Line]:
    """Running heads and page numbers: outermost lines that recur, digits aside, or are numbers."""
    outer = {line: re.sub(r"\d+", "#", line.text)
             for page in range(1, pages + 1) for line in _outermost(lines, page)}  # fmt: skip
    shapes, often = Counter(outer.values()), max(2, pages // 3)
    return {
        line for line, shape in outer.items()
        if shapes[shape] >= often or (_NUMBER.fullmatch(line.text) and len(line.text) < 10)
    }  # fmt: skip


def _outermost(lines: Sequence[_Line], page: int) -> list[_Line]:
    """The two highest and the two lowest lines of a page, where they stand in its outer fifths."""
    here = sorted((line for line in lines if line.page == page), key=lambda line: -line.top)
    return [line for line in (*here[:2], *here[-2:]) if line.margin]


def _written(lines: Sequence[_Line]) -> str:
    """The lines as plain text with notes in the form ``[^1]``, which read_source lifts out."""
    usual = median(line.size for line in lines for _ in line.text.split()) if lines else 0.0
    text: list[str] = []
    notes: dict[int, str] = {}
    page = 0  # of the last note
    for paragraph in _paragraphs(lines):
        words = reduce(_continued, (line.text for line in paragraph))
        small = paragraph[0].size < 0.95 * usual
        match = _NOTE.match(words) if small else None
        number = int(match[1] or match[2]) if match else 0
        if match and number == max(notes, default=0) + 1:
            notes[number] = words[match.end() :]
            page = paragraph[0].page
        elif small and notes and paragraph[0].page == page:
            notes[max(notes)] = _run_on(notes[max(notes)], words)
        else:
            text.append(words)
    body = _marked("\n\n".join(_unbroken(text)), notes)
    return "\n\n".join([body, *(f"[^{n}]: {_as_marks(note)}" for n, note in notes.items())])


def _run_on(note: str, words: str) -> str:
    """A note and its next line; an address that was divided at the line's end is joined."""
    divided = re.search(r"https?://\S*$", note) and re.match(r"[\w%-]+[/.]\S*", words)
    return note + words if divided else f"{note} {words}"


def _marked(text: str, notes: Mapping[int, str]) -> str:
    """The text with ``[^1]`` for each note mark: digits set high, else a number after a word."""
    text = _as_marks(text)
    done = 0
    for number in notes:
        place = text.find(f"[^{number}]", done)
        if place < 0:
            pattern = rf"(?<=[^\W\d_.,;:!?”\"’)]|(?<=\D)[.,;:!?”\"’)]){number}(?![\d\w])"
            match = re.compile(pattern).search(text, done)
            if match is None:
                continue
            text = f"{text[: match.start()]}[^{number}]{text[match.end() :]}"
            place = match.start()
        done = place
    return text


def _as_marks(words: str) -> str:
    return _MARKED.sub(r"[^\1]", words)


def _paragraphs(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Group lines: a new box, a wider gap, an indented line or another size begins a paragraph."""
    groups: list[list[_Line]] = []
    for line in lines:
        if groups and not _begins(line, groups[-1]):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _begins(line: _Line, group: Sequence[_Line]) -> bool:
    last = group[-1]
    if (line.page, line.box) != (last.page, last.box) or abs(line.size - last.size) > 1:
        return True
    left = min(each.x for each in group)
    short = last.right < max(each.right for each in (*group, line)) - 4 * line.size
    indented = line.x > left + 0.8 * line.size
    hanging = len(group) > 1 and group[0].x < min(each.x for each in group[1:])
    marked = _NOTE.match(line.text) is not None and line.text.startswith(pdf_lines.MARK[0])
    return (
        marked
        or (indented and not hanging and last.text.endswith((".", ":", ";", "?", "!")))
        or (short and last.text.endswith((".", ":", "?", "!")) and line.text[:1].isupper())
    )


def _continued(text: str, words: str) -> str:
    """A text and the words that continue it; a word divided at a line's end is joined."""
    if re.search(r"[^\W\d_]-$", text) and words[:1].islower():
        return text[:-1] + words
    return f"{text} {words}"


def _unbroken(paragraphs: Sequence[str]) -> list[str]:
    """Join a paragraph that a page broke: it ends without a stop, and the next is lower case."""
    joined: list[str] = []
    for words in paragraphs:
        before = re.sub(r"\[\^\d+\]$", "", joined[-1]) if joined else "."
        if words[:1].islower() and not re.search(r"[.:;?!”\"\])]$", before):
            joined[-1] = _continued(joined[-1], words)
        else:
            joined.append(words)
    return joined


def _properties(information: Sequence[dict[str, str]]) -> Properties:
    found = information[0] if information else {}
    created = re.match(r"D:(\d{4})(\d{2})(\d{2})", found.get("CreationDate", ""))  # 7.9.4
    return Properties(
        title=found.get("Title") or None, author=found.get("Author") or None,
        made="-".join(created.groups()) if created else None,
    )  # fmt: skip
