"""Links to anchors that show their spoken names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.util.nodes import make_refnode

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

    from archive.site.parts import Part


def anchor_link(anchor: str) -> addnodes.pending_xref:
    """A link to ``anchor``; Sphinx warns where nothing has that name."""
    return addnodes.pending_xref(
        "", nodes.inline("", anchor), refdomain="std", reftype="ref", reftarget=anchor,
        refexplicit=False, refwarn=True,
    )  # fmt: skip


def part_list(
    pages: Iterable[tuple[str, Part[Any]]], env: BuildEnvironment, docname: str
) -> nodes.bullet_list:
    """Links to the pages of a list that is too long for one, each with how many entries it has."""
    listed = nodes.bullet_list("", classes=["parts"])
    for name, part in pages:
        link = make_refnode(env._app.builder, docname, name, "", nodes.inline("", part.title))
        count = nodes.inline("", f" ({len(part.items)})", classes=["part-count"])
        listed += nodes.list_item("", nodes.paragraph("", "", link, count))
    return listed
