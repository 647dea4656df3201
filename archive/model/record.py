"""The record: what is known of a document, read from its front matter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from archive.model import Fact
from archive.model.characters import unseen
from archive.model.dates import ArchiveDate
from archive.model.frontmatter import Entry, read_front_matter
from archive.model.passage import EDITORIAL, LETTERS, is_document_id
from archive.model.problem import Problem

KINDS = ("declaration", "filing", "letter", "report", "resolution", "ruling", "statement")

# What became of the document, as far as it is known.
STATUSES = {
    "issued": "Issued",
    "adopted": "Adopted",
    "rejected": "Rejected",
    "unestablished": "Outcome not established",
}

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Source(Fact):
    """The original text, which stays outside the repository."""

    publisher: str | None  # None: unknown
    title: str | None
    address: str | None  # http or https
    sha256: str  # of the source file's bytes, 64 lower-case hexadecimal digits
    paragraphs: int  # how many the source has; as many passages render them
    file_sha256: str | None = None  # of the .docx, .pdf or other file that its text is taken from


@dataclass(frozen=True, slots=True)
class LeftOut(Fact):
    """Words of a source paragraph that its passage leaves out, declared so that a reader knows."""

    passage: str  # the passage's label in lower case, for example p5
    words: str  # as the paragraph has them; … stands for words between
    line: int  # of the document's file


@dataclass(frozen=True, slots=True)
class Record(Fact):
    """The metadata of one document (compare ISAD(G) 3.1 to 3.4)."""

    id: str
    title: str  # in square brackets where the archive supplied it (ISAD(G) 3.1.2)
    short_title: str  # opens the spoken names of its passages
    issuer: str
    kind: str  # one of KINDS
    date: ArchiveDate
    language: str  # BCP 47
    subjects: tuple[str, ...]
    source: Source
    rights: str
    status: str  # a key of STATUSES
    title_note: str | None = None
    issuer_address: str | None = None  # the issuer's own site
    issuer_note: str | None = None
    date_note: str | None = None
    status_note: str | None = None
    left_out: tuple[LeftOut, ...] = ()
    collection: str | None = None  # None: the year of its date

    @property
    def collection_name(self) -> str:
        """What it is catalogued under: the collection named, else the year, else “Undated”."""
        return self.collection or self.date.year or "Undated"

    @property
    def title_supplied(self) -> bool:
        """Whether the archive gave the title, which the source lacks."""
        return self.title.startswith("[") and self.title.endswith("]")


_Read = Callable[["_Reader", Entry], object]


class _RuleBrokenError(Exception):
    """A value breaks its rule.  Carries rule code, message and mend."""


def parse_record(text: str, path: str, document_id: str) -> tuple[Record | None, list[Problem]]:
    """Read the record from a document's whole text.

    ``path`` is named in the problems; ``document_id`` is what the file's name demands.
    Returns no record where a problem was found, and always every problem.
    """
    entries, problems = read_front_matter(text, path)
    if not entries:
        return None, problems
    reader = _Reader(path, problems)
    values = reader.read(entries, _RECORD_FIELDS, where="the record", line=1)
    problems.extend(_misnamed(entries, values, path, document_id))
    if problems:
        return None, sorted(problems)
    return Record(**values), []  # type: ignore[arg-type]


def _misnamed(
    entries: dict[str, Entry], values: dict[str, object], path: str, document_id: str
) -> Iterator[Problem]:
    found = values.get("id")
    if found is not None and found != document_id:
        yield Problem(
            path, entries["id"].line, "record-id-misnamed",
            f"The id is “{found}”, but the file's name makes it “{document_id}”.",
            f"write id: {document_id}, or rename the file to {found}.md.",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Field:
    """A key of front matter: the attribute it fills, how it is read, whether it must stand."""

    attribute: str
    read: _Read
    required: bool = True


class _Reader:
    """Reads entries by a table of fields and keeps every problem it meets."""

    def __init__(self, path: str, problems: list[Problem]) -> None:
        self.path = path
        self.problems = problems

    def read(
        self, entries: dict[str, Entry], fields: dict[str, _Field], where: str, line: int
    ) -> dict[str, object]:
        """Return the attributes that could be read."""
        for key in entries.keys() - fields.keys():
            self._report(entries[key].line, (
                "record-key-unknown", f"The key “{key}” is unknown in {where}.",
                f"remove it or correct its name; known are {', '.join(fields)}.",
            ))  # fmt: skip
        values: dict[str, object] = {}
        for key, field in fields.items():
            if key in entries:
                self._read_one(key, field, entries[key], values)
            elif field.required:
                self._report(line, (
                    "record-key-missing", f"The key “{key}” is missing in {where}.",
                    f"add a line {key}: with its value.",
                ))  # fmt: skip
        return values

    def _read_one(self, key: str, field: _Field, entry: Entry, values: dict[str, object]) -> None:
        try:
            values[field.attribute] = field.read(self, entry)
        except _RuleBrokenError as broken:
            rule, message, mend = broken.args
            self._report(entry.line, (rule, f"{key}: {message}", mend))

    def _report(self, line: int, finding: tuple[str, str, str]) -> None:
        self.problems.append(Problem(self.path, line, *finding))


def _text(_reader: _Reader, entry: Entry) -> str:
    if not isinstance(entry.value, str):
        raise _RuleBrokenError(
            "record-value-form", "it is not a single text.", "write it on one line."
        )
    if not entry.value.strip():
        raise _RuleBrokenError(
            "record-value-empty", "it is empty.", "fill it in or remove the key."
        )
    if re.search(r"[\t\n\r]", entry.value) or unseen(entry.value):
        raise _RuleBrokenError(
            "record-value-control", "it holds a control character or a line break"
            + (f", {unseen(entry.value)}." if unseen(entry.value) else "."),
            "write it on one line, without characters that cannot be seen.",
        )  # fmt: skip
    return entry.value.strip()


def _known_text(reader: _Reader, entry: Entry) -> str | None:
    text = _text(reader, entry)
    return None if text == UNKNOWN else text


def _matching(test: Callable[[str], object], rule: str, message: str, mend: str) -> _Read:
    """Read a text that passes ``test``; ``message`` follows the text that does not."""

    def read(reader: _Reader, entry: Entry) -> str:
        text = _text(reader, entry)
        if not test(text):
            raise _RuleBrokenError(rule, f"“{text}” {message}", mend)
        return text

    return read


def _one_of(choices: tuple[str, ...], rule: str) -> _Read:
    listed = ", ".join(choices)
    return _matching(
        choices.__contains__, rule, "is none of those known.", f"use one of: {listed}."
    )


def _date(reader: _Reader, entry: Entry) -> ArchiveDate:
    try:
        return ArchiveDate.parse(_text(reader, entry))
    except ValueError as error:
        raise _RuleBrokenError(
            "record-date", f"{error}.",
            "write 2021, 2021-02, 2021-02-08, 2021~ (approximate), 2021-12/.. (then or later), "
            "or XXXX (unknown).",
        ) from error  # fmt: skip


def _texts(reader: _Reader, entry: Entry) -> tuple[str, ...]:
    if not isinstance(entry.value, tuple) or not entry.value:
        raise _RuleBrokenError(
            "record-value-form", "it is not a list.", "write one line - text for each."
        )
    return tuple(_text(reader, item) for item in entry.value)


def _address(reader: _Reader, entry: Entry) -> str | None:
    text = _known_text(reader, entry)
    if text is not None and not re.fullmatch(r"https?://[^\s<>\"]+", text):
        raise _RuleBrokenError(
            "record-address", f"“{text}” is not a web address.",
            f"write it with https://, or {UNKNOWN}.",
        )  # fmt: skip
    return text


def _count(reader: _Reader, entry: Entry) -> int:
    text = _text(reader, entry)
    if not re.fullmatch(r"[1-9][0-9]{0,4}", text):
        raise _RuleBrokenError(
            "record-count",
            f"“{text}” is not a number of paragraphs.",
            "write a whole number from 1.",
        )
    return int(text)


def _source(reader: _Reader, entry: Entry) -> Source:
    if not isinstance(entry.value, dict):
        raise _RuleBrokenError(
            "record-value-form", "it is not a group of keys.", "indent its keys below source:."
        )
    before = len(reader.problems)
    values = reader.read(entry.value, _SOURCE_FIELDS, where="source", line=entry.line)
    if len(reader.problems) > before:
        return Source(None, None, None, "", 0)  # never seen: its problems withhold the record
    return Source(**values)  # type: ignore[arg-type]


_PASSAGE_LABEL = re.compile(rf"[{''.join(sorted(LETTERS.keys() - EDITORIAL))}][1-9][0-9]*")


def _left_out(reader: _Reader, entry: Entry) -> tuple[LeftOut, ...]:
    if not isinstance(entry.value, tuple) or not entry.value:
        raise _RuleBrokenError("record-value-form", "it is not a list.", _LEFT_OUT_FORM)
    return tuple(_left_out_words(reader, item) for item in entry.value)


def _left_out_words(reader: _Reader, item: Entry) -> LeftOut:
    if not isinstance(item.value, dict) or len(item.value) != 1:
        raise _RuleBrokenError(
            "record-value-form", f"line {item.line} is not a passage with its words.",
            _LEFT_OUT_FORM,
        )  # fmt: skip
    ((label, words),) = item.value.items()
    if not _PASSAGE_LABEL.fullmatch(label):
        raise _RuleBrokenError(
            "record-left-out", f"“{label}” is not the label of a passage.", _LEFT_OUT_FORM
        )
    return LeftOut(label, _text(reader, words), item.line)


_LEFT_OUT_FORM = "write one line - p5: words for each, with the passage's label in lower case."

_SHA256 = _matching(
    re.compile(r"[0-9a-f]{64}").fullmatch,
    "record-sha256", "is not a SHA-256.", "write the 64 hexadecimal digits sha256sum prints.",
)  # fmt: skip

_SOURCE_FIELDS = {
    "publisher": _Field("publisher", _known_text),
    "title": _Field("title", _known_text),
    "address": _Field("address", _address),
    "sha256": _Field("sha256", _SHA256),
    "file-sha256": _Field("file_sha256", _SHA256, required=False),
    "paragraphs": _Field("paragraphs", _count),
}  # fmt: skip

_RECORD_FIELDS = {
    "id": _Field("id", _matching(
        is_document_id, "record-id", "cannot name a document.",
        "use lower-case words and numbers joined by hyphens, beginning with a letter.",
    )),
    "title": _Field("title", _text),
    "title-note": _Field("title_note", _text, required=False),
    "short-title": _Field("short_title", _text),
    "issuer": _Field("issuer", _text),
    "issuer-address": _Field("issuer_address", _address, required=False),
    "issuer-note": _Field("issuer_note", _text, required=False),
    "kind": _Field("kind", _one_of(KINDS, "record-kind")),
    "date": _Field("date", _date),
    "date-note": _Field("date_note", _text, required=False),
    "language": _Field("language", _matching(
        re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*").fullmatch,
        "record-language", "is not a language tag.", "write a BCP 47 tag such as en or pt-BR.",
    )),
    "subjects": _Field("subjects", _texts),
    "collection": _Field("collection", _text, required=False),
    "source": _Field("source", _source),
    "left-out": _Field("left_out", _left_out, required=False),
    "rights": _Field("rights", _text),
    "status": _Field("status", _one_of(tuple(STATUSES), "record-status")),
    "status-note": _Field("status_note", _text, required=False),
}  # fmt: skip
