"""An entry of the bibliography, as BibLaTeX writes it (The biblatex Package, 2.1 and 2.2).

The references that exist, and whether a work is one of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pybtex.database import BibliographyData, parse_string
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text as RichText

from archive.citation.bibtex import escape
from archive.citation.text import one_line
from archive.importing.refusal import RefusedError
from archive.importing.text import words

_VERBATIM = frozenset({"url", "doi"})  # not TeX: nothing in them is escaped (2.2.1)
_WHOLE = frozenset({"title", "shortauthor"})  # in double braces: their capitals stay
_UNSAFE = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20", '"': "%22"})


@dataclass(frozen=True, slots=True)
class Name:
    """An author: a person with a family name, or a body whole."""

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
    """A work.  Its key is given when it enters the bibliography."""

    type: str
    authors: tuple[Name, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()  # as plain text, in the order they are written
    doubts: tuple[str, ...] = ()  # what the editor has to check

    def get(self, name: str) -> str:
        """The field as plain text, or nothing."""
        return dict(self.fields).get(name, "")

    @property
    def words(self) -> str:
        """Every word the entry holds."""
        names = (f"{name.given} {name.family}" for name in self.authors)
        return " ".join([*names, *(value for _, value in self.fields)])

    def written(self, key: str) -> str:
        """The entry as text, ending in a line feed."""
        fields = [("author", " and ".join(name.bibtex for name in self.authors))]
        fields += [(name, _value(name, value)) for name, value in self.fields]
        width = max(len("shortauthor"), *(len(name) for name, _ in fields))
        lines = (f"  {name:<{width}} = {{{value}}},\n" for name, value in fields if value)
        return f"@{self.type}{{{key},\n{''.join(lines)}}}\n"


def fields_of(pairs: Sequence[tuple[str, str | None]]) -> tuple[tuple[str, str], ...]:
    """The fields that say something, each on one line."""
    lines = ((name, one_line(value or "")) for name, value in pairs)
    return tuple((name, value) for name, value in lines if value)


def _value(name: str, value: str) -> str:
    if name in _VERBATIM:
        return value.translate(_UNSAFE)
    return f"{{{escape(value)}}}" if name in _WHOLE else escape(value)


def comparable(text: str) -> str:
    """Letters and digits alone, for comparing titles."""
    return re.sub(r"[\W_]+", "", text.casefold())


def comparable_address(address: str) -> str:
    """An address without what does not change where it leads."""
    bare = re.sub(
        r"^https?://(?:www\.)?", "", address.strip().translate(_UNSAFE), flags=re.IGNORECASE
    )
    host, slash, path = bare.partition("/")
    return host.lower() + slash + path.partition("#")[0].rstrip("/")


_SHORTEST_TITLE = 12  # letters: shorter titles prove nothing without an author
_IDLE = frozenset(words(
    "a an and as at by for from in is its of on or re s that the this to v vs with which"
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that exists and what tells that it is the work."""

    key: str
    by: str  # "address" or "title"
    same_title: bool


@dataclass(slots=True)
class Bibliography:
    """Keys, addresses and titles of all references; grows while notes are read."""

    keys: set[str] = field(default_factory=set)  # lower case: BibTeX does not tell case apart
    by_address: dict[str, str] = field(default_factory=dict)
    by_title: dict[str, list[str]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)  # of each key, comparable
    facts: dict[str, tuple[frozenset[str], str]] = field(default_factory=dict)  # authors, year

    def add(self, key: str, entry: Entry) -> None:
        """Take in a new entry under its key."""
        authors = frozenset(comparable(name.family) for name in entry.authors)
        self._add(key, entry.get("title"), entry.get("url"), (authors, _year(entry.get("date"))))

    def _add(self, key: str, title: str, url: str, facts: tuple[frozenset[str], str]) -> None:
        self.keys.add(key.lower())
        self.titles[key] = comparable(title)
        self.facts[key] = facts
        if url:
            self.by_address.setdefault(comparable_address(url), key)
        if self.titles[key]:
            self.by_title.setdefault(self.titles[key], []).append(key)

    def match(self, entry: Entry) -> Match | None:
        """The entry that is the same work: by its address, else by title, author and year."""
        title = comparable(entry.get("title"))
        key = (
            self.by_address.get(comparable_address(entry.get("url"))) if entry.get("url") else None
        )
        if key is not None:
            return Match(key, "address", self.titles[key] == title)
        authors = frozenset(comparable(name.family) for name in entry.authors)
        for key in self.by_title.get(title, ()):
            telling = len(title) >= _SHORTEST_TITLE or (authors and self.facts[key][0])
            if telling and _agree(self.facts[key], (authors, _year(entry.get("date")))):
                return Match(key, "title", same_title=True)
        return None

    def new_key(self, entry: Entry) -> str:
        """A key that no entry has, made of author, title and year alone, so that it is stable."""
        stem = "-".join(_key_parts(entry)) or "work"
        key, number = stem, 1
        while key in self.keys:
            number += 1
            key = f"{stem}-{number}"
        return key


def read(text: str, path: str) -> Bibliography:
    """The references of a BibTeX file.  Raises RefusedError where it cannot be read."""
    try:
        data: BibliographyData = parse_string(text, "bibtex")
    except PybtexError as error:
        raise RefusedError(
            "import-bibliography", f"{path} cannot be read: {str(error).splitlines()[0]}.",
            "mend it first; nothing was added to it.",
        ) from error  # fmt: skip
    found = Bibliography()
    for key, entry in data.entries.items():
        fields = entry.fields
        found._add(key, _plain(fields.get("title", "")), fields.get("url", ""), (
            frozenset(comparable(" ".join(map(str, (*each.prelast_names, *each.last_names))))
                      for each in entry.persons.get("author", ())),
            _year(fields.get("date") or fields.get("year", "")),
        ))  # fmt: skip
    return found


def _plain(latex: str) -> str:
    return str(RichText.from_latex(latex))


def _year(date: str) -> str:
    return date[:4] if date[:4].isdigit() else ""


def _agree(one: tuple[frozenset[str], str], other: tuple[frozenset[str], str]) -> bool:
    """Whether authors and years, where both are known, do not contradict."""
    authors = not one[0] or not other[0] or one[0] & other[0]
    return bool(authors) and (not one[1] or not other[1] or one[1] == other[1])


def _key_parts(entry: Entry) -> Iterator[str]:
    author = _ascii_words(entry.get("shortauthor")) or _short(entry.authors[:1])
    yield from author[:2]
    title = [word for word in _ascii_words(entry.get("title")) if word not in {*_IDLE, *author}]
    yield from title[:2]
    if year := _year(entry.get("date")):
        yield year


def _short(authors: tuple[Name, ...]) -> list[str]:
    """A person's family name; a body's initials where it has three capitals or more."""
    if not authors:
        return []
    initials = "".join(re.findall(r"\b[A-Z]", authors[0].family))
    if len(initials) >= 3 and not authors[0].given:
        return [initials.lower()]
    return [word for word in _ascii_words(authors[0].family) if word not in _IDLE]


def _ascii_words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.findall(r"[a-z0-9]+", plain.replace("'", ""))
