"""The ``catalogue`` directive: every document of the archive, from its record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from archive.site.domain import Document, archive_domain

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

    from archive.model.record import Record


class catalogue(nodes.General, nodes.Element):
    """Stands for the list of documents until the page is written."""


class CatalogueDirective(SphinxDirective):
    """No arguments, no content."""

    def run(self) -> list[nodes.Node]:
        archive_domain(self.env).catalogues[self.env.current_document.docname] = True
        return [catalogue()]


class CatalogueTransform(SphinxPostTransform):
    """Writes the list from the domain's facts, which are complete by now."""

    default_priority = 5

    def run(self, **kwargs: object) -> None:
        for place in list(self.document.findall(catalogue)):
            entries = [self._entry(*pair) for pair in archive_domain(self.env).recorded()]
            place.replace_self(nodes.bullet_list("", *entries, classes=["catalogue"]))

    def _entry(self, document: Document, record: Record) -> nodes.list_item:
        link = make_refnode(
            self.env._app.builder, self.env.docname, document.docname, "",
            nodes.inline("", record.title),
        )  # fmt: skip
        count = len(document.passages)
        facts = [
            record.issuer, record.kind.capitalize(), record.date.spoken,
            f"{count} passage{'' if count == 1 else 's'}",
        ]  # fmt: skip
        return nodes.list_item(
            "",
            nodes.paragraph("", "", link, classes=["catalogue-title"]),
            nodes.paragraph("", " · ".join(facts), classes=["catalogue-facts"]),
            nodes.paragraph("", "; ".join(record.subjects), classes=["catalogue-subjects"]),
        )


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_node(catalogue)
    app.add_directive("catalogue", CatalogueDirective)
    app.add_post_transform(CatalogueTransform)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
