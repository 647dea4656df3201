"""``python -m archive <command>``, run in the archive's root."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path

# Each command by its module; only the one that is asked for is loaded.
COMMANDS = {
    "anchors": "anchors",
    "bag": "bag",
    "build": "build",
    "check": "check",
    "import": "import_document",
    "new": "new",
    "prove-ledger": "prove_ledger",
    "publish": "publish",
    "reproduce": "reproduce",
    "seal": "seal",
    "search-index": "search_index",
    "serve": "serve",
    "sign": "sign",
    "verify": "verify",
    "verify-citation": "verify_citation",
    "verify-sources": "verify_sources",
    "volumes": "volumes",
}


def main(words: list[str]) -> int:
    """Run the command that ``words`` name; return its exit code."""
    parser = ArgumentParser(prog="python -m archive", description=__doc__)
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="command")
    asked = {name: module for name, module in COMMANDS.items() if name in words[:1]}
    for name, module in (asked or COMMANDS).items():
        command = import_module(f"archive.commands.{module}")
        summary = (command.__doc__ or "").partition(": ")[2].strip()
        subparser = subparsers.add_parser(name, help=summary, description=summary)
        subparser.set_defaults(run=command.run)
        command.add_arguments(subparser)
    arguments = parser.parse_args(words)
    try:
        code: int = arguments.run(arguments, Path.cwd())
    except (OSError, MemoryError, KeyboardInterrupt) as error:
        from archive.commands.failures import failure  # noqa: PLC0415 - only where it is needed

        print(failure(error, Path("_build")), file=sys.stderr)
        return 2
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
