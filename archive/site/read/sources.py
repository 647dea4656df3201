"""Reads what vouches for a document: its source, where it is at hand, and its attestation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from archive.fidelity.attestation import SUFFIX, Attestation, parse, stale
from archive.fidelity.shelf import Sources
from archive.fidelity.source import Source, read_source
from archive.model.problem import Problem
from archive.site.know.changes import mark
from archive.site.know.domain import archive_domain
from archive.site.know.facts import Document, Vouching
from archive.site.know.ledger import standings_of

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


def take_source(document: Document, sources: Sources) -> tuple[Source | None, list[Problem]]:
    """Read a document's source, if there is one with the SHA-256 that its record pins."""
    record = document.record
    if record is None:
        return None, []
    try:
        path, data = sources.find(record)
    except OSError as error:
        return None, [Problem(
            document.path, 1, "source-missing", f"Its source cannot be read: {error}.",
            f"put it into the folder of the sources as {record.id}.txt.",
        )]  # fmt: skip
    found = hashlib.sha256(data).hexdigest()
    if found != record.source.sha256:
        return None, [Problem(
            document.path, 1, "source-sha256",
            f"{path} has the SHA-256 {found}, but the record pins {record.source.sha256}.",
            "give the very file that was rendered.",
        )]  # fmt: skip
    return read_source(data, str(path))


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
        domain.vouching[docname] = Vouching(stamp, tuple(_unattested(root, document)))


def _unattested(root: Path, document: Document) -> Iterator[Problem]:
    """Whatever no attestation vouches for."""
    if document.record is None:
        return
    attestation, misread = read_attestation(root, document)
    yield from misread or stale(attestation, document.record, standings_of(document))
