"""Removes from the site what is left of documents and pages that are there no more.

Sphinx forgets them and lets their files lie, so that a site built again and again would have more
than the same site built at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from archive.citation.forms import DESCRIPTIONS, LINKSET, MYST, PDF
from archive.site import catalogue, ledger_page
from archive.site.domain import archive_domain
from archive.site.making import made_name
from archive.site.records import FOLDER
from archive.site.works import works_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

# What lies beside a document's page, besides the page that tells how it was made.
_SUFFIXES = tuple(f".{form.suffix}" for form in (*DESCRIPTIONS, LINKSET, MYST, PDF))


def remove(app: Sphinx, exception: Exception | None) -> None:
    """Remove them at the end of a build of pages that succeeded."""
    if exception is not None or app.builder.name != "html":
        return
    Path(app.outdir, ".buildinfo.bak").unlink(missing_ok=True)  # of Sphinx, after changed settings
    expected = set(_expected(app.env))
    for folder in {FOLDER, catalogue.FOLDER, ledger_page.FOLDER, *works_of(app.env).docnames}:
        for path in list(Path(app.outdir, folder).glob("*.*")):
            if f"{folder}/{path.name}" not in expected:
                path.unlink()


def _expected(env: BuildEnvironment) -> Iterator[str]:
    """The names of all files that belong into the folders of documents and generated pages."""
    domain = archive_domain(env)
    for docname in env.found_docs:
        yield f"{docname}.html"
    for page in domain.generated:
        yield f"{page.name}.html"
    for docname in domain.documents:
        yield f"{made_name(docname)}.html"
        yield from (f"{docname}{suffix}" for suffix in _SUFFIXES)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("build-finished", remove)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
