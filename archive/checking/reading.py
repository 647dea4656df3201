"""Reads a text as blocks, whatever its form (section 4)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from lxml import etree

from archive.checking.words import spaced

FORMS = ("txt", "md", "html")

Element = Any  # lxml.etree has no public name for it


@dataclass(frozen=True, slots=True)
class Link:
    """What a part of a block leads to."""

    at: int  # in the block’s text
    end: int
    address: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or the like: spaced text, see ``archive.checking.words.spaced``."""

    text: str
    lines: tuple[tuple[int, int], ...] = ((0, 1),)  # where each line begins, and its number
    is_quotation: bool = False
    links: tuple[Link, ...] = ()
    marks: tuple[tuple[int, str], ...] = ()  # places of the marks of notes, and their names
    note: str = ""  # the name of the note that it is

    def line(self, at: int) -> int:
        """The number of the line in which a place of the text stands."""
        return self.lines[max(bisect_right(self.lines, (at, 1 << 60)) - 1, 0)][1]

    @property
    def breaks(self) -> frozenset[int]:
        """The places of the spaces that stand for line breaks."""
        return frozenset(at - 1 for at, _line in self.lines if self.text[at - 1 : at] == " ")


Mark = tuple[int, str]


@dataclass(slots=True)
class _Draft:
    """A block while it is read."""

    is_quotation: bool = False
    text: str = ""
    lines: list[tuple[int, int]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    marks: list[tuple[int, str]] = field(default_factory=list)
    note: str = ""

    def add(
        self, said: str, line: int, links: Iterable[Link] = (), marks: Iterable[Mark] = ()
    ) -> None:
        """Add a line."""
        if said:
            at = len(self.text) + 1 if self.text else 0
            self.marks += ((at + place, name) for place, name in marks)
            self.text = f"{self.text} {said}" if self.text else said
            self.lines.append((at, line))
            self.links += (Link(at + each.at, at + each.end, each.address) for each in links)

    def done(self) -> Block:
        return Block(
            self.text, tuple(self.lines), self.is_quotation, tuple(self.links),
            tuple(self.marks), self.note,
        )  # fmt: skip


def read(text: str, form: str) -> list[Block]:
    """The blocks of a text.  Raises KeyError for a form that is none."""
    done: list[Block] = []
    links: tuple[Link, ...] = ()
    for block in _READERS[form](text):
        links += block.links if not block.text else ()
        if block.text:
            before = tuple(Link(0, 0, each.address) for each in links)
            done.append(replace(block, links=(*before, *block.links)) if before else block)
            links = ()
    if links:
        done.append(Block("", links=tuple(Link(0, 0, each.address) for each in links)))
    return done


def _plain(text: str) -> Iterator[Block]:
    draft = _Draft()
    for number, line in enumerate(text.splitlines(), start=1):
        said = spaced(line)
        if not said and draft.text:
            yield draft.done()
            draft = _Draft()
        draft.add(said, number)
    yield draft.done()


# --- Markdown

_FENCE = re.compile(r" {0,3}(```|~~~)")
_QUOTED = re.compile(r" {0,3}> ?")
_BEGIN = re.compile(r" {0,3}(?:#{1,6} |[-*+] |\d{1,9}[.)] |\[\^([^\]\s]{1,60})\]: ?)")
_LINK = re.compile(
    r"!?\[([^\[\]]{0,500})\]\(<?([^\s()<>]{1,2000})>?(?: [\"'][^\"']{0,200}[\"'])?\)"
)
_AUTOLINK = re.compile(r"<((?:https?|file):[^\s<>]{1,2000})>")
_EMPHASIS = re.compile(r"\*{1,3}|(?<![\w/])_{1,3}|_{1,3}(?![\w/])")
_NOTE_MARK = re.compile(r"\[\^([^\]\s]{1,60})\]")


def _markdown(text: str) -> Iterator[Block]:
    draft, fence = _Draft(), ""
    for number, line in enumerate(text.splitlines(), start=1):
        marked = _FENCE.match(line)
        if fence:
            fence = "" if marked and marked[1] == fence else fence
            continue
        if marked:
            fence = marked[1]
            continue
        quoted = _QUOTED.match(line)
        rest = line[quoted.end() :] if quoted else line
        begin = _BEGIN.match(rest)
        is_quotation = bool(quoted)
        if draft.text and (begin or not rest.strip() or is_quotation != draft.is_quotation):
            yield draft.done()
            draft = _Draft()
        draft.is_quotation = is_quotation
        if begin and not draft.text:
            draft.note = begin[1] or ""
        draft.add(*_inline(rest[begin.end() :] if begin else rest, number))
    yield draft.done()


def _inline(line: str, number: int) -> tuple[str, int, list[Link], list[Mark]]:
    """A line without marks of Markdown, its number, its links and its marks of notes."""
    said, at = "", 0
    links: list[Link] = []
    marks: list[Mark] = []
    found = [each for form in (_LINK, _AUTOLINK, _NOTE_MARK) for each in form.finditer(line)]
    for match in sorted(found, key=lambda each: each.start()):
        if match.start() < at:
            continue
        said = _joined(said, _unmarked(line[at : match.start()]))
        begin, at = len(said), match.end()
        if match.re is _NOTE_MARK:
            marks.append((begin, match[1]))
        else:
            is_auto = match.re is _AUTOLINK
            said += "" if is_auto else spaced(_unmarked(match[1]))
            links.append(Link(begin, len(said), match[1] if is_auto else match[2]))
    said = _joined(said, _unmarked(line[at:]))
    return said.rstrip(), number, links, marks


def _joined(before: str, text: str) -> str:
    """Two parts of a line, with one space at most between them."""
    gap = " " if before and not before.endswith(" ") and text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and spaced(text) else ""
    return before + gap + spaced(text) + after


def _unmarked(text: str) -> str:
    return _EMPHASIS.sub("", text)


# --- HTML

_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul",
))  # fmt: skip
_SKIPPED = frozenset({"head", "script", "style", "template", "noscript", "svg", "math", "iframe"})
_WHO = frozenset({"footer", "cite"})
_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]{1,2000}")


def _html(text: str) -> Iterator[Block]:
    parser = etree.HTMLParser(recover=True, huge_tree=True, encoding="utf-8", no_network=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    return iter(()) if root is None else _Page(root).blocks()


class _Page:
    """Goes through a tree, and divides its text at the elements that are blocks."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._depth = 0  # of block quotations
        self._begin()

    def _begin(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._is_apart = False  # whether a space stands before what follows
        self._lines: list[tuple[int, int]] = []
        self._links: list[Link] = []
        self._open: list[int] = []  # where the links begin that are open

    def blocks(self) -> Iterator[Block]:
        skipped = 0
        for event, element in etree.iterwalk(self._root, events=("start", "end", "comment", "pi")):
            name = element.tag if isinstance(element.tag, str) else ""
            is_start = event == "start"
            if name in _SKIPPED:
                skipped += 1 if is_start else -1
            elif name and not skipped:
                if name in _BLOCKS or (name in _WHO and self._depth):
                    yield from self._flush(is_who=name in _WHO and not is_start)
                if name == "blockquote":
                    self._depth += 1 if is_start else -1
                self._element(element, name, is_start=is_start)
            if not skipped:
                self._say(element.text if is_start else element.tail, element)
        yield from self._flush()

    def _element(self, element: Element, name: str, *, is_start: bool) -> None:
        if is_start:
            here = self._length
            self._links += (Link(here, here, address) for address in _told(element))
        if name == "br" and is_start:
            self._is_apart = True
        elif name == "q":
            self._say("“" if is_start else "”", element)
        elif name == "a" and element.get("href"):
            if is_start:
                self._open.append(self._length)
            else:
                begin = self._open.pop() if self._open else self._length
                self._links.append(Link(begin, self._length, element.get("href", "")))

    def _say(self, text: str | None, element: Element) -> None:
        for number, part in enumerate((text or "").split("\n")):
            said = spaced(part)
            self._is_apart |= number > 0 or part[:1].isspace()
            if said:
                if self._is_apart and self._length:
                    said = f" {said}"
                place = self._length + (said[0] == " ")
                self._lines.append((place, (element.sourceline or 1) + number))
                self._parts.append(said)
                self._length += len(said)
                self._is_apart = part[-1:].isspace()

    def _flush(self, *, is_who: bool = False) -> Iterator[Block]:
        if self._parts or self._links:
            is_quotation = self._depth > 0 and not is_who
            lines = (*self._lines,) or ((0, 1),)
            yield Block("".join(self._parts), lines, is_quotation, (*self._links,))
        self._begin()


def _told(element: Element) -> Iterator[str]:
    """The addresses in attributes that keep citations."""
    for name, value in element.attrib.items():
        if name == "cite" or str(name).startswith("data-"):
            yield from _ADDRESS.findall(unquote(str(value)))


_READERS: dict[str, Callable[[str], Iterator[Block]]] = {
    "txt": _plain, "md": _markdown, "html": _html,
}  # fmt: skip
