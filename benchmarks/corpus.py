"""A seeded corpus, independent of any format: documents, works they cite, terms they use.

A document has ten passages of about 80 words, 5 citations, 3 cross references to passages of any
document, and 2 glossary terms.  Its words depend only on the seed, its number and the corpus's
size, so that every tool that is measured builds the same words.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from archive.model.kinds import KINDS

PASSAGES, WORDS, CITATIONS, LINKS, TERMS = 10, 80, 5, 3, 2
YEARS = range(2005, 2025)
VOCABULARY = 30_000
_KINDS = [kind.name for kind in KINDS.values() if not kind.must]  # what their records have

_OPENINGS = (*"bcdfghjklmnprstvwyz", "br", "cl", "dr", "fl", "gr", "pl", "pr", "st", "tr")
_VOWELS = (*"aeiou", "ai", "ea", "ou")
_ENDINGS = ("", "", "", "", "d", "l", "m", "n", "r", "s", "t")
_SUBJECTS = (
    "Access to information", "Arrest of journalists", "Broadcasting", "Censorship",
    "Classified information", "Defamation", "Editorial independence", "Elections", "Espionage",
    "Exile", "Freedom of the press", "Internet shutdowns", "Libraries", "Licensing",
    "Local newspapers", "Media ownership", "Protection of sources", "Public broadcasting",
    "Safety of journalists", "Sedition", "Spyware", "Strategic lawsuits", "War reporting",
    "Whistleblowers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Citation:
    """A work that a passage cites."""

    key: str


@dataclass(frozen=True, slots=True)
class Link:
    """A passage that a passage refers to."""

    document: int
    passage: int  # counted from 1


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary term that a passage uses."""

    name: str


Segment = str | Citation | Link | Term


@dataclass(frozen=True, slots=True)
class Text:
    """A document: what its record says, and its passages."""

    number: int
    title: str
    short_title: str
    issuer: str
    kind: str
    date: str  # ISO 8601
    subjects: tuple[str, ...]
    passages: tuple[tuple[Segment, ...], ...]

    @property
    def name(self) -> str:
        """The document id."""
        return name_of(self.number)


@dataclass(frozen=True, slots=True)
class Work:
    """An entry of the bibliography."""

    key: str
    authors: tuple[tuple[str, str], ...]  # last and first name
    title: str
    year: int
    publisher: str | None  # of a book
    journal: str | None  # of an article


def name_of(number: int) -> str:
    """The document id of a number."""
    return f"document-{number:05d}"


class Corpus:
    """Documents 0 to ``size`` - 1, and any number after them that refers to them."""

    def __init__(self, size: int, seed: int = 1) -> None:
        self.size = size
        self.seed = seed
        self.work_count = max(20, size // 2)
        self.term_count = max(50, size // 5)
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))

    def documents(self) -> Iterator[Text]:
        """Each document, in the order of their numbers."""
        return map(self.document, range(self.size))

    def document(self, number: int) -> Text:
        """The document of that number; it refers to documents below ``size``."""
        chance = self._chance("document", number)
        year, kind = chance.choice(YEARS), chance.choice(_KINDS)
        issuer = chance.choice(self.issuers)
        return Text(
            number=number,
            title=" ".join(chance.choices(self._vocabulary[100:8_000], k=5)).capitalize(),
            short_title=f"{issuer.split()[0]} {kind} {number}",
            issuer=issuer,
            kind=kind,
            date=f"{year}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
            subjects=tuple(sorted(chance.sample(_SUBJECTS, k=3))),
            passages=self._passages(chance),
        )

    def works(self) -> Iterator[Work]:
        """The bibliography."""
        return map(self.work, range(self.work_count))

    def work(self, number: int) -> Work:
        """The work of that number."""
        chance = self._chance("work", number)
        publication = f"{self._word(chance).capitalize()} {chance.choice(('Review', 'Press'))}"
        is_book = publication.endswith("Press")
        return Work(
            key=f"work-{number:05d}",
            authors=tuple((self._name(chance), self._name(chance)) for _ in range(2)),
            title=" ".join(chance.choices(self._vocabulary[100:9_000], k=7)).capitalize(),
            year=chance.randint(1950, 2024),
            publisher=publication if is_book else None,
            journal=None if is_book else publication,
        )

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """The terms of the glossary."""
        chance = self._chance("terms", 0)
        found: dict[str, None] = {}
        while len(found) < self.term_count:
            found[f"{self._name(chance)} {self._name(chance)}"] = None
        return tuple(found)

    def definition(self, term: str) -> str:
        """What the glossary says of a term."""
        return self._sentence(self._chance("definition", term), 18)

    @cached_property
    def issuers(self) -> tuple[str, ...]:
        """The bodies that issue the documents."""
        chance = self._chance("issuers", 0)
        return tuple(f"{self._name(chance)} Institute" for _ in range(40))

    @cached_property
    def _vocabulary(self) -> list[str]:
        chance = self._chance("vocabulary", 0)
        found: dict[str, None] = {}
        while len(found) < VOCABULARY:
            found[self._word(chance)] = None
        return list(found)

    def _passages(self, chance: random.Random) -> tuple[tuple[Segment, ...], ...]:
        passages: list[list[Segment]] = [self._sentences(chance) for _ in range(PASSAGES)]
        additions: list[Segment] = [
            *(Citation(f"work-{chance.randrange(self.work_count):05d}") for _ in range(CITATIONS)),
            *(Link(chance.randrange(self.size), chance.randint(1, PASSAGES)) for _ in range(LINKS)),
            *(Term(chance.choice(self.terms)) for _ in range(TERMS)),
        ]
        for addition in additions:
            chance.choice(passages).extend((" ", addition))
        return tuple(map(tuple, passages))

    def _sentences(self, chance: random.Random) -> list[Segment]:
        left, sentences = int(WORDS * chance.uniform(0.7, 1.3)), []
        while left > 0:
            length = min(left, chance.randint(8, 24))
            left -= length
            sentences.append(self._sentence(chance, length))
        return [" ".join(sentences)]

    def _sentence(self, chance: random.Random, length: int) -> str:
        total = self._weights[-1]  # words are as frequent as in a language: Zipf's law
        ranks = (bisect(self._weights, chance.random() * total) for _ in range(length))
        return " ".join(self._vocabulary[rank] for rank in ranks).capitalize() + "."

    def _word(self, chance: random.Random) -> str:
        syllables = (
            chance.choice(_OPENINGS) + chance.choice(_VOWELS)
            for _ in range(chance.choice((1, 2, 2, 3)))
        )
        return "".join(syllables) + chance.choice(_ENDINGS)

    def _name(self, chance: random.Random) -> str:
        return self._word(chance).capitalize()

    def _chance(self, kind: str, which: object) -> random.Random:
        return random.Random(f"{self.seed}:{kind}:{which}")


# The works as BibTeX that every tool reads: ours, pybtex's styles, citeproc


def bibliography(corpus: Corpus) -> str:
    """The whole file of references."""
    return "\n".join(map(entry, corpus.works()))


def entry(work: Work) -> str:
    """One entry."""
    fields = {
        "author": " and ".join(f"{last}, {first}" for last, first in work.authors),
        "title": f"{{{work.title}}}",
        "year": str(work.year),
        "url": f"https://example.org/{work.key}",
    }
    if work.publisher:
        fields["publisher"] = work.publisher
    else:
        fields["journal"] = fields["journaltitle"] = str(work.journal)
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@{'book' if work.publisher else 'article'}{{{work.key},\n{lines},\n}}\n"
