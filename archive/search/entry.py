"""Search entries: what a reader can find, and where the entries of each page are kept.

An entry is a document, a work cited, a glossary entry, an event, a subject or another page.
Entries are kept between builds, so that only what changed is indexed again.
"""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

from archive.files import write_if_changed
from archive.search.folding import also

# The kinds of entries, as the search page names them.
DOCUMENT, WORK, GLOSSARY = "Document", "Work", "Glossary"
CHRONOLOGY, SUBJECT, PAGE = "Chronology", "Subject", "Page"

# Of the index, which holds texts in all languages: ``folding`` adds what English does not have.
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
    also: tuple[str, ...] = ()  # other names of what a glossary entry explains: ("ACLU",)

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
        language = next(iter(filters.get("language", ())), LANGUAGE)
        if other := also(" ".join([self.title, *words]), language):
            begins.append(("", f"{count} "))  # which is no place
            words += other
        return {
            "url": f"{self.page}#{urlencode(begins)}",
            "content": " ".join(words),
            "language": LANGUAGE,
            "meta": {"title": self.title, "about": self.about, "name": self.name},
            "filters": filters,
            "sort": None,
        }

    @property
    def name(self) -> str:
        """The short title of a document; empty for all else."""
        is_document = ("type", DOCUMENT) in self.facets and self.places
        return self.places[0].name if is_document else ""

    def serialise(self) -> str:
        """The entry as JSON, which ``parse`` reads."""
        fields = {each: getattr(self, each) for each in self.__slots__}
        places = [{each: getattr(place, each) for each in place.__slots__} for place in self.places]
        return json.dumps(fields | {"places": places}, ensure_ascii=False)

    @classmethod
    def parse(cls, text: str) -> Entry:
        """Read what ``serialise`` wrote."""
        fields = json.loads(text)
        places = tuple(Place(**place) for place in fields.pop("places"))
        facets = tuple((name, value) for name, value in fields.pop("facets"))
        return cls(**fields | {"also": tuple(fields["also"])}, facets=facets, places=places)


@dataclass(frozen=True, slots=True)
class Anchors:
    """How a citation is followed that names a fingerprint, or an anchor that moved."""

    prints: dict[str, list[str]] = field(default_factory=dict)  # anchors by SHA-256 of their words
    moved: dict[str, str] = field(default_factory=dict)  # the present anchor by each former one


BUCKETS = 256


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder with the entries of all pages.

    Each page has a folder of its own in one of a fixed number of buckets.  The bucket follows from
    the page's name alone, so that it stays the same whatever else the archive holds.
    """

    folder: Path

    def put(self, page: str, entries: Iterable[Entry]) -> None:
        """Replace the entries of a page."""
        place, kept = self._place(page), set()
        for number, entry in enumerate(entries):
            kept.add(place / f"{number:05d}.json")
            write_if_changed(place / f"{number:05d}.json", entry.serialise())
        for path in place.glob("*"):
            if path not in kept:
                path.unlink()

    def drop(self, page: str) -> None:
        """Remove the entries of a page, if it has any."""
        place = self._place(page)
        if place.is_dir():
            shutil.rmtree(place, ignore_errors=True)

    def buckets(self) -> list[list[Path]]:
        """The files of each bucket, in the order of their names."""
        return [
            sorted((self.folder / f"{bucket:03d}").glob("*/*.json")) for bucket in range(BUCKETS)
        ]

    def put_anchors(self, anchors: Anchors) -> None:
        """Keep how citations are followed."""
        write_if_changed(
            self.folder / _ANCHORS,
            json.dumps({"prints": anchors.prints, "moved": anchors.moved}, sort_keys=True),
        )

    def anchors(self) -> Anchors:
        """What ``put_anchors`` kept; empty if it kept nothing."""
        try:
            return Anchors(**json.loads((self.folder / _ANCHORS).read_text("utf-8")))
        except FileNotFoundError:
            return Anchors()

    def _place(self, page: str) -> Path:
        return self.folder / f"{bucket_of(page):03d}" / quote(page, safe="")


_ANCHORS = "anchors"  # beside the buckets; JSON


def bucket_of(page: str) -> int:
    return zlib.crc32(page.encode("utf-8")) % BUCKETS
