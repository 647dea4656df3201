"""Holds the bibliography against its rules, at every build."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archive.citation.bibfile import check_entries, check_latex, check_text, entry_lines
from archive.model.problem import Problem
from archive.site.know.domain import archive_domain
from archive.site.read.files import UnreadableError

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def look_before(app: Sphinx) -> None:
    """Raise UnreadableError where a file of references cannot be parsed at all."""
    fatal: list[Problem] = []
    found: list[Problem] = []
    for name in app.config.bibtex_bibfiles:
        path = Path(app.srcdir, name)
        if path.is_file():
            not_parsed, others = check_text(path.read_bytes(), name)
            fatal += not_parsed
            found += others
    if fatal:
        raise UnreadableError(sorted([*fatal, *found]))
    archive_domain(app.env).reference_problems = tuple(found)


def look_after(app: Sphinx) -> None:
    """Take note of what is wrong with the parsed entries; raise UnreadableError for bad LaTeX."""
    domain = archive_domain(app.env)
    entries = app.env.get_domain("cite").bibdata.data.entries  # type: ignore[attr-defined]
    found = list(domain.reference_problems)
    fatal: list[Problem] = []
    for name in app.config.bibtex_bibfiles:
        path = Path(app.srcdir, name)
        if path.is_file():
            lines = list(entry_lines(path.read_text("utf-8-sig")))
            found += check_entries(entries, lines, name)
            fatal += check_latex(entries, lines, name)
    if fatal:
        raise UnreadableError(sorted([*fatal, *found]))
    domain.reference_problems = tuple(found)
