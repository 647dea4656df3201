"""The archive's own node types, with their HTML visitors."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator


class passage_label(nodes.Inline, nodes.Element):
    """The permalink in the margin of an anchored block.

    Attributes: ``anchor``, ``label`` (``W3``), ``spoken`` (``ALA resolution, whereas 3``).
    It has no text child, so that it is not part of the passage's text.
    """


class record_card(nodes.General, nodes.Element):
    """A document's record as a field list, below its title."""


class placeholder(nodes.General, nodes.Element):
    """The place of a part that is generated when the page is written.

    Attribute: ``of``, the name of its directive.
    """


def joined(parts: Iterable[nodes.Node], separator: str) -> list[nodes.Node]:
    """Return nodes with a text between each two of them."""
    found: list[nodes.Node] = []
    for part in parts:
        found += [nodes.Text(separator), part] if found else [part]
    return found


def visit_passage_label(self: HTML5Translator, node: passage_label) -> None:
    spoken = escape(f"Permalink to {node['spoken']}", quote=True)
    self.body.append(
        f'<a class="passage-label" href="#{node["anchor"]}" title="{spoken}"'
        f' aria-label="{spoken}">{escape(node["label"])}</a>'
    )
    raise nodes.SkipNode


def visit_record_card(self: HTML5Translator, node: record_card) -> None:
    self.body.append('<aside class="record" aria-label="Record">')


def depart_record_card(self: HTML5Translator, node: record_card) -> None:
    self.body.append("</aside>\n")


class quotation(nodes.Inline, nodes.TextElement):
    """A literal quotation.  Attribute: ``anchor``, of its block."""


def visit_quotation(self: HTML5Translator, node: quotation) -> None:
    self.body.append(f'<q class="quotation" data-passage="{node["anchor"]}">')


def depart_quotation(self: HTML5Translator, node: quotation) -> None:
    self.body.append("</q>")


class tombstone(nodes.Admonition, nodes.Element):
    """A withdrawn passage.  Attribute: ``successor``, an anchor or None.

    The first child is the notice; the others are the editor's reason.
    """


def visit_tombstone(self: HTML5Translator, node: tombstone) -> None:
    self.body.append(self.starttag(node, "div", CLASS="tombstone"))


def depart_tombstone(self: HTML5Translator, node: tombstone) -> None:
    self.body.append("</div>\n")
