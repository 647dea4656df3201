"""The works that documents cite, as CSL JSON, and how that is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pybtex.richtext import Protected, Text

from archive.citation.csl import issued
from archive.citation.latex import CslText
from archive.citation.names import is_known
from archive.model.dates import ArchiveDate

# JSON with line breaks, as ``json.dumps(…, ensure_ascii=False, indent=…)`` writes it.
#
# The encoder of the standard library that indents is written in Python, and yields each comma by
# itself: the files beside a document took a third of their time in it.

_encode = json.JSONEncoder(ensure_ascii=False).encode


def indented(value: Any, by: int, depth: int = 0) -> str:
    """Return a value of strings, numbers, lists and objects, each item on a line of its own.

    ``by`` is the number of spaces of each level; ``depth`` is the level of the value itself.
    """
    if not value or not isinstance(value, (dict, list, tuple)):
        return _encode(value)
    end = "\n" + " " * (by * depth)
    line = end + " " * by
    if isinstance(value, dict):
        items = [
            f"{_encode(name)}: {indented(each, by, depth + 1)}" for name, each in value.items()
        ]
    else:
        items = [indented(each, by, depth + 1) for each in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}{line}{f',{line}'.join(items)}{end}{closing}"


# --- The model of a work cited: names with their parts, rich texts, dates.
#
# Fields and types have the names of BibLaTeX (The biblatex Package, 2.1 and 2.2), with aliases
# resolved and everything inherited.  References, labels and all exports are made from it alone.

_CSL = CslText()


@dataclass(frozen=True, slots=True)
class Name:
    """A person, whose name has parts, or a body, whose name is not divided."""

    family: str  # a body has no other part
    given: str = ""
    prefix: str = ""  # "van der"
    suffix: str = ""  # "Jr."
    is_body: bool = False
    is_others: bool = False  # those that "and others" leaves out

    @property
    def spoken(self) -> str:
        """In the order of speech: ``Ludwig van Beethoven Jr.``"""
        return " ".join(filter(None, (self.given, self.prefix, self.family, self.suffix)))

    @property
    def short(self) -> str:
        """As a label has it: ``van Beethoven``."""
        return " ".join(filter(None, (self.prefix, self.family)))

    @property
    def inverted(self) -> str:
        """``van Beethoven, Jr., Ludwig``, which BibTeX and RIS read, each in its own order."""
        return ", ".join(filter(None, (self.short, self.suffix, self.given)))

    @property
    def csl(self) -> dict[str, str]:
        if self.is_body or self.is_others:
            return {"literal": self.family}
        parts = {"family": self.family, "given": self.given,
                 "non-dropping-particle": self.prefix, "suffix": self.suffix}  # fmt: skip
        return {part: value for part, value in parts.items() if value}


@dataclass(frozen=True, slots=True)
class Work:
    """A work cited."""

    key: str
    kind: str  # BibLaTeX's type
    names: Mapping[str, tuple[Name, ...]]  # by role
    texts: Mapping[str, Text]  # by field; addresses and identifiers as they are
    dates: Mapping[str, ArchiveDate]  # by field

    def __hash__(self) -> int:
        return hash(self.key)

    def plain(self, field: str) -> str:
        return str(self.texts.get(field, ""))

    @property
    def makers(self) -> tuple[Name, ...]:
        """Authors, or editors where there are none."""
        return self.names.get("author") or self.names.get("editor", ())

    @property
    def date(self) -> ArchiveDate | None:
        return self.dates.get("date")

    def joined(self, field: str) -> Text | None:
        """A title with its subtitle and its addition: ``Title: Subtitle. Addition``."""
        stem = field.removesuffix("title")
        main, below = self.texts.get(field), self.texts.get(f"{stem}subtitle")
        title = main if below is None else below
        if title is None:
            return None
        if main is not None and below is not None:
            ends = str(main).endswith(("?", "!", ":"))
            title = Text(main, " " if ends else ": ", below)
        more = self.texts.get(f"{stem}titleaddon")
        return title if more is None else Text(title, ". ", more)


# --- CSL-JSON (Citation Style Language 1.0.2: csl-data.json)

CSL_TYPES = {
    "article": "article-journal", "artwork": "graphic", "audio": "song", "booklet": "pamphlet",
    "bookinbook": "chapter", "dataset": "dataset", "image": "graphic", "inbook": "chapter",
    "incollection": "chapter", "inproceedings": "paper-conference", "inreference":
    "entry-encyclopedia", "jurisdiction": "legal_case", "legadminmaterial": "regulation",
    "legal": "treaty", "legislation": "legislation", "letter": "personal_communication",
    "misc": "document", "movie": "motion_picture", "music": "song", "online": "webpage",
    "patent": "patent", "performance": "performance", "periodical": "periodical",
    "report": "report", "review": "review", "software": "software", "standard": "standard",
    "suppbook": "chapter", "suppcollection": "chapter", "suppperiodical": "article-journal",
    "thesis": "thesis", "unpublished": "manuscript", "video": "motion_picture",
    **dict.fromkeys(
        ("book", "collection", "manual", "mvbook", "mvcollection", "mvproceedings", "mvreference",
         "proceedings", "reference"), "book",
    ),
}  # fmt: skip
_PRESS = {"magazine": "article-magazine", "newspaper": "article-newspaper"}
CSL_ROLES = {
    "author": "author", "editor": "editor", "translator": "translator",
    "bookauthor": "container-author", "introduction": "contributor", "foreword": "contributor",
    "afterword": "contributor", "commentator": "contributor", "annotator": "contributor",
    "holder": "author", "editora": "contributor", "editorb": "contributor",
    "editorc": "contributor",
}  # fmt: skip
# Several fields of one variable: the first that a work has is the variable, the others go into the
# note, as does what has no variable.
_TEXTS = {
    "shorttitle": "title-short", "journaltitle": "container-title", "maintitle": "volume-title",
    "booktitle": "container-title", "series": "collection-title", "edition": "edition",
    "volume": "volume", "volumes": "number-of-volumes", "part": "part", "number": "number",
    "issue": "issue", "chapter": "chapter-number", "pages": "page", "eid": "page",
    "pagetotal": "number-of-pages", "version": "version", "publisher": "publisher",
    "institution": "publisher", "organization": "publisher", "location": "publisher-place",
    "eventtitle": "event-title", "venue": "event-place", "type": "genre", "howpublished": "medium",
    "pubstate": "status", "doi": "DOI", "isbn": "ISBN", "issn": "ISSN", "url": "URL",
    "archiveurl": "archive_location", "library": "archive", "language": "language",
    "origtitle": "original-title", "origpublisher": "original-publisher",
    "origlocation": "original-publisher-place", "abstract": "abstract", "keywords": "keyword",
    "annotation": "annote", "nameaddon": "", "addendum": "", "note": "", "issuetitle": "",
    "isrn": "", "eprint": "", "eprinttype": "", "eprintclass": "",
    "origlanguage": "", "reprinttitle": "",
}  # fmt: skip
_DATES = {"date": "issued", "urldate": "accessed", "origdate": "original-date",
          "eventdate": "event-date"}  # fmt: skip


def csl_text(text: Text) -> str:
    """Rich text as CSL-JSON has it.  A text in braces as a whole has no mark of its capitals."""
    while len(text.parts) == 1 and isinstance(text.parts[0], Protected):
        text = Text(*text.parts[0].parts)
    rendered: str = text.render(_CSL)
    return rendered


def csl_type(work: Work) -> str:
    press = _PRESS.get(work.plain("entrysubtype")) if work.kind == "article" else None
    return press or CSL_TYPES[work.kind]


@lru_cache(maxsize=1024)  # two files have it, and each document that cites the work
def csl(work: Work) -> Mapping[str, Any]:
    """The item of a work; what CSL has no variable for stands in its note."""
    item: dict[str, Any] = {"id": work.key, "type": csl_type(work)}
    if (title := work.joined("title")) is not None:
        item["title"] = csl_text(title)
    for role, names in work.names.items():
        item.setdefault(CSL_ROLES[role], []).extend(name.csl for name in names)
    rest: list[str] = []
    for variable, text in _csl_texts(work):
        if variable and variable not in item:
            item[variable] = csl_text(text)
        else:
            rest.append(csl_text(text))
    item |= {_DATES[each]: issued(date) for each, date in work.dates.items() if is_known(date)}
    return item | ({"note": ". ".join(rest)} if rest else {})


_HOSTS = frozenset({"booktitle", "journaltitle", "maintitle", "eventtitle", "issuetitle"})
_NUMBERED_ISSUES = frozenset({"article", "periodical", "suppperiodical"})


def _csl_texts(work: Work) -> Iterator[tuple[str, Text]]:
    for field, variable in _TEXTS.items():
        text = work.joined(field) if field in _HOSTS else work.texts.get(field)
        if text is None:
            continue
        if field == "institution" and work.kind == "jurisdiction":
            yield "authority", text
        elif field == "number" and work.kind in _NUMBERED_ISSUES:
            yield "issue", text
        elif field == "number" and "series" in work.texts:
            yield "collection-number", text
        else:
            yield variable, text


def serialise(works: Iterable[Work]) -> str:
    """The items of works as a file in UTF-8."""
    items = ",\n".join(map(_item, works))
    return f"[\n{items}\n]\n" if items else "[]\n"


def _item(work: Work) -> str:
    return f" {indented(csl(work), 1, 1)}"
