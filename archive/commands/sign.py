"""``sign``: Sign the manifest of a built site."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from archive.commands.failures import reports
from archive.commands.settings import read_settings
from archive.preservation.finding import CannotCheckError
from archive.preservation.manifest import NAME
from archive.preservation.signature import sign_with_minisign, sign_with_ssh


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("site", type=Path, help="the folder of the built site")
    keys = parser.add_mutually_exclusive_group(required=True)
    keys.add_argument(
        "--key", type=Path, help="an SSH key; the public one where an agent holds the private one"
    )
    keys.add_argument("--minisign-key", type=Path, help="a minisign secret key")
    parser.epilog = "Exit codes: 0 the manifest is signed, 1 it is not."


@reports("Nothing was signed", errors=(CannotCheckError, OSError, ValueError))
def run(arguments: Namespace, root: Path) -> int:
    manifest = root / arguments.site / NAME
    if not manifest.is_file():
        raise CannotCheckError(f"{manifest} is missing; run make first")
    if arguments.key is not None:
        signature = sign_with_ssh(manifest, arguments.key, read_settings(root).short_name)
    else:
        signature = sign_with_minisign(manifest, arguments.minisign_key)
    print(f"The signature is {arguments.site / signature.name}.")
    return 0
