"""Splits a long list into parts of one page each, so that no page grows with the archive."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

ENTRIES = 200  # the most entries of a list on one page, unless conf.py sets another number
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Part(Generic[Item]):
    """The entries of a list that share a label, or some of them."""

    slug: str  # the name of its page: "2021", or "2021.2" for the second part
    label: str  # "2021"
    number: int  # counted from 1 among the parts with this label
    of: int  # the number of parts with this label
    items: tuple[Item, ...]

    @property
    def title(self) -> str:
        """The label, with the number of the part if there are several."""
        return self.label if self.of == 1 else f"{self.label}, part {self.number} of {self.of}"


def parts(
    items: Iterable[Item], label_of: Callable[[Item], str], size: int
) -> tuple[Part[Item], ...]:
    """Split a list by label into parts of at most ``size`` entries.

    Labels come in the order of their first entry; entries keep their order.
    """
    labelled: dict[str, tuple[str, list[Item]]] = {}
    for item in items:
        label = label_of(item)
        labelled.setdefault(slug(label), (label, []))[1].append(item)
    return tuple(part for name, each in labelled.items() for part in _split(name, *each, size))


def _split(name: str, label: str, items: list[Item], size: int) -> Iterable[Part[Item]]:
    runs = [tuple(items[start : start + size]) for start in range(0, len(items), size)]
    for number, run in enumerate(runs, start=1):
        yield Part(name if number == 1 else f"{name}.{number}", label, number, len(runs), run)


def slug(label: str) -> str:
    """Return a label as part of an address: lower-case ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "other"


def initial(text: str) -> str:
    """Return the letter that lists a text; “0–9” for digits, “Other” for other scripts."""
    first = next((letter for letter in unicodedata.normalize("NFKD", text) if letter.isalnum()), "")
    if first.isdigit():
        return "0–9"
    return first.upper() if first.isascii() and first else "Other"
