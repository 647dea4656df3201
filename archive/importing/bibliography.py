"""Entries of the bibliography: how they are written, and whether a work already has one.

An entry has the types and fields of BibLaTeX (The biblatex Package, 2.1 and 2.2).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain, count

from pybtex.database import BibliographyData, parse_string
from pybtex.exceptions import PybtexError

from archive.citation import biblatex as works
from archive.citation import one_line
from archive.citation.bibtex import escape, verbatim
from archive.importing import RefusedError, words

_VERBATIM = frozenset({"url", "doi"})  # not TeX, so nothing in them is escaped (2.2.1)
_WHOLE = frozenset({"title", "shortauthor"})  # in double braces, which keep their capitals


@dataclass(frozen=True, slots=True)
class Name:
    """An author: a person with family and given name, or a body, whose name is not divided."""

    family: str
    given: str = ""  # of a person

    @property
    def bibtex(self) -> str:
        """As the field ``author`` holds it."""
        if self.given:
            return f"{escape(self.family)}, {escape(self.given)}"
        return f"{{{escape(self.family)}}}"


@dataclass(frozen=True, slots=True)
class Entry:
    """The entry of a work.  It gets its key when it is added to the bibliography."""

    type: str
    authors: tuple[Name, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()  # name and plain text, in the order of writing
    doubts: tuple[str, ...] = ()  # what the editor has to check

    def get(self, name: str) -> str:
        """The field as plain text, or nothing."""
        return dict(self.fields).get(name, "")

    @property
    def words(self) -> str:
        names = (f"{name.given} {name.family}" for name in self.authors)
        return " ".join([*names, *(value for _, value in self.fields)])

    def written(self, key: str) -> str:
        """The entry as text, ending in a line feed."""
        fields = [("author", " and ".join(name.bibtex for name in self.authors))]
        fields += [(name, _value(name, value)) for name, value in self.fields]
        width = max(len("shortauthor"), *(len(name) for name, _ in fields))
        lines = (f"  {name:<{width}} = {{{value}}},\n" for name, value in fields if value)
        return f"@{self.type}{{{key},\n{''.join(lines)}}}\n"


def fields_of(values: Mapping[str, str | None]) -> tuple[tuple[str, str], ...]:
    """The fields that have a value, each on one line, in their order."""
    lines = ((name, one_line(value or "")) for name, value in values.items())
    return tuple((name, value) for name, value in lines if value)


def _value(name: str, value: str) -> str:
    if name in _VERBATIM:
        return verbatim(value)
    return f"{{{escape(value)}}}" if name in _WHOLE else escape(value)


def comparable(text: str) -> str:
    """Letters and digits alone, for comparing titles."""
    return re.sub(r"[\W_]+", "", text.casefold())


def comparable_address(address: str) -> str:
    """An address without scheme, www, fragment and closing slash, for comparing."""
    bare = re.sub(r"(?i)^https?://(?:www\.)?", "", verbatim(address.strip()))
    host, slash, path = bare.partition("/")
    return host.lower() + slash + path.partition("#")[0].rstrip("/")


# --- The entries that exist

_SHORTEST_TITLE = 12  # letters; shorter titles identify a work only together with an author
_IDLE = frozenset(words(
    "a an and as at by for from in is its of on or re s that the this to v vs with which"
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """An entry for the same work, and how it was recognised."""

    key: str
    by: str  # "address" or "title"
    same_title: bool


@dataclass(frozen=True, slots=True)
class _Work:
    """What identifies a work; empty where unknown."""

    title: str  # comparable
    authors: frozenset[str]  # comparable family names
    year: str
    url: str

    def agrees(self, other: _Work) -> bool:
        """Whether authors and years, where both are known, do not contradict."""
        authors = not self.authors or not other.authors or self.authors & other.authors
        return bool(authors) and (not self.year or not other.year or self.year == other.year)


@dataclass(slots=True)
class Bibliography:
    """The entries of an archive, found by address and by title; grows while notes are read."""

    works: dict[str, _Work] = field(default_factory=dict)  # by key
    folded: set[str] = field(default_factory=set)  # keys in lower case, as BibTeX compares them
    by_address: dict[str, str] = field(default_factory=dict)
    by_title: dict[str, list[str]] = field(default_factory=dict)

    def add(self, key: str, entry: Entry | _Work) -> None:
        """Add a new entry under its key."""
        work = self.works[key] = _work(entry) if isinstance(entry, Entry) else entry
        self.folded.add(key.lower())
        if work.url:
            self.by_address.setdefault(comparable_address(work.url), key)
        if work.title:
            self.by_title.setdefault(work.title, []).append(key)

    def match(self, entry: Entry) -> Match | None:
        """The entry for the same work: by its address, else by title, author and year."""
        work = _work(entry)
        key = self.by_address.get(comparable_address(work.url)) if work.url else None
        if key is not None:
            return Match(key, "address", self.works[key].title == work.title)
        for key in self.by_title.get(work.title, ()):
            other = self.works[key]
            certain = len(work.title) >= _SHORTEST_TITLE or (work.authors and other.authors)
            if certain and work.agrees(other):
                return Match(key, "title", same_title=True)
        return None

    def new_key(self, entry: Entry) -> str:
        """A key that no entry has, made only of author, title and year, so that it is stable."""
        stem = "-".join(_key_parts(entry)) or "work"
        keys = chain([stem], (f"{stem}-{number}" for number in count(2)))
        return next(key for key in keys if key not in self.folded)


def _work(entry: Entry) -> _Work:
    authors = frozenset(comparable(name.family) for name in entry.authors)
    title, year = comparable(entry.get("title")), _year(entry.get("date"))
    return _Work(title, authors, year, entry.get("url"))


def read(text: str, path: str) -> Bibliography:
    """The entries of a BibTeX file.  Raises RefusedError where it is malformed."""
    try:
        data: BibliographyData = parse_string(text, "bibtex")
    except PybtexError as error:
        raise RefusedError(
            "import-bibliography", f"{path} cannot be read: {str(error).splitlines()[0]}.",
            "mend it first; nothing was added to it.",
        ) from error  # fmt: skip
    found = Bibliography()
    for key, work in works.read(data.entries).works.items():
        authors = frozenset(comparable(name.short) for name in work.names.get("author", ()))
        year = work.date.year if work.date else None
        found.add(
            key, _Work(comparable(work.plain("title")), authors, year or "", work.plain("url"))
        )
    return found


def _year(date: str) -> str:
    return date[:4] if date[:4].isdigit() else ""


def _key_parts(entry: Entry) -> list[str]:
    author = _ascii_words(entry.get("shortauthor"))
    if not author and entry.authors:
        author = _short(entry.authors[0])
    title = [word for word in _ascii_words(entry.get("title")) if word not in {*_IDLE, *author}]
    return [*author[:2], *title[:2], *filter(None, [_year(entry.get("date"))])]


def _short(author: Name) -> list[str]:
    """A person's family name; a body's initials where it has three capitals or more."""
    initials = "".join(re.findall(r"\b[A-Z]", author.family))
    if len(initials) >= 3 and not author.given:
        return [initials.lower()]
    return [word for word in _ascii_words(author.family) if word not in _IDLE]


def _ascii_words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.findall(r"[a-z0-9]+", plain.replace("'", ""))
