"""The crosswalk: where each field of a record stands in each form, or why it does not.

A field is one row: an attribute of the record's dataclass, declared with ``row()``.  The row tells
how the field is read from front matter, how people read it, and for each form one of three things:

- *written*: the form writes the value under this name, from the row alone;
- *coded*: the form writes it by code of its own, here;
- *absent*: why the form does not show it.

The tests hold every cell against what the form really says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cache
from operator import attrgetter
from typing import Any, Literal, TypeVar

from archive.model.frontmatter import Entry

Value = TypeVar("Value")

FORMS = (
    "card",  # the label; page, PDF and EPUB draw the same nodes below the title
    "head",  # names of <meta> elements, or rel= with the relation of a <link>
    "json_ld",  # a property of schema.org
    "xmp",  # properties of the PDF's metadata
    "bibtex", "ris", "csl",  # a field of BibLaTeX, tags of RIS, variables of CSL
    "chicago", "apa", "bluebook",  # a place in the citation
    "catalogue",  # a class or an attribute of the entry
    "search",  # a filter, or a part of the entry
)  # fmt: skip

Drawn = Literal["text", "note", "link", "code", "fingerprint"]


@dataclass(frozen=True)
class Row:
    """One field of the record, across all forms."""

    read: Callable[[Any, Entry], object]  # a reader of archive.model.reading
    required: bool  # its key may not be missing
    group: type | None  # the class whose rows stand in this one's place
    words: Callable[[Any], str]  # the value as people read it; empty where there is nothing
    drawn: Drawn  # how the card sets the words
    is_name: bool  # of a person or a body, which no form may divide
    written: Mapping[str, str]
    coded: Mapping[str, str]
    absent: Mapping[str, str]
    name: str = ""  # of the attribute; of one in a group ``source.title``

    @property
    def key(self) -> str:
        """Its key in front matter."""
        return self.name.rpartition(".")[2].replace("_", "-")

    def value(self, record: object) -> Any:
        """The value in a record."""
        return attrgetter(self.name)(record)


def row(  # noqa: PLR0913 - each argument names what it says
    read: Callable[[Any, Entry], object],
    *,
    default: object = MISSING,
    group: type | None = None,
    words: Callable[[Any], str] = lambda value: value or "",
    drawn: Drawn = "text",
    is_name: bool = False,
    coded: Mapping[str, str] | None = None,
    absent: Mapping[str, str] | None = None,
    **written: str,
) -> Any:
    """Declare an attribute of a record; it is required where there is no ``default``.

    ``written`` and ``coded`` have a cell for each form.  A key of ``absent`` names all forms of
    which its reason is true, with spaces between them.
    """
    reasons = {form: why for forms, why in (absent or {}).items() for form in forms.split()}
    required = default is MISSING
    made = Row(read, required, group, words, drawn, is_name, written, coded or {}, reasons)
    return field(default=default, metadata={"row": made})


@cache
def own_rows(kind: Any) -> tuple[Row, ...]:
    """The rows that a class declares, a group as one of them."""
    return tuple(replace(each.metadata["row"], name=each.name) for each in fields(kind))


@cache
def rows(kind: Any) -> tuple[Row, ...]:
    """All rows of a record, those of a group in its place."""
    return tuple(
        replace(each, name=f"{own.name}.{each.name}") if own.group else each
        for own in own_rows(kind)
        for each in (rows(own.group) if own.group else (own,))
    )


def written(record: Any, form: str) -> Iterator[tuple[str, Row, Any]]:
    """The name, the row and the value of each field that a form writes from its row alone.

    A field without words, as one that is not known, is left out.
    """
    kind: Any = type(record)
    for name, each, value_of in _written(kind, form):
        value = value_of(record)
        if each.words(value):
            yield name, each, value


@cache
def _written(kind: Any, form: str) -> tuple[tuple[str, Row, Callable[[Any], Any]], ...]:
    return tuple(
        (each.written[form], each, attrgetter(each.name))
        for each in rows(kind)
        if form in each.written
    )


def in_order(named: Iterable[tuple[str, Value]], order: str) -> list[tuple[str, Value]]:
    """Named values in the order of names that a form has; other names follow."""
    places = _places(order)
    return sorted(named, key=lambda each: places.get(each[0], len(places)))


@cache
def _places(order: str) -> dict[str, int]:
    return {name: place for place, name in enumerate(order.split())}
