"""A note after the Chicago Manual of Style, 17th edition, whose rules are named; 18th alike.

Author, “Title,” kind, date, whose rewriting, locator, address.
The order is that of a document on a website (14.207); the archive, which would stand there as the
owner of the site, stands as the one who rewrote it (14.104, editors and translators).
"""

from __future__ import annotations

from archive.citation.dates import Moment, worded
from archive.citation.reference import Locator, Reference
from archive.citation.text import Run, Runs, commas, inner_quotes, link
from archive.model.dates import MONTHS
from archive.model.passage import LETTERS
from archive.model.record import Record

# Abbreviations before a number (10.42); whereas clauses and resolutions have none.
_ABBREVIATED = {"a": "art.", "p": "para.", "s": "sec."}


def note(reference: Reference) -> Runs:
    """The full note, ending in a full stop."""
    record = reference.record
    return (
        *commas(
            record.issuer,  # 14.84: an organization as author
            _title(record),
            None if record.title_supplied else record.kind,
            worded(record.date, _moment, "n.d.", comma=","),  # 14.145: no date
            reference.rewriting,
            _locator(reference.locator) if reference.locator else None,
            link(reference.address),
        ),
        Run("."),
    )


def _title(record: Record) -> str:
    """14.206: in quotation marks; a title supplied in brackets says the kind and takes none."""
    return record.title if record.title_supplied else f"“{inner_quotes(record.title)}”"


def _moment(moment: Moment) -> str:
    """6.38: month, day, year.  14.145: a guessed date in brackets, with "ca." or "?"."""
    month = f"{MONTHS[moment.month - 1]} " if moment.month else ""
    day = f"{moment.day}, " if moment.day else ""
    words = f"{month}{day}{moment.decade}"
    circa = "ca. " if moment.qualifier in ("~", "%") else ""
    doubt = "?" if moment.qualifier in ("?", "%") else ""
    return f"[{circa}{words}{doubt}]" if moment.qualifier else words


def _locator(locator: Locator) -> str:
    return f"{_ABBREVIATED.get(locator.letter, LETTERS[locator.letter])} {locator.number}"
