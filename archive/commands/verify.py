"""Checks of a copy of the site."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from archive.commands import argument, command
from archive.commands.progress import Progress
from archive.commands.workspace import read_settings
from archive.preservation.expected import AtHand
from archive.preservation.fetching import Client
from archive.preservation.finding import CannotCheckError, Check, Figures, Finding
from archive.preservation.folder import check_folder
from archive.preservation.manifest import NAME
from archive.preservation.mirror import check_mirror, check_signatures
from archive.preservation.signature import Checked, Signers, check

_SOUND, _UNSOUND, _IMPOSSIBLE = 0, 1, 2


@command(
    argument("copy", help="an address (https://…), or the folder of a site or of a bag"),
    argument("--manifest", type=Path, help="check against this manifest, not the copy's own"),
    argument("--ledger", type=Path, help="a ledger that the copy's must agree with"),
    argument("--signers", type=Path, help="who may sign: an allowed_signers file of ssh-keygen"),
    argument("--minisign", type=Path, help="who may sign: a minisign public key"),
    argument("--namespace",
             help="what SSH signatures are made for: the short name of the archive"),
    argument("--rate", type=float, default=10, help="requests a second; default: 10; 0: no limit"),
    argument("--work", type=Path, default=Path("_build/verify"),
             help="the folder that keeps what is done, to resume a check"),
    epilog="Exit codes: 0 sound, 1 problems were found, 2 it could not be checked.",
)  # fmt: skip
def run(arguments: Namespace, root: Path) -> int:
    """Check a copy of the site: a mirror, a folder or a bag."""
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
        print("Stopped. Run the same command to go on from here.", file=sys.stderr)
        return _IMPOSSIBLE
    progress.clear()
    _sum_up(findings.figures, problems, time.perf_counter() - started)
    return _UNSOUND if problems else _SOUND


class _Findings:
    """Iterates over the findings of a check; after the last one, it has the figures."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self.figures = Figures(0, 0)

    def __iter__(self) -> Iterator[Finding]:
        self.figures = yield from self._check


def _sum_up(figures: Figures, problems: int, seconds: float) -> None:
    verdict = f"{problems} problems" if problems else "the copy is sound"
    count = f"{figures.files} files and {figures.anchors} anchors"
    print(f"{count} checked in {seconds:.1f} s: {verdict}.")


def _check(arguments: Namespace, root: Path, progress: Progress) -> Check:
    at_hand = AtHand(_read(arguments.manifest), _read(arguments.ledger))
    signers = Signers(arguments.signers, arguments.minisign, _namespace(arguments, root))
    for path in (arguments.signers, arguments.minisign):
        _read(path)
    if arguments.copy.startswith(("http://", "https://")):
        work = root / arguments.work
        with closing(Client(arguments.copy, arguments.rate)) as client:
            yield from _findings(_signatures(client, signers, work / "signed"))
            return (yield from check_mirror(client, at_hand, work, progress))
    folder = Path(arguments.copy)
    signed = folder / "data" / "site" if (folder / "bagit.txt").is_file() else folder
    if (signed / NAME).is_file():
        yield from _findings(check(signed, signers))
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


def _findings(checked: Checked) -> Iterator[Finding]:
    for sentence in checked.said:
        print(sentence)
    yield from checked.findings


def _read(path: Path | None) -> bytes | None:
    try:
        return path.read_bytes() if path is not None else None
    except OSError as error:
        raise CannotCheckError(str(error)) from error
