"""The link “Cite” at a document's title and at each passage, which leads to the companion page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

from archive.citation.companion import CITE, CITE_DOCUMENT, CITE_SIGNATORY, address, cite_name
from archive.citation.reference import Reference
from archive.model.verifying import last_change
from archive.model.words import Words, words
from archive.site.know.facts import Block, Document
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
from archive.site.show.relations import taken_up_links
from archive.upstream.access import builder_of


def _link(_self: HTML5Translator, node: nodes.Element) -> str:
    classes = " ".join(["to-cite", *node["classes"]])
    name = f' aria-label="{escape(node["name"])}"' if node["at"] else ""
    if node["at"] and not words(node["language"]).is_english:
        name += f' data-at="{escape(node["at"])}"'  # which scripts take from the name otherwise
    return f'<a class="{classes}" href="{node["href"]}"{name}>{node["shown"]}'


class cite_link(nodes.General, nodes.Element):
    """The link to the section of the companion page on a document or passage, in pages only.

    Attributes: ``href``; ``shown``, its words; ``at``, the locator, which only its ``name`` for
    screen readers says, as the passage stands beside it; ``language``, of its words.
    """

    html = around(_link, "</a>\n")


def _open_passage(self: HTML5Translator, node: nodes.Element) -> str:
    """Begin a passage; a note has its role, so that its end, too, is told by ear (WAI-ARIA 1.2)."""
    parts = (each for each in node if isinstance(each, nodes.Element))
    is_note = any("editors-note" in each["classes"] for each in parts)
    tag = self.starttag(node, "div", CLASS="passage")
    return tag.replace(">", ' role="note">', 1) if is_note else tag


class passage_box(nodes.General, nodes.Element):
    """A block with its label before it, if it has one there, and its link “Cite”; in pages only."""

    html = around(_open_passage, "</div>\n")


def _cite(reference: Reference, shown: str = CITE, **attributes: list[str]) -> cite_link:
    at, _ = reference.where, reference.words
    return cite_link(
        "", href=address(reference.document, reference.key), shown=_(shown), at=at,
        name=cite_name(_(shown), at, _), language=_.language, **attributes,
    )  # fmt: skip


class CiteLinks(DocumentTransform):
    """Adds the links to a document's page; in print, the dates of revisions instead."""

    default_priority = 8
    builders = ("html", "pdf")

    def complete(self, document: Document, section: nodes.section) -> None:
        view = view_of(self.env)
        blocks = {block.anchor: block for block in document.blocks}
        on_screen = builder_of(self.env).format == "html"
        if on_screen:
            self._add_to_title(document, view)
        ahead = ["ahead"]  # of all text; scripts fold such a note on a small screen
        for node in list(self.document.findall(nodes.Element)):
            named = blocks.get(node["ids"][0]) if node.get("ids") else None
            if named is None or isinstance(node, nodes.section):
                continue
            if "editors-note" not in node["classes"]:
                ahead = []
            if on_screen and signatories_around(node) is None:
                self._add_to_block(node, named, document, view, ahead)
            else:
                _name_change(node, named, view, words(document.language))
        if on_screen:
            for group in self.document.findall(signatories):
                self._add_to_group(group, blocks, document, view)

    def _add_to_title(self, document: Document, view: View) -> None:
        reference = document.reference(view.settings)
        card = next(self.document.findall(record_card), None)
        if reference is not None and card is not None:
            below = _cite(reference, CITE_DOCUMENT, classes=["whole"])
            card.parent.insert(card.parent.index(card) + 1, below)

    def _add_to_block(
        self,
        node: nodes.Element,
        block: Block,
        document: Document,
        view: View,
        classes: list[str],
    ) -> None:
        """Wrap a block and its link in a container, so that CSS can place them side by side.

        A footnote holds its link itself, as it stands in a list of footnotes.
        """
        reference = document.block_reference(block, view.settings)
        if reference is None:
            return
        _ = reference.words
        changed = last_change(view.history(block.anchor), _)
        below = _cite(reference)
        if changed is not None:
            below = _cite(reference, f"{changed} · {_(CITE)}", classes=["revised"])
        if isinstance(node, nodes.footnote):
            node += below
            return
        label, place = node.previous_sibling(), node.parent.index(node)
        before = [label] if isinstance(label, passage_label) else []
        _name_heading(node, before)
        together = passage_box("", *before, classes=[*_depth(node), *classes])
        node.parent[place - len(before) : place + 1] = [together]
        together += [node, below, *taken_up_links(block.anchor, document, self.env)]

    def _add_to_group(
        self, group: nodes.Element, blocks: Mapping[str, Block], document: Document, view: View
    ) -> None:
        """Add one link to a group of signatories, each of which has a section of its own."""
        names = (node for node in group.findall(nodes.Element) if node is not group)
        ids = (id_ for node in names for id_ in node["ids"])
        first = next((blocks[id_] for id_ in ids if id_ in blocks), None)
        reference = document.block_reference(first, view.settings) if first else None
        if reference is not None:
            group += _cite(reference, CITE_SIGNATORY, classes=["of-many"])


def _name_heading(node: nodes.Element, before: Sequence[nodes.Element]) -> None:
    """Make a block's label a heading, by which those who listen go from passage to passage.

    Items of lists, notes and cells have keys to go by already.
    """
    level, around_it = 1, node.parent
    while around_it is not None:
        if isinstance(around_it, _GONE_BY):
            return
        level += isinstance(around_it, (nodes.section, clauses))
        around_it = around_it.parent
    labels = before or node.findall(passage_label)
    own = next((label for label in labels if label["anchor"] in node["ids"]), None)
    if own is not None:
        own["level"] = min(level, _LOWEST)


_GONE_BY = nodes.list_item, nodes.footnote, nodes.entry
_LOWEST = 6  # level of a heading (HTML, 4.3.6)

_DEEPEST = 6  # levels of indentation that the style sheet knows


def _depth(node: nodes.Element) -> list[str]:
    """Return the class that tells how far a block is indented, so that its label is not."""
    depth, around = 0, node.parent
    while around is not None and not isinstance(around, nodes.section):
        depth += isinstance(around, (clauses, nodes.bullet_list, nodes.enumerated_list))
        around = around.parent
    return [f"depth-{min(depth, _DEEPEST)}"] if depth else []


def _name_change(node: nodes.Element, block: Block, view: View, _: Words) -> None:
    changed = last_change(view.history(block.anchor), _)
    if changed is not None:
        said = nodes.Text(_("{sentence}.").format(sentence=changed))
        paragraph = nodes.paragraph("", "", said, classes=["passage-revised"])
        node.parent.insert(node.parent.index(node) + 1, paragraph)
