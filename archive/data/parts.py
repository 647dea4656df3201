"""Goes through the parts of a seal as a text: with spaces, names of links and labels of works.

A part (``archive.model.seal``) has its texts without the white space around marks: ``["paragraph",
{}, "the", ["emphasis", {}, "Times"], "said"]``.  The text that a fingerprint is of has it, and so
tells where there is a space; what that text leaves out, citations, notes and names that links
show, and what it does not cover, follows rules for punctuation.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from archive.model.fingerprint import normalise
from archive.model.seal import PASSAGE, Part


class Named(Protocol):
    """What a link to an anchor or a document leads to."""

    @property
    def name(self) -> str: ...
    @property
    def address(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Around:
    """What parts do not tell: where links lead, and what works are called."""

    named: Callable[[str], Named | None]  # of an anchor or a document's id; None of all else
    label: Callable[[str], str]  # of a work, by its key
    entry: Callable[[str], str]  # of a work in the bibliography, by its key


@dataclass(frozen=True, slots=True)
class Open:
    """The beginning of an element, by its role."""

    role: str
    facts: Mapping[str, str]
    content: Sequence[str | Part]


@dataclass(frozen=True, slots=True)
class Close:
    """The end of an element."""

    role: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Note:
    """The mark of a footnote, with what it says."""

    content: Sequence[str | Part]


Piece = str | Open | Close | Note

# Elements in a line; all others are blocks.
INLINE = frozenset({
    "abbreviation", "break", "citation", "download", "emphasis", "formula", "image", "link",
    "literal", "redacted", "span", "speaker", "strong", "struck", "sub", "sup",
})  # fmt: skip

_VERBATIM = frozenset({"code", "formula"})


def pieces(held: Sequence[str | Part], around: Around, guide: str | None = None) -> Iterator[Piece]:
    """Yield the pieces of parts in order.  ``guide`` is the text that their fingerprint is of."""
    yield from _Walk(around, guide).content(held)


def citation_words(target: str, form: str, label: Callable[[str], str]) -> str:
    """Return a citation in words: ``(see ACLU 2021, p. 3; HRW 2020)``, without brackets in a text.

    ``target`` has the keys as they are written: ``{see}aclu-2021{p. 3},hrw-2020``.
    """
    said = []
    for before, key, after in citations(target):
        first = f"{before} " if before else ""
        said.append(first + label(key) + (f", {after}" if after else ""))
    joined = "; ".join(said)
    return joined if form.startswith("t") else f"({joined})"


def citations(target: str) -> Iterator[tuple[str, str, str]]:
    """Yield the works of a citation: the words before, the key, the words behind."""
    if "{" not in target:
        yield from (("", key.strip(), "") for key in target.split(",") if key.strip())
        return
    depth, start, written = 0, 0, []
    for place, letter in enumerate(f"{target},"):
        depth += (letter == "{") - (letter == "}")
        if letter == "," and depth <= 0:
            written.append(target[start:place].strip())
            start, depth = place + 1, 0
    for said in filter(None, written):
        before, behind = said[1:].partition("}")[::2] if said.startswith("{") else ("", said)
        key, after = behind[:-1].partition("{")[::2] if behind.endswith("}") else (behind, "")
        yield " ".join(before.split()), key.strip(), " ".join(after.split())


class _Walk:
    """Goes through parts, and decides before each piece whether a space stands there."""

    def __init__(self, around: Around, guide: str | None) -> None:
        self._around, self._guide, self._at = around, guide, 0
        self._before = ""  # what stands before, in the same block
        self._is_guided = guide is not None  # whether the guide tells of the next space

    def content(self, held: Sequence[str | Part]) -> Iterator[Piece]:
        for each in held:
            if isinstance(each, str):
                yield from self._text(each)
            else:
                yield from self._part(each)

    def _part(self, part: Part) -> Iterator[Piece]:
        role, facts, content = part[0], part[1], part[2:]
        if role == "footnote":
            yield Note(content)
        elif role == "citation":
            words = citation_words(
                facts.get("target", ""), facts.get("form", ""), self._around.label
            )
            yield from self._unguided(Open(role, facts, content), words)
        elif role == "link" and not any(isinstance(each, str) for each in _flat(content)):
            named = self._around.named(facts.get("target", ""))
            words = named.name if named is not None else facts.get("target", "")
            yield from self._unguided(Open(role, facts, content), words)
        elif role in INLINE:
            first = next(filter(_is_text, _flat(content)), "")
            if first and isinstance(first, str):
                yield from self._space(first)
            yield Open(role, facts, content)
            yield from self._verbatim(content) if role in _VERBATIM else self.content(content)
            yield Close(role, facts)
            if role == "break":
                self._new_block()
        else:
            self._new_block()
            yield Open(role, facts, content)
            if role != PASSAGE:
                yield from self._verbatim(content) if role in _VERBATIM else self.content(content)
            yield Close(role, facts)
            self._new_block()

    def _unguided(self, opened: Open, words: str) -> Iterator[Piece]:
        """Yield an element whose words are not in the guide."""
        yield from self._space(words)
        yield opened
        yield words
        yield Close(opened.role, opened.facts)
        self._before, self._is_guided = words, False

    def _text(self, text: str) -> Iterator[str]:
        yield from self._space(text)
        yield text
        self._move(text)

    def _verbatim(self, content: Sequence[str | Part]) -> Iterator[Piece]:
        for each in content:
            self._before = ""
            if isinstance(each, str):
                yield each
                self._skip()
                self._move(normalise(each))
            else:
                yield from self._part(each)

    def _move(self, text: str) -> None:
        self._before, self._is_guided = text, self._guide is not None
        if self._guide is not None:
            if self._guide.startswith(text, self._at):
                self._at += len(text)
            else:  # no guide for what follows
                self._guide, self._is_guided = None, False

    @property
    def _is_over(self) -> bool:
        return self._guide is not None and self._at >= len(self._guide)

    def _skip(self) -> None:
        if self._guide is not None and self._guide.startswith(" ", self._at):
            self._at += 1

    def _new_block(self) -> None:
        self._before = ""

    def _space(self, following: str) -> Iterator[str]:
        opened = self._before[-1:] in _OPENING
        if not opened and self._guide is not None and self._guide.startswith(" ", self._at):
            self._at += 1
            if self._before:
                yield " "
                self._before, self._is_guided = "", True
                return
        elif self._is_guided and not self._is_over:
            return
        if self._before and _parts(self._before, following):
            yield " "
        self._before = ""


def _flat(held: Sequence[str | Part]) -> Iterator[str | Part]:
    for each in held:
        yield each
        if not isinstance(each, str):
            yield from _flat(each[2:])


def _is_text(each: str | Part) -> bool:
    return isinstance(each, str)


_CLOSING = frozenset(",.;:!?)]}%…»”’、。，；：！？）」』")
_OPENING = frozenset("([{«“‘/-（「『")
_MARKS = frozenset("\"'")


def _parts(before: str, after: str) -> bool:
    """Whether a space stands between two texts, as punctuation has it in English."""
    last, first = before[-1:], after[:1]
    if not last or not first or last in _OPENING or first in _CLOSING:
        return False
    if any(unicodedata.east_asian_width(each) in "WF" for each in (last, first)):
        return False
    if last in _MARKS and before[-2:-1] in ("", " ", *_OPENING):
        return False
    if first == "'" and after[1:2].isalpha():
        return False
    return not (first in _MARKS and (len(after) == 1 or not after[1].isalnum()))
