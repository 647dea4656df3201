"""Where everything of an archive in volumes lies, below ``_build/volumes``."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from archive.files import write

FOLDER = "_build/volumes"
ROOT = "root"  # the volume of the pages that belong to no document


@dataclass(frozen=True, slots=True)
class Volume:
    """A part of the archive that is built by itself."""

    slug: str
    collections: tuple[str, ...]
    documents: tuple[str, ...]  # their ids, in the order of the catalogue


@dataclass(frozen=True, slots=True)
class Places:
    """The folders and files of one volume."""

    folder: Path

    @property
    def source(self) -> Path:
        """The volume as an archive of its own, for Sphinx."""
        return self.folder / "source"

    @property
    def facts(self) -> Path:
        """What was read of its documents."""
        return self.folder / "facts.pickle"

    @property
    def inventory(self) -> Path:
        """What it defines, as other projects read it (intersphinx)."""
        return self.folder / "objects.inv"

    @property
    def elsewhere(self) -> Path:
        """What it shows of other volumes."""
        return self.folder / "elsewhere.pickle"

    @property
    def search(self) -> Path:
        """The index of its words."""
        return self.folder / "pagefind"

    @property
    def site(self) -> Path:
        """Its pages."""
        return self.folder / "html"


def places(archive: Path, slug: str) -> Places:
    """The places of the volume ``slug`` of an archive."""
    return Places(archive / FOLDER / slug)


def remember(archive: Path, volumes: tuple[Volume, ...]) -> None:
    """Write down what the plan is."""
    path = archive / FOLDER / "plan.json"
    write(path, json.dumps([asdict(each) for each in volumes], indent=1) + "\n")


def planned(archive: Path) -> tuple[Volume, ...]:
    """The volumes of the plan.  Raises OSError where there is none."""
    rows = json.loads((archive / FOLDER / "plan.json").read_text("utf-8"))
    return tuple(
        Volume(row["slug"], tuple(row["collections"]), tuple(row["documents"])) for row in rows
    )
