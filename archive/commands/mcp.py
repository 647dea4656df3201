"""The archive for programs that read for people."""

from __future__ import annotations

import sys
from argparse import Namespace
from importlib.util import find_spec
from pathlib import Path

from archive.answering.answers import Answers
from archive.answering.holdings import Holdings
from archive.commands import argument, command


@command(
    argument("--site", type=Path, default=Path("_build/html"), metavar="DIR",
             help="the folder of the built site, or of a copy; default: _build/html"),
    epilog="Exit codes: 0 the client ended it, 1 it cannot answer.",
    failed="Nothing can be answered",
)  # fmt: skip
def run(arguments: Namespace, root: Path) -> int:
    """Answer a client of the Model Context Protocol on standard input and output.

    It searches passages, tells one, cites it and checks a text.  It reads the site, writes nothing
    and asks no other machine.
    """
    if find_spec("mcp") is None:
        print("The package mcp is not installed. To mend: make .venv/.mcp", file=sys.stderr)
        return 1
    from archive.answering.server import server  # noqa: PLC0415 - an extra

    site = root / arguments.site
    server(Answers(site, Holdings(site)), "archive").run("stdio")
    return 0
