"""``seal``: write the manifest of a built site, and what a host needs to know of it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from archive.commands.settings import read_settings
from archive.commands.system import in_words
from archive.commands.turn import turn
from archive.preservation.sealing import seal
from archive.site.show.content_security import own_scripts


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("site", type=Path, help="the folder of the built site")
    parser.add_argument("--work", type=Path, required=True, help="where the hashes are remembered")


def run(arguments: Namespace, root: Path) -> int:
    """Return 0 where the site is sealed, else 1."""
    site, work = root / arguments.site, root / arguments.work
    try:
        with turn(work):
            print(seal_site(site, work, read_settings(root).base))
    except (OSError, ValueError) as error:
        print(f"The manifest was not written: {in_words(error)}", file=sys.stderr)
        return 1
    return 0


def seal_site(site: Path, work: Path, base: str) -> str:
    """Write a site's manifest and what hosts need to know of it; return what was done, in words.

    ``base`` is the address at which the site is hosted.  Raises OSError, and ValueError where the
    site has what cannot be published.
    """
    done = seal(site, work / "hosting", work / ".hashes", base, own_scripts())
    reading = done.reading
    for what in done.left_out:
        print(f"notice: _headers has no room for {what}; nginx sends them.")
    return f"{len(reading.hashed)} files, {reading.files_read} read"
