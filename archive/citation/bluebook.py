"""A citation close to The Bluebook, 21st edition, rule 18.2.2 (sources only on the internet).

Author, *Title*, Website locator (date), address (whose words).
It departs from the rule in two points.  The institution is not abbreviated; rule 15.1 leaves that
to the citer.  "Or later" is written in words, because the rule has no form for a bounded date.
"""

from __future__ import annotations

from archive.citation.dates import Moment, worded
from archive.citation.reference import Locator, Reference
from archive.citation.text import Run, Runs, commas, link
from archive.model.passage import LETTERS

# Table 12.
_MONTHS = (
    "Jan.", "Feb.", "Mar.", "Apr.", "May", "June",
    "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.",
)  # fmt: skip

# Table 16; rule 3.3 has "para." for paragraphs that the source itself does not number.
_ABBREVIATED = {"a": "art.", "p": "para.", "r": "resolved cl.", "s": "§", "w": "whereas cl."}


def citation(reference: Reference) -> Runs:
    """The citation, ending in a full stop."""
    record = reference.record
    return (
        *commas(
            record.issuer,
            # 18.2.2(b): titles in italics, titles that only describe in roman type
            Run(record.title, italic=not record.title_supplied),
            _place(reference),
            link(reference.address),
        ),
        Run(f" ({reference.rewriting})."),  # 1.5: explanatory, last
    )


def _place(reference: Reference) -> str:
    locator = f" {_locator(reference.locator)}" if reference.locator else ""
    date = worded(reference.record.date, _moment, "", comma=",")
    return f"{reference.publisher}{locator}{f' ({date})' if date else ''}"


def _moment(moment: Moment) -> str:
    month = f"{_MONTHS[moment.month - 1]} " if moment.month else ""
    day = f"{moment.day}, " if moment.day else ""
    return f"{'c. ' if moment.qualifier else ''}{month}{day}{moment.decade}"


def _locator(locator: Locator) -> str:
    return f"{_ABBREVIATED.get(locator.letter, LETTERS[locator.letter])} {locator.number}"
