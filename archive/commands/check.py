"""``check``: Check the documents against the ledger, without building the site."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from archive.commands.read_archive import read_archive
from archive.site.check.problems import unpublished, unwritten


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--release", action="store_true", help="count what is unwritten or unpublished as an error"
    )
    parser.epilog = "Exit codes: 0 no problem, 1 problems were found."


def run(arguments: Namespace, root: Path) -> int:
    archive = read_archive(root)
    waiting = unpublished(archive.domain)
    unfinished = [*unwritten(archive.domain), *waiting]
    for problem in unfinished if arguments.release else ():
        print(problem, file=sys.stderr)
    documents = archive.domain.documents.values()
    print(
        f"{len(documents)} documents, {sum(len(each.anchors) for each in documents)} anchors; "
        f"{len(archive.domain.ledger)} published, {len(waiting)} changes to publish."
    )
    return 0 if archive.is_sound and not (arguments.release and unfinished) else 1
