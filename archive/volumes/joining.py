"""Joins the pages of all volumes to one site, at the addresses that a single build gives them.

The volumes' intersphinx inventories become one, and so do Sphinx's search indexes, which answer
where an archive is opened from files.  A page is taken from its own volume alone: each document
from the volume that has it, every other page from the root volume.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from archive.files import write
from archive.search.index import join as join_search
from archive.volumes.planning import FOLDER, ROOT, Volume, places, read_volumes

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


# --- Sphinx's search indexes (``searchindex.js``)

_HEAD, _TAIL = "Search.setIndex(", ")"

# The parts of an index that name a page by its position in ``docnames``: a word has one position or
# a list of them, a title or an index entry has rows that begin with one.
_WORDS = ("terms", "titleterms")
_ROWS = ("alltitles", "indexentries")


def joined_indexes(indexes: Mapping[str, str], volume_of: Mapping[str, str], root: str) -> str:
    """One search index, with what each volume found on its own pages.

    The arguments are as for ``joined_inventories``.  Raises ValueError for what is no index.
    """
    read = {slug: _read_index(text) for slug, text in indexes.items()}
    own = {
        docname: (index["filenames"][at], index["titles"][at])
        for slug, index in read.items()
        for at, docname in enumerate(index["docnames"])
        if volume_of.get(docname, root) == slug
    }
    docnames = sorted(own)
    position = {docname: at for at, docname in enumerate(docnames)}
    joined = {
        **read[root],
        "docnames": docnames,
        "filenames": [own[docname][0] for docname in docnames],
        "titles": [own[docname][1] for docname in docnames],
        "objects": {
            prefix: [[position[read[root]["docnames"][at]], *others] for at, *others in rows]
            for prefix, rows in read[root]["objects"].items()
        },
        **{part: {} for part in (*_WORDS, *_ROWS)},
    }
    for slug, index in read.items():
        _enter(joined, index, {
            at: position[docname] for at, docname in enumerate(index["docnames"])
            if volume_of.get(docname, root) == slug
        })  # fmt: skip
    return _HEAD + json.dumps(_in_order(joined), separators=(",", ":"), sort_keys=True) + _TAIL


def _read_index(text: str) -> dict[str, Any]:
    if not (text.startswith(_HEAD) and text.endswith(_TAIL)):
        raise ValueError("this is no search index")
    index: dict[str, Any] = json.loads(text[len(_HEAD) : -len(_TAIL)])
    return index


def _enter(joined: dict[str, Any], index: dict[str, Any], position: Mapping[int, int]) -> None:
    """Add what an index has of some pages.

    ``position`` has their positions in the joined index, by those in this one.
    """
    for part in _WORDS:
        for word, found in index[part].items():
            listed = [found] if isinstance(found, int) else found
            positions = [position[at] for at in listed if at in position]
            if positions:
                joined[part].setdefault(word, []).extend(positions)
    for part in _ROWS:
        for name, rows in index[part].items():
            kept = [[position[at], *others] for at, *others in rows if at in position]
            if kept:
                joined[part].setdefault(name, []).extend(kept)


def _in_order(joined: dict[str, Any]) -> dict[str, Any]:
    """The index in the form in which Sphinx writes it: sorted, a single position without a list."""
    for part in _WORDS:
        for word, positions in joined[part].items():
            joined[part][word] = sorted(positions) if len(positions) > 1 else positions[0]
    for part in _ROWS:
        for rows in joined[part].values():
            rows.sort(key=lambda row: row[0])
    return joined


# --- The site

_INVENTORY, _INDEX = "objects.inv", "searchindex.js"

# At the site's root: which volume has which collections and documents.
VOLUMES = "volumes.json"


def join(archive: Path) -> Path:
    """Put the site together and return its folder; files are linked, not copied.

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
    _join_indexes(archive, volumes, new)
    slugs = (ROOT, *(volume.slug for volume in volumes))
    join_search((places(archive, slug).search for slug in slugs), new / "pagefind")
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


def _join_indexes(archive: Path, volumes: Sequence[Volume], site: Path) -> None:
    """Write what is joined from all volumes; each file replaces a link to that of the root."""
    sites = {slug: places(archive, slug).site for slug in (ROOT, *(each.slug for each in volumes))}
    volume_of = {f"documents/{id_}": volume.slug for volume in volumes for id_ in volume.documents}
    inventories = {slug: (folder / _INVENTORY).read_bytes() for slug, folder in sites.items()}
    indexes = {slug: (folder / _INDEX).read_text("utf-8") for slug, folder in sites.items()}
    write(site / _INVENTORY, joined_inventories(inventories, volume_of, ROOT))
    write(site / _INDEX, joined_indexes(indexes, volume_of, ROOT))
    listed = [
        {"volume": volume.slug, "collections": volume.collections, "documents": volume.documents}
        for volume in volumes
    ]
    write(site / VOLUMES, json.dumps(listed, ensure_ascii=False, indent=1) + "\n")
