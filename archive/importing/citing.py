"""The references of a text: the works that its notes and its citation fields name.

Each work gets the entry that the bibliography has for it, or a new one.  Notes are parsed by
``archive.importing.notes``; the fields of citation managers hold CSL-JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from archive.importing import Finding, Remark, Text, notes
from archive.importing.bibliography import Bibliography, Entry, Name, fields_of
from archive.importing.structures import is_day
from archive.model.dates import ArchiveDate

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
    """The references of one text."""

    of_note: dict[str, tuple[str, ...]] = field(default_factory=dict)  # keys by note id
    of_work: dict[str, str] = field(default_factory=dict)  # key by the citation manager's id
    added: tuple[tuple[str, Entry], ...] = ()  # by key, in the order of the notes
    reused: tuple[str, ...] = ()  # keys
    explaining: tuple[str, ...] = ()  # ids of notes that say something and name no work alone
    remarks: tuple[Remark, ...] = ()

    @property
    def bibtex(self) -> str:
        """The added entries as text."""
        return "\n".join(entry.written(key) for key, entry in self.added)


def references(text: Text, existing: Bibliography, document: str) -> References:
    """The references of a text; the new entries are also added to ``existing``.

    ``document`` is the id of the document, which new entries name as their origin.
    """
    works = _Works(existing, document)
    of_work = {
        id_: works.key(csl_entry(item), f"citation {id_}") for id_, item in text.works.items()
    }
    of_note: dict[str, tuple[str, ...]] = {}
    before: tuple[str, ...] = ()
    explaining: list[str] = []
    for note in text.notes:
        found: Iterable[str] | None = _cited_before(note.text, of_note, before)
        if note.works:
            found = (of_work[work] for work in note.works if work in of_work)
        elif found is None:
            parsed = notes.entries(note)
            said = notes.explains(parsed)
            explaining += [note.id] if said else []
            found = () if said else (works.key(each, f"endnote {note.id}") for each in parsed)
        before = of_note[note.id] = tuple(dict.fromkeys(found))
    return References(
        of_note, of_work, tuple(works.added.items()), tuple(works.reused), tuple(explaining),
        (*works.remarks, *map(_explaining, explaining)),
    )  # fmt: skip


def _explaining(note: str) -> Remark:
    return Remark(Finding.FOUND, f"Endnote {note} explains something; it became a footnote.")


def _cited_before(
    text: str, earlier: Mapping[str, tuple[str, ...]], before: tuple[str, ...]
) -> tuple[str, ...] | None:
    """The works of the earlier note that ``text`` refers to; None where it refers to none."""
    if before and _AGAIN.fullmatch(text):
        return before
    match = _EARLIER.fullmatch(text)
    return earlier.get(match[1] or match[2]) if match else None


@dataclass(slots=True)
class _Works:
    """Gives each work its entry and remembers what was added, reused and remarked."""

    existing: Bibliography
    document: str
    added: dict[str, Entry] = field(default_factory=dict)
    reused: dict[str, None] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def key(self, entry: Entry, where: str) -> str:
        """The key of the work that ``where`` names, for example "endnote 3"."""
        if not entry.get("title"):
            supplied = f"[{_capitalised(where)} of {self.document}]"
            entry = replace(entry, fields=fields_of({"title": supplied, **dict(entry.fields)}))
        match = self.existing.match(entry)
        if match is None:
            return self._add(entry, where)
        if match.key not in self.added:
            self.reused[match.key] = None
        same = f"{where} is the entry {match.key}, which has the same {match.by}."
        self._tell(Finding.FOUND, same)
        if not match.same_title:
            other = f"{where} has the address of the entry {match.key}, but another title."
            self._tell(Finding.FLAG, other)
        return match.key

    def _add(self, entry: Entry, where: str) -> str:
        key = self.existing.new_key(entry)
        if not entry.get("note"):
            given = f"As given in {where} of {self.document}; to confirm"
            entry = replace(entry, fields=(*entry.fields, ("note", given)))
        self.existing.add(key, entry)
        self.added[key] = entry
        self._tell(Finding.FOUND, f"{where} became the new entry {key} (@{entry.type}).")
        for doubt in entry.doubts:
            self._tell(Finding.FLAG, f"{where}, entry {key}: {doubt}.")
        return key

    def _tell(self, finding: Finding, what: str) -> None:
        self.remarks.append(Remark(finding, _capitalised(what)))


def _capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]


# --- CSL-JSON, as citation managers keep it in a document's fields
#
# CSL 1.0.2, appendices III (types) and IV (variables); the fields are those of BibLaTeX 2.2.

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
    """The entry of one CSL-JSON item; variables without a field are kept in ``annotation``."""
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
        pairs[name] = _date(item.get(variable))
        if item.get(variable) and not pairs[name]:
            left.append(f"{variable}: {_text(item[variable])}")
    read = {"title", "container-title", *dict(_FIELDS), *dict(_DATES), *_UNTOLD}
    others = ((variable, _text(item[variable])) for variable in item if variable not in read)
    left += [f"{variable}: {value}" for variable, value in others if value]
    if type_ == "report" and "publisher" in pairs:
        pairs["institution"] = pairs.pop("publisher")
    fields = fields_of({**pairs, "annotation": "; ".join(left)})
    return Entry(type_, tuple(_names(item.get("author") or ())), fields)


def _names(people: Sequence[Mapping[str, Any]]) -> Iterator[Name]:
    """The names of a CSL list; a ``literal`` is the name of a body."""
    for person in people:
        family = _text([person.get("non-dropping-particle"), person.get("family")])
        given = _text([person.get(each) for each in ("given", "dropping-particle", "suffix")])
        literal = _text(person.get("literal"))
        if literal or family or given:
            yield Name(literal or family or given, given if family and not literal else "")


def _date(value: Any) -> str:
    """A CSL date as EDTF: from its parts, or from a text that is EDTF; else nothing."""
    if isinstance(value, list):  # as pandoc gives a list of dates
        value = {"date-parts": [
            [each.get(k) for k in ("year", "month", "day") if each.get(k)]
            if isinstance(each, Mapping) else each for each in value
        ]}  # fmt: skip
    if not isinstance(value, Mapping):
        return _edtf(_text(value))
    if not value.get("date-parts"):
        return _date(_text(value.get("raw") or value.get("literal")))
    return _edtf("/".join("-".join(
        f"{int(part):0{4 if place == 0 else 2}}" for place, part in enumerate(each)
        if str(part).isdigit()
    ) for each in value["date-parts"][:2]))  # fmt: skip


def _edtf(text: str) -> str:
    if re.fullmatch(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", text):
        return text if is_day(text) else ""
    try:
        return ArchiveDate.parse(text).edtf if text else ""
    except ValueError:
        return ""


def _text(value: Any) -> str:
    """A value as words on one line, without the HTML that CSL allows in titles."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return " ".join(filter(None, map(_text, value)))
    return re.sub(r"</?(?:i|b|sup|sub|sc|span)\b[^>]*>", "", "" if value is None else str(value))
