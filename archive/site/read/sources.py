"""Reads what a page is made from: its files, and of a document its source and its attestation.

Sphinx reads a page again when its file is newer than the last reading (sphinx-doc/sphinx#11556).
That misses a file restored from a backup, and every edit after the clock was set back.  Here a page
is read again when modification time or size of a file are not those from before it was read, so
that an edit during a build is never taken for read.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Set
from os import PathLike
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from archive.fidelity.attestation import SUFFIX, Attestation, parse
from archive.fidelity.source import Source, Sources, read_source
from archive.model import Problem
from archive.model.passage import Anchor
from archive.model.record import Record
from archive.model.states import MEND, Attested, Held, States
from archive.site.know.domain import ArchiveDomain, archive_domain, document_being_read
from archive.site.know.facts import DOCUMENTS, Document, Vouching
from archive.site.know.ledger import standings_of
from archive.site.know.relations import followed


def file_stamp(path: str | PathLike[str]) -> tuple[int, ...] | None:
    """Return the times of a file's bytes and of its entry (ns) and its size; None without a file.

    No program can set the second time back.
    """
    try:
        status = os.stat(path)  # noqa: PTH116 - a Path for each page costs more than the answer
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size


def _files(env: BuildEnvironment, docname: str) -> tuple[Path, ...]:
    """Return a page's source and the files it depends on."""
    others = sorted(str(path) for path in env.dependencies.get(docname, ()))
    return (env.doc2path(docname), *map(env.srcdir.joinpath, others))


def note_stamp(env: BuildEnvironment, path: Path) -> None:
    """Note the stamp of a file that is about to be read."""
    archive_domain(env).noted[path] = file_stamp(path)


def note_page(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    note_stamp(env, Path(env.doc2path(docname)))


def keep_stamps(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the stamps that a page's files had before they were read."""
    docname, domain = app.env.current_document.docname, archive_domain(app.env)
    files = _files(app.env, docname)
    domain.stamps[docname] = tuple(domain.noted.get(path) or file_stamp(path) for path in files)


def changed_pages(
    app: Sphinx, env: BuildEnvironment, added: Set[str], changed: Set[str], removed: Set[str]
) -> list[str]:
    """Return the pages whose files have other stamps than when they were read."""
    stamps = archive_domain(env).stamps
    known = env.found_docs - added - changed
    return [
        docname for docname in sorted(known)
        if stamps.get(docname) != tuple(map(file_stamp, _files(env, docname)))
    ]  # fmt: skip


def take_source(document: Document, sources: Sources) -> tuple[Source | None, list[Problem]]:
    """Read a document's source; None, with the problems, unless its SHA-256 is the record's."""
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
            "provide the exact file that was rendered.",
        )]  # fmt: skip
    source, problems = read_source(data, str(path))
    return source and source.held(record), problems


def read_attestation(root: Path, document: Document) -> tuple[Attestation | None, list[Problem]]:
    """Return the attestation beside a document and its problems; None if there is no file."""
    path = root / Path(document.path).with_suffix(SUFFIX)
    if not path.is_file():
        return None, []
    text = path.read_bytes().decode("utf-8", "surrogateescape")  # which ``parse`` refuses
    return parse(text, path.relative_to(root).as_posix())


def documents_attested_anew(app: Sphinx, env: BuildEnvironment, *_changes: Set[str]) -> list[str]:
    return [
        docname
        for docname, vouching in archive_domain(env).vouching.items()
        if vouching.stamp != file_stamp(f"{app.srcdir}/{docname}{SUFFIX}")
    ]


def keep_attestation(app: Sphinx, doctree: nodes.document) -> None:
    """Store what is attested of the document being read."""
    document = document_being_read(app.env)
    if document is not None:
        root = Path(app.srcdir)
        stamp = file_stamp((root / document.path).with_suffix(SUFFIX))
        attestation, misread = read_attestation(root, document)
        archive_domain(app.env).vouching[document.docname] = (
            Vouching(stamp, tuple(misread), attestation.attested, attestation.checker)
            if attestation is not None
            else Vouching(stamp, tuple(misread))
        )


def states(domain: ArchiveDomain) -> States:
    """The states of all passages, with what is attested of them."""
    held = {document.docname for document, _record in domain.recorded()}
    return States(
        domain.ledger,
        (_held(document, record, domain) for document, record in domain.recorded()),
        _left_behind(Path(domain.env.srcdir), held),
    )


def unattested(domain: ArchiveDomain, known: States) -> Iterator[Problem]:
    """What waits for whoever holds the sources: words, and quotations that lead to their origin."""
    yield from known.waiting()
    for document, record in domain.recorded():
        for each in followed(domain, document):
            if not each.result:
                words, relation = each.traced.words, each.traced.relation
                yield Problem(
                    document.path, relation.line, "attestation-origin",
                    f"Nobody compared “{words}” of {record.id}-{relation.passage} with "
                    f"{relation.target}", MEND,
                )  # fmt: skip


def _held(document: Document, record: Record, domain: ArchiveDomain) -> Held:
    vouching = domain.vouching.get(document.docname)
    standing = {block.anchor for block in document.rendering}
    return Held(
        record.id, document.path, record.source.sha256, record.source.paragraphs,
        [each for each in standings_of(document) if each.anchor in standing],
        [each for each in document.tombstones if Anchor.parse(each.anchor).is_passage],
        vouching.attested if vouching is not None else (),
        frozenset(
            each.anchor for each in document.rendering
            if document.is_shared(each) or each.is_wordless  # names may stand in no paragraph
        ),
    )  # fmt: skip


def _left_behind(root: Path, held: Set[str]) -> Iterator[Attested]:
    """What is attested beside no document, as after a rename; a file that is broken is none."""
    for path in sorted((root / DOCUMENTS).glob(f"*{SUFFIX}")):
        if f"{DOCUMENTS}/{path.name.removesuffix(SUFFIX)}" not in held:
            name = path.relative_to(root).as_posix()
            attestation, _misread = parse(path.read_text("utf-8"), name)
            yield from attestation.attested if attestation is not None else ()
