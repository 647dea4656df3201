"""The panels below a document's title and each passage: citations, and the passage's history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

from archive.citation.panel import panel
from archive.model.telling import last_change
from archive.site.know.facts import Block, Document
from archive.site.know.ledger import history_of
from archive.site.know.view import View, view_of
from archive.site.nodes import (
    around,
    clauses,
    passage_label,
    record_card,
    signatories,
    signatories_around,
)
from archive.site.show.generated import DocumentTransform
from archive.upstream.access import builder_of

_TOLD = ("reference", "sha256", "history", "changed", "around", "parts", "of_many")


def _panel(self: HTML5Translator, node: nodes.Element) -> str:
    told = {name: node[name] for name in _TOLD if name in node}
    shown: str = self.builder.templates.render("panel.html", panel(**told))
    return shown


class passage_panel(nodes.General, nodes.Element):
    """The panel that a permalink opens, in pages only.

    Its attributes are the arguments of ``archive.citation.panel``.
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
            named = blocks.get(node["ids"][0]) if node.get("ids") else None
            if named is None or isinstance(node, nodes.section):
                continue
            if on_screen and signatories_around(node) is None:
                self._add_to_block(node, named, document, view)
            else:
                _name_change(node, named, view)
        if on_screen:
            for group in list(self.document.findall(signatories)):
                self._add_to_group(group, blocks, document, view)
            _relate(list(self.document.findall(passage_panel)), blocks)

    def _add_to_title(self, document: Document, view: View) -> None:
        reference = document.reference(view.settings)
        card = next(self.document.findall(record_card), None)
        if reference is not None and card is not None:
            below = passage_panel("", reference=reference)
            card.parent.insert(card.parent.index(card) + 1, below)

    def _add_to_block(
        self, node: nodes.Element, block: Block, document: Document, view: View
    ) -> None:
        """Wrap a block and its panel in a container, so that CSS can place them side by side.

        A footnote holds its panel itself, as it stands in a list of footnotes.
        """
        reference = document.block_reference(block, view.settings, view.place(block))
        if reference is None:
            return
        below = passage_panel(
            "", reference=reference, sha256=block.fingerprint,
            history=history_of(block, view), changed=last_change(view.history(block.anchor)),
        )  # fmt: skip
        if isinstance(node, nodes.footnote):
            node += below
            return
        label, place = node.previous_sibling(), node.parent.index(node)
        before = [label] if isinstance(label, passage_label) else []
        together = nodes.container("", *before, classes=["passage", *_depth(node)])
        node.parent[place - len(before) : place + 1] = [together]
        together += [node, below]

    def _add_to_group(
        self, group: nodes.Element, blocks: Mapping[str, Block], document: Document, view: View
    ) -> None:
        """Add one panel to a group of signatories: how its first one is cited.

        A panel for each would be 7 KB for a name of 30 letters.
        """
        ids = (id_ for node in group.findall(nodes.Element) for id_ in node["ids"])
        first = next((blocks[id_] for id_ in ids if id_ in blocks), None)
        reference = first and document.block_reference(first, view.settings, view.place(first))
        if reference is not None:
            group += passage_panel("", reference=reference, of_many=True)


_DEEPEST = 6  # levels of indentation that the style sheet knows


def _depth(node: nodes.Element) -> list[str]:
    """Return the class that tells how far a block is indented, so that its label is not."""
    depth, around = 0, node.parent
    while around is not None and not isinstance(around, nodes.section):
        depth += isinstance(around, (clauses, nodes.bullet_list, nodes.enumerated_list))
        around = around.parent
    return [f"depth-{min(depth, _DEEPEST)}"] if depth else []


def _relate(panels: Iterable[passage_panel], blocks: Mapping[str, Block]) -> None:
    """Name in each panel the passage that it is a part of, and its own parts."""
    parts: defaultdict[str | None, list[Block]] = defaultdict(list)
    for block in blocks.values():
        if block.is_passage:
            parts[block.parent].append(block)
    for each in panels:
        if (named := blocks.get(each["reference"].key)) is not None:
            each["around"] = blocks.get(named.parent or "")
            each["parts"] = parts[named.anchor]


def _name_change(node: nodes.Element, block: Block, view: View) -> None:
    changed = last_change(view.history(block.anchor))
    if changed is not None:
        words = nodes.Text(f"{changed}.")
        paragraph = nodes.paragraph("", "", words, classes=["passage-revised"])
        node.parent.insert(node.parent.index(node) + 1, paragraph)
