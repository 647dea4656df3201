"""Names in a text: terms that the glossary has, and names that it may be missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from archive.fidelity.names import NO_NAMES, Named
from archive.model.dates import MONTHS
from archive.model.fingerprint import normalise

_FENCE = re.compile(r"^(`{3,}|:{3,})\{glossary\}.*?^\1\s*$", re.MULTILINE | re.DOTALL)
_PARTICLES = frozenset(["of", "the", "for", "de", "la", "del", "van", "von"])
_CALENDAR = frozenset(MONTHS) | frozenset(
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
)
_WORD = re.compile(r"\w+")
_REACH = 8  # characters before a word that show whether it begins a sentence
_SENTENCE_END = re.compile(r"[.!?:]\W*\s\W*$")
_UNLINKABLE = re.compile(r"[`<>{}]")


@dataclass(frozen=True)
class Glossary:
    """The terms of the glossary, as they are spelled there."""

    terms: tuple[str, ...] = ()

    @classmethod
    def read(cls, markdown: str) -> Glossary:
        """The terms of every ``{glossary}``: the lines that are not indented."""
        found = []
        for block in _FENCE.finditer(markdown):
            lines = block[0].splitlines()[1:-1]
            found += [line.strip() for line in lines if line[:1].strip() and line[0] != ":"]
        return cls(tuple(term for term in dict.fromkeys(found) if not _UNLINKABLE.search(term)))

    @cached_property
    def _by_first_word(self) -> dict[str, list[tuple[str, str]]]:
        """The terms by their first word in lower case, normalised and as spelled, longest first."""
        found: dict[str, list[tuple[str, str]]] = {}
        for term in sorted(self.terms, key=len, reverse=True):
            plain = normalise(term)
            if first := _WORD.match(plain):
                found.setdefault(first[0].lower(), []).append((plain, term))
        return found

    def within(self, text: str) -> tuple[str, ...]:
        """The terms that a text uses, in order; of two that begin at one place, the longer."""
        found: list[str] = []
        folded, done = normalise(text), 0
        for word in _WORD.finditer(folded):
            if word.start() < done:
                continue
            for plain, term in self._by_first_word.get(word[0].lower(), ()):
                end = word.start() + len(plain)
                before = folded[max(0, word.start() - _REACH) : word.start()]
                used = _says(folded[word.start() : end], plain, before)
                if used and not folded[end : end + 1].isalnum():
                    found.append(term)
                    done = end
                    break
        return tuple(dict.fromkeys(found))


def _says(words: str, term: str, before: str) -> bool:
    """Whether words are the term; at the beginning of a sentence a common term is capitalised."""
    if words == term:
        return True
    begins = not before.strip() or _SENTENCE_END.search(before) is not None
    return begins and term[:1].islower() and words[:1].lower() + words[1:] == term


def candidates(texts: Iterable[str], glossary: Glossary) -> tuple[str, ...]:
    """Proper names that the glossary does not have, in order of first mention."""
    named = [Named(normalise(text)) for text in texts]
    known = frozenset(word for each in named for word in each.capitalised)
    have = {f" {normalise(term).casefold()} " for term in glossary.terms}
    names = dict.fromkeys(name for each in named for name in _names(each, known))
    return tuple(
        name for name in names if len(name) > 1 and name not in _CALENDAR
        and not any(f" {name.casefold()} " in term for term in have)
    )  # fmt: skip


def _names(named: Named, known: frozenset[str]) -> Iterator[str]:
    """The names; two with only a particle between them are one: ``Bill of Rights``."""
    start = end = 0
    for first, last in named.names(known, NO_NAMES):
        between = named.bare[end:first]
        one = end and len(between) <= 2 and set(between) <= _PARTICLES
        if one and between and all(map(named.joined, range(end, first + 1))):
            end = last
            continue
        yield " ".join(named.bare[start:end])
        start, end = first, last
    yield " ".join(named.bare[start:end])
