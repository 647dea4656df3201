"""Watches the archive's folder in a thread, so that changes during a build are not missed."""

from __future__ import annotations

import logging
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

from watchfiles import watch

from archive.serving.changes import Changes, changes_of, folders, is_watched

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
