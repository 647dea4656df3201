"""Checks the BibTeX files at every build, before and after sphinxcontrib-bibtex parses them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from archive.citation.bibfile import check_entries, check_text, check_values, entry_lines
from archive.model.problem import Problem
from archive.site.know.domain import archive_domain
from archive.site.read.files import UnreadableError

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def check_syntax(app: Sphinx) -> None:
    """Check the files before they are parsed.  Raises UnreadableError if one has a syntax error."""
    fatal: list[Problem] = []
    found: list[Problem] = []
    for name, path in _files(app):
        errors, others = check_text(path.read_bytes(), name)
        fatal += errors
        found += others
    _keep(app, found, fatal)


def check_parsed(app: Sphinx) -> None:
    """Check the parsed entries.  Raises UnreadableError if a value cannot be shown."""
    entries = app.env.get_domain("cite").bibdata.data.entries  # type: ignore[attr-defined]
    fatal: list[Problem] = []
    found = list(archive_domain(app.env).reference_problems)
    for name, path in _files(app):
        lines = list(entry_lines(path.read_text("utf-8-sig")))
        found += check_entries(entries, lines, name)
        fatal += check_values(entries, lines, name)
    _keep(app, found, fatal)


def _files(app: Sphinx) -> Iterator[tuple[str, Path]]:
    paths = ((name, Path(app.srcdir, name)) for name in app.config.bibtex_bibfiles)
    return ((name, path) for name, path in paths if path.is_file())


def _keep(app: Sphinx, found: list[Problem], fatal: list[Problem]) -> None:
    """Store problems to be reported after reading; raise those that make parsing impossible."""
    if fatal:
        raise UnreadableError(sorted([*fatal, *found]))
    archive_domain(app.env).reference_problems = tuple(found)
