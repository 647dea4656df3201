"""``python -m archive <command>``, run in the archive's root."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

from archive.commands import (
    anchors,
    check,
    import_document,
    prove_ledger,
    publish,
    search_index,
    verify_citation,
    verify_sources,
    volumes,
)

COMMANDS = {
    "anchors": anchors,
    "check": check,
    "import": import_document,
    "prove-ledger": prove_ledger,
    "publish": publish,
    "search-index": search_index,
    "verify-citation": verify_citation,
    "verify-sources": verify_sources,
    "volumes": volumes,
}


def main(words: list[str]) -> int:
    """Run the command that ``words`` name; return its exit code."""
    parser = ArgumentParser(prog="python -m archive", description=__doc__)
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, command in COMMANDS.items():
        summary = (command.__doc__ or "").partition(": ")[2].strip()
        command.add_arguments(subparsers.add_parser(name, help=summary, description=summary))
    arguments = parser.parse_args(words)
    code: int = COMMANDS[arguments.command].run(arguments, Path.cwd())
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
