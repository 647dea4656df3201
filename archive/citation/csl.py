"""CSL-JSON (Citation Style Language 1.0.2: csl-data.json).

- ``author``: a literal name, which no processor divides.
- ``issued``: ``date-parts`` for an exact date; for any other the earliest known moment as
  ``date-parts``, to sort by, and the date in words as ``literal``, to print; nothing if unknown.
- ``call-number``: the accession, which styles do not print.
- ``page``: the passage, as in the other forms.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from archive.citation.dates import exact, is_known, moments
from archive.citation.reference import Reference
from archive.model.dates import ArchiveDate

Data = dict[str, Any]


def item(reference: Reference) -> Data:
    """The item: what is cited, for a list of references."""
    record = reference.record
    data: Data = {
        "id": reference.key,
        "type": "report",
        "title": record.title,
        "title-short": record.short_title,
        "author": [{"literal": record.issuer}],
        "genre": reference.report_type,
        "publisher": reference.publisher,
        "language": record.language,
        "URL": reference.address,
        "call-number": reference.key,
        "keyword": ", ".join(record.subjects),
        "note": reference.note,
    }
    if is_known(record.date):
        data["issued"] = _issued(record.date)
    if reference.locator:
        data["page"] = reference.locator.text
    return data


def serialise(references: Iterable[Reference]) -> str:
    """The items of all references, as a file in UTF-8."""
    items = [item(reference) for reference in references]
    return "[\n" + ",\n".join(map(_object, items)) + "\n]\n"


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
