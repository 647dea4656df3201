"""Links to anchors that show their spoken names."""

from __future__ import annotations

from docutils import nodes
from sphinx import addnodes


def anchor_link(anchor: str) -> addnodes.pending_xref:
    """A link to ``anchor``; Sphinx warns where nothing has that name."""
    return addnodes.pending_xref(
        "", nodes.inline("", anchor), refdomain="std", reftype="ref", reftarget=anchor,
        refexplicit=False, refwarn=True,
    )  # fmt: skip
