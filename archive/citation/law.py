"""The citations of lawyers: of the archive's rendering, and of the case or the act itself.

The Bluebook, 21st edition, and OSCOLA (Oxford University Standard for the Citation of Legal
Authorities), 4th edition.  Comments name the rules.  The rendering is cited as a document on a
website, and says whose words these are.  What is cited of the case itself is its own alone: it has
a locator only where the document numbers its passages itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from archive.citation import names
from archive.citation.dates import Moment, exact, worded
from archive.citation.original import Original
from archive.citation.reference import Reference
from archive.citation.runs import Run, Runs, address, joined
from archive.citation.text import unstopped
from archive.model.dates import MONTHS, SHORT_MONTHS

_BLUEBOOK = {  # table 16; 3.3 has "para." for paragraphs that the source itself does not number
    "article": "art.", "paragraph": "para.", "resolved": "resolved cl.", "section": "§",
    "whereas": "whereas cl.",
}  # fmt: skip
_OSCOLA = {"article": "art", "paragraph": "para", "section": "s"}  # 4.2.5: without full stops


def bluebook(reference: Reference) -> Runs:
    """18.2.2: Author, *Title*, Website locator (date), address (whose words).

    It departs from the rule in two points.  The institution is not abbreviated; rule 15.1 leaves
    that to the citer.  "Or later" is written in words: the rule has no form for a bounded date.
    """
    record = reference.record
    date = worded(record.date, _month_first, "", comma=",")
    place = (reference.publisher, _located(reference, _BLUEBOOK), date and f"({date})")
    said = ", ".join(filter(None, (reference.reserve, reference.credit)))
    return (
        *joined(
            ", ",
            # 18.2.2(a): not where the website names it
            None if reference.is_note else names.bluebook(record.cited),
            # 18.2.2(b): titles in italics, titles that only describe in roman type
            Run(unstopped(record.title), italic=not record.title_supplied),
            " ".join(filter(None, place)),
            address(reference.address),
        ),
        Run(f" ({said})." if said else "."),  # 1.5: explanatory, last
    )


def oscola(reference: Reference) -> Runs:
    """3.4.8: Author, ‘Title’ (Website, date) locator <address>.

    The date of access is left out: it is there for pages that change, and a passage is fixed by its
    fingerprint.
    """
    record = reference.record
    title = reference.credited_title
    date = worded(record.date, _day_first, "")
    where = ", ".join(filter(None, (reference.publisher, date, reference.reserve)))
    return (
        *joined(
            ", ", names.oscola(record.cited), title if record.title_supplied else _quoted(title)
        ),
        Run(" "),
        *joined(" ", f"({where})", _located(reference, _OSCOLA), _pointed(reference.address)),
        Run("."),
    )


def _quoted(title: str) -> str:
    """1.5: single quotation marks, and double ones within them."""
    inner = re.sub("‘([^‘’]*)’", r"“\1”", title)
    return f"‘{inner}’"


def _pointed(url: str) -> Run:
    return Run(f"<{url}>", link=url)


# --- The case or the act itself


def itself(reference: Reference) -> str:
    """What the original is called, if it has citations of its own: “the case”, “the statute”."""
    kind = reference.record.kind
    if not kind.is_law:
        return ""
    return "the case" if is_decision(Original(reference)) else f"the {kind.name}"


def is_decision(given: Original) -> bool:
    """Whether it is what a court decided, not what somebody brought to it."""
    return given.kind.is_case and "court" in given.kind.cited


def bluebook_itself(reference: Reference) -> Runs:
    """10.8.1: *Case*, No. docket, neutral citation, locator (Court date).

    10.8.3: of what is filed, kind and locator come before the name.  12.9: acts; 21.4: treaties.
    """
    given, where = Original(reference), _own_locator(reference)
    link = address(given.address) if given.address else None
    date = worded(given.date, _month_first, "", comma=",")
    if given.kind.csl == "legislation":
        return _ended(joined(", ", _with_year(given), where, link))
    if not given.kind.is_case:
        return _ended(joined(", ", given.title, where, date, link))
    name, docket, neutral = _identified(given, "v.")
    filed = "" if is_decision(given) else " ".join(filter(None, (given.kind.label, where)))
    numbered = f"No. {docket}" if docket else None
    cited = joined(", ", filed, name, numbered, neutral, None if filed else where)
    decided = " ".join(filter(None, (" & ".join(given.courts), date)))
    return _ended(joined(", ", joined(" ", cited, decided and f"({decided})"), link))


def oscola_itself(reference: Reference) -> Runs:
    """2.1.2: *Case* neutral citation [locator]; 2.1.5: without one, *Case* (Court, date) locator.

    2.4: acts, with their locator behind a comma; 2.7: treaties, with their date in parentheses.
    """
    given, where = Original(reference), _own_locator(reference)
    link = _pointed(given.address) if given.address else None
    date = worded(given.date, _day_first, "")
    if given.kind.csl == "legislation":
        return _ended(joined(" ", joined(", ", _with_year(given), where), link))
    if not given.kind.is_case:
        return _ended(joined(" ", given.title, date and f"({date})", where, link))
    name, docket, neutral = _identified(given, "v")
    if given.record.neutral_citation:
        return _ended(joined(" ", name, neutral, where, link))
    decided = ", ".join(filter(None, (" and ".join(given.courts), date)))
    return _ended(joined(" ", name, docket, decided and f"({decided})", where, link))


def _identified(given: Original, between: str) -> tuple[Run, str | None, str | None]:
    """The name, whose parties a word stands between, and the numbers that are not in it."""
    name = re.sub(r" v\.? ", f" {between} ", given.title)
    record = given.record
    docket, neutral = (
        None if number and number in name else number
        for number in (record.docket, record.neutral_citation)
    )
    return Run(name, italic=not record.title_supplied), docket, neutral


def _with_year(given: Original) -> str:
    """The name of an act, which has its year at the end."""
    moment = exact(given.date)
    if moment is None or moment.year in given.title:
        return given.title
    return f"{given.title} {moment.year}"


def _ended(runs: Runs) -> Runs:
    return (*runs, Run("."))


def _own_locator(reference: Reference) -> str | None:
    return reference.locator.own if reference.locator else None


def _located(reference: Reference, abbreviated: Mapping[str, str]) -> str | None:
    return reference.located.abbreviated(abbreviated) if reference.located else None


def _month_first(moment: Moment) -> str:
    """Table 12: ``Feb. 8, 2021``."""
    month = f"{SHORT_MONTHS[moment.month - 1]} " if moment.month else ""
    day = f"{moment.day}, " if moment.day else ""
    return f"{'c. ' if moment.qualifier else ''}{month}{day}{moment.decade}"


def _day_first(moment: Moment) -> str:
    """``8 February 2021``, ``c 2021``."""
    month = MONTHS[moment.month - 1] if moment.month else ""
    written = " ".join(filter(None, (str(moment.day or ""), month, moment.decade)))
    return f"{'c ' if moment.qualifier else ''}{written}"
