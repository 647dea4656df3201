"""Formulas, of which ``archive.site.math`` keeps the Typst at their nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.pdf import code

if TYPE_CHECKING:
    from docutils import nodes

    from archive.pdf.pen import Pen


def math(node: nodes.Element, pen: Pen) -> str:
    """A formula within a line."""
    drawn = _drawn(node, pen)
    return pen.anchored(code.call("formula", _words(node), drawn)) if drawn else ""


def math_block(node: nodes.Element, pen: Pen) -> str:
    """A formula by itself, with its number where it has one and its label in the margin."""
    drawn = _drawn(node, pen)
    if not drawn:
        return ""
    anchors, label = code.block([pen.flush()]), code.block([pen.take_mark().strip()])
    number = code.value(f"({node['number']})" if node.get("number") else None)
    return pen.placed(node, code.call(
        "display-formula", anchors, label, _words(node), number, drawn
    ))  # fmt: skip


def _words(node: nodes.Element) -> str:
    """What is read out, as PDF/UA demands: the LaTeX, which tells all and no more."""
    return code.string(" ".join(node.astext().split()))


def _drawn(node: nodes.Element, pen: Pen) -> str:
    typst: str = node.get("typst", "")
    if not typst:
        pen.fault(node, (
            f"The formula “{node.astext()[:60]}” cannot be printed, as it could not be read. "
            "To mend: mend the error told above."
        ))  # fmt: skip
    return typst
