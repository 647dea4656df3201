"""The crosswalk: for each field of a record, where each form shows it, or why it does not.

Each field is one row: an attribute of the record's dataclass, declared with ``row()``.  The row
says how to read the field from front matter and how to word it for people, and has one cell for
each form:

- *written*: the name under which the form writes the value.  No further code is needed.
- *coded*: the place at which the form's own code writes the value.
- *absent*: the reason why the form does not show the field.

To add a field, add its row; ``tests/site/test_crosswalk.py`` checks each cell against real output.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from archive.model import Problem
from archive.model.dates import ArchiveDate
from archive.model.frontmatter import Entry, unseen
from archive.model.words import Words

if TYPE_CHECKING:
    from archive.model.settings import Settings

Value = TypeVar("Value")

FORMS = (
    "card",  # the label; page, PDF and EPUB draw the same nodes below the title
    "head",  # names of <meta> elements, or rel= with the relation of a <link>
    "json_ld",  # a property of schema.org
    "xmp",  # properties of the PDF's metadata
    "bibtex", "ris", "csl",  # a field of BibLaTeX, tags of RIS, variables of CSL
    "chicago", "apa", "mla", "bluebook", "oscola",  # a place in the citation
    "catalogue",  # a class or an attribute of the entry
    "search",  # a filter, or a part of the entry
)  # fmt: skip

Drawn = Literal["text", "note", "link", "code", "fingerprint"]


@dataclass(frozen=True)
class Row:
    """One field of the record, across all forms."""

    read: Callable[[Any, Entry], object]  # a reader, see below
    required: bool  # whether front matter must have the key
    group: type | None  # declares the rows of a nested group of keys, or of a list of groups
    words: Callable[[Any], str]  # the value as people read it; empty: nothing to show
    told: Callable[[Any, Words], str]  # the same in the words of a language, for the card
    drawn: Drawn  # how the card sets the words
    is_name: bool  # of a person or body; no form may split it into first and last name
    written: Mapping[str, str]
    coded: Mapping[str, str]
    absent: Mapping[str, str]
    name: str = ""  # the attribute, with its group: ``source.title``

    @property
    def key(self) -> str:
        """The key in front matter."""
        return self.name.rpartition(".")[2].replace("_", "-")

    def value(self, record: object) -> Any:
        """Return the field's value in a record, of a list of groups those that have one."""
        found = record
        for name in self.name.split("."):
            found = _within(found, name)
        return found


def _within(value: Any, name: str) -> Any:
    if isinstance(value, tuple):
        held = (getattr(each, name) for each in value)
        return tuple(each for each in held if each not in (None, ""))
    return None if value is None else getattr(value, name)


def row(  # noqa: PLR0913 - each argument names what it says
    read: Callable[[Any, Entry], object],
    *,
    default: object = MISSING,
    group: type | None = None,
    words: Callable[[Any], str] = lambda value: value or "",
    told: Callable[[Any, Words], str] | None = None,
    drawn: Drawn = "text",
    is_name: bool = False,
    coded: Mapping[str, str] | None = None,
    absent: Mapping[str, str] | None = None,
    **written: str,
) -> Any:
    """Declare an attribute of a record; without a ``default`` it is required.

    ``written`` and ``coded`` map a form to its cell.  ``absent`` maps one or more forms, separated
    by spaces, to the reason that they share.
    """
    reasons = {form: why for forms, why in (absent or {}).items() for form in forms.split()}
    required = default is MISSING
    says = told or (lambda value, _: words(value))
    made = Row(read, required, group, words, says, drawn, is_name, written, coded or {}, reasons)
    return field(default=default, metadata={"row": made})


@cache
def own_rows(kind: Any) -> tuple[Row, ...]:
    """Return the rows that a class declares; a group is one row."""
    return tuple(replace(each.metadata["row"], name=each.name) for each in fields(kind))


@cache
def rows(kind: Any) -> tuple[Row, ...]:
    """Return all rows of a record, with each group replaced by its rows."""
    return tuple(
        replace(each, name=f"{own.name}.{each.name}") if own.group else each
        for own in own_rows(kind)
        for each in (rows(own.group) if own.group else (own,))
    )


def written(record: Any, form: str) -> Iterator[tuple[str, Row, Any]]:
    """Yield cell, row and value of each field that a form writes, if there is anything to show."""
    kind: Any = type(record)
    for name, each, value_of in _written(kind, form):
        value = value_of(record)
        if each.words(value):
            yield name, each, value


@cache
def _written(kind: Any, form: str) -> tuple[tuple[str, Row, Callable[[Any], Any]], ...]:
    return tuple(
        (each.written[form], each, each.value) for each in rows(kind) if form in each.written
    )


def as_texts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts of a value: one, or those of a list."""
    return value if isinstance(value, tuple) else (value,)


def in_order(named: Iterable[tuple[str, Value]], order: str) -> list[tuple[str, Value]]:
    """Sort named values into a form's order of names, separated by spaces; new names come last."""
    places = _places(order)
    return sorted(named, key=lambda each: places.get(each[0], len(places)))


@cache
def _places(order: str) -> dict[str, int]:
    return {name: place for place, name in enumerate(order.split())}


# --- Reading entries of front matter by rules: each value is read whole or told as a problem.

UNKNOWN = "unknown"

Read = Callable[["Reader", Entry], object]


class RuleBrokenError(Exception):
    """A value breaks its rule.  Carries rule code, message and mend."""


class Reader:
    """Reads entries by the rows of a class and keeps every problem it meets."""

    def __init__(self, path: str, problems: list[Problem], settings: Settings) -> None:
        self.path = path
        self.problems = problems
        self.settings = settings  # of the archive, which say which kinds of document there are

    def read(self, entries: dict[str, Entry], kind: type, where: str, line: int) -> dict[str, Any]:
        """Return the attributes of ``kind``, a class of rows, that could be read."""
        rows = {row.key: row for row in own_rows(kind)}
        for key in entries.keys() - rows.keys():
            self.report(entries[key].line, (
                "record-key-unknown", f"The key “{key}” is unknown in {where}.",
                f"remove it or correct its name; known are {', '.join(rows)}.",
            ))  # fmt: skip
        values: dict[str, Any] = {}
        for key, row in rows.items():
            if key in entries:
                self._read_one(row, entries[key], values)
            elif row.required:
                self.report(line, (
                    "record-key-missing", f"The key “{key}” is missing in {where}.",
                    f"add a line {key}: with its value.",
                ))  # fmt: skip
        return values

    def _read_one(self, row: Row, entry: Entry, values: dict[str, Any]) -> None:
        try:
            values[row.name] = row.read(self, entry)
        except RuleBrokenError as broken:
            rule, message, mend = broken.args
            self.report(entry.line, (rule, f"{row.key}: {message}", mend))

    def report(self, line: int, finding: tuple[str, str, str]) -> None:
        """Keep a problem on a line: its rule, message and mend."""
        self.problems.append(Problem(self.path, line, *finding))


def text(_reader: Reader, entry: Entry) -> str:
    """Read a text on one line, without characters that cannot be seen."""
    if not isinstance(entry.value, str):
        raise RuleBrokenError(
            "record-value-form", "it is not a single text.", "write it on one line."
        )
    if not entry.value.strip():
        raise RuleBrokenError("record-value-empty", "it is empty.", "fill it in or remove the key.")
    if re.search(r"[\t\n\r]", entry.value) or unseen(entry.value):
        raise RuleBrokenError(
            "record-value-control", "it holds a control character or a line break"
            + (f", {unseen(entry.value)}." if unseen(entry.value) else "."),
            "write it on one line, without characters that cannot be seen.",
        )  # fmt: skip
    return entry.value.strip()


def known_text(reader: Reader, entry: Entry) -> str | None:
    """Read a text; None for ``unknown``."""
    said = text(reader, entry)
    return None if said == UNKNOWN else said


def matching(test: Callable[[str], object], rule: str, message: str, mend: str) -> Read:
    """Read a text that passes ``test``; ``message`` follows the text that does not."""

    def read(reader: Reader, entry: Entry) -> str:
        said = text(reader, entry)
        if not test(said):
            raise RuleBrokenError(rule, f"“{said}” {message}", mend)
        return said

    return read


def one_of(choices: tuple[str, ...], rule: str) -> Read:
    """Read one of the texts that are known."""
    listed = ", ".join(choices)
    return matching(choices.__contains__, rule, "is none of those known.", f"use one of: {listed}.")


def date(reader: Reader, entry: Entry) -> ArchiveDate:
    """Read a date in EDTF."""
    try:
        return ArchiveDate.parse(text(reader, entry))
    except ValueError as error:
        raise RuleBrokenError(
            "record-date", f"{error}.",
            "write 2021, 2021-02, 2021-02-08, 2021~ (approximate), 2021-12/.. (then or later), "
            "or XXXX (unknown).",
        ) from error  # fmt: skip


def texts(reader: Reader, entry: Entry) -> tuple[str, ...]:
    """Read a list of texts with at least one."""
    if not isinstance(entry.value, tuple) or not entry.value:
        raise RuleBrokenError(
            "record-value-form", "it is not a list.", "write one line - text for each."
        )
    return tuple(text(reader, item) for item in entry.value)


def address(reader: Reader, entry: Entry) -> str | None:
    """Read an address of the web; None for ``unknown``."""
    said = known_text(reader, entry)
    if said is not None and not re.fullmatch(r"https?://[^\s<>\"/\[\]][^\s<>\"]*", said):
        raise RuleBrokenError(
            "record-address", f"“{said}” is not a web address.",
            f"write it with https://, or {UNKNOWN}.",
        )  # fmt: skip
    return said


def count(reader: Reader, entry: Entry) -> int:
    """Read how many paragraphs there are."""
    said = text(reader, entry)
    if not re.fullmatch(r"[1-9][0-9]{0,4}", said):
        raise RuleBrokenError(
            "record-count",
            f"“{said}” is not a number of paragraphs.",
            "write a whole number from 1.",
        )
    return int(said)
