"""Where the builds post what is to be seen, and the pages' connections wait for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Condition

from archive.serving.told import Told


@dataclass(frozen=True, slots=True)
class Notice:
    """What was posted last."""

    number: int = 0  # counts what was posted
    told: tuple[Told, ...] = ()


class Board:
    """Holds the last notice; threads may post and wait."""

    def __init__(self) -> None:
        self._posted = Condition()
        self._notice = Notice()

    def post(self, told: Iterable[Told]) -> None:
        """Tell every page that the site was written, and what is wrong."""
        with self._posted:
            self._notice = Notice(self._notice.number + 1, tuple(told))
            self._posted.notify_all()

    def newer(self, than: int, seconds: float) -> Notice | None:
        """Wait until a notice newer than one's number is there; None where none comes in time."""
        with self._posted:
            if self._posted.wait_for(lambda: self._notice.number > than, seconds):
                return self._notice
            return None
