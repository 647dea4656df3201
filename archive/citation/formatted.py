"""The formatted citations that a page offers, in the order in which it offers them."""

from __future__ import annotations

from dataclasses import dataclass

from archive.citation import apa, bluebook, chicago
from archive.citation.reference import Reference
from archive.citation.text import Runs, plain


@dataclass(frozen=True, slots=True)
class Formatted:
    """One citation, ready to be copied."""

    code: str  # for ids and classes: "chicago"
    label: str  # for people: "Chicago note"
    runs: Runs

    @property
    def text(self) -> str:
        """The citation without italics and links."""
        return plain(self.runs)


def formatted(reference: Reference) -> tuple[Formatted, ...]:
    """The reference in every style."""
    return (
        Formatted("chicago", "Chicago note", chicago.note(reference)),
        Formatted("apa", "APA", apa.entry(reference)),
        Formatted("apa-in-text", "APA, in the text", apa.in_text(reference)),
        Formatted("bluebook", "Bluebook", bluebook.citation(reference)),
    )
