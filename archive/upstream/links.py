"""Writes links without classes and wrappers that nothing of a page reads.

What: mixes into Sphinx's ``HTML5Translator``, for pages of the site alone.
Why: each link within a page has ``class="reference internal"`` and a span with the classes of its
role, some 70 bytes and an element: a tenth of a page full of terms.  A theme styles the class
``reference`` in lists of pages, and those keep it.  A citation says in its title what the list of
references at the end of its page says again.
Upstream: none reported; Sphinx promises the classes to themes.
"""

from __future__ import annotations

import re
from functools import cached_property

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

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
