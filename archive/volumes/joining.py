"""Joins the pages of all volumes to one site, at the addresses that a single build gives them.

The volumes' intersphinx inventories become one, and so does what the search page reads.  A page is
taken from its own volume alone: each document from the volume that has it, every other page from
the root volume.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from archive.checking.index import KEPT_IN
from archive.checking.index import update as update_checked
from archive.data.whole import BETWEEN, FULL_TEXT, write_dumps
from archive.files import write
from archive.search import Shelf
from archive.search.index import FOLDER as TEXTS
from archive.search.index import MOST_READ, size_of, write_texts
from archive.search.index import join as join_indexes
from archive.volumes import FOLDER, ROOT, Places, Volume, places, read_volumes

# --- Inventories (version 2, zlib-compressed after four lines of head)

_HEAD_LINES = 4

_LINE = re.compile(
    r"(?P<name>.+?) (?P<domain>\w+):(?P<type>\w+) (?P<priority>-?\d+) (?P<page>[^ #]*)"
)


def joined_inventories(
    inventories: Mapping[str, bytes], volume_of: Mapping[str, str], root: str
) -> bytes:
    """One inventory, with the entries of each page from its own volume.

    ``inventories`` are by volume; ``volume_of`` has the volume of each document, by docname.
    Raises ValueError for a line that is none of an inventory's.
    """
    entries = [
        entry
        for slug, data in inventories.items()
        for entry in map(_entry, zlib.decompress(_split(data)[-1]).decode().splitlines())
        if volume_of.get(entry[3], root) == slug
    ]
    text = "".join(f"{line}\n" for *_order, line in sorted(entries))
    return b"\n".join([*_split(inventories[root])[:-1], zlib.compress(text.encode(), 9)])


def _split(data: bytes) -> list[bytes]:
    """The lines of the head, and the compressed entries."""
    return data.split(b"\n", _HEAD_LINES)


def _entry(line: str) -> tuple[str, str, str, str, str]:
    """What a line is sorted by, the docname it leads to, and the line itself."""
    found = _LINE.match(line)
    if found is None:
        raise ValueError(f"this is no line of an inventory: {line}")
    page = found["page"].removesuffix(".html")
    return found["domain"], found["name"], found["type"], page, line


# --- The site

_INVENTORY = "objects.inv"

# At the site's root: which volume has which collections and documents.
VOLUMES = "volumes.json"


def join(archive: Path, name: str, base: str) -> Path:
    """Put the site together and return its folder; files are linked, not copied.

    ``name`` and ``base`` are what the archive is called, and its address.

    Raises OSError where a volume has no pages, ValueError where two volumes differ about a file.
    """
    volumes, site = read_volumes(archive), archive / FOLDER / "site"
    new = site.with_name("site.new")
    shutil.rmtree(new, ignore_errors=True)
    about_one_build = shutil.ignore_patterns(".buildinfo")
    shutil.copytree(places(archive, ROOT).site, new, copy_function=os.link, ignore=about_one_build)
    for volume in volumes:
        part = places(archive, volume.slug).site
        for path in _files_of(volume, part):
            _link(path, new / path.relative_to(part))
    _join_inventories(archive, volumes, new)
    _join_data(volumes, new)
    parts = [places(archive, slug) for slug in (ROOT, *(each.slug for each in volumes))]
    _join_search(parts, new)
    update_checked(new, archive / FOLDER / KEPT_IN, name, base)
    shutil.rmtree(site, ignore_errors=True)
    new.rename(site)
    return site


def _files_of(volume: Volume, part: Path) -> Iterator[Path]:
    """The files that a volume adds to the site: those of its documents, and pictures."""
    own = set(volume.documents)
    for path in (part / "documents").iterdir():
        if path.name.partition(".")[0] in own:
            yield path
    yield from (part / "_images").glob("*")


def _link(path: Path, target: Path) -> None:
    if target.exists():
        if target.read_bytes() != path.read_bytes():
            raise ValueError(
                f"Two volumes have different pictures named {target.name}. "
                "To mend: rename one of them, then run make volumes again."
            )
        return
    target.parent.mkdir(exist_ok=True)
    os.link(path, target)


def _join_search(volumes: Sequence[Places], site: Path) -> None:
    shelves = [Shelf(volume.shelf) for volume in volumes]
    shares = 0
    if sum(map(size_of, shelves)) > MOST_READ:
        shares = join_indexes((volume.search for volume in volumes), site / "pagefind")
    write_texts(shelves, site / TEXTS, shares)


def _join_data(volumes: Sequence[Volume], site: Path) -> None:
    """Write the files on all documents behind what the root has of them, which is their head."""
    head = (site / FULL_TEXT).read_bytes().partition(BETWEEN)[0].decode("utf-8")
    write_dumps(site, (each for volume in volumes for each in volume.documents), head)


def _join_inventories(archive: Path, volumes: Sequence[Volume], site: Path) -> None:
    """Write what is joined from all volumes; each file replaces a link to that of the root."""
    sites = {slug: places(archive, slug).site for slug in (ROOT, *(each.slug for each in volumes))}
    volume_of = {f"documents/{id_}": volume.slug for volume in volumes for id_ in volume.documents}
    inventories = {slug: (folder / _INVENTORY).read_bytes() for slug, folder in sites.items()}
    write(site / _INVENTORY, joined_inventories(inventories, volume_of, ROOT))
    listed = [
        {"volume": volume.slug, "collections": volume.collections, "documents": volume.documents}
        for volume in volumes
    ]
    write(site / VOLUMES, json.dumps(listed, ensure_ascii=False, indent=1) + "\n")
