"""Where the files of an archive in volumes are, below ``_build/volumes``."""

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

    @classmethod
    def around(cls, source: Path) -> Places:
        """The places of the volume whose Sphinx source folder is ``source``."""
        return cls(source.parent)

    @property
    def is_root(self) -> bool:
        return self.folder.name == ROOT

    @property
    def source(self) -> Path:
        """The Sphinx source folder, with a ``conf.py`` of its own."""
        return self.folder / "source"

    @property
    def facts(self) -> Path:
        """The pickled ``VolumeFacts``: what was read of the volume."""
        return self.folder / "facts.pickle"

    @property
    def inventory(self) -> Path:
        """The labels and terms that the volume defines, as an intersphinx inventory."""
        return self.folder / "objects.inv"

    @property
    def outside_facts(self) -> Path:
        """The pickled ``OutsideFacts``: what the volume shows of the others."""
        return self.folder / "outside.pickle"

    @property
    def search(self) -> Path:
        """Pagefind's index of the volume."""
        return self.folder / "pagefind"

    @property
    def site(self) -> Path:
        """The volume's pages."""
        return self.folder / "html"


def places(archive: Path, slug: str) -> Places:
    """The places of the volume ``slug`` of an archive."""
    return Places(archive / FOLDER / slug)


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
