"""The formatted citations that a page offers: a Chicago note, APA and Bluebook.

They follow the Chicago Manual of Style, 17th edition (the 18th has the same rules), the Publication
Manual of the American Psychological Association, 7th edition, and The Bluebook, 21st edition, rule
18.2.2.  Comments name the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from archive.citation import names
from archive.citation.dates import Moment, worded
from archive.citation.reference import Reference
from archive.model.dates import MONTHS


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text set in one way.  Its text is not escaped for any markup."""

    text: str
    italic: bool = False
    link: str | None = None  # the address it leads to


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Formatted:
    """One citation, ready to be copied."""

    code: str  # for ids and classes: "chicago"
    label: str  # for people: "Chicago note"
    runs: Runs

    @property
    def text(self) -> str:
        """The citation without italics and links."""
        return plain(self.runs)


def formatted(reference: Reference) -> tuple[Formatted, ...]:
    """The reference in every style, in the order in which a page offers them."""
    return (
        Formatted("chicago", "Chicago note", chicago(reference)),
        Formatted("apa", "APA", apa(reference)),
        Formatted("apa-in-text", "APA, in the text", apa_in_text(reference)),
        Formatted("bluebook", "Bluebook", bluebook(reference)),
    )


def plain(runs: Iterable[Run]) -> str:
    """The text without its setting."""
    return "".join(run.text for run in runs)


# Abbreviations before a number; a word without one is written out.
_CHICAGO = {"article": "art.", "paragraph": "para.", "section": "sec."}  # 10.42
_APA = {"article": "Article", "paragraph": "para.", "section": "Section"}
_BLUEBOOK = {  # table 16; 3.3 has "para." for paragraphs that the source itself does not number
    "article": "art.", "paragraph": "para.", "resolved": "resolved cl.", "section": "§",
    "whereas": "whereas cl.",
}  # fmt: skip

_BLUEBOOK_MONTHS = (  # table 12
    "Jan.", "Feb.", "Mar.", "Apr.", "May", "June",
    "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.",
)  # fmt: skip


def chicago(reference: Reference) -> Runs:
    """The note: Author, “Title,” kind, date, whose rewriting, locator, address.

    The order is that of a document on a website (14.207).  The archive, which would stand there as
    the owner of the site, stands as the one who rewrote it (14.104, editors and translators).
    """
    record = reference.record
    quoted = record.title.replace("“", "‘").replace("”", "’").replace('"', "'")
    return (
        *_commas(
            names.chicago(record.cited),  # 14.76: authors; 14.84: an organization as author
            record.title if record.title_supplied else f"“{quoted}”",  # 14.206
            None if record.title_supplied else record.kind.name,
            worded(record.date, _chicago_date, "n.d.", comma=","),  # 14.145: no date
            reference.part,
            reference.settings.credit,
            _located(reference, _CHICAGO),
            _link(reference),
        ),
        Run("."),
    )


def _chicago_date(moment: Moment) -> str:
    """6.38: month, day, year.  14.145: a guessed date in brackets, with "ca." or "?"."""
    circa = "ca. " if moment.qualifier in ("~", "%") else ""
    doubt = "?" if moment.qualifier in ("?", "%") else ""
    words = f"{circa}{_month_first(moment, MONTHS)}{doubt}"
    return f"[{words}]" if moment.qualifier else words


def apa(reference: Reference) -> Runs:
    """The entry of the reference list: Author. (Date). *Title* [Description]. Publisher. Address.

    It follows reports and web documents (10.4, 10.16), without a date of access: a passage is fixed
    by its fingerprint (9.16 asks for one only where a page is meant to change).  Titles keep their
    capitals: no rule tells which of their words are names (6.17 would lower the others).
    """
    record = reference.record
    described = ", ".join(filter(None, (reference.genre, reference.part)))
    return (
        Run(names.apa(record.cited).removesuffix(".") + "."),  # 9.8: authors
        Run(f" ({worded(record.date, _apa_date, 'n.d.')}). "),  # 9.14; 9.17: no date
        Run(record.title, italic=not record.title_supplied),  # 9.22: untitled works, brackets
        Run(f" [{described}, rewritten by the publisher]. {reference.publisher}. "),  # 9.21
        _link(reference),  # 9.35: no full stop after it
    )


def apa_in_text(reference: Reference) -> Runs:
    """The citation in the text: (Author, year, locator) (8.13)."""
    year = worded(reference.record.date, _apa_year, "n.d.")
    authors = names.apa_in_text(reference.record.cited)
    parts = (authors, year, _located(reference, _APA))
    return (Run(f"({', '.join(filter(None, parts))})"),)


def _apa_date(moment: Moment) -> str:
    """9.14: year, month day."""
    month = f", {MONTHS[moment.month - 1]}" if moment.month else ""
    day = f" {moment.day}" if moment.day else ""
    return f"{_apa_year(moment)}{month}{day}"


def _apa_year(moment: Moment) -> str:
    """9.15 knows "ca." for what is approximate."""
    return f"{'ca. ' if moment.qualifier else ''}{moment.decade}"


def bluebook(reference: Reference) -> Runs:
    """The citation: Author, *Title*, Website locator (date), address (whose words).

    It departs from the rule in two points.  The institution is not abbreviated; rule 15.1 leaves
    that to the citer.  "Or later" is written in words: the rule has no form for a bounded date.
    """
    record = reference.record
    date = worded(record.date, _bluebook_date, "", comma=",")
    place = (reference.publisher, _located(reference, _BLUEBOOK), f"({date})" if date else None)
    return (
        *_commas(
            names.bluebook(record.cited),
            # 18.2.2(b): titles in italics, titles that only describe in roman type
            Run(record.title, italic=not record.title_supplied),
            " ".join(filter(None, place)),
            _link(reference),
        ),
        # 1.5: explanatory, last
        Run(f" ({', '.join(filter(None, (reference.part, reference.settings.credit)))})."),
    )


def _bluebook_date(moment: Moment) -> str:
    return f"{'c. ' if moment.qualifier else ''}{_month_first(moment, _BLUEBOOK_MONTHS)}"


def _month_first(moment: Moment, months: Sequence[str]) -> str:
    month = f"{months[moment.month - 1]} " if moment.month else ""
    day = f"{moment.day}, " if moment.day else ""
    return f"{month}{day}{moment.decade}"


def _located(reference: Reference, abbreviated: Mapping[str, str]) -> str | None:
    if (locator := reference.locator) is None:
        return None
    return locator.abbreviated(abbreviated)


def _link(reference: Reference) -> Run:
    return Run(reference.address, link=reference.address)


def _commas(*parts: Run | str | None) -> Runs:
    """The parts that there are, with a comma and a space between two.

    A part that ends in a closing quotation mark takes the comma inside it, as American
    punctuation does.
    """
    there = [Run(part) if isinstance(part, str) else part for part in parts if part]
    joined = [run for part in there[:-1] for run in _with_comma(part)]
    return (*joined, *there[-1:])


def _with_comma(run: Run) -> Runs:
    if run.text.endswith("”"):
        return (Run(f"{run.text[:-1]},” ", run.italic, run.link),)
    return run, Run(", ")
