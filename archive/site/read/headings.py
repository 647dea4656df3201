"""Names works in headings as readers see them, before the bibliography is made.

Sphinx takes the name of a heading for its contents, its breadcrumbs, its inventory and its search
as a page is read.  Citations have their labels only after all pages are read, so that their keys
would stand in these names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinxcontrib.bibtex.citation_target import parse_citation_targets

from archive.citation.style import ArchiveStyle
from archive.site.know.domain import archive_domain
from archive.upstream.domains import entries_of


class CitationsInHeadings(SphinxTransform):
    """Gives citations in titles the labels of their works as their text."""

    default_priority = 500
    needs = (addnodes.pending_xref,)

    def apply(self, **kwargs: object) -> None:
        cited: dict[str, str] = {}
        for title in self.document.findall(nodes.title):
            for citation in title.findall(addnodes.pending_xref):
                if citation.get("refdomain") == "cite":
                    targets = list(parse_citation_targets(citation["reftarget"]))
                    labels = _labels(self.env, [each.key for each in targets])
                    cited |= labels
                    shown = "; ".join(
                        f"{each.pre}{' ' * bool(each.pre)}{labels[each.key]}"
                        f"{', ' * bool(each.post)}{each.post}"
                        for each in targets
                    )  # fmt: skip
                    citation[:] = [nodes.inline("", f"[{shown}]")]
        if cited:
            docname = self.env.current_document.docname
            archive_domain(self.env).named_works[docname] = cited


def _labels(env: BuildEnvironment, keys: Iterable[str]) -> dict[str, str]:
    """Return the labels of works by key; of a work that is unknown, its key."""
    known = archive_domain(env).work_labels
    if known is None:
        style, entries = ArchiveStyle(language=env.config.language), entries_of(env).values()
        ordered = style.sort(entries)
        known = {each.key: label for each, label in zip(ordered, style.format_labels(ordered))}
        archive_domain(env).work_labels = known
    return {key: known.get(key, key) for key in keys}


def renamed_headings(app: Sphinx, env: BuildEnvironment, *_changes: Set[str]) -> Iterator[str]:
    """Yield the pages whose headings cite a work that has another label now."""
    named: Mapping[str, Mapping[str, str]] = archive_domain(env).named_works
    for docname, labels in named.items():
        if docname in env.found_docs and _labels(env, labels) != labels:
            yield docname
