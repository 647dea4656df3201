"""``search-index``: bring the index of the search page in step with the pages."""

from __future__ import annotations

import shutil
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from archive.commands.turn import turn
from archive.search.index import keep_in_step
from archive.search.pagefind import PagefindError, executable
from archive.search.shelf import Shelf


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--shelf", type=Path, required=True, help="what a build kept")
    parser.add_argument("--index", type=Path, required=True, help="where the index stands")


def run(arguments: Namespace, root: Path) -> int:
    """Return 0 where the index is in step, or where there is no Pagefind; else 1."""
    program = executable()
    if program is None:
        shutil.rmtree(arguments.index, ignore_errors=True)
        print("There is no Pagefind for this platform: the pages search with Sphinx’s own index.")
        return 0
    try:
        with turn(arguments.shelf.parents[1]):
            indexed = keep_in_step(Shelf(arguments.shelf), arguments.index, program)
    except PagefindError as error:
        print(
            f"{arguments.index}: [search-index] The search index could not be made: {error}. "
            "To mend: run make again; if it fails again, make distclean and then make.",
            file=sys.stderr,
        )
        return 1
    print(
        f"{indexed.entries} entries to search; "
        f"{indexed.made} of {indexed.shares} shares of the index made anew."
    )
    return 0
