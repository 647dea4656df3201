"""The ``withdrawn`` directive: the tombstone that a withdrawn passage leaves in its place.

.. code-block:: markdown

   (ala-assange-resolution-w3)=
   :::{withdrawn}
   :successor: ala-assange-resolution-w8
   Why it was withdrawn, where that is to be said.
   :::
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from archive.model.dates import ArchiveDate
from archive.model.ledger import Ledger, State
from archive.site.domain import archive_domain
from archive.site.links import anchor_link

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator


_NOTICE = "tombstone-notice"


class tombstone(nodes.Admonition, nodes.Element):
    """The place of a withdrawn passage.  Attribute: ``successor``, an anchor or None.

    Its first child is the sentence that says what happened; the rest is the editor's reason.
    """


class WithdrawnDirective(SphinxDirective):
    """``:successor:`` the anchor of the passage that takes its place, where there is one."""

    has_content = True
    option_spec = {"successor": directives.unchanged_required}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        successor = self.options.get("successor")
        notice = nodes.paragraph("", "This passage was withdrawn.", classes=[_NOTICE])
        if successor:
            notice += [
                nodes.Text(" Its place is taken by "),
                anchor_link(successor),
                nodes.Text("."),
            ]
        place = tombstone("", notice, *self.parse_content_to_nodes(), successor=successor)
        self.set_source_info(place)
        for reference in place.findall(addnodes.pending_xref):
            self.set_source_info(reference)
        return [place]


class TombstoneDates(SphinxPostTransform):
    """Says on each tombstone the day of the withdrawal, which only the ledger knows."""

    default_priority = 6

    def run(self, **kwargs: object) -> None:
        ledger = archive_domain(self.env).ledger
        for place in self.document.findall(tombstone):
            day = withdrawal_day(ledger, place["ids"][0]) if place["ids"] else None
            for notice in place.findall(_is_notice) if day is not None else ():
                assert isinstance(notice, nodes.paragraph)
                notice[0] = nodes.Text(f"This passage was withdrawn on {day}.")


def _is_notice(node: nodes.Node) -> bool:
    return isinstance(node, nodes.paragraph) and _NOTICE in node["classes"]


def withdrawal_day(ledger: Ledger, anchor: str) -> str | None:
    """The day an anchor was withdrawn, in words; None while that is not published."""
    history = ledger.histories.get(anchor)
    if history is None or history.state is not State.WITHDRAWN:
        return None
    return ArchiveDate(history.events[-1].date).spoken


def visit_tombstone(self: HTML5Translator, node: tombstone) -> None:
    self.body.append(self.starttag(node, "div", CLASS="tombstone"))


def depart_tombstone(self: HTML5Translator, node: tombstone) -> None:
    self.body.append("</div>\n")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_node(tombstone, html=(visit_tombstone, depart_tombstone))
    app.add_directive("withdrawn", WithdrawnDirective)
    app.add_post_transform(TombstoneDates)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
