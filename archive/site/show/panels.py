"""The panels below a document's title and each passage: citations, and the passage's history."""

from __future__ import annotations

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

from archive.citation.panel import panel
from archive.model.telling import last_change
from archive.site.know.facts import Block, Document
from archive.site.know.ledger import history_of
from archive.site.know.view import View, view_of
from archive.site.nodes import around, record_card
from archive.site.show.generated import DocumentTransform
from archive.upstream.access import builder_of


def _panel(self: HTML5Translator, node: nodes.Element) -> str:
    context = panel(node["reference"], node["sha256"], node["history"], node["changed"])
    shown: str = self.builder.templates.render("panel.html", context)
    return shown


class passage_panel(nodes.General, nodes.Element):
    """The panel that a permalink opens, in pages only.

    Attributes: ``reference``; ``sha256``, the passage's present fingerprint; ``history``, a list of
    DatedEvent; ``changed``, the last revision or amendment.  All but the first may be None.
    """

    html = around(_panel, "")


class Panels(DocumentTransform):
    """Adds the panels to a document's page; in print, the dates of revisions instead."""

    default_priority = 8
    builders = ("html", "pdf")

    def complete(self, document: Document, section: nodes.section) -> None:
        view = view_of(self.env)
        blocks = {block.anchor: block for block in document.blocks}
        on_screen = builder_of(self.env).format == "html"
        if on_screen:
            self._add_to_title(document, view)
        for node in list(self.document.findall(nodes.Element)):
            block = blocks.get(node["ids"][0]) if node.get("ids") else None
            if block is None or isinstance(node, nodes.section):
                continue
            if on_screen:
                self._add_to_block(node, block, document, view)
            else:
                _name_change(node, block, view)

    def _add_to_title(self, document: Document, view: View) -> None:
        reference = document.reference(view.settings)
        card = next(self.document.findall(record_card), None)
        if reference is not None and card is not None:
            below = passage_panel("", reference=reference, sha256=None, history=[], changed=None)
            card.parent.insert(card.parent.index(card) + 1, below)

    def _add_to_block(
        self, node: nodes.Element, block: Block, document: Document, view: View
    ) -> None:
        """Wrap a block and its panel in a container, so that CSS can place them side by side."""
        reference = document.block_reference(block, view.settings, view.place(block))
        if reference is None:
            return
        together = nodes.container("", classes=["passage"])
        node.parent.replace(node, together)
        together += node
        together += passage_panel(
            "", reference=reference, sha256=block.fingerprint,
            history=history_of(block, view), changed=last_change(view.history(block.anchor)),
        )  # fmt: skip


def _name_change(node: nodes.Element, block: Block, view: View) -> None:
    changed = last_change(view.history(block.anchor))
    if changed is not None:
        words = nodes.Text(f"{changed}.")
        paragraph = nodes.paragraph("", "", words, classes=["passage-revised"])
        node.parent.insert(node.parent.index(node) + 1, paragraph)
