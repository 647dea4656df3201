"""CSL-JSON items, as citation managers keep them in a document's fields, as BibLaTeX entries.

CSL 1.0.2, appendices III (types) and IV (variables); the fields are those of BibLaTeX 2.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archive.importing.dates import is_day
from archive.importing.entry import Entry, Name, fields_of
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


def entry(item: Mapping[str, Any]) -> Entry:
    """The entry of one item; what has no field of its own is kept in ``annotation``."""
    type_ = _TYPES.get(str(item.get("type", "")).replace(" ", "_"), "misc")
    container = "booktitle" if type_ in _IN_BOOKS else "journaltitle"
    pairs: dict[str, str] = {}
    left: list[str] = []
    for variable, field in (("title", "title"), ("container-title", container), *_FIELDS):
        value = _text(item.get(variable))
        if value and field in pairs:
            left.append(f"{variable}: {value}")
        elif value:
            pairs[field] = value
    for variable, field in _DATES:
        pairs[field] = date(item.get(variable))
        if item.get(variable) and not pairs[field]:
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
