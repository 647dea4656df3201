"""Checks a BibLaTeX file and reports each problem with its line (The biblatex Package, 2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pybtex.database import BibliographyData
from pybtex.database.input.bibtex import Parser
from pybtex.errors import capture
from pybtex.exceptions import PybtexError

from archive.citation.biblatex import Reading
from archive.model import Problem
from archive.model.frontmatter import decoded, unseen_characters

LARGEST = 32 * 2**20  # bytes

_ENTRY = re.compile(
    r"^[ \t]*@(?P<type>[A-Za-z]+)[ \t]*[{(][ \t]*(?P<key>[^,\s{}()]*)", re.MULTILINE
)
# What parsers cannot follow, or read as something else: its pattern, rule, message and mend.
_FATAL = (
    (
        re.compile(r"(?:\{\s*){20}(?s:.*)"),  # with all that follows, so that it is told once
        "nested-too-deep",
        "Braces are nested too deeply.", "leave at most two pairs around a value.",
    ),
    (
        re.compile(
            r"^[ \t]*@(?!comment|preamble|string)[A-Za-z]+[ \t]*[{(][ \t]*[^,\s{}()]+\s+[^,\s})]",
            re.MULTILINE | re.IGNORECASE,
        ),
        "reference-syntax", "No comma follows the key of the entry.",
        "write a comma behind the key.",
    ),
)  # fmt: skip
_ABBREVIATION = re.compile(
    r"@string\s*[{(]\s*(?P<defined>[^\s={}()]+)|[=#]\s*(?P<used>[A-Za-z_][^\s=#,{}()\"]*)|^[ \t]*@",
    re.MULTILINE | re.IGNORECASE,
)
_NO_ENTRIES = frozenset({"comment", "preamble", "string"})

# Keys become ids of pages and names in addresses.
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._+/-]*")


def check_text(data: bytes, path: str) -> tuple[list[Problem], list[Problem]]:
    """Check a file before parsing; return the problems that stop a parser, and the others."""
    if len(data) > LARGEST:
        return [
            Problem(
                path, 0, "file-too-large", f"It has {len(data):,} bytes; {LARGEST:,} are the most.",
                "divide it into several files, and name them in conf.py.",
            )
        ], []  # fmt: skip
    text, fatal = decoded(data, path)
    if text is None:
        return fatal, []
    fatal = [
        Problem(path, line, rule, message, mend)
        for pattern, rule, message, mend in _FATAL for found, line in _placed(pattern, text)
    ]  # fmt: skip
    lines = list(entry_lines(text))
    return [*fatal, *_grown(text, path), *_repeated(lines, path)], [
        *unseen_characters(text, path), *_misnamed(lines, path),
    ]  # fmt: skip


def entry_lines(text: str) -> Iterator[tuple[str, int]]:
    """Yield the key and the line, counted from 1, of each entry."""
    for found, line in _placed(_ENTRY, text):
        if found["type"].lower() not in _NO_ENTRIES:
            yield found["key"], line


def _placed(pattern: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], int]]:
    """Each place that has the pattern, and its line."""
    line, seen = 1, 0
    for found in pattern.finditer(text):
        line += text.count("\n", seen, found.start())
        seen = found.start()
        yield found, line


def _grown(text: str, path: str) -> Iterator[Problem]:
    """Report the place from which abbreviations, put in full, are more than a file may have.

    Each may stand in another one several times, so that few lines can grow without end.  A word
    behind “=” or “#” counts as one even within a value, which is never too little.
    """
    sizes: dict[str, int] = {}
    name, size, total, seen = "", 0, 0, 0
    for found in _ABBREVIATION.finditer(text):
        size, seen = size + found.start() - seen, found.start()
        if found["used"]:
            used = sizes.get(found["used"].lower(), 0)
            size, total = size + used, total + used
        else:
            sizes[name] = size
            name, size = (found["defined"] or "").lower(), 0
        if total > LARGEST:
            yield Problem(
                path, text.count("\n", 0, found.start()) + 1, "reference-string",
                "The abbreviations up to here are too long where they are put in full.",
                "write out what the entry says, without @string.",
            )  # fmt: skip
            return


def _repeated(lines: Iterable[tuple[str, int]], path: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for key, line in lines:
        known = first.setdefault(key.lower(), line)
        if known != line:
            yield Problem(
                path, line, "reference-repeated",
                f"The key “{key}” stands twice; the first is on line {known}.",
                "keep one of the two entries, or give this one another key.",
            )  # fmt: skip


def _misnamed(lines: Iterable[tuple[str, int]], path: str) -> Iterator[Problem]:
    for key, line in lines:
        if not _KEY.fullmatch(key):
            yield Problem(
                path, line, "reference-key", f"“{key}” is no key.",
                "use letters, digits and hyphens.",
            )  # fmt: skip


class _Parser(Parser):
    """Goes on after an error, and keeps each with the key of its entry, or with None."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[PybtexError, str | None]] = []
        self._key: str | None = None

    def handle_error(self, error: PybtexError) -> None:
        self.told.append((error, self._key))

    def process_entry(self, entry_type: str, key: str, fields: list[Any]) -> None:
        self._key = key
        with capture() as errors:
            super().process_entry(entry_type, key, fields)
        self.told += [(error, key) for error in errors]
        self._key = None


def parse(files: Iterable[tuple[str, str]]) -> tuple[BibliographyData, list[Problem]]:
    """Parse files, given by path and text, one after another: they share abbreviations.

    Returns their entries, and each error of syntax with its line.
    """
    parser, found = _Parser(), list[Problem]()
    for path, text in files:
        parser.told = []
        parser.parse_string(text)
        lines = dict(entry_lines(text)) if parser.told else {}
        for error, key in parser.told:
            line = lines.get(key, 0) if key else _begin(error, text)
            found.append(Problem(
                path, line, "reference-syntax",
                f"{_about(error, key)}{str(error)[:200].rstrip('.')}.",
                "close the brace or the quotation mark that the entry on that line, or the one "
                "above it, leaves open, and put commas between fields; name each field once.",
            ))  # fmt: skip
    return parser.data, found


def _begin(error: PybtexError, text: str) -> int:
    """The line on which the entry begins that an error is in."""
    start = getattr(error, "error_context_info", (0,))[0]
    return text.count("\n", 0, start) + 1


def _about(error: PybtexError, key: str | None) -> str:
    return f"“{key}”: " if key and key not in str(error) else ""


def check_works(reading: Reading, lines: Iterable[tuple[str, int]], path: str) -> Iterator[Problem]:
    """Report the faults of the entries of one file, given their lines."""
    at = {key.lower(): line for key, line in lines}
    for key, faults in reading.faults.items():
        if line := at.get(key.lower()):
            for each in faults:
                value = f": “{' '.join(each.value.split())[:80]}”" if each.value else ""
                yield Problem(
                    path, line, each.rule, f"The {each.field} of “{key}” {each.message}{value}.",
                    each.mend,
                )  # fmt: skip
