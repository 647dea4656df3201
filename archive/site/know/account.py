"""The account of outputs: which facts each file of the site showed when it was last made.

It is the one place that tells what has to be made anew.  A row has the keys of the facts that were
noted while the output was made, and a digest of what they were.  It is kept below the folder of
the node trees, with which it comes and goes: what a killed build leaves is never built upon.
"""

from __future__ import annotations

import pickle
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from archive.site.know.view import Key, View

FILE = "outputs.pickle"


class Row(NamedTuple):
    """What one output was made from."""

    keys: tuple[Key, ...]
    digest: str


class Account:
    """The rows of all outputs, by their names."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: dict[str, Row] = {}
        with suppress(OSError, ValueError, EOFError, pickle.UnpicklingError):
            self._rows = pickle.loads(path.read_bytes())

    def is_current(self, name: str, view: View) -> bool:
        """Whether an output shows what it would show if it were made now."""
        row = self._rows.get(name)
        return row is not None and row.digest == view.digest(row.keys)

    def enter(self, name: str, keys: Collection[Key], view: View) -> None:
        """Enter an output that was made, with all that it shows."""
        shown = tuple(sorted(keys))
        self._rows[name] = Row(shown, view.digest(shown))

    def rows(self, names: Iterable[str]) -> dict[str, Row]:
        """The rows of some outputs, for another process."""
        return {name: self._rows[name] for name in names if name in self._rows}

    def take(self, rows: Mapping[str, Row]) -> None:
        """Take over what another process made."""
        self._rows.update(rows)

    def forget(self, names: Iterable[str] | None = None) -> None:
        """Forget some outputs, which are no more, or all of them."""
        for name in list(self._rows) if names is None else names:
            self._rows.pop(name, None)

    @property
    def names(self) -> Collection[str]:
        return self._rows.keys()

    def save(self) -> None:
        """Write the account.  Raises OSError."""
        new = self._path.with_suffix(".new")
        new.write_bytes(pickle.dumps(self._rows, pickle.HIGHEST_PROTOCOL))
        new.replace(self._path)
