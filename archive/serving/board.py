"""Tells the browsers' connections of each build: builds post notices, connections wait for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Condition

from archive.serving.told import Told


@dataclass(frozen=True, slots=True)
class Notice:
    """The last notice."""

    number: int = 0  # counts the notices
    told: tuple[Told, ...] = ()


class Board:
    """Holds the last notice; threads may post and wait."""

    def __init__(self) -> None:
        self._posted = Condition()
        self._notice = Notice()

    def post(self, told: Iterable[Told]) -> None:
        """Tell every page that the site was written, and what is wrong with it."""
        with self._posted:
            self._notice = Notice(self._notice.number + 1, tuple(told))
            self._posted.notify_all()

    def newer(self, than: int, seconds: float) -> Notice | None:
        """Wait for a notice after number ``than``; None if there is none in time."""
        with self._posted:
            if self._posted.wait_for(lambda: self._notice.number > than, seconds):
                return self._notice
            return None
