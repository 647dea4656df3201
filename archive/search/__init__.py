"""Search: the entries of all pages, in every way to write their words."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, urlencode

from archive.files import write_if_changed

# --- Other ways to write the words of a text, which an index that knows words as they stand needs.
#
# Pagefind divides a text at its spaces and stems it as English.  Beside a text it is therefore
# given what ``finding.js`` asks it for: words without marks and elided articles, stems of Cyrillic
# and Arabic words and of those of some other languages, and each two characters of a script without
# spaces.  ``forms`` and ``stem`` in ``finding.js`` have the same rules; a test compares them.

# Scripts whose words are found by any two characters.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN = re.compile(f"[{UNSPACED}]+")
_WORD = re.compile(f"[^\\W_{UNSPACED}]+(?:['’][^\\W_]+)*")
_ELIDED = re.compile(
    r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|dell|all|nell|sull|dall)['’](?=.)"
)
# Letters whose marks are no letters of their own.
_MARKED = re.compile(
    r"([\u0041-\u024f\u0370-\u052f\u0590-\u06ff\u1e00-\u1fff])([\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]+)"
)
_PLAIN = str.maketrans({
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d",
    "ð": "d", "þ": "th", "ı": "i", "ـ": "",
    **{chr(0x660 + digit): str(digit) for digit in range(10)},
    **{chr(0x6F0 + digit): str(digit) for digit in range(10)},
})  # fmt: skip
_CYRILLIC = re.compile(
    r"(?<=[а-я]{3})(?:иями|ями|ами|иеи|иям|ием|иях|ого|его|ому|ему|ыми|ими|ах|ях|ов|ев|еи|ии|ыи|ои"
    r"|ая|яя|ое|ее|ые|ие|ую|юю|ом|ем|ам|ям|ию|ью|ия|ья|[аеиоуыьюя])$"
)
_ARABIC = re.compile(r"^[وف]?(?:ال|بال|كال|لل)(?=\w{2})")
# What ends the words of languages in Latin letters but English, without their marks.
_ENDINGS = {
    "de": (r"(.{3})(?:en|es|er|em|e|n|s)$ \1",),
    "es": (r"(.{2})ces$ \1z", r"eses$ es", r"(.{3})[aeo]s$ \1", r"(.{2}[aeo])s$ \1",
           r"(.{3})[aeo]$ \1"),
    "fr": (r"(.{2}e)aux$ \1au", r"(.{2})aux$ \1al", r"(.{2})euses?$ \1eux", r"(.{2})s$ \1",
           r"(.{3})(?:er|ee)$ \1e", r"(.[en])ne$ \1", r"(.el)le$ \1", r"(.{3})e$ \1"),
    "it": (r"h([ei])$ \1", r"(.{3})[aeio]$ \1"),
    "pt": (r"(.{2})(?:oes|aes)$ \1ao", r"(.{2})ais$ \1al", r"(.{2})eis$ \1el", r"(.{2})ns$ \1m",
           r"(.{3})[aeo]s$ \1", r"(.{2}[aeo])s$ \1", r"(.{3})[aeo]$ \1"),
}  # fmt: skip
_RULES = {
    language: tuple((re.compile(ends), put) for ends, put in map(str.split, rules))
    for language, rules in _ENDINGS.items()
}


def also(text: str, language: str = "en") -> list[str]:
    """Return what an index has to know beside the words of a text, each once."""
    return list(dict.fromkeys(_also(text, language.partition("-")[0].lower())))


def _also(text: str, language: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        yield from _forms(word, language)
    for run in _RUN.findall(unicodedata.normalize("NFKC", text)):
        yield from (run[at : at + 2] for at in range(max(len(run) - 1, 1)))


@lru_cache(maxsize=20_000)  # a text says most of its words again
def _forms(word: str, language: str) -> list[str]:
    lower, plain = word.lower(), folded(word)
    if plain and (language in _RULES or not lower.isascii() or _ELIDED.match(lower)):
        return sorted({plain, stem(plain, language)} - {lower})
    return []


def folded(word: str) -> str:
    """Return a word without marks, ligatures and what is elided before it, in lower case."""
    apart = _MARKED.sub(r"\1", unicodedata.normalize("NFKD", word.lower()))
    plain = unicodedata.normalize("NFKC", apart).translate(_PLAIN)
    return re.sub(r"['’]s$|['’]", "", _ELIDED.sub("", plain))


def stem(plain: str, language: str = "en") -> str:
    """Return the stem of a folded word in a script or language that has one here; else the word."""
    if _CYRILLIC.search(plain):
        return _CYRILLIC.sub("", plain)
    if plain < "\u0370" and len(plain) > 3 and not any(map(str.isdigit, plain)):
        for ends, put in _RULES.get(language, ()):
            plain = ends.sub(put, plain)
    return _ARABIC.sub("", plain).replace("ة", "ه").replace("ى", "ي") if plain > "\u05ff" else plain


# --- Search entries: what a reader can find, and where the entries of each page are kept.
#
# An entry is a document, a work cited, a glossary entry, an event, a subject or another page.
# Entries are kept between builds, so that only what changed is indexed again.

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
