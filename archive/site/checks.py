"""Tells, at every build, every problem of the documents: also of those not read again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sphinx.util import logging

from archive.model.passage import Anchor
from archive.model.problem import Problem
from archive.site import permanence
from archive.site.domain import ArchiveDomain, archive_domain

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

_log = logging.getLogger(__name__)


def report(app: Sphinx, env: BuildEnvironment) -> None:
    """Log all problems as errors, which fail a build that makes warnings errors."""
    for problem in sorted(problems(archive_domain(env))):
        place = f"{problem.path}:{max(problem.line, 1)}"
        _log.error(problem.text, location=place)


def problems(domain: ArchiveDomain) -> Iterator[Problem]:
    """Every problem of the archive's documents."""
    for document in domain.documents.values():
        yield from document.problems
    for faults in domain.faults.values():
        yield from faults
    yield from domain.reference_problems
    yield from misnamed(domain)
    yield from miscounted(domain)
    yield from permanence.problems(domain)


def misnamed(domain: ArchiveDomain) -> Iterator[Problem]:
    """An anchor begins with the id of the document it stands in."""
    for document in domain.documents.values():
        for block in document.blocks:
            if block.anchor.rpartition("-")[0] != document.id:
                anchor = Anchor.parse(block.anchor)
                yield Problem(
                    document.path, block.line, "anchor-misnamed",
                    f"The anchor “{anchor}” names another document.",
                    f"begin it with the id of this one: {document.id}-{anchor.letter}….",
                )  # fmt: skip


def miscounted(domain: ArchiveDomain) -> Iterator[Problem]:
    """A document has as many passages as its source has paragraphs, withdrawn ones aside."""
    for document, record in domain.recorded():
        found, wanted = len(document.passages), record.source.paragraphs
        if not found <= wanted <= found + len(document.tombstones):
            yield Problem(
                document.path, 0, "passages-miscounted",
                f"The document has {found} passages, its source {wanted} paragraphs.",
                "render each paragraph as one passage, or correct source.paragraphs.",
            )  # fmt: skip


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("env-updated", report, priority=950)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
