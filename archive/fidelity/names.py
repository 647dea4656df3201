"""Proper names in running text: capitalised words within a sentence, and acronyms.

English capitalises the first word of a sentence whether it is a name or not: such a word counts as
a name where it is an acronym, where it is given as a name, or where the same source capitalises it
within a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from archive.fidelity.words import BARE, bare_words

# Words that begin or end no name, however they are written.
_FUNCTION_WORDS = """
a an and as at be because but by for from further he her his how i if in into is it its no nor not
now of on or our over resolved she so than that the their then there therefore these they this those
though through to under until upon was we what when where whereas whether which while who whom whose
why will with without you your
"""
_FUNCTION = frozenset(_FUNCTION_WORDS.split())
_HONORIFICS = frozenset(("Dr", "Madam", "Messrs", "Mr", "Mrs", "Ms", "Prof", "Sir"))
_ABBREVIATIONS = _HONORIFICS.union(
    ("Art", "Co", "Corp", "Inc", "Jr", "Ltd", "No", "Sec", "Sr", "St", "v", "vs")
)

_DOTTED = re.compile(r"[A-Z]\.(?:[A-Z]\.)+")
_WEB = re.compile(r"https?://\S+|\S+@\S+\.\w+")
_OPENING = re.compile(r"(?:^|[\s(\[/–—-])['\"][\[(]?$")
_ACRONYM = re.compile(r"[A-Z][A-Z0-9]{1,5}s?")
_PARTICLES = frozenset(("of", "the", "for", "and", "in", "on", "to", "de", "la", "van", "von"))
_LONGEST_ACRONYM = 6


@dataclass(frozen=True)
class Names:
    """Names given from outside: each group holds the forms of one name, or its only form."""

    groups: tuple[tuple[str, ...], ...]

    @cached_property
    def _forms(self) -> dict[str, list[tuple[tuple[str, ...], int]]]:
        """The forms by their first word, the longest first, each with its group's number."""
        found: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for group, forms in enumerate(self.groups):
            for form in dict.fromkeys(tuple(bare_words(form)) for form in forms):
                if form:
                    found.setdefault(form[0], []).append((form, group))
        for listed in found.values():
            listed.sort(key=lambda each: -len(each[0]))
        return found

    def within(self, words: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """Start, end and group of each given name among ``words``, none within another."""
        forms, done = self._forms, 0
        for here, word in enumerate(words):
            if word not in forms or here < done:
                continue
            for form, group in forms[word]:
                if tuple(words[here : here + len(form)]) == form:
                    done = here + len(form)
                    yield here, done, group
                    break


NO_NAMES = Names(())


class Word(NamedTuple):
    """A word of a text, as far as names need to know it."""

    text: str  # without the s of a possessive
    capital: bool
    opens: bool  # whether a sentence or a quotation begins with it
    joined: bool  # whether nothing but white space or a hyphen parts it from the word before


@dataclass(frozen=True)
class Named:
    """A text read for its names; normalise it first."""

    text: str

    @cached_property
    def _plain(self) -> str:
        """The text without web addresses, and with the points of acronyms left out."""
        plain = _DOTTED.sub(lambda match: match[0].replace(".", ""), self.text)
        return _WEB.sub(",", plain) if "://" in plain or "@" in plain else plain

    @cached_property
    def _matches(self) -> tuple[re.Match[str], ...]:
        return tuple(BARE.finditer(self._plain))

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return tuple(map(self.word, range(len(self.bare))))

    def word(self, place: int) -> Word:
        """The word at a place; most are never asked for."""
        word = self.bare[place]
        if not place:
            return Word(word, word[0].isupper(), opens=True, joined=False)
        between = self._plain[self._matches[place - 1].end() : self._matches[place].start()]
        before = self.bare[place - 1]
        opens = _ends_sentence(before, between) or bool(_OPENING.search(between))
        joined = not opens and (between in {" ", "-", " & "} or between.strip() == ".")
        return Word(word, word[0].isupper(), opens, joined)

    @cached_property
    def bare(self) -> tuple[str, ...]:
        return tuple(match[1] for match in self._matches)

    @cached_property
    def _capitals(self) -> tuple[int, ...]:
        """The places of the words with a capital letter."""
        return tuple(place for place, word in enumerate(self.bare) if word[0].isupper())

    @cached_property
    def exact(self) -> frozenset[str]:
        return frozenset(self.bare)

    @cached_property
    def folded(self) -> frozenset[str]:
        return frozenset(word.casefold() for word in self.exact)

    @cached_property
    def capitalised(self) -> frozenset[str]:
        """Words that are capitalised within a sentence, and so are parts of names."""
        capitals = (self.word(place) for place in self._capitals if _is_name(self.bare[place]))
        return frozenset(word.text for word in capitals if not word.opens)

    @cached_property
    def acronyms(self) -> frozenset[str]:
        """The acronyms that the text's names would have."""
        return frozenset(initials for _, _, initials in self._spelled())

    def _spelled(self) -> Iterator[tuple[int, int, str]]:
        """Start and end of each name of two words or more, with its initials.

        ``Department of Justice`` has two: DJ and DOJ.
        """
        for start in self._capitals:
            if self.bare[start].lower() in _FUNCTION:
                continue
            short = full = ""
            for end in range(start, len(self.bare)):
                word = self.word(end)
                named = word.capital
                if (end > start and not word.joined) or not (named or word.text in _PARTICLES):
                    break
                full += word.text[0].upper()
                short += word.text[0] if named else ""
                if len(short) > _LONGEST_ACRONYM:
                    break
                if named and len(short) > 1:
                    yield start, end + 1, short
                    yield start, end + 1, full

    def names(self, known: frozenset[str], given: Names) -> Iterator[tuple[int, int]]:
        """Start and end of each name, in words; ``known`` are words that are parts of names."""
        return self._names(known, _places(given.within(self.bare)))

    def _names(self, known: frozenset[str], given_at: set[int]) -> Iterator[tuple[int, int]]:
        start = end = -1
        for place in self._capitals:
            if place == end and self.word(place).joined:
                end += 1
                continue
            yield from self._trimmed(start, end, known, given_at)
            start, end = place, place + 1
        yield from self._trimmed(start, end, known, given_at)

    def _trimmed(
        self, start: int, end: int, known: frozenset[str], given_at: set[int]
    ) -> Iterator[tuple[int, int]]:
        """The name among capitalised words, without function words at its ends."""
        if start < 0:
            return
        first = self.bare[start]
        certain = start in given_at or first in known or _ACRONYM.fullmatch(first)
        if not certain and self.word(start).opens:
            start += 1
        while start < end and not _is_name(self.bare[start]):
            start += 1
        while start < end and not _is_name(self.bare[end - 1]):
            end -= 1
        if start < end:
            yield start, end

    def missing_in(
        self, other: Named, known: frozenset[str], given: Names
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each name of this text and the words of it that ``other`` has in no form."""
        here = tuple(given.within(self.bare))
        covered = self._covered(other, here, given)
        told: set[str] = set()
        for start, end in self._names(known, _places(here)):
            alone = end - start == 1 and not self._linked(start)
            lacking = tuple(
                self.bare[place]
                for place in range(start, end)
                if place not in covered and not other.has(self.bare[place], alone=alone)
            )
            name = " ".join(self.bare[start:end])
            if lacking and name not in told:
                told.add(name)
                yield name, lacking

    def _linked(self, place: int) -> bool:
        """Whether of, the and their like link a word to another part of its name."""
        for step in (-1, 1):
            here = place
            while 0 <= here + step < len(self.bare) and self.word(max(here, here + step)).joined:
                here += step
                if self.bare[here] not in _PARTICLES:
                    break
            if here not in (place, place + step) and self.bare[here][0].isupper():
                return True
        return False

    def has(self, word: str, *, alone: bool) -> bool:
        """Whether the text has a word of a name, which is a name by itself if it stands alone.

        Such a name may be written without its capital letter: the Internet, the internet.
        """
        if word in self.exact or not _is_name(word):
            return True
        if _ACRONYM.fullmatch(word):
            return word in self.acronyms
        return alone and word.casefold() in self.folded

    def _covered(
        self, other: Named, given_here: Iterable[tuple[int, int, int]], given: Names
    ) -> set[int]:
        """The places of words that ``other`` says in another form of the same name."""
        there = {group for _, _, group in given.within(other.bare)}
        covered = _places(each for each in given_here if each[2] in there)
        for start, end, initials in self._spelled():
            if initials in other.exact:
                covered.update(range(start, end))
        return covered


def _places(found: Iterable[tuple[int, int, int]]) -> set[int]:
    return {place for start, end, _ in found for place in range(start, end)}


def _ends_sentence(before: str, between: str) -> bool:
    initial = len(before) == 1 and before.isalpha()
    if between.strip() == "." and (initial or before in _ABBREVIATIONS):
        return False
    return any(mark in between for mark in ".!?:")


def _is_name(word: str) -> bool:
    return word.lower() not in _FUNCTION and word not in _HONORIFICS
