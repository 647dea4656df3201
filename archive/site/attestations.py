"""Holds each document against the attestation that vouches for it, in builds without sources."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util import logging

from archive.fidelity.attestation import SUFFIX, Attestation, parse, stale
from archive.model.problem import Problem
from archive.site.domain import Document, Vouching, archive_domain
from archive.site.outdated import mark
from archive.site.permanence import standings_of

if TYPE_CHECKING:
    from docutils import nodes
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


def reattested(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """The documents whose attestation is another file than when they were read."""
    return [
        docname
        for docname, vouching in archive_domain(env).vouching.items()
        if vouching.stamp != mark(Path(app.srcdir, docname).with_suffix(SUFFIX))
    ]


def vouch(app: Sphinx, doctree: nodes.document) -> None:
    """Hold a document against its attestation, as it is read."""
    domain, docname = archive_domain(app.env), app.env.current_document.docname
    document = domain.documents.get(docname)
    if document is not None:
        root = Path(app.srcdir)
        stamp = mark((root / document.path).with_suffix(SUFFIX))
        domain.vouching[docname] = Vouching(stamp, tuple(_problems(root, document)))


def _problems(root: Path, document: Document) -> Iterator[Problem]:
    """Whatever no attestation vouches for."""
    if document.record is None:
        return
    attestation, misread = read_attestation(root, document)
    yield from misread or stale(attestation, document.record, standings_of(document))


def tell(app: Sphinx, env: BuildEnvironment) -> None:
    """Tell what is not vouched for; what nobody attested yet is an error in a release alone."""
    vouching = archive_domain(env).vouching.values()
    found = sorted(problem for each in vouching for problem in each.problems)
    missing = [problem for problem in found if problem.rule == _MISSING]
    for problem in found:
        if app.config.archive_release or problem.rule != _MISSING:
            _log.error(problem.text, location=f"{problem.path}:{max(problem.line, 1)}")
    if missing and not app.config.archive_release:
        _log.info("notice: %d passages or documents are not attested yet", len(missing))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("env-get-outdated", reattested)
    app.connect("doctree-read", vouch, priority=920)
    app.connect("env-updated", tell, priority=957)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
