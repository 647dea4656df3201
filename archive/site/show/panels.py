"""The panels below a document's title and each passage: citations, and the passage's history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

from archive.citation import bibtex, csl, ris
from archive.citation.formatted import formatted
from archive.citation.links import BIBTEX, CSL, DESCRIPTIONS, PROOF, RIS
from archive.citation.reference import Reference
from archive.model.ledger import short
from archive.site.know.facts import Block, Document
from archive.site.know.ledger import history_of, last_change
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


def _panel(self: HTML5Translator, node: nodes.Element) -> str:
    reference: Reference = node["reference"]
    context = {
        "reference": reference,
        "citations": formatted(reference),
        "records": _records(reference),
        "files": (*DESCRIPTIONS, PROOF) if reference.locator is None else (),
        "sha256": node["sha256"],
        "history": node["history"],
        "changed": node["changed"],
        "around": node.get("around"),
        "parts": node.get("parts"),
        "short": short,
        "of_many": node.get("of_many", False),
    }
    panel: str = self.builder.templates.render("panel.html", context)
    return panel


def _records(reference: Reference) -> list[tuple[str, str]]:
    """Return the entries for reference managers, by the name of the format."""
    return [
        (BIBTEX.label, bibtex.entry(reference)),
        (RIS.label, ris.entry(reference)),
        (CSL.label, csl.serialise([reference])),
    ]


class passage_panel(nodes.General, nodes.Element):
    """The panel that a permalink opens, in pages only.

    Attributes: ``reference``; ``sha256``, the passage's present fingerprint; ``history``, a list of
    DatedEvent; ``changed``, the last revision or amendment; ``around``, the block it is a part of;
    ``parts``, the blocks that are its parts; ``of_many``, whether it stands for a group of
    signatories, of which it cites the first.  All but the first may be None.
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
            panel = passage_panel("", reference=reference, sha256=None, history=[], changed=None)
            card.parent.insert(card.parent.index(card) + 1, panel)

    def _add_to_block(
        self, node: nodes.Element, block: Block, document: Document, view: View
    ) -> None:
        """Wrap a block and its panel in a container, so that CSS can place them side by side.

        A footnote holds its panel itself, as it stands in a list of footnotes.
        """
        reference = document.block_reference(block, view.settings, view.place(block))
        if reference is None:
            return
        panel = passage_panel(
            "", reference=reference, sha256=block.fingerprint,
            history=history_of(block, view), changed=last_change(block, view),
        )  # fmt: skip
        if isinstance(node, nodes.footnote):
            node += panel
            return
        label, place = node.previous_sibling(), node.parent.index(node)
        before = [label] if isinstance(label, passage_label) else []
        together = nodes.container("", *before, classes=["passage", *_depth(node)])
        node.parent[place - len(before) : place + 1] = [together]
        together += [node, panel]

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
            group += passage_panel(
                "", reference=reference, sha256=None, history=[], changed=None, of_many=True
            )


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
    for panel in panels:
        if (named := blocks.get(panel["reference"].key)) is not None:
            panel["around"] = blocks.get(named.parent or "")
            panel["parts"] = parts[named.anchor]


def _name_change(node: nodes.Element, block: Block, view: View) -> None:
    changed = last_change(block, view)
    if changed is not None:
        words = nodes.Text(f"{changed}.")
        paragraph = nodes.paragraph("", "", words, classes=["passage-revised"])
        node.parent.insert(node.parent.index(node) + 1, paragraph)
