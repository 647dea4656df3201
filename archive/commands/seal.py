"""``seal``: write the manifest of a built site, and what a host needs to know of it."""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

from archive.commands.system import in_words
from archive.commands.turn import turn
from archive.preservation.manifest import NAME
from archive.preservation.sealing import seal


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("site", type=Path, help="the folder of the built site")
    parser.add_argument("--work", type=Path, required=True, help="where the hashes are remembered")
    parser.add_argument(
        "--base", default=os.environ.get("BASEURL", "/"), help="the address of the site"
    )


def run(arguments: Namespace, root: Path) -> int:
    """Return 0 where the site is sealed, else 1."""
    site, work = root / arguments.site, root / arguments.work
    base = arguments.base.rstrip("/") + "/"
    started = time.perf_counter()
    try:
        with turn(work):
            done = seal(site, work / "hosting", work / ".hashes", base)
    except (OSError, ValueError) as error:
        print(f"The manifest was not written: {in_words(error)}", file=sys.stderr)
        return 1
    reading = done.reading
    print(
        f"{NAME}: {len(reading.hashed)} files, of which {reading.files_read} "
        f"({reading.bytes_read / 1e6:.1f} MB) were read, "
        f"in {time.perf_counter() - started:.1f} s."
    )
    for what in done.left_out:
        print(f"notice: _headers has no room for {what}; nginx sends them.")
    return 0
