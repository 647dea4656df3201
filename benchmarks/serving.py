"""Measures how long an edit takes to show while ``make serve`` runs."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.error import URLError

import psutil

from benchmarks.changes import REWORDED, reword
from benchmarks.corpus import Corpus, name_of
from benchmarks.process import CommandError
from benchmarks.results import Served

MODULE = "archive.commands.serve"
_PATIENCE = 600  # seconds until the first page answers
_EDITED = 60  # seconds until an edit must show


def command(port: int) -> list[str]:
    """The command that serves the archive at a port."""
    return [sys.executable, "-m", "archive", "serve", "--port", str(port)]


def is_there() -> bool:
    """Whether this engine has the command, which earlier ones lack."""
    return find_spec(MODULE) is not None


def edit_time(
    folder: Path, corpus: Corpus, command: Callable[[int], list[str]] = command
) -> Served:
    """Edit a passage while the archive is served, and wait until its page shows the edit.

    Raises TimeoutError where it does not show, CommandError where the command ends before.
    """
    port, number = _free_port(), corpus.size // 4  # a document that no other change touches
    page = f"http://127.0.0.1:{port}/documents/{name_of(number)}.html"
    with _running(command(port), folder) as process:
        _wait(process, lambda: bool(_text(page)), _PATIENCE)
        begin, used = time.perf_counter(), _cpu(process)
        reword(folder, corpus, number)
        _wait(process, lambda: REWORDED in _text(page), _EDITED)
        return Served(_cpu(process) - used, time.perf_counter() - begin)


def _cpu(process: subprocess.Popen[bytes]) -> float:
    """Seconds of user and system time of a process until now."""
    times = psutil.Process(process.pid).cpu_times()
    return float(times.user + times.system)


@contextmanager
def _running(words: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _wait(process: subprocess.Popen[bytes], is_so: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        if process.poll() is not None:
            raise CommandError(f"make serve ended with {process.returncode}")
        if time.monotonic() > deadline:
            raise TimeoutError(f"make serve did not show the page within {seconds:.0f} s")
        time.sleep(0.02)


def _text(address: str) -> str:
    """The page at an address; empty while the server does not answer."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return str(answer.read().decode())
    except (URLError, OSError):
        return ""


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
