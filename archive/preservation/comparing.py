"""Compares several builds of one site, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.preservation.hashing import digests
from archive.preservation.site import tree


@dataclass(frozen=True, slots=True)
class Contents:
    """What a folder holds: the SHA-256 of each file, and all their bytes."""

    digests: Mapping[str, str]
    size: int


def contents(folder: Path) -> Contents:
    """Read every file below a folder, without Sphinx's own notes on how it built.

    Raises OSError and ValueError.
    """
    there = [file for file in tree(folder) if not file.path.startswith(".buildinfo")]
    found = {file.path: digests(folder / file.path)["sha256"] for file in there}
    return Contents(found, sum(file.size for file in there))


def unlike(builds: Mapping[str, Contents]) -> Iterator[str]:
    """A sentence for each file that is not the same in all builds, which are given by name."""
    for path in sorted({path for each in builds.values() for path in each.digests}):
        versions: dict[str | None, list[str]] = {}
        for name, each in builds.items():
            versions.setdefault(each.digests.get(path), []).append(name)
        if len(versions) > 1:
            told = (
                f"{'missing' if digest is None else digest[:12]} in {', '.join(names)}"
                for digest, names in versions.items()
            )
            yield f"{path}: {'; '.join(told)}"
