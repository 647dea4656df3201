"""Removes the files of documents and pages that no longer exist.

Sphinx leaves them, so an incremental build would have more files than a cold one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from archive.citation.links import DESCRIPTIONS, LINKSET, MYST, PDF
from archive.site.know.domain import archive_domain
from archive.site.know.facts import DOCUMENTS
from archive.site.know.outputs import account_of
from archive.site.show.made import made_name

# The suffixes of the files beside a document's page.
_SUFFIXES = tuple(f".{form.suffix}" for form in (*DESCRIPTIONS, LINKSET, MYST, PDF))

# The pages that Sphinx and its extensions generate.
_OF_SPHINX = ("search", "genindex", "404")

# Folders in the output that contain no pages of the archive.
_NOT_PAGES = ("pagefind",)


def remove_leftovers(app: Sphinx, exception: Exception | None) -> None:
    """Remove the leftover files after a successful build of pages."""
    if exception is not None or app.builder.name != "html":
        return
    Path(app.outdir, ".buildinfo.bak").unlink(missing_ok=True)  # written when a setting changed
    gone = set(_pages_and_forms(Path(app.outdir))) - set(_expected(app.env))
    for name in gone:
        Path(app.outdir, name).unlink()
    account_of(app.env).forget(gone)


def _pages_and_forms(site: Path) -> Iterator[str]:
    """Yield the paths of all pages of the site and of all files beside documents."""
    for place, folders, files in os.walk(site):
        inside = "" if place == str(site) else f"{Path(place).relative_to(site).as_posix()}/"
        if not inside:
            folders[:] = (each for each in folders if each not in _NOT_PAGES and each[0] != "_")
        ending = "." if inside.startswith(f"{DOCUMENTS}/") else ".html"
        yield from (f"{inside}{file}" for file in files if ending in file)


def _expected(env: BuildEnvironment) -> Iterator[str]:
    """Yield the paths of all pages and of all files that belong beside documents."""
    domain = archive_domain(env)
    for name in (*env.found_docs, *_OF_SPHINX, *env.config.html_additional_pages):
        yield f"{name}.html"
    for path in (Path(env.srcdir, name) for name in env.config.html_extra_path):
        inside = path.rglob("*") if path.is_dir() else ()
        yield from (path.name, *(each.relative_to(path).as_posix() for each in inside))
    for page in domain.generated:
        yield f"{page.name}.html"
    for docname in domain.documents:
        yield f"{made_name(docname)}.html"
        yield from (f"{docname}{suffix}" for suffix in _SUFFIXES)
