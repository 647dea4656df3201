"""The records that a page offers to reference managers, and templates of those of its passages.

The records of a document's passages differ in three values: the key, the locator and the sentences
of proof.  So a page has one template of each format for all of them, and one for its editor's
notes, whose author is the archive and which have a date of their own.  A template is a list of
texts and slots; to fill it is to join them, each value escaped as the format asks.  It can be
filled in a browser as well: ``bibtex.escape`` for BibLaTeX and BibTeX, JSON's own escapes for
CSL-JSON, none for RIS.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any

from archive.citation import bibtex, csl, works_export
from archive.citation.metadata import BIBLATEX, BIBTEX, CSL, RIS, UNSAFE, Form
from archive.citation.names import exact
from archive.citation.reference import Locator, Reference, record_of_note
from archive.model.dates import MONTHS


@dataclass(frozen=True, slots=True)
class Format:
    """A format of records."""

    form: Form
    write: Callable[[Reference], str]
    escape: Callable[[str], str]  # of a value on one line


def _in_json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


FORMATS = (
    Format(BIBLATEX, lambda reference: bibtex.bibliography([reference]), bibtex.escape),
    Format(BIBTEX, lambda reference: bibtex.classic([reference]), bibtex.escape),
    Format(RIS, lambda reference: works_export.ris_file([reference]), str),
    Format(CSL, lambda reference: csl.serialise([reference]), _in_json),
)


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a value."""

    name: str  # a key of ``values``


Template = tuple[str | Slot, ...]


@dataclass(frozen=True, slots=True)
class _Blank(Reference):
    """A reference to a passage, with a mark in the place of each value."""

    marked: str = ""

    @property
    def proof(self) -> str:
        return self.marked


@lru_cache(maxsize=4)  # a document's files and its companion page are made one after another
def records(reference: Reference) -> Mapping[str, str]:
    """The record in each format, by the suffix of its files."""
    return {each.form.suffix: each.write(reference) for each in FORMATS}


def values(reference: Reference) -> dict[str, str]:
    """What fills the slots for a passage, not escaped."""
    assert reference.locator is not None
    given = {"key": reference.key, "locator": reference.locator.text, "proof": reference.proof}
    moment = exact(reference.record.date) if reference.is_note else None
    if moment is None:
        return given
    return {**given, "opening": reference.locator.opening, **_dates(moment.slashed)}


def _dates(slashed: str) -> dict[str, str]:
    """A day as the formats write it; the year last, as it is a part of the others."""
    return {
        "iso": slashed.replace("/", "-"), "slashed": slashed,
        "parts": ", ".join(str(int(part)) for part in slashed.split("/")), "year": slashed[:4],
        "month": f"{int(slashed[8:])} {MONTHS[int(slashed[5:7]) - 1]}",
    }  # fmt: skip


def templates(document: Reference, *, of_notes: bool = False) -> dict[str, Template]:
    """The template of the records of a document's passages in each format, by suffix.

    Or of its editor's notes: of those that are published, as others have no date.
    """
    return _templates(*_blank(document, of_notes=of_notes))


def _templates(blank: _Blank, marks: Mapping[str, str]) -> dict[str, Template]:
    return {suffix: tuple(_parts(text, marks)) for suffix, text in records(blank).items()}


def _blank(document: Reference, *, of_notes: bool) -> tuple[_Blank, dict[str, str]]:
    """A reference to any passage, or note, with the mark of each value."""
    written = "".join(records(document).values())
    free = next(number for number in count() if f"slot{number}q" not in written)
    marks = {name: f"slot{free}q{name}" for name in ("key", "locator", "proof")}
    where, record = Locator("", 0, marks["locator"]), document.record
    if of_notes:
        year = next(number for number in count(9999, -1) if str(number) not in written)
        day = next(day for day in range(31, 0, -1) if f"{day} December" not in written)
        marks |= {"opening": where.opening, **_dates(f"{year}/12/{day:02}")}
        record = record_of_note(record, document.settings, where, marks["iso"])
    blank = _Blank(
        record, document.settings, marks["key"], where, is_note=of_notes, marked=marks["proof"]
    )
    return blank, marks


_LONG = 20  # characters of a text from which on it is said once for all formats


def script(document: Reference, *, has_notes: bool) -> str:
    """The templates as JSON for a script element, which no text in it can end (HTML, 4.12.1.3).

    Texts and names of slots take turns: a slot stands between two texts, which may be empty.  Those
    of notes are there where the document ``has_notes`` that are published.  What several formats
    say stands once, under ``said``; there a slot has its number.
    """
    blanks = {"text": _blank(document, of_notes=False)}
    if has_notes:
        blanks["note"] = _blank(document, of_notes=True)
    said = [document.page, *(
        each for blank, marks in blanks.values() for each in _parts(blank.note, marks)
        if isinstance(each, str)
    )]  # fmt: skip
    said = [each for each in dict.fromkeys(said) if len(each) > _LONG]
    found = {name: _templates(*blank) for name, blank in blanks.items()}
    written = {
        each.form.suffix: {
            "label": each.form.label, "type": each.form.media_type,
            **{name: [*_named(given[each.form.suffix], said, each)]
               for name, given in found.items()},
        }
        for each in FORMATS
    }  # fmt: skip
    whole = {"said": said, **written}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).translate(UNSAFE)


def _named(template: Template, said: Sequence[str], format_: Format) -> Iterator[str | int]:
    """The texts and the names of slots in turns; what is ``said`` has a slot by its number."""
    marks = {str(number): format_.escape(text) for number, text in enumerate(said)}
    for part in template:
        for each in [part] if isinstance(part, Slot) else _parts(part, marks):
            if isinstance(each, str):
                yield each
            else:
                yield int(each.name) if each.name in marks else each.name


def unfolded(script: str) -> dict[str, dict[str, Any]]:
    """The templates of a page with all that formats say in its places, as pages had them at first.

    Raises ValueError, KeyError, IndexError and TypeError where they are none.
    """
    given: dict[str, Any] = json.loads(script)
    said, escapes = given.pop("said", ()), {each.form.suffix: each.escape for each in FORMATS}
    for suffix, form in given.items():
        for name in form.keys() & {"text", "note"}:
            whole = form[name][:1]
            for slot, text in zip(form[name][1::2], form[name][2::2], strict=True):
                if isinstance(slot, int):
                    whole[-1] += f"{escapes[suffix](said[slot])}{text}"
                else:
                    whole += [slot, text]
            form[name] = whole
    return given


def _parts(text: str, marks: Mapping[str, str]) -> Iterator[str | Slot]:
    """The texts between the marks, and a slot for each mark."""
    for name, mark in marks.items():
        before, found, after = text.partition(mark)
        if found:
            yield from _parts(before, marks)
            yield Slot(name)
            yield from _parts(after, marks)
            return
    yield text


def fill(template: Template, form: Form, given: Mapping[str, str]) -> str:
    """The record of a passage, from the template and the values that ``values`` gives."""
    (escape,) = (each.escape for each in FORMATS if each.form == form)
    return "".join(
        escape(given[each.name]) if isinstance(each, Slot) else each for each in template
    )
