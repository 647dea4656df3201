"""Reads parsed entries of BibLaTeX into works, and tells what cannot be read.

Types, fields and their aliases: The biblatex Package, 2.1 and 2.2; inheritance: its appendix B;
names: 2.3.3; dates: 2.3.8.  Fields of other tools that no reader needs are left out; any other
field is told, so that no value is lost unnoticed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pybtex.bibtex.utils import split_name_list
from pybtex.database import Entry, Person
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text

from archive.citation.latex import LinkError, address, decoded, is_of_the_web, plain
from archive.citation.names import of_years
from archive.citation.works import CSL_ROLES, CSL_TYPES, Name, Work
from archive.model.dates import MONTHS, ArchiveDate

_TYPES = {
    "conference": "inproceedings", "electronic": "online", "www": "online",
    "techreport": "report", "mastersthesis": "thesis", "phdthesis": "thesis",
}  # fmt: skip
_TYPE_WORDS = {
    "mastersthesis": "Master’s thesis", "phdthesis": "PhD thesis",
    "techreport": "Technical report",
}  # fmt: skip
_ALIASES = {
    "address": "location", "annote": "annotation", "archiveprefix": "eprinttype",
    "journal": "journaltitle", "key": "sortkey", "primaryclass": "eprintclass",
    "school": "institution", "hyphenation": "langid", "citation": "number",
}  # fmt: skip
_TEXTS_WORDS = (
    "title subtitle titleaddon booktitle booksubtitle booktitleaddon maintitle mainsubtitle "
    "maintitleaddon journaltitle journalsubtitle journaltitleaddon issuetitle issuesubtitle "
    "issue issuetitleaddon eventtitle eventtitleaddon venue series edition volume volumes "
    "part number chapter pages pagetotal version publisher location organization institution "
    "howpublished type note addendum pubstate isbn issn isrn eprint eprinttype eprintclass "
    "eid language origlanguage origtitle origlocation origpublisher library shorttitle "
    "shortauthor nameaddon reprinttitle abstract annotation keywords entrysubtype"
)
TEXTS = frozenset(_TEXTS_WORDS.split())
_VERBATIM = ("url", "archiveurl", "doi")
DATES = ("date", "urldate", "origdate", "eventdate")
# What arranges an entry, or is a manager's own; no reader misses it.
_SILENT_WORDS = (
    "crossref xdata xref ids entryset execute gender langid langidopts label options presort "
    "related relatedoptions relatedtype relatedstring shorthand shorthandintro sortkey "
    "sortname sortshorthand sorttitle sortyear indexsorttitle indextitle editortype "
    "editoratype editorbtype editorctype authortype nameatype pagination bookpagination "
    "shortjournal shorteditor shortseries userbitmap file pdf timestamp owner groups "
    "copyright date-added date-modified urlaccessed year month day bibsource biburl rating "
    "readstatus ranking comment comments creationdate modificationdate printed qualityassured "
    "relevance search username"
)
_SILENT = frozenset(_SILENT_WORDS.split())
_PRIVATE = re.compile(r"(?:bdsk|mendeley|jabref|zotero|citeulike|x|__)[-_].*|user[a-f]|list[a-f]|"
                      r"verb[abc]|name[abc]|__.*")  # fmt: skip

# --- Inheritance.  What of a parent has another name in its child (appendix B).
_OF_BOOK = {"title": "booktitle", "subtitle": "booksubtitle", "titleaddon": "booktitleaddon"}
_OF_MAIN = {"title": "maintitle", "subtitle": "mainsubtitle", "titleaddon": "maintitleaddon"}
_OF_JOURNAL = {"title": "journaltitle", "subtitle": "journalsubtitle"}
_IN_BOOKS = frozenset({
    "inbook", "bookinbook", "suppbook", "incollection", "suppcollection", "inproceedings",
    "inreference",
})  # fmt: skip
_NEVER_WORDS = (
    "ids crossref xref entryset entrysubtype execute label options presort related "
    "relatedoptions relatedstring relatedtype shortauthor shorteditor shorthand "
    "shorthandintro shorttitle sortkey sortname sorttitle sortyear xdata indextitle "
    "indexsorttitle"
)
_NEVER = frozenset(_NEVER_WORDS.split())
_DEEPEST = 10  # parents of parents


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field of an entry; ``message`` follows the field's name."""

    field: str
    rule: str
    message: str
    mend: str
    value: str = ""


@dataclass(slots=True)
class Reading:
    """Works by key, and the faults of each entry, by key."""

    works: dict[str, Work] = field(default_factory=dict)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    parents: frozenset[str] = frozenset()  # keys of entries that others inherit from by crossref


def read(entries: Mapping[str, Entry]) -> Reading:
    """Read all entries.  A value with a fault is left out of its work."""
    found = Reading()
    for key, entry in entries.items():
        if entry.type == "xdata":
            continue
        work, faults = read_entry(entry, entries)
        found.works[key] = work
        if faults:
            found.faults[key] = faults
    by_case = {key.lower(): key for key in entries}
    referred = (entry.fields.get("crossref", "").lower() for entry in entries.values())
    found.parents = frozenset(by_case[key] for key in referred if key in by_case)
    return found


def inherited(entry: Entry, entries: Mapping[str, Entry]) -> Entry:
    """The entry with all that it inherits by ``xdata`` and ``crossref``.

    Raises ValueError where a parent is missing, or inherits from its child.
    """
    return _inherited(entry, entries, _DEEPEST)


def _inherited(entry: Entry, entries: Mapping[str, Entry], depth: int) -> Entry:
    names = [*entry.fields.get("xdata", "").split(","), entry.fields.get("crossref", "")]
    parents = [name.strip() for name in names if name.strip()]
    if not parents:
        return entry
    if not depth:
        raise ValueError("inherits from itself, or through too many others")
    whole = Entry(entry.original_type, entry.fields, entry.persons)
    whole.key = entry.key
    for name in parents:
        if name not in entries:
            raise ValueError(f"names “{name}”, which is no entry")
        parent = _inherited(entries[name], entries, depth - 1)
        renamed = {} if parent.type == "xdata" else _renamed(parent.type, entry.type)
        for field_, value in parent.fields.items():
            own = renamed.get(field_.lower(), field_)
            if own.lower() not in _NEVER or parent.type == "xdata":
                whole.fields.setdefault(own, value)
        _inherit_people(whole, parent)
    return whole


def _inherit_people(child: Entry, parent: Entry) -> None:
    for role, people in parent.persons.items():
        becomes = role
        if role == "author" and parent.type in {"book", "mvbook"} and child.type in _IN_BOOKS:
            child.persons.setdefault("author", people)
            becomes = "bookauthor"
        if becomes in child.persons or becomes in child.fields:
            continue
        if becomes in Person.valid_roles:
            child.persons[becomes] = people
        else:
            child.fields[becomes] = " and ".join(map(str, people))


def _renamed(parent: str, child: str) -> Mapping[str, str]:
    if parent == "periodical":
        return _OF_JOURNAL
    if parent.startswith("mv"):
        return _OF_MAIN
    if _TYPES.get(child, child) in _IN_BOOKS:
        return _OF_BOOK
    return {}


# --- One entry


def read_entry(entry: Entry, entries: Mapping[str, Entry]) -> tuple[Work, list[Fault]]:
    """The work of an entry, and what is wrong with it."""
    faults: list[Fault] = []
    try:
        entry = inherited(entry, entries)
    except ValueError as error:
        which = "crossref" if "crossref" in entry.fields else "xdata"
        faults.append(Fault(which, "reference-parent", str(error),
                            "name an entry of this file by its key."))  # fmt: skip
    return _Reader(entry, faults).work(), faults


class _Reader:
    def __init__(self, entry: Entry, faults: list[Fault]) -> None:
        self._entry = entry
        self._faults = faults
        fields: dict[str, str] = {}
        for name, value in entry.fields.items():
            own = _ALIASES.get(name.lower(), name.lower())
            if value.strip():
                fields.setdefault(own, value)
        self._fields = fields

    def work(self) -> Work:
        entry = self._entry
        kind = _TYPES.get(entry.type, entry.type)
        if kind not in CSL_TYPES:
            self._tell(
                "type", "reference-type", "is no type of BibLaTeX",
                "write @misc, @online, @report or another one of them.", entry.type,
            )  # fmt: skip
            kind = "misc"
        texts = self._texts()
        if entry.type in _TYPE_WORDS:
            texts.setdefault("type", Text(_TYPE_WORDS[entry.type]))
        if kind == "jurisdiction":
            _join_case(texts)
        work = Work(entry.key, kind, self._names(), texts, self._dates())
        self._tell_others()
        return work

    def _tell(self, name: str, rule: str, message: str, mend: str, value: str = "") -> None:
        self._faults.append(Fault(name, rule, message, mend, value))

    def _decode(self, name: str, value: Any, reader: Callable[[Any], Any]) -> Any:
        try:
            return reader(value)
        except LinkError:
            self._tell(
                name, "reference-address", "has a link that does not lead to the web",
                "write an address that begins with https:// or http:// in the field url.",
                str(value),
            )  # fmt: skip
        except (ValueError, PybtexError) as error:
            self._tell(
                name, "reference-latex", f"cannot be read as LaTeX: {error}",
                "write the characters themselves, and a backslash as \\textbackslash{}.",
                str(value),
            )  # fmt: skip
        return None

    def _texts(self) -> dict[str, Text]:
        texts: dict[str, Text] = {}
        for name, value in self._fields.items():
            if name in _VERBATIM:
                texts[name] = Text(address(value))
            elif name in TEXTS and (text := self._decode(name, value, decoded)) is not None:
                texts[name] = text
        for name in [name for name in texts if name.endswith("subtitle")]:
            texts.setdefault(name.replace("subtitle", "title"), texts[name])
            if texts[name.replace("subtitle", "title")] is texts[name]:
                del texts[name]  # which is all there is
        return texts

    def _names(self) -> dict[str, tuple[Name, ...]]:
        names: dict[str, tuple[Name, ...]] = {}
        for role in CSL_ROLES:
            people = self._entry.persons.get(role, [])
            if role in self._fields:
                try:
                    people = [Person(each) for each in split_name_list(self._fields[role])]
                except (PybtexError, ValueError) as error:
                    self._tell(role, "reference-name", f"is no name ({error})", _NAME_MEND)
            if any(re.match(r"\s*(?:family|given)(?:-i)?\s*=", str(each)) for each in people):
                self._tell(role, "reference-name", "has parts with names of their own", _NAME_MEND)
                continue
            found = [self._decode(role, each, _name) for each in people]
            if known := tuple(each for each in found if each is not None and each.family):
                names[role] = known
        return names

    def _dates(self) -> dict[str, ArchiveDate]:
        dates: dict[str, ArchiveDate] = {}
        for name in DATES:
            value = self._fields.get(name, "")
            if not value and name == "date" and self._fields.get("year"):
                name, value = "year", self._year()  # noqa: PLW2901
            if not value:
                continue
            try:
                dates["date" if name == "year" else name] = parse_date(value)
            except ValueError:
                self._tell(name, "reference-date", "is no date in EDTF", mend_of(value), value)
        return dates

    def _year(self) -> str:
        """The fields ``year``, ``month`` and ``day`` as one date in EDTF."""
        year, month = self._fields["year"], self._fields.get("month", "")
        if not month or not re.fullmatch(r"\d{4}", year):
            return year if not month else f"{year} {month}"
        number = _month(month)
        if not number:
            return f"{month} {year}"
        day = self._fields.get("day", "")
        return f"{year}-{number:02}" + (f"-{int(day):02}" if day.isdecimal() else "")

    def _tell_others(self) -> None:
        """Fields that nothing is made of, and addresses that are none."""
        known = TEXTS | _SILENT | CSL_ROLES.keys() | {*_VERBATIM, *DATES}
        for name, value in self._fields.items():
            if name not in known and not _PRIVATE.fullmatch(name):
                self._tell(
                    name, "reference-field", "is no field that the archive shows",
                    "name it as BibLaTeX does, put what it says into the note, or remove it.",
                    value,
                )  # fmt: skip
        if "month" in self._fields and not {"date", "year"} & self._fields.keys():
            self._tell("month", "reference-date", "has no year", "write the year, too.")
        for name in ("url", "archiveurl", "howpublished"):
            link = address(self._fields.get(name, ""))
            if link and not is_of_the_web(link) and (name != "howpublished" or _SCHEME.match(link)):
                self._tell(
                    name, "reference-address", "is no address of the web",
                    "write an address that begins with https:// or http://.", link,
                )  # fmt: skip
        doi = address(self._fields.get("doi", ""))
        if doi and not _BARE_DOI.fullmatch(doi):
            self._tell(
                "doi", "reference-doi", "is no DOI",
                "write it as 10.1234/abc, without an address before it.", doi,
            )  # fmt: skip


def _join_case(texts: dict[str, Text]) -> None:
    """Leave a case one number and one court, which entries have in the fields of several styles."""
    number, whole = texts.get("number"), texts.get("howpublished")
    if number is not None and whole is not None and str(whole).startswith(str(number)):
        texts["number"] = texts.pop("howpublished")
    court = texts.get("organization")
    if court is not None and str(texts.setdefault("institution", court)) == str(court):
        del texts["organization"]


_NAME_MEND = "write it as von Family, Jr., Given, and a body in double braces."
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")
_BARE_DOI = re.compile(r"10\.\d{4,9}/\S+")


def _name(person: Person) -> Name:
    given = " ".join(map(str, (*person.first_names, *person.middle_names)))
    prefix, suffix = " ".join(person.prelast_names), " ".join(person.lineage_names)
    family = " ".join(person.last_names)
    alone = not (given or prefix or suffix)
    if alone and family == "others":
        return Name("others", is_others=True)
    is_body = alone and family.startswith("{") and family.endswith("}")
    return Name(plain(family), plain(given), plain(prefix), plain(suffix), is_body)


# --- Dates


def parse_date(value: str) -> ArchiveDate:
    """Read a date as BibLaTeX has it, whose open end may be bare: ``2021/``.  Raises ValueError.

    It may be in the words of the archive's own exports: ``not before 2021``.
    """
    if said := of_years(value):
        return said
    if value.count("/") == 1 and value != "/":
        value = re.sub(r"/$", "/..", re.sub(r"^/", "../", value))
    return ArchiveDate.parse(value)


_MONTH = {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)}
_KNOWN = "write what is known: 2021, 2021-02, 2021-02-08, 2021/.. or XXXX."


def _month(value: str) -> int:
    """The number of a month, 0 where it is none."""
    if value.isdecimal():
        return int(value) if 1 <= int(value[:9]) <= 12 else 0
    word = value.rstrip(".").lower()
    number = _MONTH.get(word[:3], 0)
    return (
        number if number and (MONTHS[number - 1].lower().startswith(word) or word == "sept") else 0
    )


def mend_of(value: str) -> str:
    """How to write a date that people write otherwise."""
    text = value.strip().rstrip(".")
    if re.fullmatch(r"(?i)n\.?\s?d|undated|no date|s\.?\s?d", text):
        return "leave the field out: a work without one has no date."
    if re.fullmatch(r"(?i)(?:in press|forthcoming|submitted|in preparation|to appear)", text):
        return (
            f"write pubstate = {{{text.lower().replace(' ', '')}}}, and no date until it has one."
        )
    if found := _day_in(text):
        return f"write {found}."
    return _KNOWN


def _day_in(text: str) -> str:
    for pattern, write in _FORMS:
        if found := pattern.fullmatch(text):
            try:
                return ArchiveDate.parse(write(found)).edtf
            except ValueError:
                return ""
    return ""


def _written(found: re.Match[str]) -> str:
    parts = found.groupdict()
    month = _month(parts["month"])
    day = parts.get("day")
    return f"{parts['year']}-{month:02}" + (f"-{int(day):02}" if day else "")


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?\s+)?(?P<month>[A-Za-z]{3,9})\.?,?\s+"
                r"(?P<year>\d{4})"), _written),
    (re.compile(r"(?P<month>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+"
                r"(?P<year>\d{4})"), _written),
    (re.compile(r"(?P<year>\d{4})[,\s]+(?P<month>[A-Za-z]{3,9})\.?(?:\s+(?P<day>\d{1,2}))?"),
     _written),
    (re.compile(r"(\d{4})\s*(?:-{2,3}|–|—)\s*(\d{4})"), lambda found: f"{found[1]}/{found[2]}"),
    (re.compile(r"(\d{4}-\d{2}-\d{2})[T ][\d:.]+\S*"), lambda found: found[1]),
    (re.compile(r"(?i)(?:c|ca|circa|about)\.?\s*(\d{4})"), lambda found: f"{found[1]}~"),
    (re.compile(r"\[?(\d{4})\??\]"), lambda found: f"{found[1]}?"),
    (re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})"),
     lambda found: f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"),
)  # fmt: skip
