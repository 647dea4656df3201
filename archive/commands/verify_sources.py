"""``verify-sources``: Prove, with the sources at hand, that documents are faithful to them."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from archive.commands.failures import in_words, reports
from archive.commands.passage_texts import passage_texts, works_and_names
from archive.commands.read_archive import read_archive
from archive.fidelity.attestation import SUFFIX, attest, serialise
from archive.fidelity.check import Examination, examine
from archive.fidelity.holding import Holding
from archive.fidelity.source import Sources
from archive.files import write_if_changed
from archive.model.problem import Problem
from archive.site.know.domain import ArchiveDomain
from archive.site.know.facts import Document

_FAITHFUL, _UNFAITHFUL, _IMPOSSIBLE = 0, 1, 2


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("document", nargs="*", help="document ids; default: all documents")
    parser.add_argument(
        "--sources", required=True, metavar="DIR",
        help="the folder of the sources: <document id>.txt, or any file with the pinned SHA-256",
    )  # fmt: skip
    parser.add_argument("--check", action="store_true", help="write no attestation")
    parser.epilog = "Exit codes: 0 faithful, 1 problems were found, 2 it could not be checked."


@reports("The sources cannot be verified", _IMPOSSIBLE)
def run(arguments: Namespace, root: Path) -> int:
    if not arguments.sources:
        print("Name the folder of the sources: make verify-sources SOURCES=dir.", file=sys.stderr)
        return _IMPOSSIBLE
    sources = Sources(Path(arguments.sources))
    domain = read_archive(root, quiet=True).domain
    done = list(_examine(_chosen(domain, arguments.document), sources, domain))
    problems = sorted(problem for each in done for problem in each.problems)
    print("\n".join(map(str, done)) or "The archive has no document.")
    if problems:
        print(*problems, sep="\n", file=sys.stderr)
        print(f"{len(problems)} problems; no attestation was written.", file=sys.stderr)
        return _UNFAITHFUL
    try:
        _write(root, () if arguments.check else done)
    except OSError as error:
        raise SystemExit(f"The attestations cannot be written: {in_words(error)}") from error
    return _FAITHFUL


class _Examined(NamedTuple):
    """A document that was compared with its source, or could not be."""

    document: Document
    problems: Sequence[Problem]
    examination: Examination | None = None

    def __str__(self) -> str:
        figures = self.examination and self.examination.figures
        count = f"; {len(self.problems)} problems" if self.problems else ""
        return f"{self.document.id}: {figures or 'not compared'}{count}"


def _chosen(domain: ArchiveDomain, ids: Sequence[str]) -> list[Document]:
    """The documents with these ids, or all, by path.  Raises ValueError for an unknown id."""
    documents = sorted(domain.documents.values(), key=lambda document: document.path)
    unknown = set(ids) - {document.id for document in documents}
    if unknown:
        raise ValueError(f"there is no document {', '.join(sorted(unknown))}")
    return [document for document in documents if not ids or document.id in ids]


def _examine(
    documents: Sequence[Document], sources: Sources, domain: ArchiveDomain
) -> Iterator[_Examined]:
    works, names = works_and_names(domain.env)
    for document in documents:
        if document.record is None:
            yield _Examined(document, document.problems)
            continue
        try:
            path, data = sources.find(document.record)
        except OSError as error:
            yield _Examined(document, [_missing(document, error)])
            continue
        passages, notes = passage_texts(domain.env, document)
        done = examine(Holding(document.record, passages, data, str(path), notes, works, names))
        yield _Examined(document, done.problems, done)


def _missing(document: Document, error: OSError) -> Problem:
    return Problem(
        document.path, 0, "source-missing", f"The source of {document.id} is missing: {error}",
        f"put it into the folder of the sources as {document.id}.txt, or name other documents",
    )  # fmt: skip


def _write(root: Path, done: Sequence[_Examined]) -> None:
    """Write the attestations that changed, each whole or not at all."""
    for document, _, examination in done:
        if examination is None:
            continue
        path = (root / document.path).with_name(f"{document.id}{SUFFIX}")
        if write_if_changed(path, serialise(attest(examination))):
            print(f"Wrote {path.relative_to(root).as_posix()}.")
