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
    with turn(arguments.shelf.parents[1]):
        told = bring_in_step(arguments.shelf, arguments.index)
    print(told or "", end="\n" if told else "")
    return 0 if told is not None else 1


def bring_in_step(shelf: Path, index: Path) -> str | None:
    """Bring an index in step with what a build kept; return what was done, or None on failure."""
    program = executable()
    if program is None:
        shutil.rmtree(index, ignore_errors=True)
        return "no Pagefind for this platform: the pages search with Sphinx’s own index"
    try:
        done = keep_in_step(Shelf(shelf), index, program)
    except PagefindError as error:
        print(
            f"{index}: [search-index] The search index could not be made: {error}. "
            "To mend: run make again; if it fails again, make distclean and then make.",
            file=sys.stderr,
        )
        return None
    return f"{done.entries} entries, {done.made} of {done.shares} shares made anew"
