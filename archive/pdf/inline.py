"""Inline nodes: emphasis, links, citations, literals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes

from archive.model.passage import Anchor
from archive.pdf import code
from archive.pdf.language import ENGLISH
from archive.site.show.bibliography import MARK

if TYPE_CHECKING:
    from archive.pdf.pen import Draw, Pen

_COMMENTS = re.compile(r"(\s*<!--.*?-->\s*)+", re.DOTALL)
_LANGUAGE = "language-"  # docutils' class for a text in another language


def wrapped(function: str) -> Draw:
    """A drawing function that calls ``function`` of the template with the node's children."""

    def draw(node: nodes.Element, pen: Pen) -> str:
        return spoken_in(node, code.call(function, pen.children(node)))

    return draw


def plain(node: nodes.Element, pen: Pen) -> str:
    """The children alone."""
    return spoken_in(node, pen.children(node))


def spoken_in(node: nodes.Element, expression: str) -> str:
    """The expression in the language that a class of the node names, if one does."""
    for name in node["classes"]:
        if name.startswith(_LANGUAGE):
            tag = name.removeprefix(_LANGUAGE)
            return code.call("spoken-in", code.string(tag), expression)
    return expression


def literal(node: nodes.Element, pen: Pen) -> str:
    """Computer text, unchanged."""
    return pen.anchored(code.call("computer-text", code.string(node.astext())))


def reference(node: nodes.Element, pen: Pen) -> str:
    """A link: to the target's place in print if the same PDF has it, otherwise to the web."""
    body = pen.children(node)
    addresses = pen.subject.addresses
    if node.get("refid"):
        label = addresses.label(pen.subject.docname, node["refid"])
        address = addresses.page(pen.subject.docname, node["refid"])
    elif node.get("refuri"):
        found, address = addresses.resolve(node["refuri"])
        if found is None:
            return code.call("web-link", code.string(address), body)
        label = found
    else:
        return body
    kind = code.string(_kind(node, label))
    page = {} if pen.subject.words == ENGLISH else {"page": code.string(pen.subject.words.page)}
    return code.call("archive-link", kind, code.string(label), code.string(address), body, **page)


def _kind(node: nodes.Element, label: str) -> str:
    """The kind of a link's target, which decides how the template shows the link.

    ``term``: a glossary entry.  ``cite``: a cited work.  ``mark``: an anchor shown by its label
    alone.  ``passage``: an anchor shown by its name.  ``place``: anything else.
    """
    if MARK in node["classes"]:
        return "mark"
    if any("std-term" in child["classes"] for child in node.findall(nodes.inline)):
        return "term"
    if node.parent is not None and "bibtex-citation" in node.parent["classes"]:
        return "cite"
    try:
        Anchor.parse(label.partition("#")[2])
    except ValueError:
        return "place"
    return "passage"


def download(node: nodes.Element, pen: Pen) -> str:
    """A link to a downloadable file, at its web address."""
    body = pen.children(node)
    uri = node.get("refuri") or f"_downloads/{node.get('filename', '')}"
    _, address = pen.subject.addresses.resolve(uri)
    return code.call("web-link", code.string(address), body)


def unprinted(node: nodes.Element, pen: Pen) -> str:
    """Nothing: the node has no form in print.  Its ids go to the next text."""
    return ""


def raw(node: nodes.Element, pen: Pen) -> str:
    """Nothing for an HTML comment; any other raw text is refused."""
    if not _COMMENTS.fullmatch(node.astext()):
        pen.refuse(node)
    return ""
