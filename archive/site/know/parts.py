"""Cuts a long list into parts, each on a page of its own, so that no page grows with the archive."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

ENTRIES = 200  # of a list that a page has at most, where conf.py says nothing else

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Part(Generic[Item]):
    """A part of a list, with the entries that stand under one heading or some of them."""

    slug: str  # names its page: "2021", or "2021.2" for the second
    label: str  # what its entries have in common: "2021"
    number: int  # counted from 1, of those with the same label
    of: int  # how many there are with that label
    items: tuple[Item, ...]

    @property
    def title(self) -> str:
        """The label, and which part it is where there are several."""
        return self.label if self.of == 1 else f"{self.label}, part {self.number} of {self.of}"


def parts(
    items: Iterable[Item], label_of: Callable[[Item], str], size: int
) -> tuple[Part[Item], ...]:
    """The parts of a list, each of at most ``size`` entries.

    Entries of one label stand together, in the order of the list; labels come in the order in
    which the list first has them.
    """
    labelled: dict[str, tuple[str, list[Item]]] = {}
    for item in items:
        label = label_of(item)
        labelled.setdefault(slug(label), (label, []))[1].append(item)
    return tuple(
        part for name, (label, found) in labelled.items() for part in _cut(name, label, found, size)
    )


def _cut(name: str, label: str, items: list[Item], size: int) -> Iterable[Part[Item]]:
    runs = [tuple(items[start : start + size]) for start in range(0, len(items), size)]
    for number, run in enumerate(runs, start=1):
        yield Part(name if number == 1 else f"{name}.{number}", label, number, len(runs), run)


def slug(label: str) -> str:
    """A label as part of an address: lower-case letters, numbers and hyphens of ASCII."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "other"


def initial(text: str) -> str:
    """The letter under which a text is listed; “0–9” for numbers and “Other” for the rest."""
    first = next((letter for letter in unicodedata.normalize("NFKD", text) if letter.isalnum()), "")
    if first.isdigit():
        return "0–9"
    return first.upper() if first.isascii() and first else "Other"
