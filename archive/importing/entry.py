"""An entry of the bibliography, as BibLaTeX writes it (The biblatex Package, 2.1 and 2.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from archive.citation.bibtex import escape
from archive.citation.text import one_line

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
