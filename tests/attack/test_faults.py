"""After a kill, a full disk, a lost right, another make or a wrong clock, the next make is right.

A short form of ``make prove WHAT=faults``.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys

import pytest

from benchmarks.faults import (
    DOCUMENT,
    Archive,
    fill_disks,
    kill_builds,
    recover,
    reference,
    small_disk,
)
from tests.conftest import ROOT, once
from tests.settings import CONF

# Root may do everything; without its capabilities it is held to permissions like anybody.
HELD = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []

pytestmark = pytest.mark.skipif(
    not (ROOT / ".venv" / ".build").exists(), reason="make installs what the builds need"
)


@pytest.fixture(scope="session")
def wanted(tmp_path_factory):
    return once(tmp_path_factory, "wanted", reference)


@pytest.fixture
def archive(tmp_path):
    return Archive.copy(tmp_path / "archive")


def test_killed_builds_and_the_ones_after_them(archive, wanted):
    count = kill_builds(archive, random.Random(1), wanted, 2)
    assert count["kills"] == 2
    assert count["sites equal"] > 0


def test_builds_without_room_and_the_ones_after_them(tmp_path, wanted):
    count = fill_disks(tmp_path / "disk", random.Random(1), wanted, 1)
    assert count["disk full"] >= 1


@pytest.mark.skipif(bool(HELD) and not shutil.which("setpriv"), reason="setpriv is missing")
def test_a_folder_that_may_not_be_written_is_told(archive):
    (archive.folder / "_build").mkdir(exist_ok=True)
    (archive.folder / "_build").chmod(0o555)
    done = archive.run([*HELD, *archive.make])
    (archive.folder / "_build").chmod(0o755)
    assert done.code != 0
    assert "[no-permission] To mend:" in done.output
    assert "Traceback" not in done.output


def test_a_disk_that_is_for_reading_alone_is_told(tmp_path):
    with small_disk(tmp_path / "disk") as mounted:
        if not mounted:
            pytest.skip("only root may mount a disk")
        archive = Archive.copy(tmp_path / "disk" / "archive")
        subprocess.run(["mount", "-o", "remount,ro", str(tmp_path / "disk")], check=True)
        done = archive.run(archive.make)
        ledger = archive.run([*archive.publish])
    assert done.code != 0
    assert "[read-only] To mend: mount it for writing" in done.output
    assert "Traceback" not in done.output + ledger.output


def test_two_builds_at_once_take_turns(archive, wanted):
    ledger = archive.ledger
    both = [archive.start(archive.make) for _ in range(2)]
    outputs = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    recover(archive, 0, wanted, ledger)


def test_files_older_than_the_site_are_built_where_they_say_something_else(archive, wanted):
    ledger = archive.ledger
    assert archive.run(archive.make).code == 0
    archive.say(1)
    os.utime(archive.folder / DOCUMENT, (1_000_000_000, 1_000_000_000))  # the clock was set back
    recover(archive, 1, wanted, ledger)


def test_a_seal_without_room_says_what_to_do(tmp_path):
    (tmp_path / "conf.py").write_text(CONF, "utf-8")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("<p>", "utf-8")
    command = [sys.executable, "-m", "archive", "seal", "site", "--work", "work"]
    done = Archive(tmp_path).run(
        command, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))
    )
    assert done.code == 1
    assert "The manifest was not written: A file may not become so large here" in done.output
    assert "[file-too-large] To mend:" in done.output
