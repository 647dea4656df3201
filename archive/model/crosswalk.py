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

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cache
from typing import Any, Literal, TypeVar

from archive.model.frontmatter import Entry
from archive.model.words import Words

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

    read: Callable[[Any, Entry], object]  # a reader of archive.model.reading
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


def texts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts of a value: one, or those of a list."""
    return value if isinstance(value, tuple) else (value,)


def in_order(named: Iterable[tuple[str, Value]], order: str) -> list[tuple[str, Value]]:
    """Sort named values into a form's order of names, separated by spaces; new names come last."""
    places = _places(order)
    return sorted(named, key=lambda each: places.get(each[0], len(places)))


@cache
def _places(order: str) -> dict[str, int]:
    return {name: place for place, name in enumerate(order.split())}
