"""Commands of the archive.  Run them in the archive's root, where ``conf.py`` is."""

from __future__ import annotations

import gc
import os
import sys
from argparse import ArgumentParser
from importlib import import_module
from inspect import getdoc
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.commands import Command

# The module and the name of each command; only the module of the command in use is imported.
COMMANDS = {
    "anchors": "anchors.run",
    "bag": "release.bag",
    "build": "build.run",
    "check": "ledger.check",
    "check-text": "check_text.run",
    "import": "import_document.run",
    "mcp": "check_text.mcp",
    "new": "new.run",
    "publish": "publish.run",
    "reproduce": "release.reproduce",
    "seal": "release.seal",
    "search-index": "release.search_index",
    "serve": "serve.run",
    "sign": "release.sign",
    "verify": "verify.run",
    "verify-citation": "ledger.verify_citation",
    "verify-sources": "verify_sources.run",
    "volumes": "volumes.run",
    "witness": "ledger.witness",
    "wordings": "ledger.wordings",
    "words": "new.words",
}


# Git tells the history to whoever may read it, also where another user owns the folder.
_GIT = {
    "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
}  # fmt: skip


# New objects between two runs of the garbage collector: what modules define is there to stay.
_NEW_OBJECTS = 100_000


def main(words: list[str]) -> int:
    """Run a command; return its exit code."""
    gc.set_threshold(_NEW_OBJECTS)
    os.environ |= _GIT
    try:
        return _run(words)
    except KeyboardInterrupt:
        print("Interrupted. [interrupted] To mend: run the command again", file=sys.stderr)
    except Exception as error:
        from archive.commands import failure  # noqa: PLC0415 - only where one happened

        print(failure(error, Path("_build")).text, file=sys.stderr)
    return 2


def _run(words: list[str]) -> int:
    parser = ArgumentParser(prog="python -m archive", description=__doc__.replace("``", ""))
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="command")
    chosen = {name: place for name, place in COMMANDS.items() if name in words[:1]}
    for name, place in (chosen or COMMANDS).items():
        module, _, attribute = place.partition(".")
        command: Command = getattr(import_module(f"archive.commands.{module}"), attribute)
        description = (getdoc(command.run) or "").replace("``", "")
        subparser = subparsers.add_parser(
            name, help=description.partition("\n\n")[0], description=description,
            epilog=command.epilog,
        )  # fmt: skip
        subparser.set_defaults(run=command)
        for add in command.arguments:
            add(subparser)
    arguments = parser.parse_args(words)
    code: int = arguments.run(arguments, Path.cwd())
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
