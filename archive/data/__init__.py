"""A document as data and as plain text: what programs and people who work with texts take.

Everything is made from what stands in the ledger or is sealed by it, so that ``archive verify`` can
make it again from the proof of a copy, and compare.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol

from archive.model.passage import normalise
from archive.model.seal import PASSAGE, Part

# --- Goes through the parts of a seal as a text: with spaces, names of links and labels of works.
#
# A part (``archive.model.seal``) has its texts without the white space around marks:
# ``["paragraph", {}, "the", ["emphasis", {}, "Times"], "said"]``.  The text that a fingerprint is
# of has it, and so tells where there is a space; what that text leaves out, citations, notes and
# names that links show, and what it does not cover, follows rules for punctuation.


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


# The element of each role; others are a ``div``.  Roles without an element give their content.
_ELEMENTS = {
    "paragraph": "p", "title": "p", "rubric": "p", "quotation": "blockquote", "attribution": "p",
    "lines": "div", "line": "div", "item": "li", "term": "dt", "name": "dt", "description": "dd",
    "fields": "dl", "table": "table", "head": "thead", "row": "tr", "cell": "td",
    "figure": "figure", "caption": "figcaption", "legend": "div", "code": "pre", "notice": "aside",
    "emphasis": "em", "strong": "strong", "literal": "code", "sub": "sub", "sup": "sup",
    "struck": "s", "span": "span", "abbreviation": "abbr", "redacted": "span", "speaker": "span",
    "formula": "code", "download": "span", "classifier": "dd", "image": "span",
    "citation": "cite",
}  # fmt: skip
_EMPTY = {"rule": "hr", "break": "br"}
_SAID = frozenset({  # roles that HTML has no element of its own for, which stand as a class
    "attribution", "classifier", "formula", "image", "legend", "line", "lines", "redacted",
    "rubric", "signatories", "speaker", "title",
})  # fmt: skip


def html(held: Iterable[Piece], around: Around) -> tuple[str, tuple[str, ...]]:
    """Return pieces as HTML, and what their footnotes say, each as HTML, in order.

    It has no ids, no scripts and no addresses but those of links.  What the page generates, the
    terms of the glossary, and where an image lies are left out.
    """
    writer = _Writer(around)
    return writer.write(held), tuple(writer.notes)


class _Writer:
    def __init__(self, around: Around) -> None:
        self._around = around
        self.notes: list[str] = []
        self._closing: list[str] = []
        self._within: list[str] = []  # the elements that are open

    def write(self, held: Iterable[Piece]) -> str:
        return "".join(self._write(held))

    def _write(self, held: Iterable[Piece]) -> Iterator[str]:
        for piece in held:
            if isinstance(piece, str):
                yield escape(piece, quote=False)
            elif isinstance(piece, Note):
                yield self._note(piece)
            elif isinstance(piece, Open):
                yield self._open(piece)
            elif self._within:
                yield self._close(piece)

    def _note(self, note: Note) -> str:
        named = next((each[1]["anchor"] for each in note.content
                      if not isinstance(each, str) and each[0] == PASSAGE), None)  # fmt: skip
        if named is not None:
            return f"<sup>{_passage(named, 'span')}</sup>"
        place = len(self.notes)
        self.notes.append("")  # a note within it follows
        writer = _Writer(self._around)
        writer.notes = self.notes
        self.notes[place] = writer.write(pieces(note.content, self._around))
        return f'<sup class="note">{place + 1}</sup>'

    def _open(self, opened: Open) -> str:
        role, facts = opened.role, opened.facts
        if role == PASSAGE:
            tag = "li" if self._around_it() in ("ul", "ol") else "div"
            self._within.append("")
            return _passage(facts["anchor"], tag)
        if role in _EMPTY:
            self._within.append("")
            return f"<{_EMPTY[role]}>"
        tag, attributes = self._tag(opened), _attributes(role, facts)
        if role == "link":
            tag, attributes = self._link(facts)
        self._within.append(tag)
        return f"<{tag}{attributes}>" if tag else ""

    def _close(self, closed: Close) -> str:
        tag = self._within.pop()
        return f"</{tag}>" if tag else ""

    def _tag(self, opened: Open) -> str:
        role, facts, around_it = opened.role, opened.facts, self._around_it()
        tag = _ELEMENTS.get(role, "div")
        if role == "heading":
            tag = f"h{min(int(facts.get('level', '2')), 6)}"
        elif role == "list":
            tag = _list(opened)
        elif role == "generated" or (role == "item" and around_it == "dl"):
            tag = ""
        elif role == "cell" and "thead" in self._within:
            tag = "th"
        elif role in ("caption", "title"):
            tag = {"table": "caption", "figure": "figcaption"}.get(around_it, "p")
        elif role == "formula" and around_it not in _LINES:
            tag = "pre"
        return tag

    def _around_it(self) -> str:
        return next((tag for tag in reversed(self._within) if tag), "")

    def _link(self, facts: Mapping[str, str]) -> tuple[str, str]:
        address = address_of(facts, self._around.named)
        return ("a", f' href="{escape(address)}"') if address else ("", "")


_LINES = frozenset({"p", "em", "strong", "td", "th", "li", "dd", "dt", "a", "span"})


def address_of(facts: Mapping[str, str], named: Callable[[str], Named | None]) -> str:
    """Return where a link leads: an address of its own, or that of an anchor or a document."""
    target = facts.get("target", "")
    if facts.get("kind") == "term":
        return ""
    if target.startswith(("https://", "http://", "mailto:")):
        return target
    found = named(target)
    return found.address if found is not None else ""


def _passage(anchor: str, tag: str) -> str:
    """Return the place of a passage that stands within another one."""
    return f'<{tag} data-passage="{anchor}"></{tag}>'


def _list(opened: Open) -> str:
    first = next((each for each in opened.content if not isinstance(each, str)), None)
    inside = first[2] if first is not None and len(first) > 2 else None
    if isinstance(inside, list) and inside[0] == "term":
        return "dl"
    return "ol" if opened.facts.get("numbers") else "ul"


def _attributes(role: str, facts: Mapping[str, str]) -> str:
    classes = " ".join(filter(None, (role if role in _SAID else "", facts.get("class", ""))))
    found = {"class": classes}
    if role == "abbreviation":
        found["title"] = facts.get("text", "")
    elif role == "cell":
        found |= {"colspan": facts.get("columns", ""), "rowspan": facts.get("rows", "")}
    elif role == "list":
        start = facts.get("start", "1")
        kind = _TYPES.get(facts.get("numbers", ""), "")
        found |= {"start": start if start != "1" else "", "type": kind}
    elif role == "image":
        found |= {"role": "img", "aria-label": facts.get("text", "")}
    elif role == "signatories":
        found["aria-label"] = facts.get("text", "")
    elif role == "citation":
        keys = (key for _before, key, _after in citations(facts.get("target", "")))
        found["data-works"] = " ".join(keys)
    return "".join(f' {name}="{escape(value)}"' for name, value in found.items() if value)


_TYPES = {"loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I"}
