"""``python -m archive <command>``, run in the archive's root."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

from archive.commands import (
    anchors,
    bag,
    build,
    check,
    import_document,
    prove_ledger,
    publish,
    reproduce,
    seal,
    search_index,
    serve,
    sign,
    verify,
    verify_citation,
    verify_sources,
    volumes,
)
from archive.commands.failures import failure

COMMANDS = {
    "anchors": anchors,
    "bag": bag,
    "build": build,
    "check": check,
    "import": import_document,
    "prove-ledger": prove_ledger,
    "publish": publish,
    "reproduce": reproduce,
    "seal": seal,
    "search-index": search_index,
    "serve": serve,
    "sign": sign,
    "verify": verify,
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
    try:
        code: int = COMMANDS[arguments.command].run(arguments, Path.cwd())
    except (OSError, MemoryError, KeyboardInterrupt) as error:
        print(failure(error, Path("_build")), file=sys.stderr)
        return 2
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
