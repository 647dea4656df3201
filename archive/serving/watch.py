"""Watches the sources: which files changed, and which pages of the site that concerns."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

from watchfiles import watch

# What every page depends on.  A running process has loaded it and cannot load it again.
_ENGINE = frozenset({"archive", "_templates", "_static", "conf.py", "requirements"})

_NOT_OF_THE_SITE = frozenset({"_build", "__pycache__", "benchmarks", "node_modules", "tests"})

_OF_EDITORS = ("~", ".swp", ".swx", ".tmp", ".pyc", "4913")  # vim tests a folder with 4913


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in the archive's folder."""

    pages: frozenset[str] = frozenset()  # docnames of pages whose source changed
    engine: frozenset[Path] = frozenset()  # what needs a restart
    others: frozenset[Path] = frozenset()  # all other sources of the site

    def __bool__(self) -> bool:
        return bool(self.pages or self.engine or self.others)

    def __or__(self, later: Changes) -> Changes:
        return Changes(
            self.pages | later.pages, self.engine | later.engine, self.others | later.others
        )


def changes_of(root: Path, paths: Iterable[Path]) -> Changes:
    """Sort changed paths below ``root``."""
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
    """Whether the site may depend on this path, relative to the archive's root."""
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


_STEP = 20  # milliseconds without a change after which changes are passed on

_TOGETHER = 200  # milliseconds for which changes are collected at most


class Watch:
    """The changes below ``root``, from now on."""

    def __init__(self, root: Path) -> None:
        self._root = root
        logging.getLogger("watchfiles").setLevel(logging.WARNING)
        self._found: SimpleQueue[Changes] = SimpleQueue()
        Thread(target=self._run, daemon=True).start()

    def next(self, seconds: float | None) -> Changes:
        """Wait for changes, without end if ``seconds`` is None.  Empty if none come in time."""
        try:
            found = self._found.get(timeout=seconds)
        except Empty:
            return Changes()
        while not self._found.empty():
            found |= self._found.get()
        return found

    def _run(self) -> None:
        while True:
            self._watch(list(folders(self._root)))

    def _watch(self, known: list[Path]) -> None:
        """Pass on changes in these folders until a new folder appears."""
        for found in watch(
            *known, watch_filter=self._concerns, recursive=False, step=_STEP, debounce=_TOGETHER,
            raise_interrupt=False, ignore_permission_denied=True,
        ):  # fmt: skip
            paths = [Path(path) for _kind, path in found]
            self._found.put(changes_of(self._root, paths))
            if any(path.is_dir() and path not in known for path in paths):
                return

    def _concerns(self, _kind: object, path: str) -> bool:
        return is_watched(Path(path).relative_to(self._root))
