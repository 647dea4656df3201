"""Words without punctuation, and the runs of words that two texts share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

# A word; apostrophes belong to it, hyphens separate two words.
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# The same, with a group that leaves out the s of a possessive.
BARE = re.compile(r"([^\W_]+(?:'(?!s(?![^\W_]))[^\W_]+)*)(?:'s(?![^\W_]))?")


def tidy(text: str) -> str:
    """The text as ``normalise`` gives it, but with its own quotation marks; offsets are equal."""
    text = unicodedata.normalize("NFC", text)
    for dropped in "\u00ad\u200b\ufeff":  # faster than str.translate
        text = text.replace(dropped, "")
    return " ".join(text.split())


def bare_words(text: str) -> list[str]:
    """The words as they are written, without the s of a possessive."""
    found: list[str] = BARE.findall(tidy(text).replace("’", "'"))
    return found


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
