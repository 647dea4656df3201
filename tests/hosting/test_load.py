"""A hundred readers at once get every file whole: for a second here, for a minute at length."""

from __future__ import annotations

import hashlib
import os
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import urllib3

from archive.preservation.manifest import NAME, parse
from archive.preservation.site import SETTINGS

READERS = 100
SECONDS = 60 if os.environ.get("ARCHIVE_LONG") == "1" else 1


def test_a_hundred_readers_at_once_get_no_error(nginx, sealed_site):
    digests = parse((sealed_site / NAME).read_bytes()).digests
    pool = urllib3.PoolManager(
        ca_certs=str(nginx.certificate), maxsize=READERS, block=True, retries=False, timeout=300
    )
    together = threading.Barrier(READERS)

    def read(number):
        """Read files at random, one at least, until the time is over; count answers and bytes."""
        choose, seen, size = random.Random(number), Counter(), 0
        paths = sorted(digests.keys() - SETTINGS)
        together.wait()
        end = time.monotonic() + SECONDS
        while not seen or time.monotonic() < end:
            path = choose.choice(paths)
            answer = pool.request("GET", f"https://localhost:{nginx.secure}/{path}")
            whole = hashlib.sha256(answer.data).hexdigest() == digests[path]
            seen[answer.status, "whole" if whole else "altered"] += 1
            size += len(answer.data)
        return seen, size

    with ThreadPoolExecutor(READERS) as readers:
        done = list(readers.map(read, range(READERS)))
    answers = sum((seen for seen, _ in done), Counter())
    megabytes = sum(size for _, size in done) / 1e6
    print(f"\n{READERS} readers, {SECONDS} s: {dict(answers)} answers, {megabytes:.0f} MB")
    assert set(answers) == {(200, "whole")}
    assert answers.total() >= READERS
    assert nginx.errors() == ""
