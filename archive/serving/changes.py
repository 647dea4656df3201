"""What a change of files asks of the server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

# What decides about every page.  A process that runs has read it already, and cannot again.
_ENGINE = frozenset({"archive", "_templates", "_static", "conf.py", "requirements"})
_NOT_OF_THE_SITE = frozenset({"_build", "__pycache__", "benchmarks", "node_modules", "tests"})
_OF_EDITORS = ("~", ".swp", ".swx", ".tmp", ".pyc", "4913")  # 4913 is vim's, to try a folder


@dataclass(frozen=True, slots=True)
class Changes:
    """What was changed in the archive's folder."""

    pages: frozenset[str] = frozenset()  # docnames of the pages whose source was changed
    engine: frozenset[Path] = frozenset()  # what a running process cannot take in
    others: frozenset[Path] = frozenset()  # everything else that the site is made from

    def __bool__(self) -> bool:
        return bool(self.pages or self.engine or self.others)

    def __or__(self, later: Changes) -> Changes:
        return Changes(
            self.pages | later.pages, self.engine | later.engine, self.others | later.others
        )


def changes_of(root: Path, paths: Iterable[Path]) -> Changes:
    """Sort changed paths, which lie below ``root``, by what they ask for."""
    pages, engine, others = set(), set(), set()
    for path in paths:
        inside = path.relative_to(root)
        if not is_watched(inside):
            continue
        if inside.parts[0] in _ENGINE:
            engine.add(inside)
        elif inside.suffix == ".md":
            pages.add(inside.with_suffix("").as_posix())
        else:
            others.add(inside)
    return Changes(frozenset(pages), frozenset(engine), frozenset(others))


def is_watched(inside: Path) -> bool:
    """Whether the site may be made from this path, relative to the archive's root."""
    return (
        bool(inside.parts)
        and not any(part.startswith(".") or part in _NOT_OF_THE_SITE for part in inside.parts)
        and not inside.name.endswith(_OF_EDITORS)
    )


def folders(root: Path) -> Iterator[Path]:
    """The folders whose files are watched, ``root`` first; links to folders are followed."""
    yield root
    yield from chain.from_iterable(map(_below, _folders_in(root, root)))


def _below(folder: Path) -> Iterator[Path]:
    yield folder
    yield from chain.from_iterable(map(_below, _folders_in(folder, folder.parent)))


def _folders_in(folder: Path, root: Path) -> list[Path]:
    return sorted(
        path for path in folder.iterdir() if path.is_dir() and is_watched(path.relative_to(root))
    )
