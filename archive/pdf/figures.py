"""Images, figures, drawings and formulas.

PDF/UA demands a text alternative for each of them (ISO 14289-1, 7.3 and 7.7).
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from docutils import nodes

from archive.drawing.svg import written
from archive.pdf import code
from archive.pdf.blocks import in_its_direction

if TYPE_CHECKING:
    from pathlib import Path

    from archive.drawing.svg import Drawing
    from archive.pdf.pen import Pen

FOLDER = "images"  # below the folder that Typst reads from

# Typst's units for those of docutils; a CSS pixel is 1/96 inch.
_UNITS = {"": 0.75, "px": 0.75, "pt": 1.0, "pc": 12.0, "in": 72.0, "cm": 28.3465, "mm": 2.83465}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(%|em|[a-z]*)")


def image(node: nodes.Element, pen: Pen) -> str:
    """An image with its alternative text."""
    alt = " ".join(node.get("alt", "").split())
    path = pen.subject.images.get(node["uri"])
    if not alt:
        pen.fault(node, (
            f"The image “{node['uri']}” has no alternative text, which a blind reader needs. "
            "To mend: say in its alt text what it shows."
        ))  # fmt: skip
    elif path is None:
        pen.fault(node, (
            f"The image “{node['uri']}” cannot be printed: it is not a local PNG, JPEG, GIF, "
            "WebP or SVG file. To mend: put such a file into the archive."
        ))  # fmt: skip
    else:
        name = name_in_print(path)
        pen.images[name] = path
        inside = isinstance(node.parent, nodes.TextElement)
        return pen.placed(node, pen.anchored(code.call(
            "inline-image" if inside else "block-image", code.string(f"/{FOLDER}/{name}"),
            code.string(alt), _length(node, pen),
        )))  # fmt: skip
    return ""


def name_in_print(path: Path) -> str:
    """A file name made of the digest of the content, so that a changed image gets a new name."""
    return f"{sha256(path.read_bytes()).hexdigest()[:16]}{path.suffix.lower()}"


def _length(node: nodes.Element, pen: Pen) -> str:
    width = node.get("width")
    if not width:
        return "auto"
    match = _LENGTH.fullmatch(width)
    unit = match[2] if match else None
    if match and unit in ("%", "em"):
        return f"{match[1]}{unit}"
    if match and unit in _UNITS:
        return f"{float(match[1]) * _UNITS[unit]:g}pt"
    pen.fault(node, f"The width “{width}” has no unit that print knows. To mend: use %, cm or px.")
    return "auto"


def drawing(node: nodes.Element, pen: Pen) -> str:
    """A drawing of the archive's facts, as an SVG image without links."""
    shown: Drawing = node["drawing"]
    source = code.call("bytes", code.string(written(shown, linked=False)))
    picture = code.call("block-image", source, code.string(shown.description), "100%")
    return pen.placed(node, code.block([picture, code.call("note-text", pen.children(node))]))


def figure(node: nodes.Element, pen: Pen) -> str:
    """An image or other block with its caption and legend."""
    below = (nodes.caption, nodes.legend)
    body = pen.joined(child for child in node.children if not isinstance(child, below))
    captions = [child for child in node.children if isinstance(child, nodes.caption)]
    legends = [child for child in node.children if isinstance(child, nodes.legend)]
    caption = code.block(in_its_direction(child, pen) for child in captions) if captions else "none"
    legend = pen.joined(part for child in legends for part in child.children)
    return pen.placed(node, code.call("illustration", body, caption, legend))


def math(node: nodes.Element, pen: Pen) -> str:
    """A formula within a line."""
    drawn = _formula(node, pen)
    return pen.anchored(code.call("formula", _spoken(node), drawn)) if drawn else ""


def math_block(node: nodes.Element, pen: Pen) -> str:
    """A displayed formula with its number, if it has one, and its label in the margin."""
    drawn = _formula(node, pen)
    if not drawn:
        return ""
    anchors, label = code.block([pen.flush()]), code.block([pen.take_mark().strip()])
    number = code.value(f"({node['number']})" if node.get("number") else None)
    return pen.placed(node, code.call(
        "display-formula", anchors, label, _spoken(node), number, drawn
    ))  # fmt: skip


def _spoken(node: nodes.Element) -> str:
    """The text alternative: the LaTeX source, which is exact."""
    return code.string(" ".join(node.astext().split()))


def _formula(node: nodes.Element, pen: Pen) -> str:
    typst: str = node.get("typst", "")  # set by archive.site.read.formulas
    if not typst:
        pen.fault(node, (
            f"The formula “{node.astext()[:60]}” cannot be printed, as it could not be read. "
            "To mend: mend the error told above."
        ))  # fmt: skip
    return typst
