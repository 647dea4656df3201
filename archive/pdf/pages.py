"""Draws the pages of the archive, and the list of works at the end of a document.

A pen translates the nodes of a page to Typst, and keeps what the page still needs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from docutils import nodes
from sphinxcontrib.bibtex.transforms import BibliographyTransform

from archive.model.passage import unbroken
from archive.model.proof import in_words
from archive.pdf import Words, code, from_the_right, isolated, runs_against, words_of
from archive.pdf.blocks import footnotes, marked_footnotes
from archive.pdf.coverage import REFUSED, TABLE
from archive.pdf.fonts import letters
from archive.pdf.inline import flowing
from archive.site import clauses, passage_label

if TYPE_CHECKING:
    from sphinxcontrib.bibtex.domain import Citation

    from archive.model.tree import LogPlace
    from archive.site.know.facts import Document

# Ids that docutils numbered itself: targets of links within a page, but no permanent anchors.
_NUMBERED = re.compile(r"id\d+")

# White space that is no single space.
_SPACES = re.compile(r"[ \t\r\n]{2,}|[\t\r\n]")

_SUFFIX = ".html"

_LISTED = 12  # sections of a page that contents list; of more, bookmarks alone


def page_uri(docname: str) -> str:
    """The address of a page, relative to the archive's root."""
    return docname + _SUFFIX


@dataclass(frozen=True, slots=True)
class Addresses:
    """Resolves the targets of links to labels in print and addresses on the web."""

    base: str  # of the archive, with a slash at its end
    has_page: Callable[[str], bool]  # whether there is a page of this docname
    # The page with a bibliography, by each page of the site that has a part of it.
    divided: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def label(docname: str, id_: str) -> str:
        """The Typst label of an id on a page; the empty id is the beginning of the page."""
        return f"{docname}#{id_}"

    def page(self, docname: str, id_: str = "") -> str:
        """The web address of an id on a page."""
        return self.base + page_uri(docname) + (f"#{id_}" if id_ else "")

    def resolve(self, uri: str) -> tuple[str | None, str]:
        """The label of a URI, None if it leads to no page of the archive, and its web address."""
        if urlsplit(uri).scheme:
            return None, uri
        path, _, id_ = uri.partition("#")
        docname = path.removesuffix(_SUFFIX)
        docname = self.divided.get(docname, docname)
        is_page = docname != path and self.has_page(docname)
        return (self.label(docname, id_) if is_page else None), self.base + uri


class Anchor(NamedTuple):
    """A place in print."""

    label: str  # in Typst
    name: str  # of the destination in the PDF; empty if it has none
    title: str = ""  # of its bookmark; empty if it has none, or is a heading, which Typst marks


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A reason why a page cannot be printed."""

    path: str
    line: int  # from 1; 0 if it is unknown
    message: str  # what is wrong and how to mend it

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line or 1}"


@dataclass(frozen=True, slots=True)
class Subject:
    """The page to be drawn, and what its drawing needs to know."""

    docname: str
    path: str  # of its source, relative to the archive's root
    addresses: Addresses
    language: str
    images: Mapping[str, Path] = field(default_factory=dict)  # the files of its images, by URI
    has_record: bool = False

    @property
    def from_the_right(self) -> bool:
        """Whether its lines begin at the right."""
        return from_the_right(self.language)

    @property
    def words(self) -> Words:
        """The words that print adds."""
        return words_of(self.language)


class Piece(NamedTuple):
    """A top-level block of a page in Typst.  A page is cut into volumes between its pieces."""

    code: str
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True)
class Page:
    """A drawn page, or a share of one."""

    docname: str
    pieces: tuple[Piece, ...]
    images: Mapping[str, Path]  # files, by name in print
    faults: tuple[Fault, ...] = ()

    @property
    def code(self) -> str:
        return code.block(piece.code for piece in self.pieces)

    @property
    def anchors(self) -> tuple[Anchor, ...]:
        return tuple(anchor for piece in self.pieces for anchor in piece.anchors)

    @property
    def name(self) -> str:
        """The name of its first destination; empty if it has none."""
        return next((anchor.name for anchor in self.anchors if anchor.name), "")

    @cached_property
    def letters(self) -> frozenset[str]:
        """The characters in it that not every font has."""
        return frozenset().union(*(letters(piece.code) for piece in self.pieces))

    def place_of(self, letter: str) -> str | None:
        """Where a character first stands in the archive's sources, as "file:line"."""
        return next(
            (place for piece in self.pieces if (place := code.place_with(piece.code, letter))), None
        )

    @property
    def weight(self) -> int:
        """How much there is to print, in characters of code."""
        return sum(len(piece.code) for piece in self.pieces)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that decides how it is printed, without the lines it comes from."""
        shown = [(code.without_places(piece.code), piece.anchors) for piece in self.pieces]
        return hashlib.sha256(repr((shown, sorted(self.images))).encode()).hexdigest()


@dataclass(slots=True)
class Pen:
    """Draws the nodes of one page, each once and in document order."""

    subject: Subject
    footnotes: Mapping[str, nodes.footnote] = field(default_factory=dict)  # by their ids
    marked: Set[str] = frozenset()  # ids of the footnotes that a mark leads to
    faults: list[Fault] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)  # set since they were last taken
    images: dict[str, Path] = field(default_factory=dict)  # files, by name in print
    level: int = 0  # of the section at hand
    is_listed: bool = True  # whether the contents of an edition list the sections
    noted: set[str] = field(default_factory=set)  # footnotes printed so far
    _waiting: list[str] = field(default_factory=list)  # ids whose text is yet to be drawn
    _mark: str = ""  # a label for the margin whose text is yet to be drawn
    _titles: dict[str, str] = field(default_factory=dict)  # of bookmarks, by ids that wait
    is_repeated: bool = False  # whether Typst repeats what is drawn, so that anchors must wait

    def draw(self, node: nodes.Node) -> str:
        """The node as a Typst expression."""
        if isinstance(node, nodes.Text):
            return self.anchored(flowing(_SPACES.sub(" ", node.astext())))
        assert isinstance(node, nodes.Element)
        self.wait(node["ids"])
        self.mark(node)
        if draw := TABLE.get(type(node)):
            return draw(node, self)
        self.refuse(node)
        return ""

    def refuse(self, node: nodes.Element) -> None:
        """Report a node that print does not know or does not take."""
        name = f"{type(node).__module__}.{type(node).__qualname__}"
        unknown = "nothing says how. To mend: say it in archive/pdf/coverage.py."
        reason = REFUSED.get(type(node), unknown)
        self.fault(node, f"The node {name} cannot be printed: {reason}")

    def children(self, node: nodes.Element) -> str:
        return self.joined(node.children)

    def joined(self, parts: Iterable[nodes.Node]) -> str:
        return code.block([self.draw(part) for part in parts])

    def title(self, node: nodes.Element) -> tuple[str, str]:
        """The text of a heading, and the anchors to put before it.

        Typst repeats headings in the contents, so an anchor inside one would stand twice.
        """
        with self.repeated():
            body = self.children(node)
        return body, self.flush()

    @contextmanager
    def repeated(self) -> Iterator[None]:
        """Have anchors wait while a part is drawn that Typst repeats elsewhere."""
        self.is_repeated = True
        yield
        self.is_repeated = False

    @contextmanager
    def elsewhere(self, ids: Iterable[str]) -> Iterator[None]:
        """Draw what is printed elsewhere under these ids: nothing that waits here goes there."""
        kept = self._waiting, self._mark, self.is_repeated
        self._waiting, self._mark, self.is_repeated = list(ids), "", False
        yield
        self._waiting, self._mark, self.is_repeated = kept

    def wait(self, ids: Iterable[str]) -> None:
        """Have ids lead to the text that is drawn next."""
        self._waiting.extend(ids)

    def forget(self, ids: Iterable[str]) -> None:
        """Drop waiting ids that get their anchors elsewhere."""
        gone = set(ids)
        self._waiting = [id_ for id_ in self._waiting if id_ not in gone]

    def anchored(self, expression: str) -> str:
        """The expression, preceded by the anchors that were waiting for a text."""
        anchors = "" if self.is_repeated else self.flush() + self.take_mark()
        return code.block([anchors, expression]) if anchors else expression

    def mark(self, node: nodes.Element, function: str = "passage-label") -> None:
        """Have the label of a block, if it has one, stand beside the text that is drawn next."""
        self._mark = self._margin_label(node, function) or self._mark
        if isinstance(node, (nodes.citation, nodes.term)):
            said = next(iter(node.findall(nodes.label)), node).astext()
            self._titles |= dict.fromkeys(node["ids"], " ".join(said.split()))

    def mark_next(self, label: nodes.Element) -> None:
        """Have a label that stands before its block be set beside that block."""
        self._mark = self._drawn_label(label, "passage-label")

    def _margin_label(self, node: nodes.Element, function: str) -> str:
        """The label of a block, for the margin beside its first line; it links to the address."""
        if not node["ids"] or isinstance(node, nodes.section):
            return ""
        for label in node.findall(passage_label):
            if label["anchor"] in node["ids"]:
                self._titles[label["anchor"]] = _bookmark(label["label"], node)
                return self._drawn_label(label, function)
        return ""

    def _drawn_label(self, label: nodes.Element, function: str) -> str:
        address = self.subject.addresses.page(self.subject.docname, label["anchor"])
        placed = _inset(label) | _above(label) if function == "passage-label" else {}
        return code.call(function, *map(code.string, (label["label"], address)), **placed)

    def take_mark(self) -> str:
        """The label for the margin that is waiting for a text, if there is one."""
        mark, self._mark = self._mark, ""
        return f"\n{mark}" if mark else ""

    def flush(self) -> str:
        """The waiting anchors as calls of the template."""
        calls = []
        for id_ in self._waiting:
            label = self.subject.addresses.label(self.subject.docname, id_)
            name = "" if _NUMBERED.fullmatch(id_) else id_
            self.anchors.append(Anchor(label, name, self._titles.pop(id_, "")))
            calls.append(code.call("anchor", code.string(label)))
        self._waiting.clear()
        return "\n".join(calls)

    def fault(self, node: nodes.Node, message: str) -> None:
        """Report why the page cannot be printed."""
        self.faults.append(Fault(self.subject.path, _line_of(node), message))

    def call(self, node: nodes.Node, function: str, *arguments: str, **named: str) -> str:
        """A call of the template for a node, preceded by its place."""
        return self.placed(node, code.call(function, *arguments, **named))

    def placed(self, node: nodes.Node, expression: str) -> str:
        """The expression, preceded by its place in the source for Typst's messages."""
        if not expression or not (line := _line_of(node)):
            return expression
        return f"\n{code.place(self.subject.path, line)}\n{expression}"


_BOOKMARK = 60  # characters of a bookmark's text


def _bookmark(label: str, block: nodes.Element) -> str:
    """The label of a passage with its first words."""
    titles = [child for child in block.children if isinstance(child, nodes.title)]
    said = " ".join((titles[0] if titles else block).astext().split()).removeprefix(label).strip()
    return f"{label} {shorten(said[: 2 * _BOOKMARK], _BOOKMARK, placeholder='…')}".strip()


def _inset(label: nodes.Element) -> dict[str, str]:
    """The indentation of a label's line, if it has any; ``none`` where Typst has to measure it."""
    boxes, nested = 0, 0
    around: nodes.Node | None = label.parent
    while around is not None and not isinstance(around, (nodes.section, nodes.document)):
        boxes += isinstance(around, nodes.Admonition)
        nested += isinstance(around, clauses)
        if not isinstance(around, (nodes.Admonition, nodes.paragraph, nodes.container, clauses)):
            return {"inset": "none"}
        around = around.parent
    named = ((boxes, "boxed-inset"), (nested, "clause-inset"))
    inset = " + ".join(f"{count} * {name}" for count, name in named if count)
    return {"inset": inset} if inset else {}


_GUTTER = 20  # characters of a label that the gutter has room for, and the margin left of it


def _above(label: nodes.Element) -> dict[str, str]:
    """Set a label that the gutter has no room for on a line of its own, above its block."""
    return {"above": "true"} if len(label["label"]) > _GUTTER else {}


def _line_of(node: nodes.Node | None) -> int:
    """The source line of a node, or of the nearest node around it that has one."""
    while node is not None:
        if node.line:
            return node.line
        node = node.parent
    return 0


def draw_page(doctree: nodes.document, subject: Subject) -> Page:
    """A whole page, with an anchor at its beginning."""
    pen = Pen(subject, footnotes(doctree), marked_footnotes(doctree))
    pen.is_listed = sum(1 for _ in _sections(doctree)) <= _LISTED
    _bind(doctree)
    pen.wait([""])
    pieces = [_piece(pen.flush(), pen), *_pieces(doctree, pen)]
    if rest := pen.flush():
        pieces.append(_piece(rest, pen))
    return Page(subject.docname, tuple(pieces), dict(pen.images), tuple(pen.faults))


def _sections(doctree: nodes.document) -> Iterator[nodes.Node]:
    """The sections of a page on the level below its own."""
    for page in doctree.children:
        if isinstance(page, nodes.section):
            yield from (each for each in page.children if isinstance(each, nodes.section))


def _bind(doctree: nodes.document) -> None:
    """Mark the block before the lists at the end, so that these do not stand on a page alone."""
    closing = next((each for each in doctree.findall(nodes.rubric) if "is_closing" in each), None)
    if closing is None:
        return
    before = closing.parent[: closing.parent.index(closing)]
    while before and isinstance(before[-1], nodes.section):
        before = before[-1].children
    if before and isinstance(before[-1], nodes.Element):
        before[-1]["is_bound"] = True


def draw_nodes(drawn: Iterable[nodes.Node], subject: Subject) -> Page:
    """A page made of the given nodes alone."""
    pen = Pen(subject)
    piece = _piece(pen.joined(drawn), pen)
    return Page(subject.docname, (piece,), dict(pen.images), tuple(pen.faults))


def _pieces(node: nodes.Element, pen: Pen) -> Iterator[Piece]:
    """The blocks of a page; a section is no block of its own but a run of blocks."""
    for child in node.children:
        if isinstance(child, nodes.section):
            pen.wait(child["ids"])
            pen.level += 1
            yield from _pieces(child, pen)
            pen.level -= 1
        elif drawn := pen.draw(child):
            is_bound = isinstance(child, nodes.Element) and "is_bound" in child
            yield _piece(code.block(["set block(sticky: true)", drawn]) if is_bound else drawn, pen)


def _piece(drawn: str, pen: Pen) -> Piece:
    """A block with the anchors that the pen has set since the last one."""
    piece = Piece(drawn, tuple(pen.anchors))
    pen.anchors.clear()
    return piece


def draw_references(document: Document, works: Sequence[Citation], subject: Subject) -> Page:
    """The list of works that a document cites, each with the passages that cite it.

    The anchors are those of the bibliography's page, which is the subject: citations link there.
    """
    entries = [draw_nodes([_entry(work)], subject) for work in works]
    rows = (
        code.array([entry.code, _cited_in(document, work, subject)])
        for entry, work in zip(entries, works, strict=True)
    )
    heads = map(code.string, (subject.words.references, subject.words.cited_in))
    listed = code.call("references", *heads, code.array(rows))
    anchors = tuple(anchor for entry in entries for anchor in entry.anchors)
    faults = tuple(fault for entry in entries for fault in entry.faults)
    return Page(subject.docname, (Piece(listed, anchors),), {}, faults)


def draw_proof(log: str, place: LogPlace, lines: Sequence[tuple[str, int]], language: str) -> str:
    """The ledger line and the tree head of a document, which a citation in print can name."""
    words, right = words_of(language), from_the_right(language)
    said = (words.proof, f"{log}: {place.text}.", f"{words.by_line}: {in_words(lines)}.")
    drawn = (
        isolated(code.string(each), not right) if runs_against(each, right) else code.string(each)
        for each in said
    )
    return code.call("publication", *drawn)


def _entry(work: Citation) -> nodes.citation:
    entry = nodes.citation("", ids=[work.citation_id])
    entry += nodes.label("", work.formatted_entry.label)
    entry += BibliographyTransform.backend.paragraph(work.formatted_entry)
    return entry


def _cited_in(document: Document, work: Citation, subject: Subject) -> str:
    links = (
        (
            "mark",
            subject.addresses.label(document.docname, block.anchor),
            subject.addresses.page(document.docname, block.anchor),
            unbroken(document.way(block)),
        )
        for block in document.blocks
        if work.key in block.cites
    )
    return code.array(code.call("archive-link", *map(code.string, link)) for link in links)
