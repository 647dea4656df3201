"""The XML parts of a .docx or .odt, unpacked and parsed as if the file came from an attacker.

Every limit is checked before anything is unpacked:

- number of entries: a ZIP of a million empty files;
- total size and ratio of packing: ZIP bombs, nested or overlapping (the bytes of each entry have to
  end before the next one begins);
- names: ``..``, absolute paths, drive letters;
- DOCTYPE: entity bombs and external entities, which neither format needs: Word has none (ISO
  29500-2, 8.1.1.3), and OpenOffice named the DTDs of some parts, without entities of its own;
- macros and encryption: recognised by the parts that hold them.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from operator import itemgetter
from typing import Any

from archive.importing import RefusedError, library

MAX_ENTRIES = 5_000
MAX_TOTAL = 96 * 2**20  # bytes of all parts that are text
MAX_MEDIA = 256 * 2**20  # bytes of pictures and fonts, which are not unpacked
MAX_SIGNS = 3_000_000  # “<” and “=” of a part: what its tree takes grows with its elements
MAX_RATIO = 400  # unpacked to packed bytes, of a part larger than a mebibyte

# What zipfile and zlib raise for damaged files.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, NotImplementedError, OSError,
    RuntimeError, ValueError, IndexError,
)  # fmt: skip
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENTITY = re.compile(rb"<!\s*DOCTYPE[^>]*\[|<!\s*ENTITY", re.IGNORECASE)
_MACROS = re.compile(r"(?:^|/)vbaProject\.bin$|^(?:Basic|Scripts)/.", re.IGNORECASE)
_OUTSIDE = re.compile(r"[/\\]|[A-Za-z]:")  # of an absolute path, or with a drive letter
_ASIDE = re.compile(r"(?:^|/)(?:\.[^./]|__MACOSX/)")  # what systems put beside files
_IN_UTF_8 = 0x800  # the flag that tells it of a name
_ENCRYPTED_ODF = re.compile(rb"<(?:[\w-]+:)?encryption-data\b")
_PAGES = (".xhtml", ".html", ".htm", ".mht", ".mhtml")
_TEXTS = (".xml", ".rels", ".rdf", *_PAGES, ".opf", ".ncx", ".rtf", ".txt")
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8")
_DISTRUST = "do not trust it; open it in a word processor and save it anew."


@contextmanager
def opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    """Open a ZIP.  Raises RefusedError where it, or a part that is read from it, is damaged."""
    with _sound(), zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield archive


@contextmanager
def _sound() -> Iterator[None]:
    """Raise RefusedError for whatever damaged files let zipfile raise."""
    try:
        yield
    except _DAMAGED as error:
        raise RefusedError(
            "import-truncated", "The file is damaged or was cut off.",
            "get it again, or open it in a word processor, which may repair it, and save it anew.",
        ) from error  # fmt: skip


def checked(data: bytes) -> dict[str, bytes]:
    """The XML parts by name, within the limits; nothing is said of what is in them."""
    with opened(data) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        _check(entries)
        return dict(_xml(archive, entries))


def parts(data: bytes) -> dict[str, bytes]:
    """The XML parts by name.  Raises RefusedError where one is unsafe or damaged."""
    found = checked(data)
    is_word = "[Content_Types].xml" in found
    for name, part in found.items():
        seen = part.replace(b"\0", b"")  # UTF-16 and UTF-32 hide nothing
        if (_DOCTYPE if is_word and not name.endswith(_PAGES) else _ENTITY).search(seen):
            raise RefusedError(
                "import-doctype", f"The part {name!r} declares entities (DOCTYPE).", _DISTRUST
            )
        if name == "META-INF/manifest.xml" and _ENCRYPTED_ODF.search(seen):
            raise _encrypted()
    return found


def packed(xml: Mapping[str, bytes]) -> bytes:
    """A ZIP of the parts, which pandoc is given in place of the file: no pictures, no programs."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, part in xml.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return buffer.getvalue()


def members(data: bytes, most: int, largest: int) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The files of a ZIP archive: the name of each, and what reads it, as long as the next waits.

    Raises RefusedError where the archive is unsafe or holds more than ``most`` files; reading
    raises it for a file that is damaged or larger than ``largest`` bytes.
    """
    with opened(data) as archive:
        found = ((_name(each), each) for each in archive.infolist() if not each.is_dir())
        entries = sorted((each for each in found if not _ASIDE.search(each[0])), key=itemgetter(0))
        if len(entries) > most:
            raise _bomb(f"holds {len(entries):,} files; at most {most:,} are read")
        _check([entry for _, entry in entries])
        for name, entry in entries:
            yield name, partial(_member, archive, entry, largest)


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, largest: int) -> bytes:
    with _sound(), archive.open(entry) as part:
        read = part.read(largest + 1)  # a header may lie about the size
    if len(read) > largest:
        raise _bomb("is too large")
    return read


def _name(entry: zipfile.ZipInfo) -> str:
    """A name; many programs write UTF-8 without saying so (APPNOTE 6.3.10, appendix D)."""
    if entry.flag_bits & _IN_UTF_8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def images(data: bytes) -> tuple[bytes, ...]:
    """The pictures that are PNG, JPEG or GIF by their content, each once."""
    with opened(data) as archive:
        inside = [
            archive.read(entry) for entry in archive.infolist()
            if entry.filename.startswith(("word/media/", "Pictures/")) and not entry.is_dir()
        ]  # fmt: skip
    return tuple(dict.fromkeys(each for each in inside if each.startswith(_IMAGES)))


def _check(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise _bomb(f"holds {len(entries):,} parts; at most {MAX_ENTRIES:,} are read")
    for entry in entries:
        _check_entry(entry)
    text = sum(entry.file_size for entry in entries if _is_xml(entry))
    media = sum(entry.file_size for entry in entries if not _is_xml(entry))
    if text > MAX_TOTAL or media > MAX_MEDIA:
        raise _bomb(f"unpacks to {(text + media) // 2**20:,} MiB")
    for before, after in pairwise(sorted(entries, key=lambda entry: entry.header_offset)):
        if before.header_offset + before.compress_size > after.header_offset:
            raise _bomb("has parts that overlap")


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if _OUTSIDE.match(name) or ".." in re.split(r"[/\\]", name):
        raise RefusedError(
            "import-path",
            f"The file holds a part named {name!r}, which leads out of it.",
            _DISTRUST,
        )
    if entry.flag_bits & 1:
        raise _encrypted()
    if _MACROS.search(name):
        raise RefusedError(
            "import-macros", "The file holds macros (programs).",
            "open it in a word processor with macros off and save it as plain .docx or .odt.",
        )  # fmt: skip
    if entry.file_size > 2**20 and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise _bomb(f"has a part, {name!r}, packed more than {MAX_RATIO} to 1")


def _xml(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    left = MAX_TOTAL
    for entry in filter(_is_xml, entries):
        with archive.open(entry) as part:
            read = part.read(left + 1)  # a header may lie about the size
        left -= len(read)
        if left < 0:
            raise _bomb("unpacks to more than it says")
        yield entry.filename, read


def _is_xml(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.endswith(_TEXTS) or entry.filename == "mimetype"


def _bomb(what: str) -> RefusedError:
    return RefusedError(
        "import-bomb", f"The file {what}: more than a document needs.",
        "do not trust it; if it is sound, split it, or save it as plain text.",
    )  # fmt: skip


def _encrypted() -> RefusedError:
    return RefusedError(
        "import-encrypted", "The file is protected by a password.",
        "open it in a word processor and save a copy without one.",
    )  # fmt: skip


def parse_xml(part: bytes, name: str) -> Any:
    """The root element of a part.  Raises RefusedError where it is not well-formed.

    The parser resolves no entities and opens no address.
    """
    bounded(part, name)
    etree = library("lxml.etree")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        return etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        raise RefusedError(
            "import-truncated", f"The part {name!r} is damaged.",
            "open the file in a word processor, which may repair it, and save it anew.",
        ) from error  # fmt: skip


def bounded(part: bytes, name: str) -> None:
    """Raise RefusedError where a part has more elements and attributes than memory is for."""
    if part.count(b"<") + part.count(b"=") > MAX_SIGNS:
        raise RefusedError(
            "import-too-much", f"The part {name!r} has more elements than a document needs.",
            "split the file, or save it as plain text and import that.",
        )  # fmt: skip


def xml_bytes(root: Any) -> bytes:
    """The element as the bytes of a part."""
    data: bytes = library("lxml.etree").tostring(
        root, encoding="UTF-8", xml_declaration=True, standalone=True
    )
    return data


def local(element: Any) -> str:
    """An element's name without its namespace; nothing for comments and instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
