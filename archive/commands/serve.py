"""The archive in a browser while it is edited."""

from __future__ import annotations

import os
import signal
import sys
import time
from argparse import ArgumentTypeError, Namespace
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

from archive.commands import argument, command
from archive.commands.verify_sources import Holdings, examined
from archive.fidelity.source import Sources
from archive.serving import Diagnostic, syntax_errors
from archive.serving.live_site import Changes, LiveSite
from archive.serving.server import HOST, Notices, Server
from archive.serving.table import Table

_PORTS = range(1, 65_536)
# Seconds without an edit after which the whole site is built, at least and at most.
_PAUSE = 0.3, 5.0
_COMPARED = 20  # documents that are held against their sources at each build


def _port(word: str) -> int:
    if not word.isdecimal() or int(word) not in _PORTS:
        raise ArgumentTypeError(f"a port is a number from 1 to {_PORTS[-1]}, not {word}")
    return int(word)


@command(
    argument("--port", type=_port, default=8000, help="the port; default: 8000"),
    epilog="Exit codes: 0 stopped with Ctrl-C, 1 it cannot serve.",
)
def run(arguments: Namespace, root: Path) -> int:
    """Show the archive in a browser, and every edit as it is saved."""
    if find_spec("watchfiles") is None:
        return _refuse("The package watchfiles is not installed.", "run make serve.")
    if not (root / "conf.py").is_file():
        return _refuse("There is no archive here: conf.py is missing.", "go to the archive's root.")
    for ending in (signal.SIGINT, signal.SIGTERM):  # the parent process may have ignored one
        signal.signal(ending, signal.default_int_handler)
    site, notices = LiveSite(root), Notices()
    try:
        server = Server(arguments.port, site.site, notices, Table(root))
    except OSError as error:
        return _refuse(
            f"Port {arguments.port} cannot be used: {error.strerror}.",
            "stop what uses it, or choose another one: make serve PORT=8001.",
        )
    try:
        _serve(server, site, notices)
    except KeyboardInterrupt:
        print("\nStopped.")
    finally:
        server.server_close()
    return 0


def _refuse(wrong: str, mend: str) -> int:
    print(f"{wrong} To mend: {mend}", file=sys.stderr)
    return 1


def _serve(server: Server, site: LiveSite, notices: Notices) -> None:
    from archive.serving.live_site import Watch  # noqa: PLC0415 - needs watchfiles, of an extra

    watch = Watch(site.root)
    print("Building the archive …", flush=True)
    with site.opened():
        editing = _Editing(site, notices, server)
        editing.build()
        server.server_activate()
        Thread(target=server.serve_forever, daemon=True).start()
        at = f"http://{HOST}:{server.server_port}/"
        print(f"The archive is at {at} (Ctrl-C ends it)", flush=True)
        if any(True for _ in server.table.drafts()):
            print(f"Drafts are written beside their sources at {at}_serve/table/", flush=True)
        while True:
            editing.take(watch.next(editing.pause))


class _Editing:
    """Decides what is done about changes, and when."""

    def __init__(self, site: LiveSite, notices: Notices, server: Server) -> None:
        self._site, self._notices, self._server = site, notices, server
        self._is_due = False  # whether something changed since the last build
        self._reported: tuple[Diagnostic, ...] = ()
        self._unfaithful: tuple[Diagnostic, ...] = ()  # as the last build had it

    @property
    def pause(self) -> float | None:
        """Seconds to wait for more changes; None, without end, where nothing is due.

        A build that takes long begins later, so that it is rarely in an editor's way.
        """
        least, most = _PAUSE
        return max(least, min(most, self._site.seconds)) if self._is_due else None

    def take(self, changes: Changes) -> None:
        """Show changed pages at once; build the site when no change came for a while."""
        if not changes:
            self.build()
        elif changes.engine or not self._site.is_open:
            self._restart(changes.engine)
        else:
            self._show(changes)

    def _show(self, changes: Changes) -> None:
        self._is_due = True
        begin = time.perf_counter()
        if self._site.show(changes):
            self._report()
            names = ", ".join(sorted(changes.pages))
            print(f"{names}: shown after {time.perf_counter() - begin:.2f} s", flush=True)

    def build(self) -> None:
        """Build the site, and report what is wrong."""
        self._is_due = False
        if self._site.is_open:
            self._site.build()
        self._unfaithful = tuple(self._compared())
        self._report()

    def _report(self) -> None:
        """Print what is newly wrong, and show on the pages all that is."""
        found = self._site.diagnostics
        for each in (each for each in found if each not in self._reported):
            print(each, file=sys.stderr, flush=True)
        if self._reported and not found:
            print("All problems are mended.", flush=True)
        self._reported = found
        self._notices.post(found, self._unfaithful)

    def _compared(self) -> Iterator[Diagnostic]:
        """What is wrong with documents beside their sources.

        Of many documents only those are compared whose table was opened.
        """
        domain = self._site.domain
        ids = set(self._server.table.at_hand())
        if domain is None or not ids:
            return
        chosen = ids if len(ids) <= _COMPARED else ids & self._server.opened
        documents = [each for each in domain.documents.values() if each.id in chosen]
        try:
            done = list(examined(documents, Holdings(domain, Sources(self._site.root / "work"))))
        except OSError as error:  # a source that was taken away meanwhile
            yield Diagnostic("", 0, str(error))
            return
        for each in done:
            yield from (Diagnostic(one.path, one.line, one.text) for one in each.problems)

    def _restart(self, engine: Iterable[Path]) -> None:
        """Start the process again to load a changed engine, unless a file has a syntax error."""
        broken = [each for path in engine for each in syntax_errors(self._site.root, path)]
        if broken:
            self._site.diagnostics = tuple(broken)
            self._report()
            return
        print("The engine or the settings changed; starting again …", flush=True)
        self._site.keep()
        os.execv(sys.executable, sys.orig_argv)
