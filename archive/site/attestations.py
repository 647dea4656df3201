"""Holds each document against the attestation that vouches for it, in builds without sources."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util import logging

from archive.fidelity.attestation import SUFFIX, Attestation, parse, stale
from archive.model.problem import Problem
from archive.site.domain import Document, archive_domain
from archive.site.permanence import standings

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

# A document that nobody has attested yet may be built, but not released.
_MISSING = "attestation-missing"

_log = logging.getLogger(__name__)


def read_attestation(root: Path, document: Document) -> tuple[Attestation | None, list[Problem]]:
    """The attestation beside a document; none where there is no such file."""
    path = root / Path(document.path).with_suffix(SUFFIX)
    if not path.is_file():
        return None, []
    return parse(path.read_text("utf-8"), path.relative_to(root).as_posix())


def problems(root: Path, env: BuildEnvironment) -> Iterator[Problem]:
    """Whatever no attestation vouches for."""
    domain = archive_domain(env)
    standing = {each.anchor: each for each in standings(domain)}
    for document, record in domain.recorded():
        attestation, misread = read_attestation(root, document)
        yield from misread
        if not misread:
            own = [standing[block.anchor] for block in document.blocks]
            yield from stale(attestation, record, own)


def tell(app: Sphinx, env: BuildEnvironment) -> None:
    """Tell what is not vouched for; what nobody attested yet is an error in a release alone."""
    found = sorted(problems(Path(app.srcdir), env))
    missing = [problem for problem in found if problem.rule == _MISSING]
    for problem in found:
        if app.config.archive_release or problem.rule != _MISSING:
            _log.error(problem.text, location=f"{problem.path}:{max(problem.line, 1)}")
    if missing and not app.config.archive_release:
        _log.info("notice: %d passages or documents are not attested yet", len(missing))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("env-updated", tell, priority=957)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
