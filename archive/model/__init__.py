"""What a document is: record, anchor, fingerprint, ledger, dates.  Imports no Sphinx, no docutils.

Its facts are frozen dataclasses.  Those that the build environment keeps derive from ``Fact``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any


class Fact:
    """Base of a frozen dataclass that is pickled by its fields.

    Its constructor must take all fields, in their order.  Python's own pickling of frozen
    dataclasses with slots looks the fields up for each object, which took longer than everything
    else between two builds.
    """

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, tuple[object, ...]]:
        kind: Any = type(self)
        return kind, _values(kind)(self)


class KeywordFact(Fact):
    """Base of a fact whose constructor takes its fields by name."""

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
