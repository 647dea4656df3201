"""CSL-JSON (Citation Style Language 1.0.2: csl-data.json).

- ``author``: of a body a literal name, which no processor divides.  The original has the same; as
  ``original-author`` Zotero would add them to the authors once more.
- ``title``: names the passage, which has no variable of its own, and says whose words these are.
- ``original-title``, ``original-publisher``: styles print them as “Originally published as …”; a
  publisher who is cited as the author would stand there twice, and the same title alone as well.
- ``issued``: ``date-parts`` for an exact date; for any other words alone, as ``literal``.  Styles
  print both where there are both.
- ``custom``: what no style is to print.  ``note`` and ``annote`` are printed by some, by two styles
  in place of the citation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from archive.citation import names
from archive.citation.names import exact, in_years, is_known
from archive.citation.reference import Original, Reference, originals
from archive.model.crosswalk import in_order, written
from archive.model.dates import ArchiveDate

Data = dict[str, Any]

_ORDER = (
    "id type title title-short author genre publisher original-title original-publisher "
    "original-date authority number language URL keyword issued custom"
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
    yield "title", reference.title
    yield "title-short", reference.short_title
    yield "author", [names.csl(agent) for agent in record.cited]
    yield "genre", reference.report_type
    yield "publisher", reference.publisher
    yield "URL", reference.address
    if reference.original_title:
        yield "original-title", reference.original_title
    if reference.original_publisher:
        yield "original-publisher", reference.original_publisher
    yield "custom", {"note": reference.note}
    if is_known(record.date):
        yield "issued", issued(record.date)
    if reference.original_date:
        yield "original-date", issued(reference.original_date)


def original(given: Original) -> Data:
    """The item of the original.

    ``number`` of a case has its neutral citation: APA, Chicago, MLA and OSCOLA print it as their
    manuals have it.  More styles print a ``container-title`` there, but these put “___” behind it,
    for the page of a reporter.  ``title-short`` is the title, too: notes of German law and some
    twenty styles beside them print it alone, and the short title of a record is the archive's own.
    """
    said: Data = {
        "id": given.key,
        "type": given.kind.csl,
        "title": given.title,
        "title-short": given.title,
        "author": [names.csl(agent) for agent in given.authors],
        "genre": "" if given.kind.is_case else given.kind.label,
        "publisher": given.publisher,
        "authority": " and ".join(given.courts),
        "number": ", ".join(given.numbers),
        "URL": given.address,
        "issued": issued(given.date) if is_known(given.date) else None,
        "custom": {"note": given.note} if given.note else None,
    }
    return dict(in_order(((name, value) for name, value in said.items() if value), _ORDER))


def serialise(references: Iterable[Reference]) -> str:
    """The items of all references, as a file in UTF-8; a document's original has its own."""
    items = (
        each
        for reference in references
        for each in (item(reference), *map(original, originals([reference])))
    )
    return "[\n" + ",\n".join(map(_object, items)) + "\n]\n"


def _object(data: Data) -> str:
    """A JSON object with each of its values on a line of its own."""
    members = (f"    {_json(name)}: {_json(value)}" for name, value in data.items())
    return "  {\n" + ",\n".join(members) + "\n  }"


# One encoder for all: the one that indents by itself is Python's slow one.
_json = json.JSONEncoder(ensure_ascii=False).encode


def issued(date: ArchiveDate) -> Data:
    """A date variable."""
    moment = exact(date)
    return {"date-parts": [list(moment.parts)]} if moment else {"literal": in_years(date)}
