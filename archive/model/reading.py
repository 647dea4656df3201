"""Reading entries of front matter by rules: each value is read whole or told as a problem."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from archive.model import Problem
from archive.model.characters import unseen
from archive.model.crosswalk import Row, own_rows
from archive.model.dates import ArchiveDate
from archive.model.frontmatter import Entry

if TYPE_CHECKING:
    from archive.model.settings import Settings

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
