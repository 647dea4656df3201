"""Joins the pages of all volumes to one site, at the addresses that a single build gives them.

The inventories that other projects link by, and the search indexes for opened files, become one.
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
from archive.volumes.layout import FOLDER, ROOT, Volume, places, planned

_HEAD_LINES = 4

_LINE = re.compile(
    r"(?P<name>.+?) (?P<domain>\w+):(?P<type>\w+) (?P<priority>-?\d+) (?P<page>[^ #]*)"
)


def joined_inventories(
    inventories: Mapping[str, bytes], pages: Mapping[str, str], root: str
) -> bytes:
    """One inventory: of each document what its own volume says, of the rest what ``root`` says.

    ``pages`` has the volume of each document, by docname.
    Raises ValueError for a line that is none of an inventory's.
    """
    entries = [
        entry
        for slug, data in inventories.items()
        for entry in map(_entry, _body(data))
        if pages.get(entry[3], root) == slug
    ]
    head = b"\n".join(inventories[root].split(b"\n", _HEAD_LINES)[:_HEAD_LINES])
    text = "".join(f"{line}\n" for *_order, line in sorted(entries))
    return head + b"\n" + zlib.compress(text.encode(), 9)


def _body(data: bytes) -> list[str]:
    return zlib.decompress(data.split(b"\n", _HEAD_LINES)[_HEAD_LINES]).decode().splitlines()


def _entry(line: str) -> tuple[str, str, str, str, str]:
    """What a line is sorted by, the docname it leads to, and the line itself."""
    found = _LINE.match(line)
    if found is None:
        raise ValueError(f"this is no line of an inventory: {line}")
    page = found["page"].removesuffix(".html")
    return found["domain"], found["name"], found["type"], page, line


_HEAD, _TAIL = "Search.setIndex(", ")"

# The parts of an index that name pages by their place in its list of pages: words have a place or
# a list of places, the others a list of rows that begin with a place.
_WORDS = ("terms", "titleterms")

_ROWS = ("alltitles", "indexentries")


def joined_indexes(indexes: Mapping[str, str], pages: Mapping[str, str], root: str) -> str:
    """One index: of each document what its own volume found, of other pages what ``root`` found.

    ``pages`` has the volume of each document, by docname.  Raises ValueError for what is no index.
    """
    read = {slug: _read_index(text) for slug, text in indexes.items()}
    own = {
        docname: (index["filenames"][at], index["titles"][at])
        for slug, index in read.items()
        for at, docname in enumerate(index["docnames"])
        if pages.get(docname, root) == slug
    }
    docnames = sorted(own)
    place = {docname: at for at, docname in enumerate(docnames)}
    whole = {
        **read[root],
        "docnames": docnames,
        "filenames": [own[docname][0] for docname in docnames],
        "titles": [own[docname][1] for docname in docnames],
        "objects": _objects(read[root], place),
    }
    for part in (*_WORDS, *_ROWS):
        whole[part] = {}
    for slug, index in read.items():
        names = enumerate(index["docnames"])
        _enter(
            whole, index, {at: place[each] for at, each in names if pages.get(each, root) == slug}
        )
    return _HEAD + json.dumps(_settled(whole), separators=(",", ":"), sort_keys=True) + _TAIL


def _read_index(text: str) -> dict[str, Any]:
    if not (text.startswith(_HEAD) and text.endswith(_TAIL)):
        raise ValueError("this is no search index")
    index: dict[str, Any] = json.loads(text[len(_HEAD) : -len(_TAIL)])
    return index


def _enter(whole: dict[str, Any], index: dict[str, Any], new: Mapping[int, int]) -> None:
    """Add what an index has of pages to the whole; ``new`` has their places in it, by their own."""
    for part in _WORDS:
        for word, found in index[part].items():
            places = [new[at] for at in _listed(found) if at in new]
            if places:
                whole[part].setdefault(word, []).extend(places)
    for part in _ROWS:
        for name, rows in index[part].items():
            kept = [[new[at], *others] for at, *others in rows if at in new]
            if kept:
                whole[part].setdefault(name, []).extend(kept)


def _listed(found: int | list[int]) -> list[int]:
    return [found] if isinstance(found, int) else found


def _objects(index: dict[str, Any], place: Mapping[str, int]) -> dict[str, Any]:
    return {
        prefix: [[place[index["docnames"][at]], *others] for at, *others in rows]
        for prefix, rows in index["objects"].items()
    }


def _settled(whole: dict[str, Any]) -> dict[str, Any]:
    """The index in the form in which Sphinx has it: sorted, and one place without a list."""
    for part in _WORDS:
        words = whole[part].items()
        whole[part] = {word: sorted(at) if len(at) > 1 else at[0] for word, at in words}
    for part in _ROWS:
        whole[part] = {
            name: sorted(rows, key=lambda row: row[0]) for name, rows in whole[part].items()
        }
    return whole


_INVENTORY, _INDEX = "objects.inv", "searchindex.js"

# What lies at the site's root: which volume has which collections and documents.
VOLUMES = "volumes.json"


def join(archive: Path) -> Path:
    """Put the site together and return its folder; nothing is copied that can be linked.

    Raises OSError where a volume has no pages, ValueError where two volumes differ about a file.
    """
    volumes, site = planned(archive), archive / FOLDER / "site"
    new = site.with_name("site.new")
    shutil.rmtree(new, ignore_errors=True)
    about_one_build = shutil.ignore_patterns(".buildinfo")
    shutil.copytree(places(archive, ROOT).site, new, copy_function=os.link, ignore=about_one_build)
    for volume in volumes:
        for path in _shared_out(places(archive, volume.slug).site, volume):
            _put(path, new / path.relative_to(places(archive, volume.slug).site))
    _join_indexes(archive, volumes, new)
    slugs = (ROOT, *(volume.slug for volume in volumes))
    join_search((places(archive, slug).search for slug in slugs), new / "pagefind")
    shutil.rmtree(site, ignore_errors=True)
    new.rename(site)
    return site


def _shared_out(site: Path, volume: Volume) -> Iterator[Path]:
    """The files that a volume gives to the site: those of its documents, and pictures."""
    own = set(volume.documents)
    for path in (site / "documents").iterdir():
        if path.name.partition(".")[0] in own:
            yield path
    yield from (site / "_images").glob("*")


def _put(path: Path, target: Path) -> None:
    if target.exists():
        if target.read_bytes() != path.read_bytes():
            raise ValueError(
                f"Two volumes have different files at {target.name}. "
                "To mend: give one of the two pictures another name."
            )
        return
    target.parent.mkdir(exist_ok=True)
    os.link(path, target)


def _join_indexes(archive: Path, volumes: Sequence[Volume], site: Path) -> None:
    sites = {ROOT: places(archive, ROOT).site}
    sites |= {volume.slug: places(archive, volume.slug).site for volume in volumes}
    pages = {f"documents/{id_}": volume.slug for volume in volumes for id_ in volume.documents}
    inventories = {slug: (folder / _INVENTORY).read_bytes() for slug, folder in sites.items()}
    indexes = {slug: (folder / _INDEX).read_text("utf-8") for slug, folder in sites.items()}
    # Each replaces a file that is linked to that of a volume, which stays as it is.
    write(site / _INVENTORY, joined_inventories(inventories, pages, ROOT))
    write(site / _INDEX, joined_indexes(indexes, pages, ROOT))
    told = [
        {"volume": volume.slug, "collections": volume.collections, "documents": volume.documents}
        for volume in volumes
    ]
    write(site / VOLUMES, json.dumps(told, ensure_ascii=False, indent=1) + "\n")
