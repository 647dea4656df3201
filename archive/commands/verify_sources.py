"""``verify-sources``: prove with the sources at hand that every document is faithful to its own."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from archive.commands.passage_texts import passage_texts, works_and_names
from archive.commands.reading import read_archive
from archive.commands.system import in_words
from archive.fidelity.attestation import SUFFIX, attest, serialise
from archive.fidelity.check import Examination, examine
from archive.fidelity.holding import Holding
from archive.fidelity.shelf import Sources
from archive.model.problem import Problem
from archive.preservation.writing import write_if_changed
from archive.site.know.domain import ArchiveDomain
from archive.site.know.facts import Document

_FOUND, _UNFAITHFUL, _IMPOSSIBLE = 0, 1, 2


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("document", nargs="*", help="document ids; without any, all documents")
    parser.add_argument(
        "--sources", required=True, metavar="DIR",
        help="the folder of the sources: <document id>.txt, or any file with the SHA-256 pinned",
    )  # fmt: skip
    parser.add_argument("--check", action="store_true", help="write no attestation")
    parser.epilog = "Exit codes: 0 faithful, 1 problems were found, 2 it could not be checked."


def run(arguments: Namespace, root: Path) -> int:
    """Return 0 where every document is faithful, 1 where not, 2 where it could not be checked."""
    if not arguments.sources:
        print("Name the folder of the sources: make verify-sources SOURCES=dir.", file=sys.stderr)
        return _IMPOSSIBLE
    try:
        sources = Sources(Path(arguments.sources))
        domain = read_archive(root, quiet=True).domain
        chosen = _chosen(domain, arguments.document)
        done = list(_examine(chosen, sources, domain))
    except SystemExit as error:
        print(error, file=sys.stderr)
        return _IMPOSSIBLE
    except (OSError, ValueError) as error:
        print(f"The sources cannot be verified: {in_words(error)}", file=sys.stderr)
        return _IMPOSSIBLE
    problems = sorted(problem for each in done for problem in each[1])
    print("\n".join(map(_told, done)) or "The archive has no document.")
    if problems:
        print("\n".join(map(str, problems)), file=sys.stderr)
        print(f"{len(problems)} problems; no attestation was written.", file=sys.stderr)
        return _UNFAITHFUL
    try:
        return _FOUND if arguments.check else _write(root, done)
    except OSError as error:
        print(f"The attestations cannot be written: {in_words(error)}", file=sys.stderr)
        return _IMPOSSIBLE


_Done = tuple[Document, Sequence[Problem], Examination | None]


def _chosen(domain: ArchiveDomain, ids: Sequence[str]) -> list[Document]:
    """The documents asked for, by path.  Raises ValueError where there is none of an id."""
    documents = sorted(domain.documents.values(), key=lambda document: document.path)
    unknown = set(ids) - {document.id for document in documents}
    if unknown:
        raise ValueError(f"there is no document {', '.join(sorted(unknown))}")
    return [document for document in documents if not ids or document.id in ids]


def _examine(
    documents: Sequence[Document], sources: Sources, domain: ArchiveDomain
) -> Iterator[_Done]:
    works, names = works_and_names(domain.env)
    for document in documents:
        if document.record is None:
            yield document, document.problems, None
            continue
        try:
            path, data = sources.find(document.record)
        except OSError as error:
            yield document, [_missing(document, error)], None
            continue
        passages, notes = passage_texts(domain.env, document)
        done = examine(Holding(document.record, passages, data, str(path), notes, works, names))
        yield document, done.problems, done


def _missing(document: Document, error: OSError) -> Problem:
    return Problem(
        document.path, 0, "source-missing", f"The source of {document.id} is not there: {error}",
        f"put it into the folder of the sources as {document.id}.txt, or name other documents",
    )  # fmt: skip


def _told(done: _Done) -> str:
    document, problems, examination = done
    figures = examination.figures if examination is not None else None
    told = str(figures) if figures is not None else "not compared"
    return f"{document.id}: {told}" + (f"; {len(problems)} problems" if problems else "")


def _write(root: Path, done: Sequence[_Done]) -> int:
    """Write the attestations that changed, each whole or not at all."""
    for document, _, examination in done:
        if examination is None:
            continue
        path = (root / document.path).with_name(f"{document.id}{SUFFIX}")
        if write_if_changed(path, serialise(attest(examination)).encode("utf-8")):
            print(f"Wrote {path.relative_to(root).as_posix()}.")
    return _FOUND
