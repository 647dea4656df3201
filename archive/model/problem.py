"""A problem in the archive's source: where it is, what is wrong, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from archive.model import Fact

MENDS = " To mend: "  # stands in the text of each problem, and of no warning of Sphinx


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
        return f"{self.message.rstrip('.')}. [{self.rule}]{MENDS}{self.mend.rstrip('.')}."
