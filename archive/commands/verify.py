"""Checks of a copy of the site."""

from __future__ import annotations

import json
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path

from archive.commands import Progress, argument, command
from archive.commands.workspace import read_settings
from archive.preservation import CannotCheckError, Check, Figures, Finding, harmless, shown_name
from archive.preservation.expected import AtHand
from archive.preservation.fetching import BROWSER, Client, Limits
from archive.preservation.folder import check_folder
from archive.preservation.ledger import Cited, read_citation
from archive.preservation.manifest import Signers
from archive.preservation.mirror import Sample, check_mirror
from archive.preservation.pages import Scripts, shipped_scripts
from archive.preservation.sealed import THEME
from archive.search import Entry
from archive.search.index import PagefindError, executable, index

_SOUND, _UNSOUND, _IMPOSSIBLE = 0, 1, 2
_MOST = 1_000  # problems that are told

LIMITS = Limits()


def _path(text: str) -> Path | None:
    """A file that was named; None for an empty name: make passes one where nobody named a file."""
    return Path(text) if text else None


@command(
    argument("copy", help="an address (https://…), or the folder of a site or of a bag"),
    argument("--manifest", type=_path, help="check against this manifest, not the copy's own"),
    argument("--ledger", type=_path, help="a ledger that the copy's must agree with"),
    argument("--head", type=_path, help="a checkpoint that the copy's ledger must have"),
    argument("--citation", type=_path, action="append", default=[],
             help="a citation saved before, in RIS, BibTeX, CSL-JSON or words"),
    argument("--signers", type=_path, help="who may sign: an allowed_signers file of ssh-keygen"),
    argument("--minisign", type=_path, help="who may sign: a minisign public key"),
    argument("--namespace",
             help="what SSH signatures are made for: the short name of the archive"),
    argument("--rate", type=float, default=10, help="requests a second; default: 10; 0: no limit"),
    argument("--agent", help="the User-Agent to check a mirror with"),
    argument("--sample", type=int, default=10,
             help="how many files of a mirror are asked for again as a browser does; default: 10"),
    argument("--json", action="store_true", help="print the result as JSON"),
    argument("--work", type=Path, default=Path("_build/verify"),
             help="the folder that keeps what is done, to resume a check"),
    epilog="Exit codes: 0 sound, 1 problems were found, 2 it could not be checked.",
)  # fmt: skip
def run(arguments: Namespace, root: Path) -> int:
    """Check a copy of the site: a mirror, a folder or a bag."""
    progress = Progress("checked")
    report = _Report(arguments.copy, progress, as_json=arguments.json)
    try:
        report.take(_check(arguments, root, progress, report))
    except CannotCheckError as error:
        return report.stop(f"The copy could not be checked: {harmless(str(error))}.")
    except KeyboardInterrupt:
        return report.stop("Stopped. Run the same command to go on from here.")
    return report.end()


class _Report:
    """Tells what a check finds: as it goes on in words, or at the end as JSON."""

    def __init__(self, copy: str, progress: Progress, *, as_json: bool) -> None:
        self._copy = copy
        self._progress = progress
        self._as_json = as_json
        self._started = time.perf_counter()
        self._found: list[Finding] = []
        self._figures = Figures(0, 0)

    def take(self, check: Check) -> None:
        for finding in self._through(check):
            self._found.append(finding)
            self.say(str(finding))
            if len(self._found) >= _MOST:
                raise CannotCheckError(f"{_MOST} problems were found, and the check was stopped")

    def _through(self, check: Check) -> Iterator[Finding]:
        self._figures = yield from check

    def say(self, sentence: str) -> None:
        self._progress.clear()
        print(sentence, file=sys.stderr if self._as_json else sys.stdout, flush=True)

    def say_escaped(self, sentence: str) -> None:
        self.say(harmless(sentence))

    def stop(self, why: str) -> int:
        self._progress.clear()
        print(why, file=sys.stderr)
        self._print_json(sound=None, why=why)
        return _IMPOSSIBLE

    def end(self) -> int:
        figures, count = self._figures, len(self._found)
        for sentence in (*figures.said, *figures.unchecked):
            self.say_escaped(str(sentence))
        told = f"{count} problems" if count else "the copy is sound"
        if not count and figures.unchecked:
            told += ", as far as it could be checked"
        self.say(
            f"{figures.files} files and {figures.anchors} anchors checked in "
            f"{time.perf_counter() - self._started:.1f} s, {figures.words} times the words of a "
            f"passage, section or note: {told}."
        )
        self._print_json(sound=not count)
        return _UNSOUND if count else _SOUND

    def _print_json(self, *, sound: bool | None, why: str = "") -> None:
        if self._as_json:
            figures = asdict(self._figures)
            unchecked, said = figures.pop("unchecked"), figures.pop("said")
            result = {
                "copy": self._copy, "sound": sound, "why": why, "figures": figures,
                "findings": [asdict(each) for each in self._found], "unchecked": unchecked,
                "said": said,
            }  # fmt: skip
            print(json.dumps(result, indent=1))


def _check(arguments: Namespace, root: Path, progress: Progress, report: _Report) -> Check:
    at_hand = _what_is_read(arguments, root)

    def tell(path: str, done: int, total: int) -> None:
        progress(shown_name(path), done, total)

    if not arguments.copy.startswith(("http://", "https://")):
        return (yield from check_folder(Path(arguments.copy), at_hand, tell))
    own = {"User-Agent": arguments.agent} if arguments.agent else {}
    with ExitStack() as open_clients:

        def client(headers: dict[str, str]) -> Client:
            made = Client(arguments.copy, arguments.rate, headers, LIMITS, report.say_escaped)
            return open_clients.enter_context(closing(made))

        sample = Sample(client(BROWSER), arguments.sample) if arguments.sample else None
        work = root / arguments.work
        return (yield from check_mirror(client(own), at_hand, work, tell, sample))


def _what_is_read(arguments: Namespace, root: Path) -> AtHand:
    for path in (arguments.signers, arguments.minisign):
        _read(path)
    return AtHand(
        _read(arguments.manifest),
        _read(arguments.ledger),
        _read(arguments.head),
        tuple(cited for path in arguments.citation if path for cited in _citations(path)),
        Signers(arguments.signers, arguments.minisign, _namespace(arguments, root)),
        _scripts(root),
        (root / "_templates", THEME),
    )


def _citations(path: Path) -> tuple[Cited, ...]:
    return read_citation((_read(path) or b"").decode("utf-8", "replace"))


def _scripts(root: Path) -> Scripts:
    """The scripts of this engine, with Pagefind's program where this platform has it."""
    program = executable()
    nothing: list[Entry] = []
    try:
        search = index(program, nothing) if program is not None else {}
    except PagefindError as error:
        raise CannotCheckError(str(error)) from error
    return shipped_scripts(root, search.values())


def _namespace(arguments: Namespace, root: Path) -> str | None:
    """What SSH signatures are made for; None outside of an archive, where nobody said it."""
    if arguments.namespace or not (root / "conf.py").is_file():
        return arguments.namespace or None
    try:
        return read_settings(root).short_name
    except ValueError as error:
        raise CannotCheckError(str(error)) from error


def _read(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        if path.exists() and not path.is_file():  # a pipe or a device may never end
            raise CannotCheckError(f"{path} is no ordinary file; save what it has in one")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise CannotCheckError(str(error)) from error
