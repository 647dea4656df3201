"""Inline nodes: emphasis, links, literals, images and formulas.

PDF/UA demands a text alternative for images and formulas (ISO 14289-1, 7.3 and 7.7).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from docutils import nodes
from lxml import etree
from PIL import Image
from PIL.ExifTags import Base
from sphinx.util import logging
from sphinx.util.nodes import get_node_line

from archive.model.passage import Anchor, unbroken
from archive.model.showing import as_printed, escaped
from archive.pdf import ENGLISH, code, from_the_right, isolated
from archive.pdf.fonts import in_alphabets, stands_alone
from archive.site.show.bibliography import MARK, SINCE
from archive.site.show.relations import ORIGIN

if TYPE_CHECKING:
    from archive.pdf.pages import Pen

_log = logging.getLogger(__name__)

# Translates a node to a Typst expression; empty where nothing is printed.
Draw: TypeAlias = Callable[[nodes.Element, "Pen"], str]

IMAGES = "images"  # the folder below the one that Typst reads from

# Words that could be wider than the place they stand in.  Those of other scripts than these would
# lose their joined forms, and Typst knows where lines of them may end.
_LONG = re.compile(r"[!-\u058f\u1c80-\u1c8f\u1d00-\u1fff\u2010-\u2027\u2030-\u2bff]{24,}")
_LONGEST = 31  # letters without a mark between them that are cut; hyphens divide shorter words
_COMBINED = r"\u0300-\u036f\u200d\ufe00-\ufe0f"  # with the letter before them
_LETTER = re.compile(rf".[{_COMBINED}]*")
_WORD = rf"[^\W_]|[{_COMBINED}’']"
_PIECE = re.compile(rf"[(\[{{<“‘«]*(?:{_WORD})+(?:(?!{_WORD}|[(\[{{<“‘«]).)*|(?:(?!{_WORD}).)+")
_ADDRESSES = ("http://", "https://")

_COMMENTS = re.compile(r"(\s*<!--.*?-->\s*)+", re.DOTALL)
_LANGUAGE = "language-"  # docutils' class for a text in another language

# Typst's units for those of docutils; a CSS pixel is 1/96 inch.
_UNITS = {"": 0.75, "px": 0.75, "pt": 1.0, "pc": 12.0, "in": 72.0, "cm": 28.3465, "mm": 2.83465}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(%|em|[a-z]*)")


def wrapped(function: str) -> Draw:
    """A drawing function that calls ``function`` of the template with the node's children."""
    return lambda node, pen: _within(node, pen, lambda: code.call(function, pen.children(node)))


def plain(node: nodes.Element, pen: Pen) -> str:
    """The children alone."""
    return _within(node, pen, lambda: pen.children(node))


def _within(node: nodes.Element, pen: Pen, draw: Callable[[], str]) -> str:
    """What is drawn, in the language of its node.

    The label in the margin, and anchors, stay outside what runs against its line.
    """
    around = pen.subject.from_the_right
    is_against = any(from_the_right(tag) is not around for tag in _languages(node))
    before = pen.anchored("") if is_against and isinstance(node, nodes.Inline) else ""
    drawn = spoken_in(node, draw(), pen)
    return code.block([before, drawn]) if before else drawn


def spoken_in(node: nodes.Element, expression: str, pen: Pen) -> str:
    """The expression in the language that a class of the node names, if one does.

    Within a line it is isolated where it runs against it: a direction of its own would have Typst
    put marks of direction into its words, which divides joined letters.
    """
    for tag in _languages(node):
        around = pen.subject.from_the_right
        if not isinstance(node, nodes.Inline):
            return code.call("spoken-in", code.string(tag), expression)
        if from_the_right(tag) is not around:
            expression = isolated(expression, from_the_right(tag))
        direction = "rtl" if around else "ltr"
        return code.call("spoken-in", code.string(tag), expression, direction=direction)
    return expression


def own_text(node: nodes.Node) -> str:
    """The text of a node without inline texts that have a language of their own."""
    if not isinstance(node, nodes.Element) or not node.children:
        return node.astext()
    return "".join(
        own_text(child) for child in node.children
        if not (isinstance(child, nodes.inline) and _languages(child))
    )  # fmt: skip


def _languages(node: nodes.Element) -> list[str]:
    """The languages that classes of a node name: one, or none."""
    named = (name for name in node["classes"] if name.startswith(_LANGUAGE))
    return [name.removeprefix(_LANGUAGE) for name in named]


def flowing(text: str) -> str:
    """A text in which long words go on in the next line, and “§ 7” in the same one.

    Addresses Typst breaks by itself.
    """
    parts = [code.string(part) for part in cut(unbroken(text), whole=_ADDRESSES)]
    return code.call("breakable", *parts) if len(parts) > 1 else parts[0]


def cut(text: str, whole: tuple[str, ...] = ()) -> list[str]:
    """A text in parts between which a line may end, although no space stands there.

    Only long words are cut, those that begin with one of ``whole`` excepted: after a row of marks,
    and where they have none, between any two letters.
    """
    parts = [""]
    end = 0
    for word in _LONG.finditer(text):
        if not (whole and word[0].startswith(whole)):
            first, *others = _pieces(word[0])
            parts[-1] += text[end : word.start()] + first
            parts += others
            end = word.end()
    parts[-1] += text[end:]
    return parts


def _pieces(word: str) -> Iterator[str]:
    for piece in _PIECE.findall(word):
        yield from [piece] if len(piece) < _LONGEST else _LETTER.findall(piece)


def literal(node: nodes.Element, pen: Pen) -> str:
    """Computer text, unchanged."""
    return pen.anchored(code.call("computer-text", *map(code.string, cut(node.astext()))))


def reference(node: nodes.Element, pen: Pen) -> str:
    """A link: to the target's place in print if the same PDF has it, otherwise to the web."""
    addresses = pen.subject.addresses
    if node.get("refid"):
        body = pen.children(node)
        label = addresses.label(pen.subject.docname, node["refid"])
        address = addresses.page(pen.subject.docname, node["refid"])
    elif node.get("refuri"):
        found, address = addresses.resolve(node["refuri"])
        if found is None and node.astext() == address:  # what waits for a text waits for this
            body = pen.anchored(flowing(as_printed(address)))
        else:
            body = pen.children(node)
        if found is None:
            return code.call("web-link", code.string(escaped(address)), body)
        label = found
    else:
        return pen.children(node)
    kind = code.string(_kind(node, label))
    named = {} if pen.subject.words == ENGLISH else {"page": code.string(pen.subject.words.page)}
    if _is_set_off(node):
        named["set-off"] = "true"
    if SINCE in node and (first := addresses.resolve(node[SINCE])[0]):
        named["since"] = code.string(first)
    return code.call("archive-link", kind, code.string(label), code.string(address), body, **named)


def _is_set_off(node: nodes.Element) -> bool:
    """Whether a link stands in parentheses, or is all that its block says."""
    block, before = node, ""
    while isinstance(block.parent, nodes.TextElement):
        around = block.parent
        before = "".join(each.astext() for each in around[: around.index(block)]) + before
        block = around
    opened, closed = (sum(map(before.count, marks)) for marks in ("(（", ")）"))
    return opened > closed or block.astext() == node.astext()


def _kind(node: nodes.Element, label: str) -> str:
    """The kind of a link's target, which decides how the template shows the link."""
    if ORIGIN in node["classes"]:
        return ORIGIN  # the words of a quotation
    if MARK in node["classes"]:
        return "mark"  # an anchor shown by its label alone
    if any("std-term" in child["classes"] for child in node.findall(nodes.inline)):
        return "term"  # of the glossary
    if node.parent is not None and "bibtex-citation" in node.parent["classes"]:
        return "cite"
    try:
        Anchor.parse(label.partition("#")[2])
    except ValueError:
        return "place"
    return "passage"  # an anchor shown by its name


def download(node: nodes.Element, pen: Pen) -> str:
    """A link to a downloadable file, at its web address."""
    body = pen.children(node)
    uri = node.get("refuri") or f"_downloads/{node.get('filename', '')}"
    _, address = pen.subject.addresses.resolve(uri)
    return code.call("web-link", code.string(address), body)


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
    elif path.suffix.lower() == ".svg" and not _is_set(path):
        _log.info(
            "notice: %s:%s: The drawing “%s” has words of a script that print cannot set in "
            "drawings, so it shows their description. To mend: give the words as paths, or the "
            "picture as PNG", pen.subject.path, get_node_line(node) or 1, node["uri"],
        )  # fmt: skip
        return pen.placed(node, pen.anchored(code.call("described-image", code.string(alt))))
    else:
        # Named by its content, so that a changed image gets a new name.
        name = f"{sha256(path.read_bytes()).hexdigest()[:16]}{path.suffix.lower()}"
        pen.images[name] = path
        inside = isinstance(node.parent, nodes.TextElement)
        return pen.placed(node, pen.anchored(code.call(
            "inline-image" if inside else "block-image", code.string(f"/{IMAGES}/{name}"),
            code.string(alt), _length(node, path, pen),
        )))  # fmt: skip
    return ""


def _is_set(path: Path) -> bool:
    """Whether Typst can set the words of a drawing: in an alphabet, or letter by letter."""
    words = "".join(etree.parse(path).getroot().itertext())
    return in_alphabets("".join(each for each in words if not stands_alone(each)))


def _length(node: nodes.Element, path: Path, pen: Pen) -> str:
    """The width that a page gives an image, where no line is shorter."""
    width = node.get("width") or natural_width(path)
    number, unit = match.groups() if (match := _LENGTH.fullmatch(width)) else (0, None)
    scaled = float(number) * node.get("scale", 100) / 100
    if unit in ("%", "em"):
        return f"{scaled:g}{unit}"
    if unit in _UNITS:
        return f"{scaled * _UNITS[unit]:g}pt"
    pen.fault(node, f"The width “{width}” has no unit that print knows. To mend: use %, cm or px.")
    return "auto"


_SIDEWAYS = (5, 6, 7, 8)  # orientations of Exif by which width and height change places
_WHOLE = "100%"


def natural_width(path: Path) -> str:
    """The width at which browsers show an image by itself: its pixels, or what a drawing says.

    A drawing that says none is as wide as the line (CSS 2.2, 10.3.2).
    """
    if path.suffix.lower() == ".svg":
        said = etree.parse(path).getroot().get("width", "").strip()
        match = _LENGTH.fullmatch(said)
        return said if match and match[2] in _UNITS else _WHOLE
    with Image.open(path) as image:
        turned = image.getexif().get(Base.Orientation) in _SIDEWAYS
        return str(image.height if turned else image.width)


def math(node: nodes.Element, pen: Pen) -> str:
    """A formula within a line."""
    drawn = formula(node, pen)
    return pen.anchored(code.call("formula", spoken_alternative(node), drawn)) if drawn else ""


def spoken_alternative(node: nodes.Element) -> str:
    """The text alternative of a formula: its LaTeX source, which is exact."""
    return code.string(" ".join(node.astext().split()))


def formula(node: nodes.Element, pen: Pen) -> str:
    """A formula in Typst, as ``archive.site.read.footnotes`` translated it; empty with a fault."""
    typst: str = node.get("typst", "")
    if not typst:
        pen.fault(node, (
            f"The formula “{node.astext()[:60]}” cannot be printed, as it could not be read. "
            "To mend: mend the error told above."
        ))  # fmt: skip
    return typst


def passage_label(node: nodes.Element, pen: Pen) -> str:
    """Nothing: the pen sets the label beside its block, within which or before which it stands."""
    around = node.parent
    while around is not None and node["anchor"] not in around.get("ids", ()):
        around = around.parent
    if around is None:
        pen.mark_next(node)
    return ""


def origin(node: nodes.Element, pen: Pen) -> str:
    """The mark behind exact words that were looked for in the work they are from."""
    result = node["result"]
    return code.call("origin-mark", code.string(result)) if result in _LOOKED_FOR else ""


_LOOKED_FOR = frozenset({"exact", "differing", "not-found"})


def line_break(node: nodes.Element, pen: Pen) -> str:
    """The end of a line that the author set."""
    return "linebreak()"


def unprinted(node: nodes.Element, pen: Pen) -> str:
    """Nothing: the node has no form in print.  Its ids go to the next text."""
    return ""


def raw(node: nodes.Element, pen: Pen) -> str:
    """Nothing for an HTML comment; any other raw text is refused."""
    if not _COMMENTS.fullmatch(node.astext()):
        pen.refuse(node)
    return ""
