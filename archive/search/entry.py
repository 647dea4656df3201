"""Search entries: what a reader can find, and where the entries of each page are kept.

An entry is a document, a glossary entry, an event or another page.  Entries are kept between
builds, so that only what changed is indexed again.
"""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from archive.files import write

# The kinds of entries, as the search page names them.
DOCUMENT, GLOSSARY, CHRONOLOGY, PAGE = "Document", "Glossary", "Chronology", "Page"

# The archive's own words are English whatever the language of a source, so one index holds all.
LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Place:
    """A part of an entry that can be linked to."""

    anchor: str
    name: str  # "ALA resolution, whereas 3"; empty for the entry as a whole
    words: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One result of a search, with its places."""

    page: str  # relative to the site: documents/ala-assange-resolution.html
    title: str
    about: str  # issuer, kind and date, in one line
    facets: tuple[tuple[str, str], ...]  # what one can filter by: ("kind", "letter")
    places: tuple[Place, ...]

    def record(self) -> dict[str, object]:
        """A record for Pagefind's service.

        Its ``url`` names each place with the number of its first word, counted from 0, in the form
        of a query: ``page.html#anchor=12+name&…``.  Pagefind by itself knows headings only.
        """
        begins, count, words = [], 0, []
        filters: dict[str, list[str]] = {}
        for name, value in self.facets:
            filters.setdefault(name, []).append(value)
        for place in self.places:
            said = place.words.split()
            begins.append((place.anchor, f"{count} {place.name}"))
            words += said
            count += len(said)
        return {
            "url": f"{self.page}#{urlencode(begins)}",
            "content": " ".join(words),
            "language": LANGUAGE,
            "meta": {"title": self.title, "about": self.about},
            "filters": filters,
            "sort": None,
        }

    def serialise(self) -> str:
        """The entry as JSON, which ``parse`` reads."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def parse(cls, text: str) -> Entry:
        """Read what ``serialise`` wrote."""
        fields = json.loads(text)
        places = tuple(Place(**place) for place in fields.pop("places"))
        facets = tuple((name, value) for name, value in fields.pop("facets"))
        return cls(**fields, facets=facets, places=places)


BUCKETS = 64


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder with the entries of all pages.

    Each page has a folder of its own in one of a fixed number of buckets.  The bucket follows from
    the page's name alone, so that it stays the same whatever else the archive holds.
    """

    folder: Path

    def put(self, page: str, entries: Iterable[Entry]) -> None:
        """Replace the entries of a page."""
        self.drop(page)
        for number, entry in enumerate(entries):
            write(self._place(page) / f"{number:05d}.json", entry.serialise())

    def drop(self, page: str) -> None:
        """Remove the entries of a page, if it has any."""
        shutil.rmtree(self._place(page), ignore_errors=True)

    def buckets(self) -> list[list[Path]]:
        """The files of each bucket, in the order of their names."""
        return [
            sorted((self.folder / f"{bucket:02d}").glob("*/*.json")) for bucket in range(BUCKETS)
        ]

    def _place(self, page: str) -> Path:
        bucket = zlib.crc32(page.encode("utf-8")) % BUCKETS
        return self.folder / f"{bucket:02d}" / quote(page, safe="")
