"""The bibliography style: labels and entries over the model of works, and what a seal has of them.

pybtex's formatting style and label style, which sphinxcontrib-bibtex finds by name.  One form for
every type: makers, title, container, publication, date, address, notes.  Works of law are cited by
their report, court and year.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from pybtex.bibtex.utils import split_name_list
from pybtex.database import Entry, Person
from pybtex.richtext import HRef, Tag, Text
from pybtex.style import FormattedEntry
from pybtex.style.formatting import BaseStyle

from archive.citation.biblatex import DATES, TEXTS, inherited, read_entry
from archive.citation.works import CSL_ROLES, Name, Work
from archive.model.passage import normalise
from archive.model.words import Key, key_of

# Titles of works that stand alone are set in italics; those of parts and pages in quotation marks.
_STANDING_ALONE_WORDS = (
    "book collection manual mvbook mvcollection mvproceedings mvreference periodical "
    "proceedings reference report thesis booklet movie"
)
_STANDING_ALONE = frozenset(_STANDING_ALONE_WORDS.split())
LAW = frozenset({"jurisdiction", "legal", "legislation", "legadminmaterial"})
_LONGEST_LABEL = 60  # characters of a name in a label
_ROLES = {
    "translator": "translated by", "commentator": "with a commentary by",
    "annotator": "annotated by", "introduction": "with an introduction by",
    "foreword": "with a foreword by", "afterword": "with an afterword by", "holder": "held by",
    "editora": "with", "editorb": "with", "editorc": "with",
}  # fmt: skip
STATES = {"inpress": "in press", "inpreparation": "in preparation", "prepublished": "prepublished"}


class ArchiveStyle(BaseStyle):
    """Formats works, in the order of a language; ``works`` are those that were read, by key."""

    def __init__(self, works: Mapping[str, Work] | None = None, language: str = "en") -> None:
        # Not BaseStyle's own, which would put plug-ins in the place of the methods below.
        self._works = works or {}
        self._key = key_of(language)

    def work(self, entry: Entry) -> Work:
        return self._works.get(entry.key) or read_entry(entry, {})[0]

    def sort(self, entries: Iterable[Entry]) -> list[Entry]:
        """By makers, date and title."""
        return sorted(entries, key=lambda entry: _sort_key(self.work(entry), self._key))

    def format_labels(self, sorted_entries: Iterable[Entry]) -> Iterator[str]:
        """Labels such as ``ACLU 2021``; two alike are told apart by letters."""
        labels = [label(self.work(entry)) for entry in sorted_entries]
        count, seen = Counter(labels), Counter[str]()
        for text in labels:
            seen[text] += 1
            yield text + _letter(seen[text]) if count[text] > 1 else text

    def format_entry(self, label: str, entry: Entry, bib_data: Any = None) -> FormattedEntry:
        return FormattedEntry(entry.key, formatted(self.work(entry)), label)


# --- Labels


def label(work: Work) -> str:
    """The short institution, or the first maker's family name, or the title; and the year."""
    name = work.plain("shortauthor") or (work.makers[0].short if work.makers else "")
    name = name or work.plain("title") or work.key
    if len(name) > _LONGEST_LABEL:
        closing = "]" if name.startswith("[") and name.endswith("]") else ""  # of a supplied title
        name = f"{name[:_LONGEST_LABEL].rsplit(' ', 1)[0].rstrip(' ,;:')}…{closing}"
    return f"{name} {_year(work)}"


def _letter(number: int) -> str:
    return chr(ord("a") + number - 1) if number <= 26 else f"-{number}"


def _year(work: Work) -> str:
    date = work.date
    if date is None or date.year is None:
        return "n.d."
    return f"{date.year}–" if date.is_open else date.year


def _sort_key(work: Work, key: Key) -> tuple[Any, ...]:
    date = work.date.sort_key if work.date else ("~", "")
    title = key(work.plain("title"))
    return [key(name.inverted) for name in work.makers] or [title], date, title, work.key


def version_date(work: Work) -> str | None:
    """The day for which an entry cites its address, in ISO 8601: its access, else its date.

    None where neither names a day.
    """
    dates = (work.dates[each].edtf for each in ("urldate", "date") if each in work.dates)
    return next((date for date in dates if re.fullmatch(r"\d{4}-\d{2}-\d{2}", date)), None)


# --- Seals


def shown(entry: Entry, entries: Mapping[str, Entry]) -> dict[str, str]:
    """Return what readers see of one of the ``entries``, for its seal (``model.seal``): form 2.

    ``type``, ``author`` (full names, joined by “ and ”), other people, texts and dates, inherited
    ones as well, as the file has them between their outer braces or quotation marks, each
    normalised as for a fingerprint.  A field named “type” is ``genre``.
    """
    with suppress(ValueError):  # told as a fault of the entry
        entry = inherited(entry, entries)
    people = {role: " and ".join(map(_full_name, them)) for role, them in entry.persons.items()}
    fields = {name.lower(): str(value) for name, value in entry.fields.items()}
    sealed = {name: value for name, value in fields.items() if name in _SEALED}
    genre = {_GENRE: sealed.pop("type")} if "type" in sealed else {}
    found = {**sealed, **genre, **people, "type": entry.type}
    return {name.lower(): normalise(value) for name, value in found.items() if value}


_GENRE = "genre"
_SEALED = frozenset(
    {*TEXTS, *DATES, *CSL_ROLES, "year", "month", "url", "doi", "journal", "address", "school"}
    - {"abstract", "annotation", "keywords", "language"}
)


def _shown_first(entry: Entry, _entries: Mapping[str, Entry]) -> dict[str, str]:
    """Return what form 1 has of an entry: fewer fields, no inherited ones, names without “Jr.”."""
    names = " and ".join(" ".join(_names(person)) for person in entry.persons.get("author", []))
    fields = {name: str(entry.fields[name]) for name in _SEALED_FIRST if name in entry.fields}
    found = {"type": entry.type, "author": names, **fields}
    return {name: normalise(value) for name, value in found.items() if value}


_SEALED_FIRST = (
    "shortauthor", "title", "journaltitle", "booktitle", "organization", "institution", "publisher",
    "volume", "number", "pages", "date", "year", "url", "urldate", "note",
)  # fmt: skip

# The forms of what seals have of works, by number, newest first.  An engine that shows more of
# works adds a form and keeps the others, so that what was sealed in them is not told as amended.
Form = Callable[[Entry, Mapping[str, Entry]], dict[str, str]]
FORMS: Mapping[int, Form] = {2: shown, 1: _shown_first}


def worded(work: Mapping[str, str]) -> tuple[str, str]:
    """Return the label and the text of a work in the bibliography, from what ``shown`` gives."""
    people = {
        role: [_person(name) for name in split_name_list(names)]
        for role, names in work.items() if role in CSL_ROLES
    }  # fmt: skip
    fields = {name: value for name, value in work.items() if name not in {"type", *people}}
    if _GENRE in fields:
        fields["type"] = fields.pop(_GENRE)
    read, _faults = read_entry(Entry(work["type"], fields, people), {})
    return label(read), str(formatted(read))


_LINEAGE = re.compile(r"(.+) ([JS]r\.?|I{2,3}|IV)")


def _person(name: str) -> Person:
    """Read a full name, which has its suffix at the end."""
    parts = _LINEAGE.fullmatch(name)
    person = Person(parts[1] if parts else name)
    person.lineage_names = [parts[2]] if parts else []
    return person


def _full_name(person: Person) -> str:
    return " ".join((*_names(person), *map(str, person.lineage_names)))


def _names(person: Person) -> Iterator[str]:
    names = (person.first_names, person.middle_names, person.prelast_names, person.last_names)
    return (str(name) for them in names for name in them)


# --- The form of an entry


class _Noted(dict[str, Any]):
    """Notes which of its values are read, so that no value of a work is left out."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.read: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.read.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> Any:
        self.read.add(key)
        return super().__getitem__(key)


# What stands in exports and labels alone.
_UNSEEN = frozenset({
    "shorttitle", "shortauthor", "abstract", "annotation", "keywords", "isbn", "issn", "language",
    "entrysubtype", "archiveurl",
})  # fmt: skip


def formatted(work: Work) -> Text:
    """The whole entry, without its label."""
    names, texts = _Noted(work.names), _Noted(work.texts)
    noting = replace(work, names=names, texts=texts)
    parts = list(_law(noting) if work.kind in LAW else _sentences(noting))
    closing = list(_closing(noting))
    notes = [_ended(texts.get(field)) for field in ("nameaddon", "addendum", "note")]
    others = [_people("With", work.names[role]) for role in work.names if role not in names.read]
    others += [
        _ended(text) for field, text in work.texts.items()
        if field not in texts.read and field not in _UNSEEN
    ]  # fmt: skip
    shown = filter(None, (*parts, *others, *closing, *notes))
    return Text(*(part for each in shown for part in (each, " ")))


def _sentences(work: Work) -> Iterator[Text | None]:
    by_editors = not work.names.get("author")
    yield _ended(_makers(work))
    yield _title(work)
    if not by_editors and not _host(work):
        yield _people("Edited by", work.names.get("editor", ()))
    yield _ended(_container(work, with_editors=not by_editors))
    for role, words in _ROLES.items():
        yield _people(words, work.names.get(role, ()))
    yield _ended(_comma(work, "edition", "version", "type", "howpublished"))
    yield _ended(_publication(work))
    yield _ended(Text(work.date.spoken if work.date else "No date"))


def _law(work: Work) -> Iterator[Text | None]:
    """``Title, 403 U.S. 713 (Supreme Court, 1971).``"""
    title = work.joined("title") or Text(work.key)
    if work.kind == "jurisdiction":
        title = Text(Tag("em", title))
    report = Text(" ").join(
        work.texts[each] for each in ("volume", "journaltitle", "series", "pages")
        if each in work.texts
    )  # fmt: skip
    date = Text(work.date.spoken if work.date else "no date")
    parts = [title, report, work.texts.get("number"), work.texts.get("type")]
    court = work.texts.get("institution")
    if court is not None:
        main = _joined(", ", parts)
        yield _ended(Text(main, " (", court, ", ", date, ")"))
    else:
        yield _ended(_joined(", ", [*parts, date]))
    yield _people("", work.makers)
    for role, words in _ROLES.items():
        yield _people(words, work.names.get(role, ()))


def _closing(work: Work) -> Iterator[Text | None]:
    """Other dates, identifiers, address and notes."""
    for field, words in (("eventdate", "Held"), ("origdate", "First published")):
        if date := work.dates.get(field):
            yield _ended(Text(f"{words} {date.spoken}"))
    yield _ended(_joined(", ", (
        work.texts.get("origtitle"), work.texts.get("origlocation"),
        work.texts.get("origpublisher"), work.texts.get("reprinttitle"),
    )))  # fmt: skip
    if origin := work.texts.get("origlanguage"):
        yield _ended(Text("Translated from ", origin))
    yield _ended(_comma(work, "isrn", "library"))
    if eprint := work.texts.get("eprint"):
        kind = work.texts.get("eprinttype", Text("Eprint"))
        yield _ended(Text(kind, ":", eprint, *_bracketed(work.texts.get("eprintclass"))))
    if doi := work.plain("doi"):
        yield Text(HRef(f"https://doi.org/{quote(doi, safe='/:;()._-')}", f"doi:{doi}"), ".")
    yield _address(work)
    if state := work.plain("pubstate"):
        yield _ended(Text(STATES.get(state, state)))


def _bracketed(text: Text | None) -> tuple[Any, ...]:
    return () if text is None else (" [", text, "]")


def _makers(work: Work) -> Text:
    ends = ""
    if not work.names.get("author") and work.makers:
        ends = ", eds" if len(work.makers) > 1 else ", ed"
    return Text(f"{listed(work.makers)}{ends}")


def listed(names: Iterable[Name]) -> str:
    """Names in a row: ``A, B and C``; ``A et al.``"""
    known = [name.spoken for name in names if not name.is_others]
    if any(name.is_others for name in names):
        return f"{', '.join(known)} et al." if known else ""
    return " and ".join(filter(None, (", ".join(known[:-1]), *known[-1:])))


def _people(words: str, names: tuple[Name, ...]) -> Text | None:
    return _ended(Text(f"{words} {listed(names)}".strip())) if names else None


def _title(work: Work) -> Text | None:
    title = work.joined("title")
    if title is None:
        return None
    if work.kind in _STANDING_ALONE:
        return Text(Tag("em", title), "." * _needs_stop(title))
    if str(title).startswith("["):
        return _ended(title)
    return Text("“", title, "." * _needs_stop(title), "”")


def _host(work: Work) -> Text | None:
    return work.joined("booktitle") or work.joined("journaltitle")


def _container(work: Work, *, with_editors: bool) -> Text:
    """What the work appeared in, with volume, number and pages."""
    texts = work.texts
    book = work.joined("booktitle")
    if book and str(book) == str(work.joined("title")):  # a parent, with what its children inherit
        book = None
    journal = None if book else work.joined("journaltitle")
    host = Text("In ", Tag("em", book)) if book else Text(Tag("em", journal)) if journal else None
    volume = texts.get("volume")
    if volume is not None and not journal:
        volume, host = None, _joined(", ", (host, _worded("vol.", volume)))
    editors = work.names.get("editor", ()) if with_editors and host and _host(work) else ()
    main = work.joined("maintitle")
    return _joined(", ", (
        _joined(" ", (host, volume)),
        main and Text("part of ", Tag("em", main)),
        work.joined("issuetitle"),
        Text(f"edited by {listed(editors)}") if editors else None,
        Text(f"by {listed(work.names['bookauthor'])}") if "bookauthor" in work.names else None,
        _worded("part", texts.get("part")), _worded("vols.", texts.get("volumes")),
        _series(work), _worded("issue", texts.get("issue")), _worded("chap.", texts.get("chapter")),
        _pages(work), texts.get("eid"), texts.get("pagetotal") and
        Text(texts["pagetotal"], " pp" if work.plain("pagetotal").isdigit() else ""),
        work.joined("eventtitle"), texts.get("venue"),
    ))  # fmt: skip


def _series(work: Work) -> Text | None:
    series, number = work.texts.get("series"), work.texts.get("number")
    if series is not None:
        return _joined(" ", (series, number))
    return _worded("no.", number) if work.plain("number").isdigit() else number


def _worded(word: str, text: Text | None) -> Text | None:
    return None if text is None else Text(f"{word} ", text)


def _pages(work: Work) -> Text | None:
    pages = work.texts.get("pages")
    return _worded("p." if work.plain("pages").isdigit() else "pp.", pages)


def _publication(work: Work) -> Text:
    fields = ("organization", "institution", "publisher")
    names = _joined(", ", [work.texts.get(each) for each in fields])
    place = work.texts.get("location")
    return _joined(": ", (place, names))


def _comma(work: Work, *fields: str) -> Text:
    values = {each: work.texts.get(each) for each in fields}
    if (edition := values.get("edition")) is not None and work.plain("edition").isdigit():
        values["edition"] = Text(ordinal(int(str(edition))), " ed.")
    return _joined(", ", values.values())


def ordinal(number: int) -> str:
    """``2nd``."""
    ends = (
        "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number}{ends}"


def _address(work: Work) -> Text | None:
    url = work.plain("url")
    if not url:
        return None
    accessed = work.dates.get("urldate")
    when = f", accessed {accessed.spoken}" if accessed else ""
    return Text(HRef(url, url), when, ".")


def _joined(between: str, texts: Iterable[Text | None]) -> Text:
    return Text(between).join(text for text in texts if text)


def _needs_stop(text: Text) -> bool:
    return not str(text).endswith((".", "?", "!", "”", "…"))


def _ended(text: Text | None) -> Text | None:
    """A sentence: a capital at its beginning, a full stop at its end."""
    if not text:
        return None
    first = text.capfirst() if str(text)[0].islower() else text  # which takes it apart
    return Text(first, "." * _needs_stop(first))
