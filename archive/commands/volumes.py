"""``volumes``: divide the archive into volumes, tell each of the others, join their pages."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from archive.commands.settings import read_settings
from archive.commands.system import in_words
from archive.volumes.exchange import exchange
from archive.volumes.joining import join
from archive.volumes.planning import read_records, write_plan

_VOLUMES = 4


def add_arguments(parser: ArgumentParser) -> None:
    steps = parser.add_subparsers(dest="step", required=True, metavar="step")
    planning = steps.add_parser("plan", help="write a source folder for each volume")
    planning.add_argument("--volumes", type=int, default=_VOLUMES, help="how many, at most")
    steps.add_parser("exchange", help="tell each volume, when all are read, what it needs")
    steps.add_parser("join", help="put the pages of all volumes together")


def run(arguments: Namespace, root: Path) -> int:
    """Return 0 where the step was done, else 1."""
    try:
        return (
            _plan(root, arguments.volumes) if arguments.step == "plan" else _go_on(arguments, root)
        )
    except (OSError, ValueError) as error:
        print(f"Nothing was done: {in_words(error)}", file=sys.stderr)
        return 1


def _plan(root: Path, count: int) -> int:
    held, problems = read_records(root, read_settings(root))
    if problems:
        print("Nothing was planned. First mend:", file=sys.stderr)
        print("\n".join(map(str, sorted(problems))), file=sys.stderr)
        return 1
    for volume in write_plan(root, held, count):
        names = volume.collections
        print(f"{volume.slug}: {len(volume.documents)} documents, {names[0]} to {names[-1]}")
    return 0


def _go_on(arguments: Namespace, root: Path) -> int:
    if arguments.step == "exchange":
        exchange(root)
    else:
        print(f"The site is {join(root)}/index.html")
    return 0
