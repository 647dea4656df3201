"""Formatted text as data: runs of plain, italic and linked text."""

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


def link(address: str) -> Run:
    """An address that leads to itself."""
    return Run(address, link=address)


def commas(*parts: Run | str | None) -> Runs:
    """The parts that there are, with a comma and a space between two.

    A part that ends in a closing quotation mark takes the comma inside it, as American
    punctuation does.
    """
    there = [Run(part) if isinstance(part, str) else part for part in parts if part]
    joined = [run for part in there[:-1] for run in _with_comma(part)]
    return (*joined, *there[-1:])


def _with_comma(run: Run) -> Runs:
    if run.text.endswith("”"):
        return (Run(f"{run.text[:-1]},” ", run.italic, run.link),)
    return run, Run(", ")


def inner_quotes(text: str) -> str:
    """The text as it stands within double quotation marks: double marks become single ones."""
    return text.replace("“", "‘").replace("”", "’").replace('"', "'")
