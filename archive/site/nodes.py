"""The archive's own node types, with their HTML visitors.

``html`` of each type are the functions that visit and depart its nodes, in pages and in the EPUB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

Visitor = Callable[[HTML5Translator, Any], None]


def around(opening: Callable[[HTML5Translator, Any], str], closing: str) -> tuple[Visitor, Visitor]:
    """Return visitors that write markup before the content of a node and after it."""

    def visit(self: HTML5Translator, node: nodes.Element) -> None:
        self.body.append(opening(self, node))

    def depart(self: HTML5Translator, node: nodes.Element) -> None:
        self.body.append(closing)

    return visit, depart


LONG = 7  # characters; the margin has no room for a longer label, which stands above its block


def _permalink(_self: HTML5Translator, node: nodes.Element) -> str:
    spoken = escape(f"Permalink to {node['spoken']}", quote=True)
    long = " long" if len(node["label"]) > LONG else ""
    return (
        f'<a class="passage-label{long}" href="#{node["anchor"]}" title="{spoken}"'
        f' aria-label="{spoken}">{escape(node["label"])}'
    )


class passage_label(nodes.Inline, nodes.Element):
    """The permalink in the margin of an anchored block.

    Attributes: ``anchor``, ``label`` (``W3``), ``spoken`` (``ALA resolution, whereas 3``).
    It has no text child, so that it is not part of the passage's text.
    """

    html = around(_permalink, "</a>")


def _open_clauses(self: HTML5Translator, node: nodes.Element) -> str:
    return self.starttag(node, "div", CLASS="clauses", role="group", **{"aria-label": node["name"]})


class clauses(nodes.General, nodes.Element):
    """The passages that are parts of the one before it.

    Attributes: ``of``, the anchor of that passage; ``name``, for screen readers: "Parts of art. 5".
    """

    html = around(_open_clauses, "</div>\n")


class record_card(nodes.General, nodes.Element):
    """A document's record as a field list, below its title."""

    html = around(lambda *_: '<aside class="record" aria-label="Record">', "</aside>\n")


class placeholder(nodes.General, nodes.Element):
    """The place of a part that is generated when the page is written.

    Attribute: ``of``, the name of its directive.
    """


class quotation(nodes.Inline, nodes.TextElement):
    """A literal quotation.  Attribute: ``anchor``, of its block."""

    html = around(lambda _, node: f'<q class="quotation" data-passage="{node["anchor"]}">', "</q>")


class tombstone(nodes.Admonition, nodes.Element):
    """A withdrawn passage.  Attribute: ``successor``, an anchor or None.

    The first child is the notice; the others are the editor's reason.
    """

    html = around(lambda self, node: self.starttag(node, "div", CLASS="tombstone"), "</div>\n")


def joined(parts: Iterable[nodes.Node], separator: str) -> list[nodes.Node]:
    """Return nodes with a text between each two of them."""
    found: list[nodes.Node] = []
    for part in parts:
        found += [nodes.Text(separator), part] if found else [part]
    return found
