"""Writes links without classes and wrappers that nothing of a page reads.

What: mixes into Sphinx's ``HTML5Translator``, for pages of the site alone.
Why: each link within a page has ``class="reference internal"`` and a span with the classes of its
role, some 70 bytes and an element: a tenth of a page full of terms.  A theme styles them in lists
of pages, and those keep them.
Upstream: none reported; Sphinx promises the classes to themes.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

TERM = "term"  # class of a link to the glossary

_CLASSES = re.compile(r' class="([^"]*?) ?\breference (?:internal|external)([^"]*)"')
# What roles give to the words of their links.
_OF_ROLES = frozenset({"doc", "ref", "std", "std-doc", "std-ref", "std-term", "xref"})


class LightLinks(HTML5Translator):
    """Writes links as ``<a href="…">``, those to the glossary with the class ``term``."""

    def visit_reference(self, node: nodes.Element) -> None:
        at = len(self.body)
        super().visit_reference(node)
        if "anchorname" in node:  # in a list of pages
            return
        term = any("std-term" in each["classes"] for each in node.findall(nodes.inline))
        self.body[at] = _CLASSES.sub(
            lambda found: _classes(f"{found[1]} {found[2]} {TERM if term else ''}"), self.body[at]
        )
        if "title" in self.body[at] and self._is_told(node):
            self.body[at] = re.sub(' title="[^"]*"', "", self.body[at])

    def _is_told(self, node: nodes.Element) -> bool:
        """Whether an earlier citation of the page has the title that tells of the work."""
        if "bibtex-citation" not in node.parent.get("classes", ()):
            return False
        told: set[str] = self.__dict__.setdefault("told", set())
        address = node.get("refuri") or node["refid"]
        was_told = address in told
        told.add(address)
        return was_told

    def visit_inline(self, node: nodes.inline) -> None:
        if not _only_wraps(node):
            super().visit_inline(node)

    def depart_inline(self, node: nodes.inline) -> None:
        if not _only_wraps(node):
            super().depart_inline(node)


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
