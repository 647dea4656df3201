"""Runs Python modules as commands, each in a fork of one process that has built an archive.

Importing Sphinx and the engine costs about 0.7 s of CPU time, a build of a small archive 0.2 s.  A
fork has a state of its own, as a process that began anew has: nothing that a command does reaches
the next one.

``python -m tests.forks`` reads requests from standard input, one JSON object a line, and answers
each with the command's exit code.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import logging
import os
import runpy
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from threading import Lock

from archive.model.words import direction

ROOT = Path(__file__).parent.parent
# What other commands import besides a build of pages.
MORE = (
    "archive.commands.build", "archive.commands.ledger", "archive.commands.outputs",
    "archive.commands.publish", "archive.pdf.builder", "archive.preservation.site",
    "archive.search.index", "cbor2", "lxml.html", "multiprocessing.connection", "pikepdf",
    "pybtex.style.names.plain", "pybtex.style.sorting.author_year_title", "tarfile", "typst",
)  # fmt: skip


def run(
    words: list[str], folder: Path, environment: dict[str, str], wait: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m`` with these words in a folder; both outputs are read as UTF-8.

    After ``wait`` seconds it is ended by SIGALRM; 0 waits for ever.
    """
    with tempfile.TemporaryDirectory() as kept:
        files = [Path(kept, name) for name in ("out", "err")]
        request = {
            "words": words, "folder": str(folder), "environment": environment,
            "files": [str(file) for file in files], "wait": wait,
        }  # fmt: skip
        code = _ask(json.dumps(request))
        out, err = (file.read_text("utf-8") for file in files)
    return subprocess.CompletedProcess(words, code, out, err)


_one_at_a_time = Lock()


def _ask(request: str) -> int:
    with _one_at_a_time:
        server = _server()
        assert server.stdin is not None
        assert server.stdout is not None
        print(request, file=server.stdin, flush=True)
        return int(server.stdout.readline())


@cache
def _server() -> subprocess.Popen[str]:
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.forks"], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    atexit.register(server.communicate)  # at the end of its input it ends
    return server


def _serve() -> None:
    """Fork for each request.  A fork ends without freeing its objects: a fifth of a small build."""
    fork = get_context("fork")
    for line in sys.stdin:
        command = fork.Process(target=_become, kwargs=json.loads(line))
        command.start()
        command.join()
        print(command.exitcode, flush=True)


def _become(
    words: list[str], folder: str, environment: dict[str, str], files: list[str], wait: int
) -> None:
    """Be the process that ``python -m`` with these words starts, and end as it ends."""
    signal.alarm(wait)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for descriptor, file in enumerate([os.devnull, *files]):
        flags = os.O_RDWR | os.O_CREAT
        os.dup2(os.open(file, flags, 0o600), descriptor)
    sys.path[0] = folder
    sys.argv[1:] = words[1:]
    try:
        runpy.run_module(words[0], run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()


def _prepare() -> None:
    """Import what builds and commands import, and find what each would find out anew."""
    _build_once()
    for name in MORE:
        importlib.import_module(name)
    direction("ar")
    logging.disable(logging.DEBUG)  # 800 records of what Sphinx registers


def _build_once() -> None:
    """Build a small archive, which compiles patterns, and reads plugins and the engine's digest."""
    from sphinx.cmd.build import main

    with tempfile.TemporaryDirectory() as folder:
        source = shutil.copytree(ROOT / "tests" / "roots" / "test-small", Path(folder, "small"))
        assert main(["-Q", str(source), str(source / "_build" / "html")]) == 0
    del sys.modules["archive.defaults"]  # reads its settings from the environment of each build


if __name__ == "__main__":
    _prepare()
    gc.freeze()  # so that the forks' collections copy nothing of it
    _serve()
