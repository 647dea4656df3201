"""A problem in the archive's source: where it is, what is wrong, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from archive.model import Fact

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
