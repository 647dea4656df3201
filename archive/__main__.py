"""Commands of the archive.  Run them in the archive's root, where ``conf.py`` is."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path

# The module of each command; only that of the command in use is imported.
COMMANDS = {
    "anchors": "anchors",
    "bag": "bag",
    "build": "build",
    "check": "check",
    "import": "import_document",
    "new": "new",
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
    """Run a command; return its exit code.

    The help of a command is the docstring of its module: the first paragraph in the list of all
    commands, the whole in its own help.
    """
    parser = ArgumentParser(prog="python -m archive", description=__doc__.replace("``", ""))
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="command")
    chosen = {name: module for name, module in COMMANDS.items() if name in words[:1]}
    for name, module in (chosen or COMMANDS).items():
        command = import_module(f"archive.commands.{module}")
        description = (command.__doc__ or "").partition(": ")[2].replace("``", "").strip()
        summary = description.partition("\n\n")[0]
        subparser = subparsers.add_parser(name, help=summary, description=description)
        subparser.set_defaults(run=command.run)
        command.add_arguments(subparser)
    arguments = parser.parse_args(words)
    try:
        code: int = arguments.run(arguments, Path.cwd())
    except (Exception, KeyboardInterrupt) as error:
        from archive.commands.failures import failure  # noqa: PLC0415 - imports Sphinx

        print(failure(error, Path("_build")), file=sys.stderr)
        return 2
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
