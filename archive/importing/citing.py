"""CSL-JSON items, as citation managers keep them in a document's fields, as BibLaTeX entries.

CSL 1.0.2, appendices III (types) and IV (variables); the fields are those of BibLaTeX 2.2.

From the notes of a text to the references that its passages cite.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from archive.importing import notes
from archive.importing.bibliography import Bibliography, Entry, Name, fields_of
from archive.importing.dates import is_day
from archive.importing.text import Finding, Note, Remark, Text
from archive.model.dates import ArchiveDate

_TYPES = {
    "article-journal": "article", "article-magazine": "article", "article-newspaper": "article",
    "article": "article", "book": "book", "chapter": "incollection", "bill": "legislation",
    "entry-encyclopedia": "inreference", "legal_case": "jurisdiction", "legislation": "legislation",
    "paper-conference": "inproceedings", "post": "online", "post-weblog": "online",
    "report": "report", "thesis": "thesis", "webpage": "online",
}  # fmt: skip

_IN_BOOKS = frozenset({"incollection", "inproceedings", "inreference"})
_FIELDS = (
    ("title-short", "shorttitle"), ("collection-title", "series"), ("publisher", "publisher"),
    ("publisher-place", "location"), ("authority", "institution"), ("volume", "volume"),
    ("issue", "number"), ("number", "number"), ("edition", "edition"), ("genre", "type"),
    ("page", "pages"), ("DOI", "doi"), ("ISBN", "isbn"), ("ISSN", "issn"), ("URL", "url"),
    ("abstract", "abstract"), ("note", "note"),
)  # fmt: skip
_DATES = (("issued", "date"), ("accessed", "urldate"))
_UNTOLD = frozenset({"id", "type", "citation-key", "source", "author"})


def csl_entry(item: Mapping[str, Any]) -> Entry:
    """The entry of one item; what has no field of its own is kept in ``annotation``."""
    type_ = _TYPES.get(str(item.get("type", "")).replace(" ", "_"), "misc")
    container = "booktitle" if type_ in _IN_BOOKS else "journaltitle"
    pairs: dict[str, str] = {}
    left: list[str] = []
    for variable, name in (("title", "title"), ("container-title", container), *_FIELDS):
        value = _text(item.get(variable))
        if value and name in pairs:
            left.append(f"{variable}: {value}")
        elif value:
            pairs[name] = value
    for variable, name in _DATES:
        pairs[name] = date(item.get(variable))
        if item.get(variable) and not pairs[name]:
            left.append(f"{variable}: {_text(item[variable])}")
    left += _others(item, {name for name, _ in (*_FIELDS, *_DATES)} | {"title", "container-title"})
    if type_ == "report" and "publisher" in pairs:
        pairs["institution"] = pairs.pop("publisher")
    fields = fields_of([*pairs.items(), ("annotation", "; ".join(left))])
    return Entry(type_, names(item.get("author") or ()), fields)


def names(people: Sequence[Mapping[str, Any]]) -> tuple[Name, ...]:
    """The names of a CSL list; a ``literal`` is a body's."""
    return tuple(_names(people))


def _names(people: Sequence[Mapping[str, Any]]) -> Iterator[Name]:
    for person in people:
        family = " ".join(filter(None, (
            _text(person.get("non-dropping-particle")), _text(person.get("family"))
        )))  # fmt: skip
        given = " ".join(filter(None, (
            _text(person.get("given")), _text(person.get("dropping-particle")),
            _text(person.get("suffix")),
        )))  # fmt: skip
        whole = _text(person.get("literal")) or family or given
        if whole:
            yield Name(whole, given if family and not person.get("literal") else "")


def date(value: Any) -> str:
    """A CSL date as EDTF: from its parts, or from a text that is EDTF; else nothing."""
    if isinstance(value, list):  # pandoc gives the parts of a list of dates
        value = {
            "date-parts": [
                [each.get(k) for k in ("year", "month", "day") if each.get(k)]
                if isinstance(each, Mapping)
                else each
                for each in value
            ]
        }
    if isinstance(value, Mapping):
        parts = value.get("date-parts")
        if not parts:
            return date(_text(value.get("raw") or value.get("literal")))
        return _edtf("/".join("-".join(
            f"{int(part):0{4 if place == 0 else 2}}" for place, part in enumerate(each)
            if str(part).isdigit()
        ) for each in parts[:2]))  # fmt: skip
    return _edtf(_text(value))


def _edtf(text: str) -> str:
    if re.fullmatch(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", text):
        return text if is_day(text) else ""
    try:
        return ArchiveDate.parse(text).edtf if text else ""
    except ValueError:
        return ""


def _others(item: Mapping[str, Any], told: set[str]) -> Iterator[str]:
    for variable in item:
        if variable not in told and variable not in _UNTOLD and _text(item[variable]):
            yield f"{variable}: {_text(item[variable])}"


def _text(value: Any) -> str:
    """A value as words on one line, without the HTML that CSL allows in titles."""
    if isinstance(value, Mapping):
        return " ".join(filter(None, map(_text, value.values())))
    if isinstance(value, list):
        return " ".join(filter(None, map(_text, value)))
    return re.sub(r"</?(?:i|b|sup|sub|sc|span)\b[^>]*>", "", "" if value is None else str(value))


# "Ibid.", "Id. at 4", "Supra note 3", "See note 3 above": what an earlier note named.
_AGAIN = re.compile(
    r"(?:See )?(?:Ibid|Id|Idem)\b\.?,?(?: (?:at |pp?\. ?)?[\d–-]+\.?)?", re.IGNORECASE
)
_EARLIER = re.compile(
    r"(?:[^\W\d_][^,“”\"]{0,60},? )?(?:see )?(?:(?:supra|above),? (?:note|n\.) ?(\d+)|note (\d+) "
    r"(?:above|supra)),?(?: (?:at |pp?\. ?)?[\d–-]+)?\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class References:
    """What the notes came to."""

    of_note: dict[str, tuple[str, ...]] = field(default_factory=dict)  # keys by note id
    of_work: dict[str, str] = field(default_factory=dict)  # key by the citation manager's id
    added: tuple[tuple[str, Entry], ...] = ()  # by key, in the order of the notes
    reused: tuple[str, ...] = ()  # keys
    remarks: tuple[Remark, ...] = ()

    @property
    def bibtex(self) -> str:
        """The added entries as text."""
        return "\n".join(entry.written(key) for key, entry in self.added)


def references(text: Text, existing: Bibliography, document: str) -> References:
    """The references of a text's notes and fields; ``existing`` grows by those added."""
    clerk = _Clerk(existing, document)
    of_work = {
        id_: clerk.take(csl_entry(item), f"citation {id_}") for id_, item in text.works.items()
    }
    of_note: dict[str, tuple[str, ...]] = {}
    before: tuple[str, ...] = ()
    for note in text.notes:
        before = of_note[note.id] = _of_note(note, of_note, before, of_work, clerk)
    return References(
        of_note, of_work, tuple(clerk.added.items()), tuple(clerk.reused), tuple(clerk.remarks)
    )


def _of_note(
    note: Note, earlier: dict[str, tuple[str, ...]], before: tuple[str, ...],
    of_work: dict[str, str], clerk: _Clerk,
) -> tuple[str, ...]:  # fmt: skip
    if note.works:
        return _unique(of_work[work] for work in note.works if work in of_work)
    if before and _AGAIN.fullmatch(note.text):
        return before
    match = _EARLIER.fullmatch(note.text)
    if match and (match[1] or match[2]) in earlier:
        return earlier[match[1] or match[2]]
    found = notes.entries(note)
    return _unique(clerk.take(entry, f"endnote {note.id}") for entry in found)


def _unique(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))


class _Clerk:
    """Gives each work its entry: the one that exists, or a new one."""

    def __init__(self, existing: Bibliography, document: str) -> None:
        self.existing = existing
        self.document = document
        self.added: dict[str, Entry] = {}
        self.reused: dict[str, None] = {}
        self.remarks: list[Remark] = []

    def take(self, entry: Entry, where: str) -> str:
        """The key of a work that ``where`` names."""
        entry = self._titled(entry, where)
        match = self.existing.match(entry)
        if match is not None:
            return self._reuse(match.key, match.by, where, same_title=match.same_title)
        key = self.existing.new_key(entry)
        if not entry.get("note"):
            given = f"As given in {where} of {self.document}; to confirm"
            entry = replace(entry, fields=(*entry.fields, *fields_of((("note", given),))))
        self.existing.add(key, entry)
        self.added[key] = entry
        self._tell(Finding.FOUND, f"{where} became the new entry {key} (@{entry.type}).")
        for doubt in entry.doubts:
            self._tell(Finding.FLAG, f"{where}, entry {key}: {doubt}.")
        return key

    def _titled(self, entry: Entry, where: str) -> Entry:
        """An entry without a title gets a supplied one, in square brackets."""
        if entry.get("title"):
            return entry
        title = f"[{where[:1].upper()}{where[1:]} of {self.document}]"
        return replace(entry, fields=fields_of((("title", title), *entry.fields)))

    def _reuse(self, key: str, by: str, where: str, *, same_title: bool) -> str:
        if key not in self.added:
            self.reused[key] = None
        self._tell(Finding.FOUND, f"{where} is the entry {key}, which has the same {by}.")
        if not same_title:
            self._tell(
                Finding.FLAG, f"{where} has the address of the entry {key}, but another title."
            )
        return key

    def _tell(self, finding: Finding, what: str) -> None:
        self.remarks.append(Remark(finding, what[:1].upper() + what[1:]))
