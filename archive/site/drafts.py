"""Drafts: documents that an import wrote and nobody has finished.  A release refuses them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sphinx.util import logging

from archive.model.problem import Problem
from archive.site.domain import ArchiveDomain, archive_domain

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

_log = logging.getLogger(__name__)


def unwritten(domain: ArchiveDomain) -> Iterator[Problem]:
    """Each passage that is not written and each guess that is not confirmed."""
    for document in sorted(domain.documents.values(), key=lambda document: document.path):
        yield from document.unwritten


def tell(app: Sphinx, env: BuildEnvironment) -> None:
    """Tell what is unfinished: a notice in a build, an error in a release."""
    found = list(unwritten(archive_domain(env)))
    if app.config.archive_release:
        for problem in found:
            _log.error(problem.text, location=f"{problem.path}:{max(problem.line, 1)}")
    elif found:
        paths = sorted({problem.path for problem in found})
        _log.info(
            "notice: %d passages and values are to be written or confirmed, in %s",
            len(found), ", ".join(paths[:3]) + (" and others" if len(paths) > 3 else ""),
        )  # fmt: skip


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("env-updated", tell, priority=958)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
