"""Checks a BibLaTeX file and reports each problem with its line (The biblatex Package, 2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pybtex.exceptions import PybtexError
from pybtex.richtext import Text

from archive.model.characters import decoded, unseen_characters
from archive.model.dates import ArchiveDate
from archive.model.problem import Problem

if TYPE_CHECKING:
    from pybtex.database import Entry

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

_ADDRESSES = ("url", "archiveurl", "howpublished")
_DATES = ("date", "urldate", "year")
_LINK = re.compile(r"\\url\s*(\S*)", re.IGNORECASE)  # what sphinxcontrib-bibtex makes a link of
_BARE_DOI = re.compile(r"10\.\d{4,9}/\S+")


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


def check_entries(
    entries: Mapping[str, Entry], lines: Iterable[tuple[str, int]], path: str
) -> Iterator[Problem]:
    """Check the addresses and DOIs of the parsed entries of one file, given their lines."""
    for key, line, entry in _located(entries, lines):
        fields = entry.fields
        for name in _ADDRESSES:
            address = fields.get(name, "")
            if address and not _is_of_the_web(address, name):
                yield Problem(
                    path, line, "reference-address",
                    f"The {name} of “{key}” is “{' '.join(address.split())[:80]}”.",
                    "write an address that begins with https:// or http://.",
                )  # fmt: skip
        doi = fields.get("doi", "")
        if doi and not _BARE_DOI.fullmatch(doi):
            yield Problem(
                path, line, "reference-doi", f"The doi of “{key}” is “{doi[:80]}”.",
                "write it as 10.1234/abc, without an address before it.",
            )  # fmt: skip


def check_values(
    entries: Mapping[str, Entry], lines: Iterable[tuple[str, int]], path: str
) -> Iterator[Problem]:
    """Report values that cannot be shown: dates that are none, LaTeX that is none, unsafe links."""
    for key, line, entry in _located(entries, lines):
        people = {role: " and ".join(map(str, names)) for role, names in entry.persons.items()}
        for name, value in {**entry.fields, **people}.items():
            for rule, message, mend in _faults(name, value):
                yield Problem(
                    path, line, rule, f"The {name} of “{key}” {message}: “{value[:80]}”.", mend
                )


def _located(
    entries: Mapping[str, Entry], lines: Iterable[tuple[str, int]]
) -> Iterator[tuple[str, int, Entry]]:
    """Yield key, line and parsed entry of each that has one of the lines."""
    at = {key.lower(): line for key, line in lines}
    for key, entry in entries.items():
        if line := at.get(key.lower()):
            yield key, line, entry


def _faults(name: str, value: str) -> Iterator[tuple[str, str, str]]:
    """The rule, the message and the mend of each fault of a value."""
    if name in _DATES and not _is_date(value):
        yield (
            "reference-date", "is no date in EDTF",
            "write what is known: 2021, 2021-02, 2021-02-08, 2021/.. or XXXX.",
        )  # fmt: skip
    if "\\" not in value:
        return
    try:
        shown = str(Text.from_latex(value))
    except (PybtexError, ValueError):
        yield (
            "reference-latex", "cannot be read as LaTeX",
            "write the characters themselves, and a backslash as \\textbackslash{}.",
        )  # fmt: skip
        return
    if not all(_is_of_the_web(address) for address in _LINK.findall(shown)):
        yield (
            "reference-address", "has a link that does not lead to the web",
            "write an address that begins with https:// or http:// in the field url.",
        )  # fmt: skip


def _is_date(value: str) -> bool:
    try:
        ArchiveDate.parse(value)
    except ValueError:
        return False
    return True


def _is_of_the_web(address: str, name: str = "") -> bool:
    if name == "howpublished" and ":" not in address:
        return True
    try:
        parts = urlsplit(re.sub(r"[\x00-\x20]", "", address).removeprefix(r"\url{"))
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and parts.hostname is not None
