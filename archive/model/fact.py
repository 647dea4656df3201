"""What all facts have in common: they are pickled by their fields.

Python pickles a frozen dataclass with slots through a search for its fields, which takes longer
than all else that is done with it between two builds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any


class Fact:
    """Base of a frozen dataclass whose fields are all set by its constructor, in their order."""

    __slots__ = ()

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        kind: Any = type(self)
        return kind, _values(kind)(self)


class KeywordFact(Fact):
    """Base of one whose constructor takes its fields by name alone."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, tuple[object, ...]]:
        return _made, super().__reduce__()


def _made(kind: Any, values: tuple[object, ...]) -> object:
    return kind(**dict(zip((field.name for field in fields(kind)), values, strict=True)))


@cache
def _values(kind: Any) -> Callable[[object], tuple[object, ...]]:
    names = [field.name for field in fields(kind)]
    if len(names) > 1:
        return attrgetter(*names)
    return lambda fact: tuple(getattr(fact, name) for name in names)
