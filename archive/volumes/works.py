"""The bibliography in slices: each volume has the works it cites."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pybtex.database import BibliographyData, parse_string

from archive.citation.style import label

_ENTRY = re.compile(r"^@\w+\s*[{(]\s*(?P<key>[^,\s]+)\s*,", re.MULTILINE)
_SHARED = re.compile(r"^\s*@(?:string|preamble)\b", re.MULTILINE | re.IGNORECASE)
_WORD = re.compile(r"[^\s`,;{}\[\]()]+")


@dataclass(frozen=True, slots=True)
class Works:
    """Every entry as it is written, and those that are told apart by a letter alone."""

    texts: Mapping[str, str]  # by key, in their order
    alike: Mapping[str, tuple[str, ...]]  # by key: all keys whose label is the same
    whole: str | None = None  # the file, where it cannot be cut into entries

    def cited_in(self, texts: Iterable[str]) -> str:
        """A bibliography of the works whose keys stand in ``texts``, each with those alike."""
        if self.whole is not None:
            return self.whole
        words = {word for text in texts for word in _WORD.findall(text)}
        cited = {other for key in words & self.texts.keys() for other in self.alike[key]}
        return "".join(text for key, text in self.texts.items() if key in cited)


def read_works(path: Path) -> Works:
    """The works of a bibliography; one with abbreviations or a preamble is never cut.

    Raises ValueError where it cannot be read.
    """
    text = path.read_text("utf-8") if path.exists() else ""
    try:
        data: BibliographyData = parse_string(text, "bibtex")
    except Exception as error:
        raise ValueError(f"references.bib cannot be read: {error}") from error
    begins = list(_ENTRY.finditer(text))
    if _SHARED.search(text) or [found["key"] for found in begins] != list(data.entries):
        return Works({}, {}, text)
    ends = [*(found.start() for found in begins[1:]), len(text)]
    texts = {found["key"]: text[found.start() : end] for found, end in zip(begins, ends)}
    labelled: defaultdict[str, list[str]] = defaultdict(list)
    for key, entry in data.entries.items():
        labelled[label(entry)].append(key)
    alike = {key: tuple(keys) for keys in labelled.values() for key in keys}
    return Works(texts, alike)
