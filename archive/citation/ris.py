"""RIS records (Research Information Systems, RIS Format Specifications, 2011).

Each line is ``XX  - value`` and ends in CR LF.  Texts of a reference contain no line break, so that
none of them can start another tag.  How Zotero reads the tags follows its translator RIS:

- ``AU``: a person as ``Family, Given, Jr.``; an institution with a comma after it, which tells
  EndNote that it is not a person.  Zotero splits at the first comma, finds no first name, and
  keeps one name.  What has a comma of its own loses it there, and stands in the note as it is.
- ``DA``: ``YYYY/MM/DD/`` for an exact date; any other in words by its years, in double quotes, in
  which Zotero keeps words as they are (``archive.citation.names.in_years``).
- ``PY``: the year.  pandoc reads it alone: of what is not exact, and has a year, it has a range, an
  open range or ``2021~``, which pandoc prints as “[2021?]”.
- ``TI`` names the passage and says whose words these are; ``M3``: the kind (Zotero: report type);
  ``PB``: the archive (Zotero: institution).  ``SP`` and ``CN`` are not used: styles print the first
  behind “p.”, some the other.
- ``L1``: the PDF.
- Of a case ``PB`` is the court, and ``SV`` has its numbers, for which the specification has no tag:
  EndNote and Zotero read it so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from archive.citation import names, undivided_values
from archive.citation.names import by_years, exact, in_years, is_known
from archive.citation.reference import Original, Reference, originals
from archive.model.agents import Agent
from archive.model.crosswalk import in_order, written
from archive.model.dates import ArchiveDate

_END = "\r\n"
_ORDER = "TY ID TI ST AU PY DA M3 PB SV M1 LA UR L1 KW N1"


def entry(reference: Reference) -> str:
    """The RIS record of a reference, from TY to ER."""
    return _record(_tags(reference))


def bibliography(references: Iterable[Reference]) -> str:
    """The records of all references, as a file in UTF-8; a document's original has its own."""
    return _END.join(
        each
        for reference in references
        for each in (entry(reference), *map(original, originals([reference])))
    )


def original(given: Original) -> str:
    """The RIS record of the original of a document."""
    return _record(_of_original(given))


def _record(tags: Iterable[tuple[str, str]]) -> str:
    lines = [f"{tag}  - {value}" for tag, value in in_order(tags, _ORDER) if value]
    return _END.join([*lines, "ER  - ", ""])


def _of_original(given: Original) -> Iterator[tuple[str, str]]:
    is_case, numbers = given.kind.is_case, ", ".join(given.numbers)
    yield "TY", given.kind.ris
    yield "ID", given.key
    yield "TI", given.title
    yield from (("AU", names.at_commas(agent)) for agent in given.authors)
    yield from dated(given.date)
    yield "M3", "" if is_case else given.kind.label
    yield "PB", " and ".join(given.courts) or given.publisher or ""
    yield "SV" if is_case else "M1", numbers
    yield "UR", given.address or ""
    yield "N1", f"{given.note} {_names_of(given.authors)}".rstrip()


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
    yield "N1", f"{reference.note} {_names_of(reference.record.cited)}".rstrip()


def _names_of(agents: Iterable[Agent]) -> str:
    return names.whole(agent.name for agent in agents if agent.body)


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
