"""``serve``: show the archive in a browser, and every edit as it is saved."""

from __future__ import annotations

import os
import signal
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

from archive.serving.server import HOST, Board, Server
from archive.serving.told import Told, syntax_errors
from archive.serving.watch import Changes
from archive.serving.workshop import Workshop

_PORTS = range(1, 65_536)
_QUIET = 0.3, 5.0  # seconds without an edit before all is built, at least and at most


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, default=8000, help="at which to serve (8000)")


def _port(word: str) -> int:
    if not word.isdecimal() or int(word) not in _PORTS:
        raise ArgumentTypeError(f"a port is a number from 1 to {_PORTS[-1]}, not {word}")
    return int(word)


def run(arguments: Namespace, root: Path) -> int:
    """Serve until interrupted; return 0 then, and 1 where serving cannot begin."""
    if find_spec("watchfiles") is None:
        return _refuse("What watches the sources is not installed.", "run make serve.")
    if not (root / "conf.py").is_file():
        return _refuse("There is no archive here: conf.py is missing.", "go to the archive's root.")
    for ending in (signal.SIGINT, signal.SIGTERM):  # one may be ignored by what started this
        signal.signal(ending, signal.default_int_handler)
    workshop, board = Workshop(root), Board()
    try:
        server = Server(arguments.port, workshop.site, board)
    except OSError as error:
        return _refuse(
            f"Port {arguments.port} cannot be used: {error.strerror}.",
            "stop what uses it, or choose another one: make serve PORT=8001.",
        )
    try:
        _serve(server, workshop, board)
    except KeyboardInterrupt:
        print("\nStopped.")
    finally:
        server.server_close()
    return 0


def _refuse(wrong: str, mend: str) -> int:
    print(f"{wrong} To mend: {mend}", file=sys.stderr)
    return 1


def _serve(server: Server, workshop: Workshop, board: Board) -> None:
    from archive.serving.watch import Watch  # noqa: PLC0415 - needs watchfiles, of an extra

    watch = Watch(workshop.root)
    print("Building the archive …", flush=True)
    with workshop.opened():
        desk = _Desk(workshop, board)
        desk.build()
        server.server_activate()
        Thread(target=server.serve_forever, daemon=True).start()
        print(f"The archive is at http://{HOST}:{server.server_port}/ (Ctrl-C ends it)", flush=True)
        while True:
            changes = watch.next(desk.patience)
            desk.take(changes)


class _Desk:
    """Decides what is done about changes, and when."""

    def __init__(self, workshop: Workshop, board: Board) -> None:
        self._workshop, self._board = workshop, board
        self._is_due = False  # whether there is something to build when it is quiet
        self._told: tuple[Told, ...] = ()

    @property
    def patience(self) -> float | None:
        """Seconds to wait for more changes: for ever where nothing is due.

        Where a build takes long it begins later, so that it is rarely in an editor's way.
        """
        least, most = _QUIET
        return max(least, min(most, self._workshop.seconds)) if self._is_due else None

    def take(self, changes: Changes) -> None:
        """Show changed pages at once; build everything where no change came for a while."""
        if not changes:
            self.build()
        elif changes.engine or not self._workshop.is_open:
            self._restart(changes.engine)
        else:
            self._show(changes)

    def _show(self, changes: Changes) -> None:
        self._is_due = True
        begin = time.perf_counter()
        if self._workshop.show(changes):
            self._post()
            names = ", ".join(sorted(changes.pages))
            print(f"{names}: shown after {time.perf_counter() - begin:.2f} s", flush=True)

    def build(self) -> None:
        """Build everything, and tell what is wrong."""
        self._is_due = False
        if self._workshop.is_open:
            self._workshop.build()
        self._post()

    def _post(self) -> None:
        told = self._workshop.told
        for each in (each for each in told if each not in self._told):
            print(each, file=sys.stderr, flush=True)
        if self._told and not told:
            print("All problems are mended.", flush=True)
        self._told = told
        self._board.post(told)

    def _restart(self, engine: Iterable[Path]) -> None:
        """Start the process anew, which alone takes in a changed engine, where it can start."""
        broken = [
            told for path in engine for told in syntax_errors(self._workshop.root, path)
        ]  # fmt: skip
        if broken:
            self._workshop.told = tuple(broken)
            self._post()
            return
        print("The engine or the settings changed; starting again …", flush=True)
        os.execv(sys.executable, sys.orig_argv)
