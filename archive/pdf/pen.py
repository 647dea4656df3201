"""The pen draws one page: it finds what draws a node, and keeps what the page still needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from docutils import nodes

from archive.pdf import code
from archive.pdf.words import ENGLISH, Words
from archive.site.nodes import passage_label

if TYPE_CHECKING:
    from archive.pdf.addresses import Addresses

# Draws a node as a Typst expression; the empty text where nothing is to be printed.
Draw: TypeAlias = "Callable[[nodes.Element, Pen], str]"

_NO_INSET = "0pt"

# Ids that docutils numbered itself.  They hold within their page, but nobody can cite them.
_NUMBERED = re.compile(r"id\d+")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Why a page cannot be printed."""

    path: str
    line: int  # counted from 1; 0 where it is unknown
    message: str  # what is wrong and how to mend it

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be drawn."""

    docname: str
    path: str  # of its source, relative to the archive's root
    addresses: Addresses
    table: Mapping[type[nodes.Node], Draw]
    refused: Mapping[type[nodes.Node], str]  # why, and what to do instead
    images: Mapping[str, Path]  # the files of images by their URI
    has_record: bool = False
    from_the_right: bool = False  # whether its lines begin there
    words: Words = ENGLISH  # what print says of its own on this page


@dataclass(slots=True)
class Pen:
    """Draws the nodes of one page, once, in their order."""

    subject: Subject
    footnotes: Mapping[str, nodes.footnote]
    faults: list[Fault] = field(default_factory=list)
    anchors: list[tuple[str, str]] = field(default_factory=list)  # label and destination, or ""
    images: dict[str, Path] = field(default_factory=dict)  # files by their name in print
    level: int = 0  # of the heading around
    noted: set[str] = field(default_factory=set)  # footnotes printed so far
    _waiting: list[str] = field(default_factory=list)  # ids whose text is still to come
    _mark: str = ""  # a label for the margin whose text is still to come
    _holding: bool = False

    def draw(self, node: nodes.Node) -> str:
        """The node as a Typst expression."""
        if isinstance(node, nodes.Text):
            return self.anchored(code.string(" ".join(re.split(r"[ \t\r\n]+", node.astext()))))
        assert isinstance(node, nodes.Element)
        self.wait(node["ids"])
        self._mark = self._margin_label(node) or self._mark
        draw = self.subject.table.get(type(node))
        if draw is None:
            self.refuse(node)
            return ""
        return draw(node, self)

    def refuse(self, node: nodes.Element) -> None:
        """Note that a node cannot be printed, and why."""
        name = f"{type(node).__module__}.{type(node).__qualname__}"
        reason = self.subject.refused.get(
            type(node), "nothing says how. To mend: say it in archive/pdf/coverage.py."
        )
        self.fault(node, f"The node {name} cannot be printed: {reason}")

    def children(self, node: nodes.Element) -> str:
        """All children of a node, joined."""
        return self.joined(node.children)

    def joined(self, parts: Iterable[nodes.Node]) -> str:
        """Nodes one after another."""
        return code.block([self.draw(part) for part in parts])

    def title(self, node: nodes.Element) -> tuple[str, str]:
        """Children of a heading, and the anchors to put before it.

        A heading is printed again in contents and running heads, where an anchor would be
        repeated; so that none stands inside.
        """
        self._holding = True
        body = self.children(node)
        self._holding = False
        return body, self.flush()

    def wait(self, ids: Iterable[str]) -> None:
        """Let ids wait for the text that comes next, which is where they lead."""
        self._waiting.extend(ids)

    def forget(self, ids: Iterable[str]) -> None:
        """Ids that are anchors already, or will be elsewhere."""
        gone = set(ids)
        self._waiting = [id_ for id_ in self._waiting if id_ not in gone]

    def anchored(self, expression: str) -> str:
        """The expression, and before it the anchors that were waiting for a text."""
        anchors = "" if self._holding else self.flush() + self.take_mark()
        return code.block([anchors, expression]) if anchors else expression

    def _margin_label(self, node: nodes.Element) -> str:
        """The label of a block, which hangs beside its first line and links to its address."""
        if not node["ids"] or isinstance(node, nodes.section):
            return ""
        for label in node.findall(passage_label):
            if label["anchor"] in node["ids"]:
                address = self.subject.addresses.page(self.subject.docname, label["anchor"])
                inset = _inset(label)
                named = {} if inset == _NO_INSET else {"inset": inset}
                return code.call(
                    "passage-label", code.string(label["label"]), code.string(address), **named
                )
        return ""

    def take_mark(self) -> str:
        """The label for the margin that waits for a text, where one does."""
        mark, self._mark = self._mark, ""
        return f"\n{mark}" if mark else ""

    def flush(self) -> str:
        """The anchors that wait, as Typst calls."""
        calls = []
        for id_ in self._waiting:
            label = self.subject.addresses.label(self.subject.docname, id_)
            name = "" if _NUMBERED.fullmatch(id_) else id_
            self.anchors.append((label, name))
            calls.append(code.call("anchor", code.string(label)))
        self._waiting.clear()
        return "\n".join(calls)

    def fault(self, node: nodes.Node, message: str) -> None:
        """Note that the page cannot be printed."""
        self.faults.append(Fault(self.subject.path, line_of(node), message))

    def placed(self, node: nodes.Node, expression: str) -> str:
        """The expression, and before it the place it comes from, for messages of the engine."""
        line = line_of(node)
        if not line or not expression:
            return expression
        return f"\n{code.place(self.subject.path, line)}\n{expression}"


def _inset(label: nodes.Element) -> str:
    """How far the line of a label stands in, as the template knows it; ``none`` if it does not."""
    boxes = 0
    around: nodes.Node | None = label.parent
    while around is not None and not isinstance(around, (nodes.section, nodes.document)):
        boxes += isinstance(around, nodes.Admonition)
        if not isinstance(around, (nodes.Admonition, nodes.paragraph, nodes.container)):
            return "none"
        around = around.parent
    return f"{boxes} * boxed-inset" if boxes else _NO_INSET


def line_of(node: nodes.Node | None) -> int:
    """The line of a node in its source, or of what is around it."""
    while node is not None:
        if node.line:
            return node.line
        node = node.parent
    return 0
