"""Says Sphinx's own words in the language of each page.

What: mixes into Sphinx's ``HTML5Translator``, for the site and the EPUB.
Why: Sphinx says the titles of admonitions, and of links to headings, in one language for all pages.
Upstream: none reported; Sphinx builds a site in one language.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

from archive.model.showing import KINDS, PERMALINK, heading_of
from archive.model.words import N_, words

TABLE = N_("Table")

# Attributes of a page's tree and of an admonition.
LANGUAGE, HEADING = "spoken-in", "heading"


def mark(tree: nodes.Element, language: str) -> None:
    """Note the language of a page or of a part, and what its admonitions are headed by in it."""
    tree[LANGUAGE] = language
    for node in tree.findall(nodes.Element):
        if node.tagname in KINDS:
            node[HEADING] = heading_of(node.tagname, language)


class OwnWords(HTML5Translator):
    """Heads admonitions, and names links to headings, in the language of the page."""

    def visit_admonition(self, node: nodes.Element, name: str = "") -> None:
        super().visit_admonition(node, name)
        if name and HEADING in node:
            title = node[0]
            assert isinstance(title, nodes.title)
            title.children = [nodes.Text(node[HEADING])]

    def add_permalink_ref(self, node: nodes.Element, title: str) -> None:
        spoken = self.document.get(LANGUAGE)
        super().add_permalink_ref(node, words(spoken)(PERMALINK) if spoken else title)
