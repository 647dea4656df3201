"""What all facts have in common: they are pickled by their fields.

Python pickles a frozen dataclass with slots through a search for its fields, which takes longer
than all else that is done with it between two builds.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any


class Fact:
    """Base of a frozen dataclass whose fields are all set by its constructor, in their order."""

    __slots__ = ()

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        kind: Any = type(self)
        return kind, tuple(getattr(self, name) for name in _names(kind))


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
