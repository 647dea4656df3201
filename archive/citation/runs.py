"""Stretches of text, of which formatted citations consist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text set in one way.  Its text is not escaped for any markup."""

    text: str
    italic: bool = False
    link: str | None = None  # the address it leads to


Runs = tuple[Run, ...]


def plain(runs: Iterable[Run]) -> str:
    """The text without its setting."""
    return "".join(run.text for run in runs)


def joined(between: str, *parts: Run | Runs | str | None) -> Runs:
    """The parts that there are, with a text between two of them."""
    there = [part if isinstance(part, tuple) else (_run(part),) for part in parts if part]
    return tuple(run for part in there for run in (Run(between), *part))[1:]


def _run(part: Run | str) -> Run:
    return Run(part) if isinstance(part, str) else part


def address(url: str) -> Run:
    """An address that leads to itself."""
    return Run(url, link=url)
