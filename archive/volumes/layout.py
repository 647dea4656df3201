"""Where the files of an archive in volumes are, below ``_build/volumes``."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from archive.files import write

FOLDER = "_build/volumes"
ROOT = "root"  # the volume of the pages that belong to no document


@dataclass(frozen=True, slots=True)
class Volume:
    """A part of the archive that is built by itself."""

    slug: str
    collections: tuple[str, ...]
    documents: tuple[str, ...]  # their ids, in the order of the catalogue


class Places(NamedTuple):
    """The folders and files of one volume."""

    folder: Path
    source: Path  # its Sphinx source folder, with a conf.py of its own
    facts: Path  # the pickled VolumeFacts: what was read of the volume
    inventory: Path  # the labels and terms that it defines, as an intersphinx inventory
    outside_facts: Path  # the pickled OutsideFacts: what it shows of other volumes
    search: Path  # Pagefind's index of it
    site: Path  # its pages

    @property
    def is_root(self) -> bool:
        return self.folder.name == ROOT


def places(archive: Path, slug: str) -> Places:
    """The places of the volume ``slug`` of an archive."""
    return places_in(archive / FOLDER / slug)


def places_in(folder: Path) -> Places:
    """The places of the volume in ``folder``."""
    names = ("source", "facts.pickle", "objects.inv", "outside.pickle", "pagefind", "html")
    return Places(folder, *(folder / name for name in names))


def write_volumes(archive: Path, volumes: tuple[Volume, ...]) -> None:
    """Write into which volumes the archive is divided, for the steps that follow."""
    path = archive / FOLDER / "plan.json"
    write(path, json.dumps([asdict(each) for each in volumes], indent=1) + "\n")


def read_volumes(archive: Path) -> tuple[Volume, ...]:
    """The volumes that were planned.  Raises OSError where there is no plan."""
    rows = json.loads((archive / FOLDER / "plan.json").read_text("utf-8"))
    return tuple(
        Volume(row["slug"], tuple(row["collections"]), tuple(row["documents"])) for row in rows
    )
