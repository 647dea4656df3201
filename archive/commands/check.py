"""``check``: hold the documents against the ledger, without rendering."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from archive.commands.reading import read_archive
from archive.site.check import unpublished, unwritten


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--release", action="store_true", help="what is unwritten or unpublished is an error"
    )


def run(arguments: Namespace, root: Path) -> int:
    """Return 0 where every promise is kept, else 1."""
    reading = read_archive(root)
    waiting = unpublished(reading.domain)
    unfinished = [*unwritten(reading.domain), *waiting]
    for problem in unfinished if arguments.release else ():
        print(problem, file=sys.stderr)
    documents = reading.domain.documents.values()
    print(
        f"{len(documents)} documents, {sum(len(each.anchors) for each in documents)} anchors; "
        f"{len(reading.domain.ledger)} published, {len(waiting)} changes to publish."
    )
    return 0 if reading.sound and not (arguments.release and unfinished) else 1
