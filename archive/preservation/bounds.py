"""Bounds for reading what strangers made: no file takes more than its share of time and memory."""

from __future__ import annotations

import re
import signal
import sys
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = 2 << 30  # bytes more than the process has
SECONDS = 120  # for one file: a print of thousands of pages takes as long

_STREAM = re.compile(rb"stream\r?\n")


class BoundError(Exception):
    """A file took too much to be read."""


@contextmanager
def bounded() -> Iterator[None]:
    """Raise BoundError where what is done within takes too long, or too much memory.

    The operating system enforces both (setitimer(2), setrlimit(2)); where it cannot, or outside of
    the main thread, nothing is bounded.
    """
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        yield
        return
    import resource  # noqa: PLC0415

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    before = signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most if hard < 0 else min(most, hard), hard))
        yield
    except MemoryError as error:
        raise BoundError("it takes too much memory to read") from error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _too_long(*_: object) -> None:
    raise BoundError("it takes too long to read")


def check_packing(data: bytes, most: int) -> None:
    """Raise BoundError where the streams of a PDF unpack to more than ``most`` bytes."""
    left = most
    for begin in _STREAM.finditer(data):
        end = data.find(b"endstream", begin.end())
        unpacking = zlib.decompressobj()
        try:
            left -= len(unpacking.decompress(data[begin.end() : end], left))
        except zlib.error:
            continue  # it is packed in another way, or not at all
        if left <= 0 or unpacking.unconsumed_tail:
            raise BoundError("it unpacks to more than a document can have")
