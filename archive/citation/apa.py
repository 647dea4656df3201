"""Forms after the Publication Manual of the American Psychological Association, 7th edition.

The entry of a reference list follows reports and web documents (10.4, 10.16); the locator stands
in the citation in the text (8.13).  Titles keep the capitals that the record gives them, since
which of their words are names cannot be told by rule (6.17 would lower the others).
"""

from __future__ import annotations

from archive.citation.dates import Moment, worded
from archive.citation.reference import Locator, Reference
from archive.citation.text import Run, Runs, link
from archive.model.dates import MONTHS
from archive.model.passage import LETTERS

_ABBREVIATED = {"a": "Article", "p": "para.", "s": "Section"}


def entry(reference: Reference) -> Runs:
    """The entry of the reference list: Author. (Date). *Title* [Description]. Publisher. Address.

    No date of access: the passage is fixed by its fingerprint (9.16 asks for one only where a
    page is meant to change).
    """
    record = reference.record
    return (
        Run(_ended(record.issuer)),  # 9.11: a group author, in full
        Run(f" ({worded(record.date, _full, 'n.d.')}). "),  # 9.14; 9.17: no date
        Run(record.title, italic=not record.title_supplied),  # 9.22: untitled works, brackets
        Run(f" [{reference.genre}, rewritten by the publisher]. {reference.publisher}. "),  # 9.21
        link(reference.address),  # 9.35: no full stop after it
    )


def in_text(reference: Reference) -> Runs:
    """The citation in the text: (Author, year, locator)."""
    parts = [reference.record.issuer, worded(reference.record.date, _year, "n.d.")]
    if reference.locator:
        parts.append(_locator(reference.locator))
    return (Run(f"({', '.join(parts)})"),)


def _full(moment: Moment) -> str:
    """9.14: year, month day.  9.15 knows "ca." for what is approximate."""
    month = f", {MONTHS[moment.month - 1]}" if moment.month else ""
    day = f" {moment.day}" if moment.day else ""
    return f"{_year(moment)}{month}{day}"


def _year(moment: Moment) -> str:
    return f"{'ca. ' if moment.qualifier else ''}{moment.decade}"


def _locator(locator: Locator) -> str:
    return f"{_ABBREVIATED.get(locator.letter, LETTERS[locator.letter])} {locator.number}"


def _ended(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
