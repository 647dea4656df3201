"""The bibliography style: institutions kept whole, full dates, access data.

A pybtex formatting style and its label style.  Fields are those of BibLaTeX (``date``,
``urldate``, ``shortauthor``); dates are EDTF, as BibLaTeX reads them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pybtex.bibtex.utils import split_name_list
from pybtex.database import Entry, Person
from pybtex.richtext import HRef, Tag, Text
from pybtex.style.formatting import BaseStyle
from pybtex.style.labels import BaseLabelStyle

from archive.model.dates import ArchiveDate
from archive.model.fingerprint import normalise

# Titles of works that stand alone are set in italics; those of parts and pages in quotation marks.
_STANDING_ALONE = frozenset({"book", "collection", "manual", "report", "thesis"})
_CONTAINERS = ("journaltitle", "booktitle", "organization", "institution", "publisher")


class ArchiveLabelStyle(BaseLabelStyle):
    """Labels such as ``ACLU 2021``; two alike are told apart by letters."""

    def format_labels(self, sorted_entries: Iterable[Entry]) -> Iterator[str]:
        labels = [label(entry) for entry in sorted_entries]
        count, seen = Counter(labels), Counter[str]()
        for text in labels:
            seen[text] += 1
            yield text + _letter(seen[text]) if count[text] > 1 else text


class ArchiveStyle(BaseStyle):
    """One form for every type: author, title, container, date, address, note."""

    default_label_style = ArchiveLabelStyle
    default_sorting_style = "author_year_title"

    def __getattr__(self, name: str) -> Any:
        # pybtex asks for get_<type>_template first and then for format_<type>.
        if name.startswith("format_"):
            return _format
        raise AttributeError(name)


def label(entry: Entry) -> str:
    """The short institution, or the first author's last name, and the year."""
    short = entry.fields.get("shortauthor")
    people = entry.persons.get("author", [])
    last = " ".join((*people[0].prelast_names, *people[0].last_names)) if people else None
    name = short or last or entry.fields.get("title", entry.key)
    return f"{Text.from_latex(name)} {_year(entry)}"


def _letter(number: int) -> str:
    return chr(ord("a") + number - 1) if number <= 26 else f"-{number}"


def _year(entry: Entry) -> str:
    date = entry_date(entry)
    if date is None or date.year is None:
        return "n.d."
    return f"{date.year}–" if date.is_open else date.year


def entry_date(entry: Entry) -> ArchiveDate | None:
    """The date of an entry, from ``date`` or ``year``; None where it has none.

    Raises ValueError where the field is not EDTF.
    """
    text = entry.fields.get("date") or entry.fields.get("year")
    return ArchiveDate.parse(text) if text else None


def version_date(entry: Entry) -> str | None:
    """The day for which an entry cites its address, in ISO 8601: its access, else its date.

    None where neither names a day.
    """
    dates = (str(entry.fields.get(field, "")) for field in ("urldate", "date"))
    return next((date for date in dates if re.fullmatch(r"\d{4}-\d{2}-\d{2}", date)), None)


# What the bibliography and its labels show of an entry, besides its authors.
_SHOWN = (
    "shortauthor", "title", *_CONTAINERS, "volume", "number", "pages", "date", "year", "url",
    "urldate", "note",
)  # fmt: skip


def shown(entry: Entry) -> dict[str, str]:
    """Return what readers see of an entry, for its seal (``archive.model.seal``).

    ``type``, ``author`` (full names, joined by “ and ”) and the fields above, as the file has them
    between their outer braces or quotation marks, each normalised as for a fingerprint.
    """
    names = " and ".join(map(_full_name, entry.persons.get("author", [])))
    fields = {name: str(entry.fields[name]) for name in _SHOWN if name in entry.fields}
    found = {"type": entry.type, "author": names, **fields}
    return {name: normalise(value) for name, value in found.items() if value}


def worded(work: Mapping[str, str]) -> tuple[str, str]:
    """Return the label and the text of a work in the bibliography, from what ``shown`` gives."""
    people = [Person(name) for name in split_name_list(work.get("author", ""))]
    fields = {name: value for name, value in work.items() if name not in ("type", "author")}
    entry = Entry(work["type"], fields, {"author": people} if people else {})
    return label(entry), str(_format({"entry": entry}))


def _full_name(person: Person) -> str:
    parts = (*person.first_names, *person.middle_names, *person.prelast_names, *person.last_names)
    return " ".join(map(str, parts))


def _format(context: dict[str, Any]) -> Text:
    sentences = filter(None, _sentences(context["entry"]))
    return Text(*(part for sentence in sentences for part in (sentence, " ")))


def _sentences(entry: Entry) -> Iterator[Text | None]:
    names = [_full_name(person) for person in entry.persons.get("author", [])]
    yield _ended(" and ".join(names))
    yield _title(entry)
    yield _ended(_case(entry) if entry.type == "jurisdiction" else _container(entry))
    date = entry_date(entry)
    yield _ended(date.spoken if date else "No date")
    yield _address(entry)
    yield _ended(entry.fields.get("note", ""))


def _container(entry: Entry) -> str:
    """What the work appeared in, with volume, number and pages."""
    fields = entry.fields
    names = ", ".join(fields[key] for key in _CONTAINERS if key in fields)
    parts = [" ".join(filter(None, (names, fields.get("volume"))))]
    parts += [f"no. {fields['number']}"] if "number" in fields else []
    if pages := fields.get("pages"):
        parts += [f"p. {pages}" if pages.isdigit() else f"pp. {pages}"]
    return ", ".join(filter(None, parts))


def _case(entry: Entry) -> str:
    """Where a case is reported: ``403 U.S. 713``; its number and court."""
    fields = entry.fields
    reported = " ".join(fields[key] for key in ("volume", "journaltitle", "pages") if key in fields)
    others = [fields[key] for key in ("number", "institution") if key in fields]
    return ", ".join(filter(None, (reported, *others)))


def _title(entry: Entry) -> Text:
    title = Text.from_latex(entry.fields.get("title", ""))
    if entry.type in _STANDING_ALONE:
        return Text(Tag("em", title), ".")
    return Text(title, ".") if str(title).startswith("[") else Text("“", title, ".”")


def _address(entry: Entry) -> Text | None:
    url = entry.fields.get("url")
    if not url:
        return None
    accessed = entry.fields.get("urldate")
    when = f", accessed {ArchiveDate.parse(accessed).spoken}" if accessed else ""
    return Text(HRef(url, url), when, ".")


def _ended(text: str) -> Text | None:
    if not text:
        return None
    plain = str(Text.from_latex(text))
    return Text(plain[:1].upper() + plain[1:], "" if plain.endswith((".", "?", "!", "”")) else ".")
