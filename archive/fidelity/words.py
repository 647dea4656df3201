"""Words of a text without punctuation, the proper names among them, and runs that texts share.

Names are capitalised words within a sentence, and acronyms.  English also capitalises the first
word of a sentence.  Such a word counts as a name if it is an acronym, if the archive knows it as a
name, or if the same source capitalises it within a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from archive.fidelity.languages import FOREIGN, MARKS, SPACELESS, may_be_same

# A word; apostrophes belong to it, hyphens separate two words.
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# The same, with a group that leaves out the s of a possessive.
BARE = re.compile(r"([^\W_]+(?:'(?!s(?![^\W_]))[^\W_]+)*)(?:'s(?![^\W_]))?")
# The same of other scripts: a word has its marks, and a letter of a script without spaces is one.
_LETTER = rf"(?:[^\W_{SPACELESS}]|[{MARKS}])"
_FOREIGN = re.compile(
    rf"((?:{_LETTER}+(?:'(?!s(?!{_LETTER})){_LETTER}+)*)|[{SPACELESS}][{MARKS}]*)"
    rf"(?:'s(?!{_LETTER}))?"
)


def words_in(text: str) -> Iterator[re.Match[str]]:
    """The words of a text, each with a group without the s of a possessive."""
    is_foreign = not text.isascii() and FOREIGN.search(text)
    return (_FOREIGN if is_foreign else BARE).finditer(text)


def tidy(text: str) -> str:
    """The text as ``normalise`` gives it, but with its own quotation marks; offsets are equal."""
    text = unicodedata.normalize("NFC", text)
    for dropped in "\u00ad\u200b\ufeff":  # faster than str.translate
        text = text.replace(dropped, "")
    return " ".join(text.split())


def bare_words(text: str) -> list[str]:
    """The words as they are written, without the s of a possessive."""
    return [found[1] for found in words_in(tidy(text).replace("’", "'"))]


def shown(text: str, most: int = 12) -> str:
    """The first ``most`` words of a text, for a message."""
    parts = text.split()
    return " ".join(parts[:most]) + (" …" if len(parts) > most else "")


class Runs:
    """An index of every run of words of a text, to find those that another text shares.

    A suffix automaton (Blumer et al. 1985): building and searching are linear in the words.
    """

    def __init__(self, source: Iterable[str]) -> None:
        self._next: list[dict[str, int]] = [{}]
        self._link = [-1]
        self._length = [0]
        last = 0
        for word in source:
            new = self._state({}, self._length[last] + 1)
            state = last
            while state >= 0 and word not in (following := self._next[state]):
                following[word] = new
                state = self._link[state]
            self._link[new] = self._suffix(state, word) if state >= 0 else 0
            last = new

    def _suffix(self, state: int, word: str) -> int:
        """The state of the longest run that ends with ``word`` here and earlier in the text."""
        target = self._next[state][word]
        if self._length[target] == self._length[state] + 1:
            return target
        clone = self._state(dict(self._next[target]), self._length[state] + 1)
        self._link[clone] = self._link[target]
        self._link[target] = clone
        while state >= 0 and self._next[state].get(word) == target:
            self._next[state][word] = clone
            state = self._link[state]
        return clone

    def _state(self, following: dict[str, int], length: int) -> int:
        self._next.append(following)
        self._link.append(0)
        self._length.append(length)
        return len(self._length) - 1

    def shared(self, said: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Start and end of each run of ``said`` that the text has and that cannot be extended."""
        state = length = 0
        for here, word in enumerate(said):
            before = length
            while state and word not in self._next[state]:
                state = self._link[state]
                length = self._length[state]
            known = word in self._next[state]
            if before and not (known and length == before):
                yield here - before, here
            state = self._next[state][word] if known else 0
            length = length + 1 if known else 0
        if length:
            yield len(said) - length, len(said)


# Words that neither begin nor end a name, capitalised or not.
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
_DASHES = frozenset(("—", "–", "--"))
_DATELINE = re.compile(r"[A-Z0-9][\w.]*(?:[\s,(/)–—-]+[A-Z0-9][\w.]*)*[\s,)–—-]*")
_LONGEST_DATELINE = 8  # words
_ACRONYM = re.compile(r"[A-Z][A-Z0-9]{1,5}s?")
_PARTICLES = frozenset(("of", "the", "for", "and", "in", "on", "to", "de", "la", "van", "von"))
_LONGEST_ACRONYM = 6


@dataclass(frozen=True)
class Names:
    """Names that the archive knows, for example from its glossary.

    Each group holds all forms of one name.
    """

    groups: tuple[tuple[str, ...], ...]

    @cached_property
    def _forms(self) -> dict[str, list[tuple[tuple[str, ...], int]]]:
        """The forms by their first word, the longest first, each with its group's number."""
        forms = ((tuple(bare_words(form)), group)
                 for group, forms in enumerate(self.groups) for form in forms)  # fmt: skip
        found: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for form, group in sorted(filter(itemgetter(0), forms), key=lambda each: -len(each[0])):
            found.setdefault(form[0], []).append((form, group))
        return found

    def within(self, words: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """Start, end and group of each name in ``words``; where two begin, the longer one."""
        forms, done = self._forms, 0
        for here, word in enumerate(words):
            if word not in forms or here < done:
                continue
            for form, group in forms[word]:
                if tuple(words[here : here + len(form)]) == form:
                    done = here + len(form)
                    yield here, done, group
                    break

    def has(self, name: str) -> bool:
        """Whether these have a name of some words."""
        return any(True for _ in self.within(name.split()))


NO_NAMES = Names(())


_OWN_NUMBER = re.compile(r"(?:\W*(?:[\[(]\w{1,5}[\])]|\d{1,4}[.)]|§ ?\d{1,5}[a-z]?\.?)\s+)+\W*")


@dataclass(frozen=True)
class Named:
    """A normalised text as a sequence of words, read for its names.

    A place is the index of a word in ``bare``.
    """

    text: str

    @cached_property
    def _plain(self) -> str:
        """The text without web addresses and without the points of acronyms."""
        plain = _DOTTED.sub(lambda match: match[0].replace(".", ""), self.text)
        return _WEB.sub(",", plain) if "://" in plain or "@" in plain else plain

    @cached_property
    def _matches(self) -> tuple[re.Match[str], ...]:
        return tuple(words_in(self._plain))

    @cached_property
    def bare(self) -> tuple[str, ...]:
        """The words without the s of a possessive."""
        return tuple(match[1] for match in self._matches)

    @cached_property
    def _begin(self) -> int:
        """Where the words begin after the text's own number, such as “[3]” or “(a)”."""
        match = _OWN_NUMBER.match(self._plain)
        return match.end() if match else 0

    def _between(self, place: int) -> str:
        """What stands between a word and the one before it."""
        return self._plain[self._matches[place - 1].end() : self._matches[place].start()]

    def _opens(self, place: int) -> bool:
        """Whether a sentence or a quotation begins with the word."""
        if not place or self._matches[place].start() == self._begin:
            return True
        between = self._between(place)
        return (
            _ends_sentence(self.bare[place - 1], between)
            or bool(_OPENING.search(between))
            or (place <= _LONGEST_DATELINE and self._ends_dateline(place, between))
        )

    def _ends_dateline(self, place: int, between: str) -> bool:
        """Whether the word follows the place and day of a report: ``LONDON, May 3 — Today``."""
        before = self._plain[: self._matches[place].start()]
        return between.strip(" )") in _DASHES and bool(_DATELINE.fullmatch(before))

    def joined(self, place: int) -> bool:
        """Whether only white space, a hyphen or an ampersand separates it from the word before."""
        if self._opens(place):
            return False
        between = self._between(place)
        return between in {" ", "-", " & "} or between.strip() == "."

    @cached_property
    def _capitals(self) -> tuple[int, ...]:
        """The places of the words with a capital letter."""
        return tuple(place for place, word in enumerate(self.bare) if word[0].isupper())

    @cached_property
    def exact(self) -> frozenset[str]:
        return frozenset(self.bare)

    @cached_property
    def folded(self) -> frozenset[str]:
        return frozenset(map(str.casefold, self.exact))

    @cached_property
    def capitalised(self) -> frozenset[str]:
        """Words that are capitalised within a sentence, and so are parts of names."""
        within = (place for place in self._capitals if _is_name(self.bare[place]))
        return frozenset(self.bare[place] for place in within if not self._opens(place))

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
                word = self.bare[end]
                capital = word[0].isupper()
                if not (capital or word in _PARTICLES) or (end > start and not self.joined(end)):
                    break
                full += word[0].upper()
                short += word[0] if capital else ""
                if len(short) > _LONGEST_ACRONYM:
                    break
                if capital and len(short) > 1:
                    yield start, end + 1, short
                    yield start, end + 1, full

    def names(self, known: frozenset[str], given: Names) -> Iterator[tuple[int, int]]:
        """Start and end of each name, without function words at its ends.

        ``known`` are words that are parts of names wherever they stand.
        """
        given_at = places_of(given.within(self.bare))
        groups: list[list[int]] = []  # the places of capitalised words that follow one another
        for place in self._capitals:
            if groups and place == groups[-1][-1] + 1 and self.joined(place):
                groups[-1].append(place)
            else:
                groups.append([place])
        for start, *others in groups:
            first = self.bare[start]
            certain = start in given_at or first in known or _ACRONYM.fullmatch(first)
            places = others if not certain and self._opens(start) else [start, *others]
            if named := [place for place in places if _is_name(self.bare[place])]:
                yield named[0], named[-1] + 1

    def missing_in(
        self, other: Named, known: frozenset[str], given: Names
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each name of this text that ``other`` lacks, with the words that it lacks in any form."""
        covered = self._covered(other, given)
        told: set[str] = set()
        for start, end in self.names(known, given):
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
        """Whether a particle such as ``of`` links a word to another part of its name."""
        for step in (-1, 1):
            here = place
            while 0 <= here + step < len(self.bare) and self.joined(max(here, here + step)):
                here += step
                if self.bare[here] not in _PARTICLES:
                    break
            if here not in (place, place + step) and self.bare[here][0].isupper():
                return True
        return False

    def may_have(self, word: str) -> bool:
        """Whether the text may have a word of a name with another ending."""
        return any(may_be_same(word, other) for other in self._capitalised)

    @cached_property
    def _capitalised(self) -> frozenset[str]:
        """All words with a capital letter, wherever they stand."""
        return frozenset(self.bare[place] for place in self._capitals)

    def has(self, word: str, *, alone: bool) -> bool:
        """Whether the text has a word of a name.

        A name of one word may be written without its capital letter: the Internet, the internet.
        """
        if word in self.exact or not _is_name(word):
            return True
        if _ACRONYM.fullmatch(word):
            return word in self.acronyms
        return alone and word.casefold() in self.folded

    def _covered(self, other: Named, given: Names) -> set[int]:
        """The places of words whose name ``other`` has in another form."""
        there = {group for _, _, group in given.within(other.bare)}
        covered = places_of(each for each in given.within(self.bare) if each[2] in there)
        for start, end, initials in self._spelled():
            if initials in other.exact:
                covered.update(range(start, end))
        return covered


def places_of(found: Iterable[tuple[int, int, int]]) -> set[int]:
    """The place of every word of the names that ``Names.within`` gives."""
    return {place for start, end, _ in found for place in range(start, end)}


def _ends_sentence(before: str, between: str) -> bool:
    initial = len(before) == 1 and before.isalpha()
    if between.strip() == "." and (initial or before in _ABBREVIATIONS):
        return False
    return any(mark in between for mark in ".!?:")


def _is_name(word: str) -> bool:
    return word.lower() not in _FUNCTION and word not in _HONORIFICS
