"""CSL-JSON (Citation Style Language 1.0.2: csl-data.json).

- ``author``: of a body a literal name, which no processor divides.
- ``issued``: ``date-parts`` for an exact date; for any other the earliest known moment as
  ``date-parts``, to sort by, and the date in words as ``literal``, to print; nothing if unknown.
- ``call-number``: the accession, which styles do not print.
- ``page``: the passage, as in the other forms.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from archive.citation import names
from archive.citation.dates import exact, is_known, moments
from archive.citation.reference import Reference
from archive.model.crosswalk import in_order, written
from archive.model.dates import ArchiveDate

Data = dict[str, Any]

_ORDER = (
    "id type title title-short author genre publisher language URL call-number keyword note "
    "issued page"
)


def item(reference: Reference) -> Data:
    """The item: what is cited, for a list of references."""
    return dict(in_order(_variables(reference), _ORDER))


def _variables(reference: Reference) -> Iterator[tuple[str, Any]]:
    record = reference.record
    for name, row, value in written(record, "csl"):
        if isinstance(value, tuple):
            yield name, ", ".join(value)
        else:
            yield name, [{"literal": value}] if row.is_name else value
    yield "id", reference.key
    yield "type", "report"
    yield "author", [names.csl(agent) for agent in record.cited]
    yield "genre", reference.report_type
    yield "publisher", reference.publisher
    yield "URL", reference.address
    yield "call-number", reference.key
    yield "note", reference.note
    if is_known(record.date):
        yield "issued", _issued(record.date)
    if reference.locator:
        yield "page", reference.locator.text


def serialise(references: Iterable[Reference]) -> str:
    """The items of all references, as a file in UTF-8."""
    return "[\n" + ",\n".join(_object(item(each)) for each in references) + "\n]\n"


def _object(data: Data) -> str:
    """A JSON object with each of its values on a line of its own."""
    members = (f"    {_json(name)}: {_json(value)}" for name, value in data.items())
    return "  {\n" + ",\n".join(members) + "\n  }"


# One encoder for all: the one that indents by itself is Python's slow one.
_json = json.JSONEncoder(ensure_ascii=False).encode


def _issued(date: ArchiveDate) -> Data:
    first = next(moment for moment in moments(date) if moment is not None)
    data: Data = {"date-parts": [list(first.parts)]} if first.parts else {}
    return data if exact(date) else data | {"literal": date.spoken}
