"""What a page is made from, and what may stand beside it: its source, images, files to download."""

from __future__ import annotations

import hashlib
import os
import re
import warnings
from collections.abc import Iterator, Set
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from lxml import etree
from PIL import Image
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from archive.fidelity.attestation import SUFFIX, Attestation, parse
from archive.fidelity.source import Source, Sources, read_source
from archive.model import Problem
from archive.model.passage import Anchor
from archive.model.record import Record
from archive.model.states import MEND, Attested, Held, States
from archive.site.know.domain import ArchiveDomain, archive_domain, document_being_read
from archive.site.know.facts import DOCUMENTS, Document, Vouching
from archive.site.know.ledger import standings_of
from archive.site.know.relations import followed

if TYPE_CHECKING:
    from collections.abc import Iterator

    # Rule, message and mend of a refused file.
    Finding = tuple[str, str, str]


# --- Reads what a page is made from: its files, and of a document its source and its attestation.
#
# Sphinx reads a page again when its file is newer than the last reading (sphinx-doc/sphinx#11556).
# That misses a file restored from a backup, and every edit after the clock was set back.  Here a
# page is read again when modification time or size of a file are not those from before it was read,
# so that an edit during a build is never taken for read.


def file_stamp(path: str | PathLike[str]) -> tuple[int, ...] | None:
    """Return the times of a file's bytes and of its entry (ns) and its size; None without a file.

    No program can set the second time back.
    """
    try:
        status = os.stat(path)  # noqa: PTH116 - a Path for each page costs more than the answer
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size


def _files(env: BuildEnvironment, docname: str) -> tuple[Path, ...]:
    """Return a page's source and the files it depends on."""
    others = sorted(str(path) for path in env.dependencies.get(docname, ()))
    return (env.doc2path(docname), *map(env.srcdir.joinpath, others))


def note_stamp(env: BuildEnvironment, path: Path) -> None:
    """Note the stamp of a file that is about to be read."""
    archive_domain(env).noted[path] = file_stamp(path)


def note_page(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    note_stamp(env, Path(env.doc2path(docname)))


def keep_stamps(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the stamps that a page's files had before they were read."""
    docname, domain = app.env.current_document.docname, archive_domain(app.env)
    files = _files(app.env, docname)
    domain.stamps[docname] = tuple(domain.noted.get(path) or file_stamp(path) for path in files)


def changed_pages(
    app: Sphinx, env: BuildEnvironment, added: Set[str], changed: Set[str], removed: Set[str]
) -> list[str]:
    """Return the pages whose files have other stamps than when they were read."""
    stamps = archive_domain(env).stamps
    known = env.found_docs - added - changed
    return [
        docname for docname in sorted(known)
        if stamps.get(docname) != tuple(map(file_stamp, _files(env, docname)))
    ]  # fmt: skip


def take_source(document: Document, sources: Sources) -> tuple[Source | None, list[Problem]]:
    """Read a document's source; None, with the problems, unless its SHA-256 is the record's."""
    record = document.record
    if record is None:
        return None, []
    try:
        path, data = sources.find(record)
    except OSError as error:
        return None, [Problem(
            document.path, 1, "source-missing", f"Its source cannot be read: {error}.",
            f"put it into the folder of the sources as {record.id}.txt.",
        )]  # fmt: skip
    found = hashlib.sha256(data).hexdigest()
    if found != record.source.sha256:
        return None, [Problem(
            document.path, 1, "source-sha256",
            f"{path} has the SHA-256 {found}, but the record pins {record.source.sha256}.",
            "provide the exact file that was rendered.",
        )]  # fmt: skip
    source, problems = read_source(data, str(path))
    return source and source.held(record), problems


def read_attestation(root: Path, document: Document) -> tuple[Attestation | None, list[Problem]]:
    """Return the attestation beside a document and its problems; None if there is no file."""
    path = root / Path(document.path).with_suffix(SUFFIX)
    if not path.is_file():
        return None, []
    text = path.read_bytes().decode("utf-8", "surrogateescape")  # which ``parse`` refuses
    return parse(text, path.relative_to(root).as_posix())


def documents_attested_anew(app: Sphinx, env: BuildEnvironment, *_changes: Set[str]) -> list[str]:
    return [
        docname
        for docname, vouching in archive_domain(env).vouching.items()
        if vouching.stamp != file_stamp(f"{app.srcdir}/{docname}{SUFFIX}")
    ]


def keep_attestation(app: Sphinx, doctree: nodes.document) -> None:
    """Store what is attested of the document being read."""
    document = document_being_read(app.env)
    if document is not None:
        root = Path(app.srcdir)
        stamp = file_stamp((root / document.path).with_suffix(SUFFIX))
        attestation, misread = read_attestation(root, document)
        archive_domain(app.env).vouching[document.docname] = (
            Vouching(stamp, tuple(misread), attestation.attested, attestation.checker)
            if attestation is not None
            else Vouching(stamp, tuple(misread))
        )


def states(domain: ArchiveDomain) -> States:
    """The states of all passages, with what is attested of them."""
    held = {document.docname for document, _record in domain.recorded()}
    return States(
        domain.ledger,
        (_held(document, record, domain) for document, record in domain.recorded()),
        _left_behind(Path(domain.env.srcdir), held),
    )


def unattested(domain: ArchiveDomain, known: States) -> Iterator[Problem]:
    """What waits for whoever holds the sources: words, and quotations that lead to their origin."""
    yield from known.waiting()
    for document, record in domain.recorded():
        for each in followed(domain, document):
            if not each.result:
                words, relation = each.traced.words, each.traced.relation
                yield Problem(
                    document.path, relation.line, "attestation-origin",
                    f"Nobody compared “{words}” of {record.id}-{relation.passage} with "
                    f"{relation.target}", MEND,
                )  # fmt: skip


def _held(document: Document, record: Record, domain: ArchiveDomain) -> Held:
    vouching = domain.vouching.get(document.docname)
    standing = {block.anchor for block in document.rendering}
    return Held(
        record.id, document.path, record.source.sha256, record.source.paragraphs,
        [each for each in standings_of(document) if each.anchor in standing],
        [each for each in document.tombstones if Anchor.parse(each.anchor).is_passage],
        vouching.attested if vouching is not None else (),
        frozenset(
            each.anchor for each in document.rendering
            if document.is_shared(each) or each.is_wordless  # names may stand in no paragraph
        ),
    )  # fmt: skip


def _left_behind(root: Path, held: Set[str]) -> Iterator[Attested]:
    """What is attested beside no document, as after a rename; a file that is broken is none."""
    for path in sorted((root / DOCUMENTS).glob(f"*{SUFFIX}")):
        if f"{DOCUMENTS}/{path.name.removesuffix(SUFFIX)}" not in held:
            name = path.relative_to(root).as_posix()
            attestation, _misread = parse(path.read_text("utf-8"), name)
            yield from attestation.attested if attestation is not None else ()


# --- What may stand beside a page: images that only show, and files of a few types to download.
#
# An image is decoded, or parsed where it is a drawing; a download is of a type that browsers save
# and do not run.  Its content has to be what its name says.

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
