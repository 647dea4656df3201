"""The nodes that the archive adds to docutils', and how HTML shows them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator


class passage_label(nodes.Inline, nodes.Element):
    """The label in the margin of an anchored block, which is its permalink.

    Attributes: ``anchor``, ``label`` (``W3``), ``spoken`` (``ALA resolution, whereas 3``).
    It has no text child, so that it is no part of what a passage says.
    """


class record_card(nodes.General, nodes.Element):
    """A document's record as a field list, below its title."""


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


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_node(passage_label, html=(visit_passage_label, None))
    app.add_node(record_card, html=(visit_record_card, depart_record_card))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
