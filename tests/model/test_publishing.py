"""What appending promises: a kill at any instant leaves the old ledger or the new, never half."""

from __future__ import annotations

import os
import random
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from archive.files import replacing
from archive.model import publishing
from archive.model.ledger import Event, Kind, entries, fold, read, serialise
from archive.model.publishing import append, bound
from archive.model.tree import Tree
from tests.conftest import environment

KILLS = 100 if os.environ.get("ARCHIVE_LONG") else 10
BATCH = 40  # events in one append of the publisher that is killed

# Waits for a line, then appends batch after batch to the ledger named by its first argument, under
# the document id of the second, as often as the third says; tells of each batch before and after.
PUBLISHER = f"""
import sys
from pathlib import Path
from archive.model.publishing import append, bound
from archive.model.ledger import Event, Kind
path, document, batches = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
for batch in range(batches):
    numbers = range(batch * {BATCH} + 1, (batch + 1) * {BATCH} + 1)
    print("begin", batch, flush=True)
    append(path, [
        Event("2026-11-22", Kind.PUBLISH, f"{{document}}-p{{number}}", sha256="a" * 64)
        for number in numbers
    ])
    print("end", batch, flush=True)
"""


def publish(anchor: str) -> Event:
    return Event("2026-11-22", Kind.PUBLISH, anchor, sha256="a" * 64)


def line(anchor: str) -> bytes:
    return (serialise(publish(anchor)) + "\n").encode()


def grown(*anchors: str, old: int = 1) -> bytes:
    """A ledger with a line for each anchor; all but the first ``old`` name the head before them."""
    data = b"".join(map(line, anchors[:old]))
    for anchor in anchors[old:]:
        head = Tree(entries(data)).root().hex()
        data += (serialise(replace(publish(anchor), after=head)) + "\n").encode()
    return data


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(line("d-p1"))
    return path


def publisher(ledger: Path, document: str, batches: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PUBLISHER, str(ledger), document, str(batches)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
        text=True,
    )


def start(process: subprocess.Popen[str]) -> None:
    """Let a publisher begin, once it is ready to."""
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("\n")
    process.stdin.flush()


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


# What is appended


def test_events_are_put_after_what_is_there(ledger: Path) -> None:
    append(ledger, [publish("d-p2"), publish("d-p3")])
    assert ledger.read_bytes() == grown("d-p1", "d-p2", "d-p3")
    assert names(ledger.parent) == ["ledger.jsonl"]


def test_the_first_append_makes_the_ledger(tmp_path: Path) -> None:
    append(tmp_path / "ledger.jsonl", [publish("d-p1")])
    assert (tmp_path / "ledger.jsonl").read_bytes() == grown("d-p1", old=0)


def test_without_events_nothing_is_touched(ledger: Path) -> None:
    before = ledger.stat()
    append(ledger, [])
    append(ledger.with_name("none.jsonl"), [])
    assert (ledger.stat().st_ino, ledger.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert names(ledger.parent) == ["ledger.jsonl"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_the_ledger_keeps_its_permissions(ledger: Path, mode: int) -> None:
    ledger.chmod(mode)
    append(ledger, [publish("d-p2")])
    assert stat.S_IMODE(ledger.stat().st_mode) == mode


def test_a_link_to_the_ledger_stays_a_link(ledger: Path) -> None:
    folder = ledger.parent / "elsewhere"
    folder.mkdir()
    link = folder / "ledger.jsonl"
    link.symlink_to(ledger)
    append(link, [publish("d-p2")])
    assert link.is_symlink()
    assert ledger.read_bytes() == grown("d-p1", "d-p2")


def test_what_a_killed_publisher_left_is_swept_away(ledger: Path) -> None:
    ledger.with_name(".ledger.jsonl.new").write_bytes(b"half a li")
    append(ledger, [publish("d-p2")])
    assert ledger.read_bytes() == grown("d-p1", "d-p2")
    assert names(ledger.parent) == ["ledger.jsonl"]


# What is refused, and leaves everything as it was


def test_a_last_line_without_its_end_gets_nothing_put_after_it(ledger: Path) -> None:
    ledger.write_bytes(line("d-p1").rstrip())
    with pytest.raises(OSError, match="does not end in a line feed"):
        append(ledger, [publish("d-p2")])
    assert ledger.read_bytes() == line("d-p1").rstrip()
    assert names(ledger.parent) == ["ledger.jsonl"]


def test_events_worked_out_from_an_older_ledger_are_refused(ledger: Path) -> None:
    seen = ledger.read_bytes()
    append(ledger, [publish("d-p2")], after=seen)
    with pytest.raises(OSError, match="changed since it was read"):
        append(ledger, [publish("d-p2")], after=seen)
    assert ledger.read_bytes() == grown("d-p1", "d-p2")


def test_a_line_that_an_editor_saved_meanwhile_is_not_lost(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited = line("d-p1") + line("e-p1")

    @contextmanager
    def replacing_after_an_edit(path: Path, *, durable: bool) -> Iterator[Path]:
        with replacing(path, durable=durable) as draft:
            path.write_bytes(edited)
            yield draft

    monkeypatch.setattr(publishing, "replacing", replacing_after_an_edit)
    with pytest.raises(OSError, match="changed meanwhile"):
        append(ledger, [publish("d-p2")])
    assert ledger.read_bytes() == edited
    assert names(ledger.parent) == ["ledger.jsonl"]


@pytest.mark.parametrize("call", ["os.fsync", "os.replace", "pathlib.Path.chmod"])
def test_an_error_leaves_the_old_ledger_and_nothing_beside_it(
    ledger: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    ledger.chmod(0o600)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(call, fail)
    with pytest.raises(OSError, match="No space left"):
        append(ledger, [publish("d-p2")])
    assert ledger.read_bytes() == line("d-p1")
    assert names(ledger.parent) == ["ledger.jsonl"]


@pytest.mark.parametrize("bad", [publish("no anchor"), Event("soon", Kind.WITHDRAW, "d-p1")])
def test_an_event_that_could_not_be_read_back_is_refused(ledger: Path, bad: Event) -> None:
    with pytest.raises(ValueError, match="not appended"):
        append(ledger, [publish("d-p2"), bad])
    assert ledger.read_bytes() == line("d-p1")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    circle, nowhere = tmp_path / "circle", tmp_path / "nowhere"
    circle.symlink_to(circle)
    nowhere.symlink_to(tmp_path / "missing")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    before = names(tmp_path)
    for name in ("circle", "nowhere", "folder", "pipe", "missing/ledger.jsonl"):
        with pytest.raises(OSError, match=r"symbolic links|No such file|not a regular file"):
            append(tmp_path / name, [publish("d-p1")])
    assert names(tmp_path) == before


def test_where_folders_have_no_locks_the_new_file_is_the_lock(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "lock", lambda _: None)
    append(ledger, [publish("d-p2")])
    beside = ledger.with_name(".ledger.jsonl.new")
    beside.touch()
    with pytest.raises(OSError, match="another publisher is at work"):
        append(ledger, [publish("d-p3")])
    assert beside.exists()
    assert ledger.read_bytes() == grown("d-p1", "d-p2")


# Several publishers, and killed ones


def test_publishers_at_the_same_time_lose_no_line(ledger: Path) -> None:
    documents = ("e", "f", "g")
    running = [publisher(ledger, document, 30) for document in documents]
    for process in running:
        start(process)
    for process in running:
        process.communicate()
        assert process.returncode == 0
    folded, problems = fold(read(ledger.read_bytes(), "ledger.jsonl")[0], "ledger.jsonl")
    assert problems == []
    assert len(folded) == 1 + len(documents) * 30 * BATCH
    assert names(ledger.parent) == ["ledger.jsonl"]


def killed(ledger: Path, begun: int, delay: float) -> int:
    """Kill a publisher ``delay`` seconds after it began a batch; batches it said were done."""
    with publisher(ledger, "e", 1_000_000) as process:
        start(process)
        assert process.stdout is not None
        for told in process.stdout:
            if told == f"begin {begun}\n":
                break
        until = time.perf_counter() + delay
        while time.perf_counter() < until:
            pass
        process.kill()
        return begun + sum(told.startswith("end") for told in process.stdout)


def time_of_a_batch(folder: Path) -> float:
    """Seconds from one batch to the next, measured."""
    with publisher(folder / "measured.jsonl", "e", 40) as process:
        start(process)
        assert process.stdout is not None
        told = [(words, time.perf_counter()) for words in process.stdout]
    (folder / "measured.jsonl").unlink()
    return (told[-1][1] - told[0][1]) / 40


def test_a_kill_at_any_instant_leaves_the_old_ledger_or_the_new(tmp_path: Path) -> None:
    chance = random.Random()
    batch = time_of_a_batch(tmp_path)
    for attempt in range(KILLS):
        ledger = tmp_path / f"{attempt}" / "ledger.jsonl"
        ledger.parent.mkdir()
        done = killed(ledger, chance.randrange(4), chance.uniform(0, 2 * batch))
        data = ledger.read_bytes() if ledger.exists() else b""
        events, problems = read(data, "ledger.jsonl")
        assert problems == []
        assert len(events) % BATCH == 0
        assert done <= len(events) // BATCH <= done + 1
        assert [event.anchor for event in events] == [f"e-p{n + 1}" for n in range(len(events))]
        append(ledger, [publish("d-p1")])
        assert ledger.read_bytes().removeprefix(data).count(b"\n") == 1
        assert names(ledger.parent) == ["ledger.jsonl"]


# Kills itself at the n-th line that it executes of the two files; says how many there are if it
# lives.
SUICIDE = """
import os, signal, sys
from pathlib import Path
import archive.files as files
import archive.model.publishing as publishing
from archive.model.ledger import Event, Kind
path, last, executed = Path(sys.argv[1]), int(sys.argv[2]), 0
def trace(frame, event, arg):
    global executed
    if frame.f_code.co_filename not in (publishing.__file__, files.__file__):
        return None
    if event == "line":
        executed += 1
        if executed == last:
            os.kill(os.getpid(), signal.SIGKILL)
    return trace
event = Event("2026-11-22", Kind.PUBLISH, "d-p2", sha256="a" * 64)
sys.settrace(trace)
publishing.append(path, [event])
sys.settrace(None)
print(executed)
"""


def killed_at(ledger: Path, last: int) -> str:
    run = subprocess.run(
        [sys.executable, "-c", SUICIDE, str(ledger), str(last)],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == (0 if run.stdout else -9), run.stderr
    return run.stdout


def test_a_kill_at_any_line_of_the_code_leaves_the_old_ledger_or_the_new(ledger: Path) -> None:
    old, new = line("d-p1"), grown("d-p1", "d-p2")
    lines = range(1, int(killed_at(ledger, 0)) + 1)
    tried = lines if os.environ.get("ARCHIVE_LONG") else lines[:: len(lines) // KILLS]
    outcomes = set()
    for last in tried:
        ledger.write_bytes(old)
        assert killed_at(ledger, last) == ""
        assert ledger.read_bytes() in (old, new)
        outcomes.add(ledger.read_bytes())
    assert old in outcomes


def test_a_large_first_publication_costs_what_its_lines_do():
    events = [Event("2026-11-27", Kind.PUBLISH, f"d-p{n}", "0" * 64) for n in range(1, 8_001)]
    costs = []
    for size in (2_000, 8_000):
        begin = time.process_time()
        lines = bound(events[:size], b"")
        costs.append(time.process_time() - begin)
    assert lines.count(b"\n") == 8_000
    assert costs[1] < 8 * costs[0]  # four times the lines; copying them each time costs 30 times
