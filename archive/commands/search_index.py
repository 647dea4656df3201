"""``search-index``: Bring the index of the search page up to date with a build's search entries."""

from __future__ import annotations

import shutil
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from archive.commands.locking import locked
from archive.search.entry import Shelf
from archive.search.index import keep_in_step
from archive.search.pagefind import PagefindError, executable


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--shelf", type=Path, required=True, help="the folder of the search entries of a build"
    )
    parser.add_argument("--index", type=Path, required=True, help="the folder of the index")
    parser.epilog = "Exit codes: 0 up to date, or there is no Pagefind here; 1 it failed."


def run(arguments: Namespace, root: Path) -> int:
    with locked(arguments.shelf.parents[1]):
        done = update_index(arguments.shelf, arguments.index)
    if done is None:
        return 1
    print(done)
    return 0


def update_index(shelf: Path, index: Path) -> str | None:
    """Bring an index up to date; return what was done in words, None on failure.

    Where there is no Pagefind, an index that another machine made is removed.
    """
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
