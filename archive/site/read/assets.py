"""What may stand beside a page: images that only show, and files of a few types to download.

An image is decoded, or parsed where it is a drawing; a download is of a type that browsers save and
do not run.  Its content has to be what its name says.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

from lxml import etree
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    # Rule, message and mend of a refused file.
    Finding = tuple[str, str, str]

RASTERS = {"gif": "GIF", "jpeg": "JPEG", "jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
IMAGES = (*RASTERS, "svg")

# Types of text, types by the bytes that they begin with, and images that are not drawings.
_TEXTS = ("bib", "csv", "json", "jsonl", "md", "ris", "tsv", "txt")
_BEGINNINGS = {"pdf": b"%PDF-", **dict.fromkeys(("docx", "epub", "ods", "odt", "xlsx", "zip"),
                                              b"PK\x03\x04")}  # fmt: skip
DOWNLOADS = tuple(sorted((*_TEXTS, *_BEGINNINGS, *RASTERS)))

LARGEST = 64 * 2**20  # bytes of an image or a download
LARGEST_DRAWING = 4 * 2**20  # bytes of an SVG
MOST_PIXELS = 80_000_000  # of an image; a page scanned at 600 dpi has 35 million


def refused_image(path: Path) -> Finding | None:
    """Why a readable file cannot be an image of a page, if so.  Raises OSError."""
    kind = _kind(path)
    if kind not in IMAGES:
        return _type(path, "image", IMAGES)
    return _refused(path) or (_drawing(path) if kind == "svg" else _raster(path, RASTERS[kind]))


def refused_download(path: Path) -> Finding | None:
    """Why a readable file cannot be offered for download, if so.  Raises OSError."""
    kind = _kind(path)
    if kind not in DOWNLOADS:
        return _type(path, "download", DOWNLOADS)
    if (refused := _refused(path)) is not None or kind in RASTERS:
        return refused or _raster(path, RASTERS[kind])
    data = path.read_bytes()
    if kind in _BEGINNINGS:
        return None if data.startswith(_BEGINNINGS[kind]) else _content(path, f"no {kind} file")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _content(path, "no text in UTF-8")
    return _content(path, "no text") if "\0" in text else None


def _kind(path: Path) -> str:
    return path.suffix.removeprefix(".").lower()


def _type(path: Path, what: str, allowed: tuple[str, ...]) -> Finding:
    return (
        "asset-type", f"The {what} “{path.name}” is of a type that the archive does not serve.",
        f"use one of these: {', '.join(allowed)}.",
    )  # fmt: skip


def _content(path: Path, what: str) -> Finding:
    return (
        "asset-content", f"“{path.name}” is {what}.",
        "put a whole file in its place, of the type that its name says.",
    )  # fmt: skip


def _refused(path: Path) -> Finding | None:
    if not path.is_file():
        return _content(path, "no ordinary file")
    most = LARGEST_DRAWING if _kind(path) == "svg" else LARGEST
    if path.stat().st_size > most:
        return (
            "asset-too-large", f"“{path.name}” has more than {most:,} bytes.",
            "make it smaller, or divide it.",
        )  # fmt: skip
    return None


def _raster(path: Path, form: str) -> Finding | None:
    """Decode an image.  What Pillow raises for a damaged one depends on the format."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=[form]) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise Image.DecompressionBombError
                image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return (
            "asset-too-large", f"“{path.name}” has more than {MOST_PIXELS:,} pixels.",
            "save it with fewer.",
        )  # fmt: skip
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError) as error:
        return _content(path, f"no {form} image that can be decoded ({error or type(error)})")
    return None


# Drawings (SVG 2): shapes, text, paint.  Nothing that links, loads, moves or runs.

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = ("href", "{http://www.w3.org/1999/xlink}href")

_ELEMENTS = """
svg g defs symbol use title desc style path rect circle ellipse line polyline polygon text tspan
textPath linearGradient radialGradient stop clipPath mask pattern marker
"""

# The second part are presentation attributes (SVG 2, 6.6).
_ATTRIBUTES = """
id class lang version viewBox preserveAspectRatio width height x y x1 y1 x2 y2 cx cy r rx ry
fx fy fr dx dy rotate d points pathLength transform offset style type role tabindex
textLength lengthAdjust startOffset method spacing side gradientUnits gradientTransform
spreadMethod clipPathUnits maskUnits maskContentUnits patternUnits patternContentUnits
patternTransform markerUnits markerWidth markerHeight refX refY orient baseProfile
aria-label aria-labelledby aria-describedby aria-hidden

alignment-baseline baseline-shift clip-path clip-rule color color-interpolation
color-rendering direction display dominant-baseline fill fill-opacity fill-rule font-family
font-size font-size-adjust font-stretch font-style font-variant font-weight
image-rendering letter-spacing marker-end marker-mid marker-start mask opacity overflow
paint-order shape-rendering stop-color stop-opacity stroke stroke-dasharray
stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity
stroke-width text-anchor text-decoration text-overflow text-rendering unicode-bidi
vector-effect visibility white-space word-spacing writing-mode
"""

_KNOWN_ELEMENTS = frozenset(f"{_SVG}{name}" for name in _ELEMENTS.split())
_KNOWN_ATTRIBUTES = frozenset((
    *_ATTRIBUTES.split(),
    *(f"{{http://www.w3.org/XML/1998/namespace}}{name}" for name in ("lang", "space")),
))  # fmt: skip

# In a style or a value: what loads something, or could hide that it does.
_LOADS = re.compile(r"""@|\\|url\s*\((?!\s*["']?#)|(?:image|image-set|src)\s*\(""", re.IGNORECASE)
_MOST_USES = 1_000

# The document types of SVG 1.0 and 1.1, which browsers do not load.  A declaration of a file's own
# may give its elements attributes that stand nowhere in its tree (XML 1.0, 3.3.2).
_OF_SVG = "http://www.w3.org/"
_DECLARES = re.compile("<!(?:ATTLIST|ELEMENT|ENTITY|NOTATION)")


def _drawing(path: Path) -> Finding | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        tree = etree.fromstring(path.read_bytes(), parser).getroottree()
    except (etree.XMLSyntaxError, ValueError) as error:
        return _content(path, f"no drawing in XML ({error})")
    found = next(_faults(tree.getroot(), tree.docinfo.internalDTD), None)
    if found is None:
        return None
    line, what = found
    return (
        "asset-drawing", f"The drawing “{path.name}” has {what} on line {line}.",
        "save it as a plain SVG with shapes and text only, or as PNG.",
    )  # fmt: skip


def _faults(root: Any, dtd: Any) -> Iterator[tuple[int, str]]:
    """The line and the name of each part of a drawing that it may not have."""
    if root.tag != f"{_SVG}svg":
        yield root.sourceline, "no svg element"
    if dtd is not None and (
        not (dtd.system_url or _OF_SVG).startswith(_OF_SVG)
        or _DECLARES.search(etree.tostring(root.getroottree(), encoding="unicode"))
    ):
        yield 1, "declarations of its own"
    beside = (*root.itersiblings(preceding=True), *root.itersiblings())
    for node in (*beside, *root.iter()):
        if node.tag is not etree.Comment:
            yield from ((node.sourceline or 0, what) for what in _of_node(node))
    yield from _uses(root)


def _of_node(node: Any) -> Iterator[str]:
    if not isinstance(node.tag, str):
        yield "an instruction or an entity"
        return
    if node.tag not in _KNOWN_ELEMENTS:
        yield f"the element “{etree.QName(node).localname}”"
    if node.tag == f"{_SVG}style" and (len(node) or _LOADS.search(node.text or "")):
        yield "a style that loads something"
    for key, value in node.attrib.items():
        if key in _HREF:
            refused = not value.startswith("#")
        else:
            refused = key not in _KNOWN_ATTRIBUTES or _LOADS.search(value) is not None
        if refused:
            yield f"the attribute {etree.QName(key).localname}=“{value[:80]}”"


def _uses(root: Any) -> Iterator[tuple[int, str]]:
    """References that repeat what repeats something itself, and so could grow without bound."""
    uses = list(root.iter(f"{_SVG}use"))
    if len(uses) > _MOST_USES:
        yield uses[_MOST_USES].sourceline or 0, f"more than {_MOST_USES:,} uses"
        return
    within = {each.get("id") for use in uses for each in (use, *use.iterancestors())}
    for use in uses:
        targets = {use.get(key, "")[1:] for key in _HREF} - {""}
        if targets & within:
            yield use.sourceline or 0, "a use of what has uses itself"
