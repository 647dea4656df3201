"""The formatted citations that a page offers, and those of Chicago, APA and MLA.

They follow the Chicago Manual of Style, 18th edition, the Publication Manual of the American
Psychological Association, 7th edition, and the MLA Handbook, 9th edition.  Comments name the rules,
those of Chicago by the numbers of its 17th edition.  The styles of lawyers are in
``archive.citation.law``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.citation import names
from archive.citation.dates import Moment, exact, in_years, worded
from archive.citation.law import bluebook, bluebook_itself, itself, oscola, oscola_itself
from archive.citation.reference import Reference
from archive.citation.runs import Run, Runs, address, joined, plain
from archive.citation.text import unstopped
from archive.model.dates import MONTHS, SHORT_MONTHS, ArchiveDate
from archive.model.words import N_

# Labels that are made of the name of a kind.
LABELS = (
    N_("Bluebook, the case itself"), N_("Bluebook, the constitution itself"),
    N_("Bluebook, the statute itself"), N_("Bluebook, the treaty itself"),
    N_("OSCOLA, the case itself"), N_("OSCOLA, the constitution itself"),
    N_("OSCOLA, the statute itself"), N_("OSCOLA, the treaty itself"),
)  # fmt: skip


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
    """The reference in every style, in the order in which a page offers them.

    Of law readers cite the case or the act itself, which has citations of its own.
    """
    of_law = itself(reference)
    cited = (
        ("chicago", N_("Chicago note"), chicago(reference)),
        ("apa", "APA", apa(reference)),
        ("apa-in-text", N_("APA, in the text"), apa_in_text(reference)),
        ("mla", "MLA", mla(reference)),
        ("bluebook", "Bluebook", bluebook(reference)),
        ("oscola", "OSCOLA", oscola(reference)),
        ("bluebook-itself", f"Bluebook, {of_law} itself", of_law and bluebook_itself(reference)),
        ("oscola-itself", f"OSCOLA, {of_law} itself", of_law and oscola_itself(reference)),
    )
    return tuple(Formatted(code, label, runs) for code, label, runs in cited if runs)


def chicago(reference: Reference) -> Runs:
    """The note: Author, *Title*, kind (original publisher; archive, year), address.

    It has the order and the words that the styles of CSL for Chicago's notes make of the archive's
    own data (14.220: a report as a book; 14.114: who published it before), so that a note that is
    copied here and one that Zotero writes do not differ.
    """
    record = reference.record
    return (
        *joined(
            ", ",
            names.chicago(record.cited),  # 14.76: authors; 14.84: an organization as author
            _titled(reference),  # 14.206
        ),
        Run(f", {_lowered(reference.report_type)} ("),
        *_published(reference),
        Run("), "),
        address(reference.address),
        Run("."),
    )


def _titled(reference: Reference) -> Runs:
    """The title in italics, then whose words these are; what the archive supplied is not."""
    if reference.record.title_supplied:
        return (Run(reference.title),)
    words = f" [{reference.credit}]" if reference.credit else ""
    return Run(reference.title.removesuffix(words), italic=True), Run(words)


def _published(reference: Reference) -> Runs:
    """14.114: ``First publisher; archive, year; originally published as *Title* [publisher]``.

    With the date of a decision before its publication, the archive's is ``repr.``
    """
    here = f"{reference.publisher}, {_in_year(reference.record.date)}"
    publisher, decided = reference.original_publisher, reference.original_date
    before = ", ".join(filter(None, (publisher, _in_year(decided) if decided else None)))
    title = reference.original_title
    if title is None:
        again = "repr., " if decided and publisher else ""
        return (Run("; ".join(filter(None, (before, f"{again}{here}")))),)
    where = f" [{before}]" if before else ""
    return Run(f"{here}; originally published as "), Run(title, italic=True), Run(where)


def _in_year(date: ArchiveDate) -> str:
    moment = exact(date)
    return moment.year if moment else in_years(date)


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def apa(reference: Reference) -> Runs:
    """The entry of the reference list: Author. (Date). *Title* [Description]. Publisher. Address.

    It follows reports and web documents (10.4, 10.16), without a date of access: a passage is fixed
    by its fingerprint (9.16 asks for one only where a page is meant to change).  Titles keep their
    capitals: no rule tells which of their words are names (6.17 would lower the others).
    """
    record = reference.record
    title = unstopped(record.title)
    kind = reference.report_type
    if reference.is_note:
        described = f"[{kind}]"  # 9.29: a publisher who is the author is not named again
    else:
        described = f"[{kind}, rewritten by the publisher]. {reference.publisher}"
    return (
        Run(names.apa(record.cited).removesuffix(".") + "."),  # 9.8: authors
        Run(f" ({worded(record.date, _apa_date, 'n.d.')}). "),  # 9.14; 9.17: no date
        Run(title, italic=not record.title_supplied),  # 9.22: untitled works, brackets
        Run(f" {described}. "),
        address(reference.address),  # 9.35: no full stop after it
    )


_APA = {"article": "Article", "paragraph": "para.", "section": "Section"}


def apa_in_text(reference: Reference) -> Runs:
    """The citation in the text: (Author, year, locator) (8.13)."""
    year = worded(reference.record.date, _apa_year, "n.d.")
    authors = names.apa_in_text(reference.record.cited)
    where = reference.located.abbreviated(_APA) if reference.located else None
    return (Run(f"({', '.join(filter(None, (authors, year, where)))})"),)


def _apa_date(moment: Moment) -> str:
    """9.14: year, month day."""
    month = f", {MONTHS[moment.month - 1]}" if moment.month else ""
    day = f" {moment.day}" if moment.day else ""
    return f"{_apa_year(moment)}{month}{day}"


def _apa_year(moment: Moment) -> str:
    """9.15 knows "ca." for what is approximate."""
    return f"{'ca. ' if moment.qualifier else ''}{moment.decade}"


def mla(reference: Reference) -> Runs:
    """The entry of the list: Author. *Title*. Kind. Publisher, date, address.

    5.23 to 5.99: the core elements; 5.105: what kind of work it is; an unknown date is left out.
    """
    record = reference.record
    date = worded(record.date, lambda moment: day_first(moment, SHORT_MONTHS), "")
    author = "" if reference.is_note else f"{names.mla(record.cited).removesuffix('.')}. "
    return (
        *([Run(author)] if author else []),  # 5.20: not where it is the publisher
        *_titled(reference),
        Run(f". {reference.report_type}. "),
        *joined(", ", reference.publisher, date, address(reference.address)),
        Run("."),
    )


def day_first(moment: Moment, months: Sequence[str]) -> str:
    """``8 Feb. 2021``, ``circa 2021``, ``2021?``."""
    month = months[moment.month - 1] if moment.month else ""
    written = " ".join(filter(None, (str(moment.day or ""), month, moment.decade)))
    circa = "circa " if moment.qualifier in ("~", "%") else ""
    return f"{circa}{written}{'?' if moment.qualifier in ('?', '%') else ''}"
