"""What a reader can find: a document, a glossary entry, an event or a page, and its places."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

# What an entry can be, as the search page names it.
DOCUMENT, GLOSSARY, CHRONOLOGY, PAGE = "Document", "Glossary", "Chronology", "Page"


# The archive's own words are English, whatever the language of a source: one index holds all.
LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Place:
    """A part of an entry that has an anchor, a name and words."""

    anchor: str
    name: str  # "ALA resolution, whereas 3"; empty where it is the entry's own
    words: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One result of a search, which leads to its places."""

    page: str  # relative to the site: documents/ala-assange-resolution.html
    title: str
    about: str  # issuer, kind and date, in one line
    facets: tuple[tuple[str, str], ...]  # what one can filter by: ("kind", "letter")
    places: tuple[Place, ...]

    def record(self) -> dict[str, object]:
        """A record for Pagefind's service.

        Its ``url`` names each place and the number of the word it begins with, counted from 0, in
        the form of a query: ``page.html#anchor=12+name&…``.  Pagefind itself would know headings
        alone.
        """
        begins, count, words = [], 0, []
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
            "filters": {name: [value] for name, value in self.facets},
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
