"""Processes that share the work of a build fail with it, and end with it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys

import pytest
from sphinx.errors import SphinxParallelError

from archive.upstream.processes import Workers

# A build that starts a process, which starts another.  That one has more to hand on than a pipe
# holds; nobody will read it.
BUILD = """
import os, signal
from archive.upstream.processes import Workers

def inner():
    os.write({pipe}, b"started")
    os.kill(os.getppid(), signal.SIGKILL)
    return "x" * 2**20

def outer():
    tasks = Workers(1)
    tasks.add_task(inner)
    tasks.join()

tasks = Workers(1)
tasks.add_task(outer)
tasks.join()
"""
ENOUGH = 20.0  # seconds


def test_a_worker_whose_parent_was_killed_does_not_wait_for_ever() -> None:
    ours, theirs = os.pipe()
    build = BUILD.format(pipe=theirs)
    process = subprocess.Popen(
        [sys.executable, "-c", build], pass_fds=[theirs], stderr=subprocess.DEVNULL
    )
    os.close(theirs)
    assert os.read(ours, 7) == b"started"
    process.send_signal(signal.SIGKILL)
    process.wait()
    # The pipe ends when no process holds it any more.
    ready, _, _ = select.select([ours], [], [], ENOUGH)
    assert ready
    assert os.read(ours, 1) == b""
    os.close(ours)


def test_a_task_that_fails_while_others_are_added_fails_the_build() -> None:
    tasks = Workers(1)

    def fail() -> None:
        raise OSError("no space")

    tasks.add_task(fail)
    while not all(pipe.poll(1) for pipe in tasks._precvs.values()):
        pass
    tasks.add_task(lambda: None)
    with pytest.raises(SphinxParallelError, match="no space"):
        tasks.join()
