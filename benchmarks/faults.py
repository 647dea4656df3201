"""Injects faults into builds and publishers, and checks that the next run makes everything right.

Runs of ``make`` are killed, run out of disk space or permissions, meet another run, find a clock
that was set back, files of the last build damaged, or a source saved meanwhile.  The next ``make``
has to give the site of an undisturbed build, byte for byte, and the ledger has to be unchanged.

``python -m benchmarks.faults`` (``make prove WHAT=faults``) kills two hundred builds and publishers
at random moments, lets fifty run out of space, damages what fifty left, and saves a source during
fifty, in copies of a small archive; KILLS, FULL, DAMAGED, SAVED, WORKERS and SEED change that.
The full disk is a small tmpfs where the user may mount one (root); else the size of files is
limited (RLIMIT_FSIZE), which fails only the writes of large files.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from archive.model.proof import PIN

ROOT = Path(__file__).parent.parent
SMALL = ROOT / "tests" / "roots" / "test-small"
# Words of a page that is no document: what a published document says is sealed by the ledger.
PAGE, WORDS = "index.md", ("  What is printed.", "  What is printed, and read.")
LEDGER = "ledger.jsonl"
_ENDLESS = 300  # seconds, after which a build counts as hanging
IN_A_ROW = 4  # faults before a build without one
DISK = 24 * 2**20  # bytes of the full disk
NEEDED = 900_000  # bytes; about what a site and its doctrees take


class BrokenError(AssertionError):
    """A promise was not kept."""


def demand(kept: object, what: str) -> None:
    """Raise BrokenError with this message unless the promise was kept."""
    if not kept:
        raise BrokenError(what)


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    output: str


@dataclass(frozen=True, slots=True)
class Archive:
    """A copy of the small archive that is built by the real Makefile."""

    folder: Path

    @classmethod
    def copy(cls, folder: Path) -> Archive:
        """Make one at ``folder``, with its anchors published."""
        shutil.copytree(SMALL, folder, dirs_exist_ok=True)
        (folder / "requirements").mkdir()
        for name in ("Makefile", "requirements/build.txt"):
            shutil.copy2(ROOT / name, folder / name)
        archive = cls(folder)
        demand(archive.run(archive.publish).code == 0, "the small archive cannot be published")
        return archive

    @property
    def make(self) -> list[str]:
        """The command that builds all of it, with the packages of this checkout."""
        venv = os.environ.get("ARCHIVE_VENV", str(ROOT / ".venv"))
        return ["make", "-o", f"{venv}/.build", f"VENV={venv}", "JOBS=2"]

    @property
    def publish(self) -> list[str]:
        return [sys.executable, "-m", "archive", "publish"]

    def start(self, command: list[str], **options: object) -> subprocess.Popen[str]:
        """Start a command as the leader of a group, so that all of it can be killed."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1767225600"}
        for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
            environment.pop(name, None)
        process: subprocess.Popen[str] = subprocess.Popen(
            command, cwd=self.folder, env=environment, text=True, process_group=0,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options,  # type: ignore[call-overload]
        )  # fmt: skip
        return process

    def run(self, command: list[str], wait: float | None = None, **options: object) -> Done:
        """Run a command to its end; raise BrokenError where it takes more seconds than ``wait``."""
        process = self.start(command, **options)
        try:
            output, _ = process.communicate(timeout=wait)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise BrokenError(f"it does not end: {process.communicate()[0]}") from error
        return Done(process.returncode, output)

    def say(self, version: int) -> None:
        """Write one of the two versions of the document."""
        path = self.folder / PAGE
        text = path.read_text("utf-8")
        path.write_text(text.replace(f"{WORDS[1 - version]}\n", f"{WORDS[version]}\n"), "utf-8")

    @property
    def ledger(self) -> bytes:
        return (self.folder / LEDGER).read_bytes()

    def site(self) -> dict[str, str]:
        """The SHA-256 of each file of the site, by its path."""
        top = self.folder / "_build" / "html"
        return {
            str(path.relative_to(top)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(top.rglob("*"))
            if path.is_file() and path.name != ".buildinfo"  # Sphinx's own note
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reference:
    """The sites that undisturbed builds of both versions give."""

    sites: tuple[dict[str, str], dict[str, str]]
    bytes: int  # of one site
    seconds: float  # of one build
    archive: Archive  # of the first version, with its build

    def copy(self, folder: Path, *, built: bool = False) -> Archive:
        """Make another archive at ``folder``, as it is published or as it is built."""
        left_out = None if built else shutil.ignore_patterns("_build")
        shutil.copytree(
            self.archive.folder, folder, symlinks=True, dirs_exist_ok=True, ignore=left_out
        )
        return type(self.archive)(folder)


def reference(folder: Path, kind: type[Archive] = Archive) -> Reference:
    """Build both versions, each from nothing."""
    first, other = kind.copy(folder / "reference-0"), kind(folder / "reference-1")
    shutil.copytree(first.folder, other.folder)
    other.say(1)
    sites, size, began = [], 0, time.monotonic()
    for archive in (first, other):
        done = archive.run(archive.make)
        demand(done.code == 0, done.output)
        sites.append(archive.site())
        top = archive.folder / "_build" / "html"
        size = sum(path.stat().st_size for path in top.rglob("*") if path.is_file())
    return Reference((sites[0], sites[1]), size, (time.monotonic() - began) / 2, first)


def recover(archive: Archive, version: int, wanted: Reference, ledger: bytes) -> int:
    """Build without a fault; return how many bytes of the site were compared."""
    done = archive.run(archive.make, wait=_ENDLESS)
    demand(done.code == 0, f"the next make fails:\n{done.output}")
    demand("Traceback" not in done.output, f"a traceback:\n{done.output}")
    found, expected = archive.site(), wanted.sites[version]
    other = sorted(
        name for name in found.keys() | expected if found.get(name) != expected.get(name)
    )
    demand(not other, f"the next make gives another site: {other}\n{done.output}")
    demand(archive.ledger == ledger, "the ledger is not what it was")
    return wanted.bytes


def killed(archive: Archive, command: list[str], moment: float) -> bool:
    """Start a command and kill it after a while; False where it ended before."""
    process = archive.start(command)
    try:
        process.communicate(timeout=moment)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return True
    return False


def kill_builds(
    archive: Archive, chance: random.Random, wanted: Reference, kills: int
) -> Counter[str]:
    """Kill several builds in a row, then build without a fault; repeat."""
    count: Counter[str] = Counter()
    ledger, version = archive.ledger, 0
    while count["kills"] < kills:
        version = 1 - version
        archive.say(version)
        for _ in range(IN_A_ROW):
            if killed(archive, archive.make, chance.uniform(0, 1.1 * wanted.seconds)):
                count["kills"] += 1
            else:
                count["ended before"] += 1
                version = 1 - version
                archive.say(version)
            demand(archive.ledger == ledger, "a killed build changed the ledger")
            if count["kills"] >= kills:
                break
        count["bytes"] += recover(archive, version, wanted, ledger)
        count["sites equal"] += 1
    return count


def kill_publishers(
    archive: Archive, chance: random.Random, kills: int, seconds: float
) -> Counter[str]:
    """Kill publishers of half a ledger, then publish without a fault; repeat.

    A killed one must leave the old ledger or the new one, and never a head that contradicts it.
    """
    count: Counter[str] = Counter()
    whole = archive.ledger
    lines = whole.splitlines(keepends=True)
    half = b"".join(lines[: len(lines) // 2])
    while count["kills"] < kills:
        (archive.folder / LEDGER).write_bytes(half)
        (archive.folder / PIN).unlink(missing_ok=True)  # it is of the whole ledger
        if killed(archive, archive.publish, chance.uniform(0, seconds)):
            count["kills"] += 1
        else:
            count["ended before"] += 1
        demand(archive.ledger in (half, whole), f"half a ledger: {archive.ledger!r}")
        done = archive.run(archive.publish)
        demand(
            done.code == 0 and archive.ledger == whole, f"not published afterwards: {done.output}"
        )
    return count


# What can happen to a file that a build left.


def _flip(path: Path) -> None:
    """Flip a bit, and set the time of modification back."""
    status, data = path.stat(), bytearray(path.read_bytes() or b" ")
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _replace_by_folder(path: Path) -> None:
    path.unlink()
    (path / "inside").mkdir(parents=True)


def _replace_by_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/hostname")


def _replace_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "halved": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "a bit flipped": _flip,
    "emptied": lambda path: path.write_bytes(b""),
    "of another version": lambda path: path.write_bytes(b"\x80\x05N." + path.read_bytes()),
    "removed": Path.unlink,
    "a folder": _replace_by_folder,
    "a link": _replace_by_link,
    "a pipe": _replace_by_pipe,
}


def damage(archive: Archive, paths: Iterable[Path], what: str) -> None:
    """Damage files; the next make has to say so at most, and to end."""
    for path in paths:
        DAMAGES[what](path)


def kept(archive: Archive) -> list[Path]:
    """Every file that builds left, except locks and the copy of Sphinx's book."""
    top = archive.folder / "_build"
    return [
        path for path in sorted(top.rglob("*"))
        if path.is_file() and path.name != ".lock" and path.relative_to(top).parts[0] != "epub"
    ]  # fmt: skip


def damage_builds(
    archive: Archive, chance: random.Random, wanted: Reference, runs: int
) -> Counter[str]:
    """Damage a few of the files that a build left, then build; repeat."""
    count: Counter[str] = Counter()
    ledger, version = archive.ledger, 0
    recover(archive, version, wanted, ledger)
    while count["damaged"] < runs:
        if chance.random() < 0.5:  # otherwise only the damage tells make that there is work
            version = 1 - version
            archive.say(version)
        what = chance.choice(sorted(DAMAGES))
        damage(archive, chance.sample(kept(archive), chance.choice((1, 1, 3))), what)
        count["bytes"] += recover(archive, version, wanted, ledger)
        count["damaged"] += 1
        count["sites equal"] += 1
    return count


def save_meanwhile(
    archive: Archive, chance: random.Random, wanted: Reference, runs: int
) -> Counter[str]:
    """Save a source while a build runs, once or there and back, then build; repeat."""
    count: Counter[str] = Counter()
    ledger, version = archive.ledger, 0
    recover(archive, version, wanted, ledger)
    while count["saved"] < runs:
        (archive.folder / "index.md").touch()
        shutil.rmtree(archive.folder / "_build" / "html" / "documents")  # there is work to do
        process = archive.start(archive.make)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=chance.uniform(0, 0.8 * wanted.seconds))
        for _ in range(chance.choice((1, 2))):
            version = 1 - version
            archive.say(version)
            time.sleep(chance.uniform(0, 0.1))
        output, _ = process.communicate()
        demand("Traceback" not in output, output)
        count["bytes"] += recover(archive, version, wanted, ledger)
        count["saved"] += 1
        count["sites equal"] += 1
    return count


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A disk of a few megabytes at ``folder``; False where this user may not mount one."""
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(
        command, check=False, capture_output=True
    ).returncode == 0  # fmt: skip
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def leave(archive: Archive, room: int) -> None:
    """Fill the disk until this many bytes are free."""
    filler = archive.folder.parent / "filler"
    filler.unlink(missing_ok=True)
    free = os.statvfs(filler.parent).f_bavail * os.statvfs(filler.parent).f_frsize
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(free - room, 1))


def fill_disks(folder: Path, chance: random.Random, wanted: Reference, runs: int) -> Counter[str]:
    """Let several builds run out of space, then free some and build without a fault; repeat."""
    count: Counter[str] = Counter()
    with small_disk(folder) as mounted:
        archive = wanted.copy(folder / "archive")
        ledger, version = archive.ledger, 0
        while count["disk full"] < runs:
            shutil.rmtree(archive.folder / "_build", ignore_errors=True)
            version = 1 - version
            archive.say(version)
            for _ in range(min(IN_A_ROW, runs) + 1):
                done = _without_room(archive, chance, mounted)
                count["disk full" if done.code else "ended well"] += 1
                if done.code:
                    rule = "disk-full" if mounted else "file-too-large"
                    demand(f"[{rule}] To mend:" in done.output, f"another one:\n{done.output}")
                    demand("Traceback" not in done.output, f"a traceback:\n{done.output}")
                demand(archive.ledger == ledger, "a full disk changed the ledger")
            (folder / "filler").unlink(missing_ok=True)
            count["bytes"] += recover(archive, version, wanted, ledger)
            count["sites equal"] += 1
        if mounted:
            _publish_without_room(archive)
    count["on a tmpfs" if mounted else "by RLIMIT_FSIZE"] += count["disk full"]
    return count


def _without_room(archive: Archive, chance: random.Random, mounted: bool) -> Done:
    if mounted:
        leave(archive, chance.randrange(NEEDED))
        return archive.run(archive.make)
    most = chance.randrange(1_000, 150_000)
    return archive.run(
        archive.make, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    )


def _publish_without_room(archive: Archive) -> None:
    """A publisher that runs out of space leaves the ledger as it was, and says so."""
    whole = archive.ledger
    half = b"".join(whole.splitlines(keepends=True)[:3])
    (archive.folder / LEDGER).write_bytes(half)
    leave(archive, 0)
    done = archive.run(archive.publish)
    demand(done.code != 0 and archive.ledger == half, f"the ledger on a full disk: {done.output}")
    demand("Traceback" not in done.output, done.output)
    (archive.folder.parent / "filler").unlink()
    (archive.folder / LEDGER).write_bytes(whole)


def main() -> None:
    """Run it all and print the figures; end with 1 where a promise was not kept."""
    kills, runs = int(os.environ.get("KILLS", "200")), int(os.environ.get("FULL", "50"))
    workers, seed = int(os.environ.get("WORKERS", "2")), int(os.environ.get("SEED", "1"))
    publishers = kills // 5
    damaged, saved = int(os.environ.get("DAMAGED", "50")), int(os.environ.get("SAVED", "50"))
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(workers) as pool:
        folder = Path(name)
        wanted = reference(folder)

        def share(number: int) -> tuple[Counter[str], ...]:
            chance = random.Random(seed * 1000 + number)
            archive = wanted.copy(folder / f"killed-{number}")
            mine = [
                _share(each, number, workers)
                for each in (kills - publishers, publishers, runs, damaged, saved)
            ]
            return (
                kill_builds(archive, chance, wanted, mine[0]),
                kill_publishers(archive, chance, mine[1], wanted.seconds / 2),
                fill_disks(folder / f"disk-{number}", chance, wanted, mine[2]),
                damage_builds(wanted.copy(folder / f"damaged-{number}"), chance, wanted, mine[3]),
                save_meanwhile(wanted.copy(folder / f"saved-{number}"), chance, wanted, mine[4]),
            )

        shares = list(pool.map(share, range(workers)))
    builds, published, full, harmed, late = (_sum(each) for each in zip(*shares, strict=True))
    all_of = _sum((builds, published, full, harmed, late))
    print(
        f"faults: {builds['kills']} builds and {published['kills']} publishers killed, "
        f"{full['disk full']} runs without room "
        f"({full['on a tmpfs']} on a small tmpfs, {full['by RLIMIT_FSIZE']} by RLIMIT_FSIZE), "
        f"{harmed['damaged']} builds damaged, a source saved during {late['saved']}; "
        f"anchors lost 0, ledgers harmed 0; after them {all_of['sites equal']} "
        f"sites equal to undisturbed ones, {all_of['bytes']} bytes compared"
    )


def _sum(counts: Iterable[Counter[str]]) -> Counter[str]:
    return sum(counts, Counter())


def _share(whole: int, number: int, workers: int) -> int:
    return whole // workers + (number < whole % workers)


if __name__ == "__main__":
    try:
        main()
    except BrokenError as broken:
        sys.exit(f"faults: a promise was not kept: {broken}")
