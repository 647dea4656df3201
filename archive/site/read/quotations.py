"""Wraps quotations in nodes of their own, for verification and for display.

A quotation begins and ends with double typographic quotation marks at the same level of markup; it
may contain whole terms and emphasis.  The marks stay in the text, so that the markup does not
change the passage's fingerprint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from docutils import nodes
from sphinx.transforms import SphinxTransform

from archive.site.know.domain import document_being_read
from archive.site.nodes import quotation
from archive.site.read.anchors import anchored

OPENING, CLOSING = "“", "”"
_MARKS = re.compile(f"([{OPENING}{CLOSING}])")


class Quotations(SphinxTransform):
    """Wraps each quotation of each anchored block."""

    default_priority = 840  # before margin labels are inserted

    def apply(self, **kwargs: object) -> None:
        if document_being_read(self.env) is None:
            return
        for node, anchor in list(anchored(self.document)):
            if not isinstance(node, nodes.section):
                for text in list(node.findall(nodes.paragraph)):
                    text.children = marked(text.children, str(anchor))
                    for child in text.children:
                        text.setup_child(child)


def marked(children: Iterable[nodes.Node], anchor: str) -> list[nodes.Node]:
    """Return the children with each complete quotation wrapped."""
    done: list[nodes.Node] = []
    inside: list[nodes.Node] | None = None
    for piece in _pieces(children):
        text = piece.astext() if isinstance(piece, nodes.Text) else ""
        if text == OPENING and inside is None:
            inside = [piece]
        elif text == CLOSING and inside is not None:
            done.append(quotation("", "", *_joined([*inside, piece]), anchor=anchor))
            inside = None
        else:
            (done if inside is None else inside).append(piece)
    return _joined([*done, *(inside or [])])


def _pieces(children: Iterable[nodes.Node]) -> Iterable[nodes.Node]:
    """Split texts so that each quotation mark is a text node of its own."""
    for child in children:
        if isinstance(child, nodes.Text):
            yield from (nodes.Text(piece) for piece in _MARKS.split(child.astext()) if piece)
        else:
            yield child


def _joined(pieces: Iterable[nodes.Node]) -> list[nodes.Node]:
    """Join adjacent text nodes."""
    joined: list[nodes.Node] = []
    for piece in pieces:
        if isinstance(piece, nodes.Text) and joined and isinstance(joined[-1], nodes.Text):
            joined[-1] = nodes.Text(joined[-1].astext() + piece.astext())
        else:
            joined.append(piece)
    return joined
