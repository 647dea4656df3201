"""``sign``: sign the manifest of a built site."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from archive.commands.settings import read_settings
from archive.preservation.finding import CannotCheckError
from archive.preservation.manifest import NAME
from archive.preservation.signature import sign_with_minisign, sign_with_ssh


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("site", type=Path, help="the folder of the built site")
    keys = parser.add_mutually_exclusive_group(required=True)
    keys.add_argument("--key", type=Path, help="an SSH key; the public one where an agent has it")
    keys.add_argument("--minisign-key", type=Path, help="a minisign secret key")


def run(arguments: Namespace, root: Path) -> int:
    """Return 0 where the manifest is signed, else 1."""
    manifest = root / arguments.site / NAME
    if not manifest.is_file():
        print(f"{manifest} is not there: run make first.", file=sys.stderr)
        return 1
    try:
        if arguments.key is not None:
            signature = sign_with_ssh(manifest, arguments.key, read_settings(root).short_name)
        else:
            signature = sign_with_minisign(manifest, arguments.minisign_key)
    except (CannotCheckError, OSError, ValueError) as error:
        print(f"Nothing was signed: {error}.", file=sys.stderr)
        return 1
    print(f"The signature is {arguments.site / signature.name}.")
    return 0
