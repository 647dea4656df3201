"""Watches the sources: which files changed, and which pages of the site these are."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

from watchfiles import watch

# What every page depends on.  A running process has loaded it and cannot load it again.
_ENGINE = frozenset({"archive", "_templates", "_static", "conf.py", "requirements"})

_NOT_OF_THE_SITE = frozenset({"_build", "__pycache__", "benchmarks", "node_modules", "tests"})

# Endings of the temporary files of editors; vim tests whether it may write with a file 4913.
_TEMPORARY = ("~", ".swp", ".swx", ".tmp", ".pyc", "4913")

_STEP = 20  # milliseconds without a change after which changes are passed on
_AT_MOST = 200  # milliseconds for which changes are collected


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
        relative = path.relative_to(root)
        if not is_watched(relative):
            continue
        if relative.parts[0] in _ENGINE:
            engine.add(relative)
        elif relative.suffix == ".md":
            pages.add(relative.with_suffix("").as_posix())
        else:
            others.add(relative)
    return Changes(frozenset(pages), frozenset(engine), frozenset(others))


def is_watched(relative: Path) -> bool:
    """Whether the site may depend on this path, relative to the archive's root."""
    return (
        bool(relative.parts)
        and not any(part.startswith(".") or part in _NOT_OF_THE_SITE for part in relative.parts)
        and not relative.name.endswith(_TEMPORARY)
    )


def folders(root: Path) -> Iterator[Path]:
    """The folders whose files are watched, ``root`` first; links to folders are followed."""
    for folder, inside, _files in os.walk(root, followlinks=True):
        here = Path(folder)
        yield here
        inside[:] = sorted(name for name in inside if is_watched((here / name).relative_to(root)))


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
            *known, watch_filter=self._concerns, recursive=False, step=_STEP, debounce=_AT_MOST,
            raise_interrupt=False, ignore_permission_denied=True,
        ):  # fmt: skip
            paths = [Path(path) for _kind, path in found]
            self._found.put(changes_of(self._root, paths))
            if any(path.is_dir() and path not in known for path in paths):
                return

    def _concerns(self, _kind: object, path: str) -> bool:
        return is_watched(Path(path).relative_to(self._root))
