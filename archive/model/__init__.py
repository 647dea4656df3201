"""What a document is: record, anchor, fingerprint, ledger, dates.  Imports no Sphinx, no docutils.

Its facts are frozen dataclasses.  Those that the build environment keeps derive from ``Fact``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
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


# --- A problem in the archive's source: where it is, what is wrong, and how to mend it.

MENDS = " To mend: "  # stands in the text of each problem, and of no warning of Sphinx

_MOST = 2_000  # characters of a message at its begin and at its end; it may quote what it refuses


@dataclass(frozen=True, slots=True, order=True)
class Problem(Fact):
    """One broken rule."""

    path: str  # file, relative to the archive's root
    line: int  # counted from 1; 0 stands for the whole file
    rule: str  # stable code of the rule, for example "record-key-unknown"
    message: str  # what is wrong
    mend: str  # what to do about it

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.text}"

    @property
    def text(self) -> str:
        """The problem without its place, for reporters that print the place themselves."""
        message, mend = self.message.rstrip("."), self.mend.rstrip(".")
        if len(message) > 2 * _MOST:
            message = f"{message[:_MOST]} … {message[-_MOST:]}"
        return _inert(f"{message}. [{self.rule}]{MENDS}{mend}.")


def _inert(text: str) -> str:
    """The text without what a terminal obeys or cannot print, which is escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)
