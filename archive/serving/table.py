"""The editor's table: the passages of a draft beside the paragraphs of its source.

Only drafts are shown whose source is at hand: ``work/<id>.passages.txt`` has the SHA-256 that the
record pins.  What the editor writes goes into ``documents/<id>.md`` and nowhere else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from archive.files import write_if_changed
from archive.importing.source_text import Passages, read_passages
from archive.model.frontmatter import MARKER, WORDS
from archive.model.passage import is_document_id

_TARGET = re.compile(r"\(([a-z][a-z0-9-]*-[a-z]\d+)\)=\s*$")
_FOOTNOTE = re.compile(r"\[\^([a-z][a-z0-9-]*-[a-z]\d+)\]:")
_ATTRIBUTES = re.compile(r"\{[^{}`]*\}\s*$")
_ROLE = re.compile(r"\{(?:cite:p|term)\}`[^`]*`|\[\^[\w-]+\]")
_LEAD = re.compile(r"(?:> )?(?:\{speaker\}`[^`]*` )?")
_PINNED = re.compile(r"^  sha256: ([0-9a-f]{64})$", re.MULTILINE)
_HERE = Path(__file__).parent
FILES = {"table.js": "text/javascript", "table.css": "text/css"}


class TableError(Exception):
    """What was asked for cannot be done; says why, and the HTTP status that tells it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of a document that belong to one anchor."""

    anchor: str
    start: int  # its first line below the anchor, counted from 0; of a footnote the line itself
    end: int  # the line after its last one
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def is_written(self) -> bool:
        return MARKER not in self.text and WORDS not in self.text

    @property
    def attributes(self) -> tuple[str, ...]:
        """The lines of attributes above the words, without the mark of what is to be written."""
        held = []
        for line in self.lines:
            if not _ATTRIBUTES.match(line):
                break
            held.append(line)
        return tuple(line for line in held if line.strip() != MARKER)

    @property
    def is_note(self) -> bool:
        """Whether it is a footnote, whose first line begins with its label."""
        return bool(self.lines and _FOOTNOTE.match(self.lines[0]))

    @property
    def words(self) -> str:
        """What the editor writes: all but the attributes; of an unwritten one, how it begins."""
        if self.is_note:
            held = [_FOOTNOTE.sub("", self.lines[0], count=1), *self.lines[1:]]
            return "\n".join(map(str.strip, held)).strip() if self.is_written else ""
        skip = len(self.attributes) + any(line.strip() == MARKER for line in self.lines)
        said = "\n".join(self.lines[skip:])
        if self.is_written:
            return said
        lead = _LEAD.match(said)
        return lead[0] if lead else ""

    def written(self, words: str) -> list[str]:
        """Its lines with these words.  Raises TableError where they are not one passage."""
        lines = [line.rstrip() for line in words.replace("\r\n", "\n").strip().split("\n")]
        if not any(lines):
            raise TableError(422, "A passage has words.")
        if any(_TARGET.match(line) or _FOOTNOTE.match(line) for line in lines):
            raise TableError(422, "An anchor or a note of its own is written in the file itself.")
        if self.is_note:
            rest = (f"    {line}" if line else "" for line in lines[1:])
            return [f"[^{self.anchor}]: {lines[0]}", *rest]
        return [*self.attributes, *lines]

    @property
    def hint(self) -> str:
        """What the marker of an unwritten passage tells of its paragraph."""
        marker = next((line for line in self.lines if WORDS in line), "")
        return marker.partition("** ")[2]


def parts(document: str) -> list[Part]:
    """The parts of a document, in order; what stands in a list or a directive is part of it."""
    lines = document.split("\n")
    starts = [
        (number, match[1], match.re is _TARGET) for number, line in enumerate(lines)
        if (match := _TARGET.match(line) or _FOOTNOTE.match(line))
    ]  # fmt: skip
    found = []
    for (number, anchor, is_target), after in zip(
        starts, [*(start for start, _, _ in starts[1:]), len(lines)]
    ):
        start, end = number + is_target, after
        while end > start and not lines[end - 1].strip():
            end -= 1
        end = start + _supplied(lines[start:end])
        found.append(Part(anchor, start, end, tuple(lines[start:end])))
    return found


def _supplied(lines: Sequence[str]) -> int:
    """How many of the lines come before a heading that has no anchor of the source."""
    for number, line in enumerate(lines):
        if number and re.match(r"\([^)]*\)=\s*$|#{1,6} ", line):
            return number
    return len(lines)


@dataclass(frozen=True, slots=True)
class Table:
    """The drafts of the archive at ``root`` whose sources are at hand."""

    root: Path

    def at_hand(self) -> Iterator[str]:
        """The ids of the documents whose source is at hand."""
        for path in sorted((self.root / "work").glob("*.passages.txt")):
            id_ = path.name.removesuffix(".passages.txt")
            try:
                self._read(id_)
            except (TableError, OSError, UnicodeDecodeError):
                continue
            yield id_

    def drafts(self) -> Iterator[tuple[str, int, int]]:
        """The documents, each with how many passages are written, and how many it has."""
        for rows in map(self.rows, self.at_hand()):
            yield rows["id"], sum(row["written"] for row in rows["rows"]), len(rows["rows"])

    def _read(self, id_: str) -> tuple[Path, str, Passages]:
        document = self.root / "documents" / f"{id_}.md"
        if not is_document_id(id_) or not document.is_file() or document.is_symlink():
            raise TableError(404, "There is no such document.")
        text = document.read_text("utf-8")
        try:
            held = read_passages((self.root / "work" / f"{id_}.passages.txt").read_text("utf-8"))
        except OSError:
            held = None
        pinned = _PINNED.search(text)
        if held is None or pinned is None or pinned[1] != held.sha256:
            raise TableError(404, "The source of this document is not at hand in work/.")
        return document, text, held

    def rows(self, id_: str) -> dict[str, Any]:
        """The state of a document.  Raises TableError where it, or its source, is not at hand."""
        _, text, held = self._read(id_)
        source = {**dict(held.passages), **{
            f"{id_}-f{name.removeprefix('endnote ')}": words for name, words in held.notes
        }}  # fmt: skip
        rows = [
            {
                "anchor": part.anchor, "source": source[part.anchor], "was": part.text,
                "words": part.words, "hint": _ROLE.sub("", part.hint).strip(" ,."),
                "roles": _ROLE.findall(part.hint), "written": part.is_written,
                "lines": [part.start, part.end], "named": _named(part),
            } for part in parts(text) if part.anchor in source
        ]  # fmt: skip
        return {"id": id_, "rows": rows}

    def save(self, id_: str, given: object) -> None:
        """Write the words of one passage into the document, which must hold what it held before.

        Raises TableError where it does not, or where the words would be more than one passage.
        """
        if not isinstance(given, dict) or not all(
            isinstance(given.get(key), str) for key in ("anchor", "was", "words")
        ):
            raise TableError(400, "The request has another form.")
        path, text, _ = self._read(id_)
        part = next((each for each in parts(text) if each.anchor == given["anchor"]), None)
        if part is None or part.text != given["was"]:
            raise TableError(409, "The file was changed meanwhile: look at it again.")
        lines = text.split("\n")
        lines[part.start : part.end] = part.written(given["words"])
        write_if_changed(path, "\n".join(lines))


def _named(part: Part) -> str:
    """The source’s own number, and what the passage is a part of."""
    told = " ".join(part.attributes)
    locator, within = re.search(r'locator="([^"]*)"', told), re.search(r"within=(\w+)", told)
    return ", ".join([
        *([locator[1]] if locator else []), *([f"part of {within[1]}"] if within else [])
    ])  # fmt: skip


# --- The pages

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self';
 style-src 'self'; connect-src 'self'">
<link rel="stylesheet" href="/_serve/table.css"></head>
<body{data}>{body}</body></html>
"""


def page(id_: str) -> bytes:
    """The page of one document, which its script fills."""
    body = (
        f'<header><p><a href="/_serve/table/">Drafts</a> · <a href="/documents/{escape(id_)}.html">'
        f"the page</a></p><h1>{escape(id_)}</h1>"
        '<p id="told" role="status"></p><progress id="done" value="0"></progress>'
        "<p><kbd>Ctrl</kbd>+<kbd>Enter</kbd> saves and goes to the next unwritten one, "
        "<kbd>Alt</kbd>+<kbd>↓</kbd> and <kbd>↑</kbd> to the next and the one before.</p>"
        '</header><main id="rows"></main><script src="/_serve/table.js"></script>'
    )
    return _PAGE.format(title=f"Table: {escape(id_)}", data=f' data-id="{escape(id_)}"',
                        body=body).encode()  # fmt: skip


def index(drafts: Sequence[tuple[str, int, int]]) -> bytes:
    """The page that lists the drafts."""
    rows = "".join(
        f'<li><a href="/_serve/table/{id_}">{id_}</a> {done} of {total} written</li>'
        for id_, done, total in drafts
    )
    none = "<p>No source is at hand in <code>work/</code>. <code>make import</code> puts it there."
    body = f'<header><p><a href="/">The archive</a></p><h1>Drafts</h1></header><ul>{rows}</ul>'
    return _PAGE.format(title="Drafts", data="", body=body + (none if not drafts else "")).encode()


def file(name: str) -> bytes:
    """A file of the pages."""
    return (_HERE / name).read_bytes()


def as_json(value: object) -> bytes:
    """A value as JSON."""
    return json.dumps(value, ensure_ascii=False).encode()
