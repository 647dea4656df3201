"""``verify-citation``: Say whether a cited passage was revised, moved or withdrawn since."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from archive.model.verifying import Status, answer
from archive.site.know.ledger import LEDGER, read_ledger

_CODES = ", ".join(f"{status.value} {status.name.lower().replace('_', ' ')}" for status in Status)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("anchor", help="for example ala-assange-resolution-w3")
    parser.add_argument("--sha256", help="the fingerprint cited, or its first 8 digits or more")
    parser.add_argument("--date", help="the day of the citation, written like 2026-11-22")
    parser.epilog = f"Exit codes: {_CODES}; 1 the ledger is broken; 2 wrong arguments."


def run(arguments: Namespace, root: Path) -> int:
    ledger, problems = read_ledger(root / LEDGER)
    if problems:
        print(*problems, sep="\n", file=sys.stderr)
        return 1
    try:
        found = answer(ledger, arguments.anchor, arguments.sha256, arguments.date)
    except ValueError as error:
        print(f"{error}.", file=sys.stderr)
        return 2
    print(f"{found.status.name.lower().replace('_', ' ')}: {found.message}")
    return found.code
