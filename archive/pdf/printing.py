"""Prints one edition: from its source to a finished PDF, or to what hinders it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.pdf.destinations import finish
from archive.pdf.engine import Complaint, Engine, EngineError

if TYPE_CHECKING:
    from pathlib import Path

    from archive.pdf.edition import Edition


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an edition."""

    path: str  # of its PDF
    pdf: bytes | None  # None where there are complaints
    pages: int = 0
    warnings: tuple[str, ...] = ()
    complaints: tuple[Complaint, ...] = ()


def print_edition(engine: Engine, edition: Edition, source: Path) -> Outcome:
    """Compile an edition's source and finish its PDF."""
    try:
        printed = engine.compile(source)
    except EngineError as error:
        return Outcome(edition.path, None, complaints=tuple(error.args[0]))
    pdf, pages = finish(printed, edition)
    return Outcome(edition.path, pdf, pages, printed.warnings)
