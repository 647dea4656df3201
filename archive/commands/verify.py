"""``verify``: check a copy of the site: a mirror, a folder or a bag."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from archive.commands.settings import read_settings
from archive.commands.telling import Progress
from archive.preservation.expected import AtHand
from archive.preservation.fetching import Client
from archive.preservation.finding import CannotCheckError, Check, Figures, Finding
from archive.preservation.folder import check_folder
from archive.preservation.manifest import NAME
from archive.preservation.mirror import check_mirror, check_signatures
from archive.preservation.signature import Checked, Signers, check

_SOUND, _UNSOUND, _IMPOSSIBLE = 0, 1, 2


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("copy", help="an address (https://…), or a folder: a site or a bag")
    parser.add_argument("--manifest", type=Path, help="a manifest to go by, not the copy's own")
    parser.add_argument("--ledger", type=Path, help="a ledger that the copy's must agree with")
    parser.add_argument("--signers", type=Path, help="who may sign: ssh's list of allowed signers")
    parser.add_argument("--minisign", type=Path, help="who may sign: a minisign public key")
    parser.add_argument(
        "--namespace", help="what SSH signatures are made for: the short name of the archive"
    )
    parser.add_argument("--rate", type=float, default=10, help="requests a second (10); 0: any")
    parser.add_argument(
        "--work", type=Path, default=Path("_build/verify"), help="where it is kept how far it came"
    )
    parser.epilog = "Exit codes: 0 sound, 1 problems were found, 2 it could not be checked."


def run(arguments: Namespace, root: Path) -> int:
    """Return 0 where the copy is sound, 1 where not, 2 where it could not be checked."""
    progress = Progress("checked")
    started = time.perf_counter()
    problems = 0
    try:
        findings = _Findings(_check(arguments, root, progress))
        for finding in findings:
            progress.clear()
            print(finding, flush=True)
            problems += 1
    except CannotCheckError as error:
        progress.clear()
        print(f"The copy could not be checked: {error}.", file=sys.stderr)
        return _IMPOSSIBLE
    except KeyboardInterrupt:
        progress.clear()
        print("Stopped; the same command goes on from here.", file=sys.stderr)
        return _IMPOSSIBLE
    progress.clear()
    _sum_up(findings.figures, problems, time.perf_counter() - started)
    return _UNSOUND if problems else _SOUND


class _Findings:
    """A check's findings; when they are through, its figures."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self.figures = Figures(0, 0)

    def __iter__(self) -> Iterator[Finding]:
        self.figures = yield from self._check


def _sum_up(figures: Figures, problems: int, seconds: float) -> None:
    told = f"{problems} problems" if problems else "the copy is sound"
    print(
        f"{figures.files} files and {figures.anchors} anchors checked in {seconds:.1f} s: {told}."
    )


def _check(arguments: Namespace, root: Path, progress: Progress) -> Check:
    at_hand = AtHand(_at_hand(arguments.manifest), _at_hand(arguments.ledger))
    signers = Signers(arguments.signers, arguments.minisign, _namespace(arguments, root))
    for path in (arguments.signers, arguments.minisign):
        _at_hand(path)
    if arguments.copy.startswith(("http://", "https://")):
        work = root / arguments.work
        with closing(Client(arguments.copy, arguments.rate)) as client:
            yield from _told(_signatures(client, signers, work / "signed"))
            return (yield from check_mirror(client, at_hand, work, progress))
    folder = Path(arguments.copy)
    signed = folder / "data" / "site" if (folder / "bagit.txt").is_file() else folder
    if (signed / NAME).is_file():
        yield from _told(check(signed, signers))
    return (yield from check_folder(folder, at_hand, progress))


def _namespace(arguments: Namespace, root: Path) -> str | None:
    """What SSH signatures are made for; None outside of an archive, where nobody said it."""
    if arguments.namespace or not (root / "conf.py").is_file():
        return arguments.namespace or None
    try:
        return read_settings(root).short_name
    except ValueError as error:
        raise CannotCheckError(str(error)) from error


def _signatures(client: Client, signers: Signers, work: Path) -> Checked:
    try:
        return check_signatures(client, signers, work)
    except OSError as error:
        raise CannotCheckError(str(error)) from error


def _told(checked: Checked) -> Iterator[Finding]:
    for sentence in checked.said:
        print(sentence)
    yield from checked.findings


def _at_hand(path: Path | None) -> bytes | None:
    try:
        return path.read_bytes() if path is not None else None
    except OSError as error:
        raise CannotCheckError(str(error)) from error
