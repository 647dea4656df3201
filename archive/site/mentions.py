"""What a page names that another page defines: labels, glossary entries, references."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sphinx import addnodes
from sphinxcontrib.bibtex.citation_target import parse_citation_targets

from archive.site.domain import Mention, archive_domain

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

_LABEL_ROLES = frozenset({"myst", "ref", "doc"})


def mentioned(node: nodes.Element) -> Iterator[Mention]:
    """What a node refers to, in its order, before Sphinx resolves it."""
    for reference in node.findall(addnodes.pending_xref):
        target = reference["reftarget"]
        if reference.get("refdomain") == "cite":
            yield from (Mention("reference", part.key) for part in parse_citation_targets(target))
        elif reference.get("reftype") == "term":
            yield Mention("term", target)
        elif reference.get("reftype") in _LABEL_ROLES:
            yield Mention("label", target)


def gather(app: Sphinx, doctree: nodes.document) -> None:
    """Keep what the page being read names."""
    docname = app.env.current_document.docname
    archive_domain(app.env).mentions[docname] = tuple(dict.fromkeys(mentioned(doctree)))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("doctree-read", gather)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
