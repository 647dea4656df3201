"""Says Sphinx's own words in the language of each page.

What: mixes into Sphinx's ``HTML5Translator``, for the site and the EPUB.
Why: Sphinx says the titles of admonitions, and of links to headings, in one language for all pages.
Upstream: none reported; Sphinx builds a site in one language.
"""

from __future__ import annotations

import gettext
from functools import cache
from importlib.resources import files

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

from archive.model.words import N_, words

PERMALINK = N_("Permalink")
TABLE = N_("Table")

# Attributes of a page's tree and of an admonition.
LANGUAGE, HEADING = "spoken-in", "heading"

# English, as Sphinx's catalogues have it.
_KINDS = {
    "attention": "Attention", "caution": "Caution", "danger": "Danger", "error": "Error",
    "hint": "Hint", "important": "Important", "note": "Note", "seealso": "See also", "tip": "Tip",
    "warning": "Warning",
}  # fmt: skip
# Whose catalogues are those of a country.
_COUNTRIES = {"nb": "nb_NO", "no": "nb_NO", "uk": "uk_UA", "zh": "zh_CN"}
_TRADITIONAL = {"zh-hant": "zh_TW", "zh-mo": "zh_TW"}


@cache
def heading_of(kind: str, language: str) -> str:
    """Return the heading of a kind of admonition, ``note``; English where Sphinx has no other."""
    first = language.partition("-")[0].lower()
    names = [_TRADITIONAL.get(language.lower(), language.replace("-", "_"))]
    names.append(_COUNTRIES.get(first, first))
    folder = str(files("sphinx") / "locale")
    said = gettext.translation("sphinx", folder, names, fallback=True).gettext(_KINDS[kind])
    return said.strip()


def mark(document: nodes.document, language: str) -> None:
    """Note the language of a page, and what its admonitions are headed by in it."""
    document[LANGUAGE] = language
    for node in document.findall(nodes.Element):
        if node.tagname in _KINDS:
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
        _ = words(self.document.get(LANGUAGE))
        super().add_permalink_ref(node, title if _.is_english else _(PERMALINK))
