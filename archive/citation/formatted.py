"""Citations in the styles of scholars and lawyers: Chicago, APA, MLA, the Bluebook and OSCOLA."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.citation import Run, Runs, address, joined, names, plain, unstopped
from archive.citation.names import Moment, exact, in_years, worded
from archive.citation.reference import Original, Reference
from archive.model.dates import MONTHS, SHORT_MONTHS, ArchiveDate
from archive.model.words import N_

# The citations of lawyers: of the archive's rendering, and of the case or the act itself.
#
# The Bluebook, 21st edition, and OSCOLA (Oxford University Standard for the Citation of Legal
# Authorities), 4th edition.  Comments name the rules.  The rendering is cited as a document on a
# website, and says whose words these are.  What is cited of the case itself is its own alone: it
# has a locator only where the document numbers its passages itself.

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
    return f"{'c ' if moment.qualifier else ''}{_written(moment, MONTHS)}"


def _written(moment: Moment, months: Sequence[str]) -> str:
    """Day, month and year in this order, as far as they are known."""
    month = months[moment.month - 1] if moment.month else ""
    return " ".join(filter(None, (str(moment.day or ""), month, moment.decade)))


# --- The formatted citations that a page offers, and those of Chicago, APA and MLA.
#
# They follow the Chicago Manual of Style, 18th edition, the Publication Manual of the American
# Psychological Association, 7th edition, and the MLA Handbook, 9th edition.  Comments name the
# rules, those of Chicago by the numbers of its 17th edition.

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
    where = _located(reference, _APA)
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
    circa = "circa " if moment.qualifier in ("~", "%") else ""
    return f"{circa}{_written(moment, months)}{'?' if moment.qualifier in ('?', '%') else ''}"
