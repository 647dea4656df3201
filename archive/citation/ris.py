"""RIS records (Research Information Systems, RIS Format Specifications, 2011).

Each line is ``XX  - value`` and ends in CR LF.  Texts of a reference contain no line break, so that
none of them can start another tag.  How Zotero reads the tags follows its translator RIS:

- ``AU``: a person as ``Family, Given, Jr.``; an institution with a comma after it, which tells
  EndNote that it is not a person.  Zotero splits at the first comma, finds no first name, and
  keeps one name.
- ``DA``: ``YYYY/MM/DD/`` for an exact date; any other in words by its years, in double quotes, in
  which Zotero keeps words as they are (``archive.citation.dates.in_years``).
- ``PY``: the year.  pandoc reads it alone: of what is not exact, and has a year, it has a range, an
  open range or ``2021~``, which pandoc prints as “[2021?]”.
- ``TI`` names the passage and says whose words these are; ``M3``: the kind (Zotero: report type);
  ``PB``: the archive (Zotero: institution).  ``SP`` and ``CN`` are not used: styles print the first
  behind “p.”, some the other.
- ``L1``: the PDF.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from archive.citation import names
from archive.citation.dates import by_years, exact, in_years, is_known
from archive.citation.reference import Reference
from archive.citation.text import undivided_values
from archive.model.crosswalk import in_order, written
from archive.model.dates import ArchiveDate

_END = "\r\n"
_ORDER = "TY ID TI ST AU PY DA M3 PB LA UR L1 KW N1"


def entry(reference: Reference) -> str:
    """The RIS record of a reference, from TY to ER."""
    lines = [f"{tag}  - {value}" for tag, value in in_order(_tags(reference), _ORDER)]
    return _END.join([*lines, "ER  - ", ""])


def bibliography(references: Iterable[Reference]) -> str:
    """The records of all references, as a file in UTF-8."""
    return _END.join(map(entry, references))


def _tags(reference: Reference) -> Iterator[tuple[str, str]]:
    for tag, row, value in written(reference.record, "ris"):
        for each in undivided_values(value, is_name=row.is_name):
            yield tag, each
    yield "TY", "RPRT"
    yield "TI", reference.title
    yield "ST", reference.short_title
    yield from (("AU", names.at_commas(agent)) for agent in reference.record.cited)
    yield "ID", reference.key
    yield from dated(reference.record.date)
    yield "M3", reference.report_type
    yield "PB", reference.publisher
    yield "UR", reference.address
    yield "L1", reference.form("pdf")
    yield "N1", reference.note


def dated(date: ArchiveDate) -> Iterator[tuple[str, str]]:
    """The tags of a date."""
    if moment := exact(date):
        yield "PY", moment.year
        yield "DA", moment.slashed + "/" * (4 - len(moment.parts))
    elif is_known(date):
        yield "PY", _range(by_years(date))
        yield "DA", f'"{in_years(date)}"'


def _range(years: str) -> str:
    """Years as pandoc reads them: it drops ``..``, and takes ``/2021`` and ``2021?`` as certain."""
    doubted = re.sub("[?%]", "~", years)
    if doubted.startswith("../"):
        return f"{doubted[3:7]}~"
    return doubted.removesuffix("..")
