"""Tells every problem of the documents at every build, also of pages that were not read again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.errors import ExtensionError
from sphinx.util import logging

from archive.fidelity.source import Sources
from archive.model.ledger import Kind
from archive.model.passage import Anchor
from archive.model.permanence import Standing, Tombstone, check
from archive.model.problem import Problem
from archive.model.publishing import pending
from archive.site.know.domain import ArchiveDomain, archive_domain
from archive.site.know.ledger import LEDGER, standings, tombstones
from archive.site.read.sources import take_source

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


_log = logging.getLogger(__name__)


def tell_problems(app: Sphinx, env: BuildEnvironment) -> None:
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
    yield from broken_promises(domain)


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


# Any day serves to see whether something is pending; publishing puts its own.
_SOME_DAY = "9999-12-31"


def broken_promises(domain: ArchiveDomain) -> Iterator[Problem]:
    """Every promise that is not kept."""
    if not domain.checks_ledger:
        return
    yield from domain.ledger_problems
    yield from check(domain.ledger, standings(domain), tombstones(domain), LEDGER)


def unpublished(domain: ArchiveDomain) -> list[Problem]:
    """Each new passage, move and withdrawal that the ledger does not know yet."""
    standing, gone = standings(domain), tombstones(domain)
    waiting = [
        event
        for event in pending(domain.ledger, standing, gone, _SOME_DAY)
        if event.kind is not Kind.REVISE
    ]
    if not waiting:
        return []
    places: dict[str, Standing | Tombstone] = {each.anchor: each for each in gone}
    for each in standing:
        places |= dict.fromkeys((each.anchor, *each.former), each)
    return [
        Problem(
            places[event.anchor].path, places[event.anchor].line, "anchor-unpublished",
            f"The {event.kind} of {event.anchor} is not in the ledger yet.",
            "run make publish, and commit the ledger.",
        )
        for event in waiting
    ]  # fmt: skip


def tell_unpublished(app: Sphinx, env: BuildEnvironment) -> None:
    """Tell what is not published: a notice in a build, an error in a release."""
    domain = archive_domain(env)
    waiting = unpublished(domain) if domain.checks_ledger else []
    if app.config.archive_release:
        for problem in waiting:
            _log.error(problem.text, location=f"{problem.path}:{max(problem.line, 1)}")
    elif waiting:
        _log.info(
            "notice: %d anchors are not published yet, %s first; make publish does it",
            len(waiting), waiting[0].message,
        )  # fmt: skip


def unwritten(domain: ArchiveDomain) -> Iterator[Problem]:
    """Each passage that is not written and each guess that is not confirmed."""
    for document in sorted(domain.documents.values(), key=lambda document: document.path):
        yield from document.unwritten


def tell_unwritten(app: Sphinx, env: BuildEnvironment) -> None:
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


# A document that nobody has attested yet may be built, but not released.
_MISSING = "attestation-missing"


def tell_unattested(app: Sphinx, env: BuildEnvironment) -> None:
    """Tell what is not vouched for; what nobody attested yet is an error in a release alone."""
    vouching = archive_domain(env).vouching.values()
    found = sorted(problem for each in vouching for problem in each.problems)
    missing = [problem for problem in found if problem.rule == _MISSING]
    for problem in found:
        if app.config.archive_release or problem.rule != _MISSING:
            _log.error(problem.text, location=f"{problem.path}:{max(problem.line, 1)}")
    if missing and not app.config.archive_release:
        _log.info("notice: %d passages or documents are not attested yet", len(missing))


def check_sources(app: Sphinx, env: BuildEnvironment) -> None:
    """Tell every source that is missing or another one."""
    if not app.config.archive_sources:
        return
    try:
        sources = Sources(Path(app.config.archive_sources))
    except OSError as error:
        raise ExtensionError(f"the folder of the sources cannot be read: {error}") from error
    for document in archive_domain(env).documents.values():
        for problem in take_source(document, sources)[1]:
            _log.error(problem.text, location=f"{problem.path}:{max(problem.line, 1)}")
