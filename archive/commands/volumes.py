"""The steps of a build in volumes."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from archive.commands import command
from archive.commands.workspace import read_settings
from archive.volumes import read_records, write_plan
from archive.volumes.features import exchange
from archive.volumes.joining import join

_VOLUMES = 4


def _add_steps(parser: ArgumentParser) -> None:
    steps = parser.add_subparsers(dest="step", required=True, metavar="step")
    planning = steps.add_parser("plan", help="write a source folder for each volume")
    planning.add_argument("--volumes", type=int, default=_VOLUMES,
                          help=f"how many at most; default: {_VOLUMES}")  # fmt: skip
    steps.add_parser("exchange", help="give each volume that was read the facts of others")
    steps.add_parser("join", help="put the pages of all volumes together")


@command(
    _add_steps,
    epilog="Exit codes: 0 the step was done, 1 it was not.",
    failed="Nothing was done",
)
def run(arguments: Namespace, root: Path) -> int:
    """Build a large archive in volumes: plan them, exchange their facts, join their pages.

    ``make -j4 volumes`` runs these steps, and reads and writes each volume in between.
    """
    if arguments.step == "plan":
        return _plan(root, arguments.volumes)
    if arguments.step == "exchange":
        exchange(root)
    else:
        settings = read_settings(root)
        print(f"The site is {join(root, settings.name, settings.base)}/index.html")
    return 0


def _plan(root: Path, count: int) -> int:
    records, problems = read_records(root, read_settings(root))
    if problems:
        print("Nothing was planned. First mend:", *sorted(problems), sep="\n", file=sys.stderr)
        return 1
    for volume in write_plan(root, records, count):
        names = volume.collections
        print(f"{volume.slug}: {len(volume.documents)} documents, {names[0]} to {names[-1]}")
    return 0
