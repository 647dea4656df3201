"""Ends each document's page with the references it cites, and the passages that cite them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

from archive.site.cited_by import backlink_paragraph
from archive.site.domain import Document, Place, archive_domain
from archive.site.works import worded, works_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinxcontrib.bibtex.domain import Citation


class ReferenceList(SphinxPostTransform):
    """For pages alone: print has its own list, from the same works."""

    default_priority = 9
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        document = archive_domain(self.env).documents.get(self.env.docname)
        section = next(self.document.findall(nodes.section), None)
        if document is None or section is None:
            return
        cited = {key for block in document.blocks for key in block.cites}
        entries = [self._entry(work, document) for work in works_of(self.env).among(cited)]
        if entries:
            section += nodes.rubric("", "References")
            section += nodes.bullet_list("", *entries, classes=["reference-list"])

    def _entry(self, work: Citation, document: Document) -> nodes.list_item:
        label = make_refnode(
            self.env._app.builder, self.env.docname, works_of(self.env).page_of(work),
            work.citation_id, nodes.inline("", work.formatted_entry.label),
        )  # fmt: skip
        words = worded(work)
        words.insert(0, [nodes.strong("", "", label), nodes.Text(" ")])
        places = [Place(document, block) for block in document.blocks if work.key in block.cites]
        return nodes.list_item("", words, backlink_paragraph("Cited in ", places, self.env))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_post_transform(ReferenceList)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
