"""What stands within a line: emphasis, links, citations, marks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes

from archive.model.passage import Anchor
from archive.pdf import code
from archive.pdf.words import ENGLISH
from archive.site.show.bibliography import MARK

if TYPE_CHECKING:
    from archive.pdf.pen import Draw, Pen

_COMMENTS = re.compile(r"(\s*<!--.*?-->\s*)+", re.DOTALL)
_LANGUAGE = "language-"  # docutils' class for a part in another language


def wrapped(function: str) -> Draw:
    """Draws a node as a call of ``function`` with the node's children."""

    def draw(node: nodes.Element, pen: Pen) -> str:
        return spoken_in(node, code.call(function, pen.children(node)))

    return draw


def plain(node: nodes.Element, pen: Pen) -> str:
    """The children and nothing around them."""
    return spoken_in(node, pen.children(node))


def spoken_in(node: nodes.Element, expression: str) -> str:
    """The expression in the language that the node's class names, if one does."""
    for name in node["classes"]:
        if name.startswith(_LANGUAGE):
            tag = name.removeprefix(_LANGUAGE)
            return code.call("spoken-in", code.string(tag), expression)
    return expression


def literal(node: nodes.Element, pen: Pen) -> str:
    """Computer text, as it is."""
    return pen.anchored(code.call("computer-text", code.string(node.astext())))


def reference(node: nodes.Element, pen: Pen) -> str:
    """A link: into print where its target is printed too, else to the web."""
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
    """What a link leads to, which decides how print shows it.

    A ``term`` of the glossary, a cited work (``cite``), the mere ``mark`` of an anchor, a
    ``passage`` or another ``place``.
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
    """A file to download is linked where it is hosted."""
    body = pen.children(node)
    uri = node.get("refuri") or f"_downloads/{node.get('filename', '')}"
    _, address = pen.subject.addresses.resolve(uri)
    return code.call("web-link", code.string(address), body)


def unprinted(node: nodes.Element, pen: Pen) -> str:
    """Nothing: the node shows nothing.  Its ids go to the next text."""
    return ""


def raw(node: nodes.Element, pen: Pen) -> str:
    """Nothing of a comment in HTML; anything else that is raw is refused."""
    if not _COMMENTS.fullmatch(node.astext()):
        pen.refuse(node)
    return ""
