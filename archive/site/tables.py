"""Keeps the id of a table in one place: the theme gives it to what it wraps a table in, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


class TableIds(SphinxPostTransform):
    """Takes from the theme's wrappers what their tables have."""

    default_priority = 501  # the theme wraps at 500
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        for table in self.document.findall(nodes.table):
            if "table-wrapper" in table.parent["classes"]:
                table.parent["ids"], table.parent["names"] = [], []


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_post_transform(TableIds)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
