"""Finds, joins and translates the nodes of a page at half the cost, and writes its links short.

Replaces: of docutils' ``Node`` the search for nodes of one class (``_fast_findall``), the look-up
of its document (``document``, ``_document``), ``setup_child`` and ``walk``; ``Text.astext``; and
the walk of Sphinx's translators.
Why: docutils passes each node that it finds through a generator for each level above it, raises an
exception for each node that is made outside a document, divides each text at null characters three
times, and words a message for debugging before and after each node that is written.  Sphinx looks
through the classes of each node for its visitor.  By a sampling profile of a cold build of 300
documents all this took 11 % of it, and takes 4.
Upstream: none reported yet; ``upstream/docutils-search.patch`` is the part for docutils.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, cast

from docutils import nodes
from docutils.writers.html5_polyglot import HTMLTranslator
from sphinx.writers.html5 import HTML5Translator

Visitor = Callable[[Any, Any], None]


def find_faster() -> None:
    """Give docutils' nodes the methods of this module."""
    node, text = cast("Any", nodes.Node), cast("Any", nodes.Text)
    node.walk = _walk
    node._fast_findall = _find
    node.document = property(_document_of, _set_document)
    node.setup_child = _set_up
    text.astext = _text_of


def _find(self: nodes.Node, cls: type) -> Iterator[nodes.Node]:
    """Yield a node and those below it that are of a class, in order."""
    if isinstance(self, cls):
        yield self
    around: list[Iterator[nodes.Node]] = []
    children = iter(self.children)
    while True:
        for child in children:
            if isinstance(child, cls):
                yield child
            if child.children:
                around.append(children)
                children = iter(child.children)
                break
        else:
            if not around:
                return
            children = around.pop()


def _walk(self: nodes.Node, visitor: nodes.NodeVisitor) -> bool:
    """Visit a node and those below it; true if the walk is to stop."""
    try:
        try:
            visitor.dispatch_visit(self)
        except (nodes.SkipChildren, nodes.SkipNode):
            return False
        except nodes.SkipDeparture:
            pass
        children: Sequence[nodes.Node] = self.children
        try:
            return any(_walk(child, visitor) for child in children[:])
        except nodes.SkipSiblings:
            return False
    except nodes.StopTraversal:
        return True


def _document_of(self: Any) -> Any:
    while self is not None:
        if self._document is not None:
            return self._document
        self = self.parent
    return None


def _set_document(self: Any, document: nodes.document | None) -> None:
    self._document = document


def _set_up(self: nodes.Node, child: Any) -> None:
    child.parent = self
    document = _document_of(self)
    if document is not None:
        child._document = document
        if child.source is None:
            child.source = document.current_source
        if child.line is None:
            child.line = document.current_line


def _text_of(self: nodes.Text) -> str:
    return nodes.unescape(self) if "\0" in self else str(self)


class FastWalk(HTMLTranslator):
    """Walks a page from its root, with the visitors of each class of nodes looked up once."""

    _visitors: dict[type, tuple[Visitor, Visitor]]  # of each translator class

    def __init_subclass__(cls) -> None:
        cls._visitors = {}

    def dispatch_visit(self, node: nodes.Node) -> None:
        """Write a node and all below it, and have docutils' own walk leave it out."""
        self._walk(node)
        raise nodes.SkipNode

    def _walk(self, node: nodes.Node) -> None:
        """Visit a node, all below it and depart from it, as ``Node.walkabout`` does."""
        kind, departs = type(node), True
        visit, depart = self._visitors.get(kind) or self._visitors_of(kind)
        try:
            try:
                visit(self, node)
            except nodes.SkipNode:
                return
            except nodes.SkipDeparture:
                departs = False
            children: Sequence[nodes.Node] = node.children
            try:
                for child in children[:]:
                    self._walk(child)
            except nodes.SkipSiblings:
                pass
        except nodes.SkipChildren:
            pass
        if departs:
            depart(self, node)

    def _visitors_of(self, kind: type) -> tuple[Visitor, Visitor]:
        """Return what visits and departs nodes of a class: the methods for its nearest base."""
        found = self._visitors[kind] = self._method("visit", kind), self._method("depart", kind)
        return found

    def _method(self, of: str, kind: type) -> Visitor:
        names = (f"{of}_{each.__name__}" for each in kind.__mro__)
        unknown = self.unknown_visit if of == "visit" else self.unknown_departure
        methods = (getattr(type(self), name, None) for name in names)
        found: Visitor = next(filter(None, methods), unknown.__func__)  # type: ignore[attr-defined]
        return found

    def encode(self, text: object) -> str:
        """Return a text with its special characters as entities; few texts have any."""
        encoded = str(text)
        for character, entity in self.special_characters.items():  # begins with the ampersand
            encoded = encoded.replace(chr(character), entity)
        return encoded


# --- Writes links without classes and wrappers that nothing of a page reads.
#
# What: mixes into Sphinx's ``HTML5Translator``, for pages of the site alone.
# Why: each link within a page has ``class="reference internal"`` and a span with the classes of its
# role, some 70 bytes and an element: a tenth of a page full of terms.  A theme styles the class
# ``reference`` in lists of pages, and those keep it.  A citation says in its title what the list of
# references at the end of its page says again.
# Upstream: none reported; Sphinx promises the classes to themes.

TERM = "term"  # class of a link to the glossary
CITATION = "bibtex-citation"
SPOKEN = "spoken"  # of a link that says the name of a passage
REFERENCES = "reference-list"  # of the list of works at the end of a page
RECORD = "record-fields"  # of the fields of a document's record

_CLASSES = re.compile(r' class="([^"]*?) ?\breference (?:internal|external)([^"]*)"')
# What roles give to the words of their links.
_OF_ROLES = frozenset({"doc", "ref", "std", "std-doc", "std-ref", "std-term", "xref"})


class LightLinks(HTML5Translator):
    """Writes links as ``<a href="…">``, with the class of a span around one link alone."""

    def visit_reference(self, node: nodes.Element) -> None:
        at = len(self.body)
        super().visit_reference(node)
        if "anchorname" in node:  # in a list of pages
            self.body[at] = self.body[at].replace("reference internal", "reference")
            return
        term = any("std-term" in each["classes"] for each in node.findall(nodes.inline))
        self.body[at] = _CLASSES.sub(
            lambda found: _classes(f"{found[1]} {found[2]} {TERM if term else ''}"), self.body[at]
        )
        if "title" in self.body[at] and self._is_told(node):
            self.body[at] = re.sub(' title="[^"]*"', "", self.body[at])

    def _is_told(self, node: nodes.Element) -> bool:
        """Whether the page's list of references or an earlier citation tells of the work."""
        if CITATION not in node.parent.get("classes", ()):
            return False
        address = _address(node)
        was_told = address in self._told
        self._told.add(address)
        return was_told

    @cached_property
    def _told(self) -> set[str]:
        lists = self.document.findall(nodes.bullet_list)
        return {
            _address(link) for each in lists if REFERENCES in each["classes"]
            for link in each.findall(nodes.reference)
        }  # fmt: skip

    def visit_field(self, node: nodes.Element) -> None:
        """Give a field none of the classes by which a theme could shade every other one."""

    def depart_field_name(self, node: nodes.field_name) -> None:
        if RECORD in node.parent.parent["classes"]:
            self.body.append("</dt>\n")  # a table of terms, whose colons nobody sees
        else:
            super().depart_field_name(node)

    def visit_inline(self, node: nodes.inline) -> None:
        link = _alone(node)
        if link is not None:
            at = node.index(link)
            link["classes"] += node["classes"]
            link.insert(0, node[:at])
            link += node[at + 1 :]
            node["is_light"], node[:] = True, [link]
            return
        if CITATION in node["classes"]:
            node["ids"] = []  # counted by sphinxcontrib-bibtex; nothing leads there
        if not _only_wraps(node):
            super().visit_inline(node)

    def depart_inline(self, node: nodes.inline) -> None:
        if "is_light" not in node and not _only_wraps(node):
            super().depart_inline(node)


def _address(link: nodes.Element) -> str:
    return str(link.get("refuri") or link["refid"])


def _alone(node: nodes.Element) -> nodes.Element | None:
    """Return the link that a span is around with no more than brackets, if the span tells of it."""
    if node["classes"] not in ([CITATION], [SPOKEN]):
        return None
    links = [each for each in node.children if isinstance(each, nodes.reference)]
    others = "".join(each.astext() for each in node.children if each not in links)
    return links[0] if len(links) == 1 and others in ("", "[]") else None


def _classes(names: str) -> str:
    return f' class="{" ".join(names.split())}"' if names.strip() else ""


def _only_wraps(node: nodes.Element) -> bool:
    """Whether a span has the words of a link, and tells nothing of them."""
    return (
        isinstance(node.parent, nodes.reference)
        and "anchorname" not in node.parent
        and not node["ids"]
        and _OF_ROLES.issuperset(node["classes"])
    )
