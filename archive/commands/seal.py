"""``seal``: Write the manifest of a built site, and the settings its host needs."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from archive.commands.failures import reports
from archive.commands.locking import locked
from archive.commands.settings import read_settings
from archive.preservation.sealing import seal


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("site", type=Path, help="the folder of the built site")
    parser.add_argument(
        "--work", type=Path, required=True, help="the folder that keeps the hashes of the last run"
    )
    parser.epilog = "Exit codes: 0 the site is sealed, 1 it is not."


@reports("The manifest was not written")
def run(arguments: Namespace, root: Path) -> int:
    site, work = root / arguments.site, root / arguments.work
    with locked(work):
        print(seal_site(site, work, read_settings(root).base))
    return 0


def seal_site(site: Path, work: Path, base: str) -> str:
    """Write a site's manifest, and host settings for the address ``base``; say what was done.

    Raises OSError, and ValueError where the site has what cannot be published.
    """
    done = seal(site, work / "hosting", work / ".hashes", base)
    for what in done.left_out:
        print(f"notice: _headers has no room for {what}; nginx sends them.")
    return f"{len(done.reading.hashed)} files, {done.reading.files_read} read"
