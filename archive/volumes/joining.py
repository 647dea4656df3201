"""Joins the pages of all volumes to one site, at the addresses that a single build gives them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from archive.files import write
from archive.search.index import join as join_search
from archive.volumes.inventories import joined as joined_inventories
from archive.volumes.layout import FOLDER, ROOT, Volume, places, planned
from archive.volumes.searching import joined as joined_indexes

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
