"""Finds the files that differ between two built sites, and the first differences in each.

Text is shown as a diff. Containers are unpacked first: an EPUB into its members, a PDF into pages,
metadata, attachments and destinations, ``objects.inv`` into its lines.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from fnmatch import fnmatchcase
from itertools import islice, takewhile
from pathlib import Path
from zipfile import ZipFile

import pikepdf

from archive.preservation.manifest import NAME, parse
from archive.preservation.site import contents

SHOWN = 6  # lines of a diff, half of each side; and parts of a file
_READ = 60  # pieces compared after the first that differs
_WIDTH = 160  # characters of a line, around the first that differs
# Generated HTML and JSON have long lines: they are compared tag by tag and item by item.
_PIECES = re.compile(r'\n|(?<=>)(?=<)|(?<=,)(?=["{\[])')

Parts = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not the same in both sites."""

    path: str  # relative to the site, with slashes
    lines: tuple[str, ...]  # how it differs: the same lines for the same difference


def differences(
    one: Path, other: Path, names: tuple[str, str], ignored: Iterable[str] = ()
) -> Iterator[Difference]:
    """Every file that differs between two folders, by path; ``names`` are those of the folders.

    ``ignored`` has globs of paths. ``archive.epub!OEBPS/*`` matches parts of a file. Lines of the
    manifest that differ only because a listed file does are not counted.
    Raises OSError and ValueError for what cannot be read.
    """
    globs, sites = tuple(ignored), dict(zip(names, (one, other)))
    ours, theirs = dict(contents(one).digests), dict(contents(other).digests)
    unlike = {path for path in ours | theirs if ours.get(path) != theirs.get(path)}
    for path in sorted(unlike):
        if _matches(path, globs):
            continue
        if path not in theirs or path not in ours:
            lines = [f"only in {names[path not in ours]}"]
        elif path == NAME and _listed(one / path, unlike) == _listed(other / path, unlike):
            continue
        else:
            lines = list(_unlike_parts(path, sites, globs))
        if lines:
            yield Difference(path, tuple(lines))


def _matches(path: str, globs: tuple[str, ...]) -> bool:
    return any(fnmatchcase(path, glob) for glob in globs)


def _listed(manifest: Path, unlike: set[str]) -> dict[str, str]:
    """The manifest's digests of the files that are the same in both sites."""
    listed = parse(manifest.read_bytes()).digests
    return {path: digest for path, digest in listed.items() if path not in unlike}


def _unlike_parts(path: str, sites: dict[str, Path], globs: tuple[str, ...]) -> Iterator[str]:
    """The first parts of a file that differ, each with its diff; none where all are ignored."""
    read = _READERS.get(Path(path).suffix, _whole)
    ours, theirs = (read(site / path) for site in sites.values())
    unlike = [part for part in ours | theirs if ours.get(part) != theirs.get(part)]
    if not unlike:
        sizes = " and ".join(str((site / path).stat().st_size) for site in sites.values())
        yield f"the parts are the same, their packing is not: {sizes} bytes"
    told = [part for part in unlike if not _matches(f"{path}!{part}", globs)]
    for part in told[:SHOWN]:
        if part in ours and part in theirs:
            yield from [f"{part}:"] if part else []
            yield from diff(ours[part], theirs[part])
        else:
            yield f"{part}: only in {list(sites)[part in theirs]}"
    if len(told) > SHOWN:
        yield f"and {len(told) - SHOWN} more parts"


def diff(one: bytes, other: bytes) -> Iterator[str]:
    """The first lines that differ, as in a unified diff; of binary data, the sizes."""
    try:
        ours, theirs = (_PIECES.split(each.decode("utf-8")) for each in (one, other))
    except UnicodeDecodeError:
        yield f"{len(one)} and {len(other)} bytes"
        return
    if ours == theirs:
        yield "line breaks alone differ"
        return
    first = _agreeing(ours, theirs)
    before, after = (pieces[first : first + _READ] for pieces in (ours, theirs))
    column = max(0, _agreeing("".join(before[:1]), "".join(after[:1])) - _WIDTH // 3)
    rows = unified_diff(before, after, n=0, lineterm="")
    told: Counter[str] = Counter()
    for row in islice(rows, 2, None):
        sign, text = row[0], row[1:].replace("\r", "\\r")
        told[sign] += 1
        if sign != "@" and told[sign] <= SHOWN // 2:
            start = column if len(text) > _WIDTH else 0
            yield f"{sign}{'…' if start else ''}{text[start : start + _WIDTH]}"


def _agreeing(one: Sequence[str], other: Sequence[str]) -> int:
    """How many elements at the beginning are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other)))


def _whole(path: Path) -> Parts:
    return {"": path.read_bytes()}


def _members(path: Path) -> Parts:
    with ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def _inventory(path: Path) -> Parts:
    """Sphinx's inventory: four lines of text, then lines packed with zlib."""
    *head, packed = path.read_bytes().split(b"\n", 4)
    return {"": b"\n".join([*head, zlib.decompress(packed)])}


def _pdf(path: Path) -> Parts:
    """The parts of a PDF: what a reader sees first, then resources, then every object by number."""
    with pikepdf.open(path) as pdf:
        parts = {f"page {number}, text": text for number, text in _texts(path)}
        if "/Metadata" in pdf.Root:
            parts["metadata"] = pdf.Root.Metadata.read_bytes()
        for name, attached in pdf.attachments.items():
            parts[f"attachment {name}"] = attached.get_file().read_bytes()
        parts["destinations"] = "\n".join(_destinations(pdf)).encode()
        for number, page in enumerate(pdf.pages, start=1):
            parts[f"page {number}, drawing"] = pikepdf.unparse_content_stream(
                pikepdf.parse_content_stream(page)
            )
        for each in pdf.objects:
            parts[f"object {each.objgen[0]}"] = _object(each)
    return parts


def _texts(path: Path) -> Iterator[tuple[int, bytes]]:
    """The text of each page, where poppler's pdftotext is installed."""
    if shutil.which("pdftotext"):
        done = subprocess.run(["pdftotext", "-q", path, "-"], capture_output=True, check=True)
        yield from enumerate(done.stdout.split(b"\f")[:-1], start=1)


def _destinations(pdf: pikepdf.Pdf) -> Iterator[str]:
    if "/Names" in pdf.Root and "/Dests" in pdf.Root.Names:
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        for name, target in pikepdf.NameTree(pdf.Root.Names.Dests).items():
            place = target.D if isinstance(target, pikepdf.Dictionary) else target
            page, *rest = place
            yield f"{name!s}: page {pages.get(page.objgen)} {' '.join(map(str, rest))}"


def _object(each: pikepdf.Object) -> bytes:
    if isinstance(each, pikepdf.Stream):
        return each.stream_dict.unparse() + b"\n" + each.read_raw_bytes()
    return each.unparse(resolved=True)


_READERS: dict[str, Callable[[Path], Parts]] = {
    ".epub": _members, ".inv": _inventory, ".pdf": _pdf,
}  # fmt: skip
