"""``check``: Check the documents against the ledger, and the ledger against what was published."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from archive.commands.failures import reports
from archive.commands.published import compare
from archive.commands.read_archive import read_archive
from archive.site.check.problems import unpublished, unwritten


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--release", action="store_true", help="count what is unwritten or unpublished as an error"
    )
    parser.add_argument(
        "--base", default="", help="a commit that was published, besides the others"
    )
    parser.epilog = "Exit codes: 0 no problem, 1 problems were found."


@reports("Nothing was checked")
def run(arguments: Namespace, root: Path) -> int:
    archive = read_archive(root)
    compared = compare(root, archive.domain.ledger, arguments.base)
    print("".join(f"{problem}\n" for problem in compared.problems), end="", file=sys.stderr)
    waiting = unpublished(archive.domain)
    unfinished = [*unwritten(archive.domain), *waiting]
    for problem in unfinished if arguments.release else ():
        print(problem, file=sys.stderr)
    documents = archive.domain.documents.values()
    print(
        f"{len(documents)} documents, {sum(len(each.anchors) for each in documents)} anchors; "
        f"{len(archive.domain.ledger)} published, {len(waiting)} changes to publish. "
        f"{compared}"
    )
    sound = archive.is_sound and not compared.problems
    return 0 if sound and not (arguments.release and unfinished) else 1
