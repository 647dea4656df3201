"""The folder of an archive as commands use it: lock, git history, settings, and the state built."""

from __future__ import annotations

import hashlib
import json
import os
import runpy
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from stat import S_ISREG
from types import MappingProxyType
from typing import TYPE_CHECKING, TextIO

import archive
from archive.commands import failure
from archive.files import is_settled, lock, read_pickle, remove, write, write_pickle
from archive.model import MENDS, Problem
from archive.model.settings import Settings

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from archive.serving import WarningCollector
    from archive.site.know.domain import ArchiveDomain


# --- The folder of an archive as commands use it: its lock, its git history, settings and facts.


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of ``folder``, once no other command holds it.

    The operating system releases the lock when this process and the processes it started end,
    however they end, so a killed build leaves none.  Raises OSError where the folder or the lock
    file cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / ".lock").is_file():  # a folder, a pipe
        remove(folder / ".lock")
    with (folder / ".lock").open("a+b") as file:
        if lock(file.fileno(), wait=False) is False:
            file.seek(0)
            holder = file.read().decode("ascii", "replace").strip() or "unknown"
            print(
                f"Another command is writing to {folder} (process {holder}); waiting until it ends."
                " To mend, if it hangs: end that process.",
                file=sys.stderr, flush=True,
            )  # fmt: skip
            lock(file.fileno())
        with suppress(OSError):  # on a full disk the holder stays unnamed
            file.truncate(0)
            file.write(str(os.getpid()).encode())
            file.flush()
        yield


def read_settings(root: Path) -> Settings:
    """The settings in the ``conf.py`` of an archive, which is run for them, without Sphinx.

    Raises OSError where there is none, and ValueError where it cannot be run or a setting is not
    sound.
    """
    path = root / "conf.py"
    if not path.is_file():
        raise FileNotFoundError(f"There is no archive here: {path} is missing")
    try:
        return Settings.of(runpy.run_path(str(path)))
    except Exception as error:  # whatever the archive's own code raises
        raise ValueError(f"conf.py: {error or type(error).__name__}") from error


def read_archive(root: Path, *, quiet: bool = False) -> tuple[ArchiveDomain, bool]:
    """Read all pages of the archive at ``root``, and write none.

    Returns its facts, and whether reading gave no warning.  Prints problems on standard error
    unless ``quiet``.  Raises SystemExit, with a message, where nothing can be read.
    """
    from archive.site.know.domain import archive_domain  # noqa: PLC0415 - imports Sphinx
    from archive.upstream.application import is_sound  # noqa: PLC0415

    with reading(root, quiet=quiet) as (app, _warnings):
        return archive_domain(app.env), is_sound(app)


@contextmanager
def reading(root: Path, *, quiet: bool = False) -> Iterator[tuple[Sphinx, list[Problem]]]:
    """Yield Sphinx with all pages of the archive read, as ``read_archive`` does, and its warnings.

    Sphinx's environment is kept in ``_build/read``, apart from that of the builds, so that the next
    build still finds what changed.  It is dropped after a warning, which Sphinx gives only when it
    reads the page.
    """
    work = root / "_build" / "read"
    if problems := sorted(special_files(root)):
        words = ["The archive cannot be read. First mend:", *map(str, problems)]
        raise SystemExit("\n".join(words))
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(work))
            app, warnings = _read(root, work, None if quiet else sys.stderr, stack)
        except Exception as error:
            raise SystemExit(f"The archive cannot be read. {failure(error, work).text}") from error
        yield app, warnings


def _read(
    root: Path, work: Path, talk: TextIO | None, stack: ExitStack
) -> tuple[Sphinx, list[Problem]]:
    """Read until no source is saved meanwhile: no ledger may have words that no source has."""
    from archive.preservation.site import Kept  # noqa: PLC0415 - imports lxml
    from archive.serving import WarningCollector  # noqa: PLC0415 - imports Sphinx
    from archive.upstream.application import opened  # noqa: PLC0415

    kept = Kept(work, work / "out")
    for _ in range(TRIES):
        before = stamps(root)
        for told in kept.mend():
            print(told, file=sys.stderr)
        kept.begin()
        with ExitStack() as attempt:
            app = attempt.enter_context(opened(root, kept.site, kept.trees, "read", warnings=talk))
            with WarningCollector(root) as told_by_sphinx:
                app.build()
            warnings = warnings_of(told_by_sphinx)
            if warnings:
                (kept.trees / "environment.pickle").unlink(missing_ok=True)
            kept.record(whole=True)
            if not (saved := saved_since(root, before)):
                stack.push(attempt.pop_all())
                return app, warnings
        kept.forget(saved, root)
    raise SystemExit("The sources are being saved. To mend: run it again when no program does so.")


def warnings_of(told: WarningCollector) -> list[Problem]:
    """What Sphinx warned of, besides the problems that the archive itself tells."""
    return [
        Problem(each.path or "conf.py", each.line, "warning", each.text, "correct what it names")
        for each in told.found
        if MENDS not in each.text
    ]


# --- What a build is made from, by which the next one knows whether anything changed.
#
# One digest of all contents is kept with the outputs that were made from them.

# A build asks three times for each of thousands of files, so paths are texts.
# ruff: noqa: PTH113, PTH116, PTH123


SETTINGS = ("BASEURL", "SOURCE_DATE_EPOCH", "PAPER", "RELEASE", "SOURCES", "CONTACT")

# Folders of the archive's root that no output depends on.
_APART = frozenset(
    {"_build", "benchmarks", "docs", "hosting", "requirements", "tests", "tools", "work"}
)
# The locked packages that build the site; which versions these are depends on the Python.
_LOCKED = tuple(
    f"requirements/{name}.txt" for name in ("build", "math", "scripts", "cjk", "sorting")
)

# Folders of the root in which nothing is read; nor is it in those whose name begins with a dot.
_UNREAD = frozenset({"_build", "tests", "work"})

INPUTS = ".inputs"  # what is kept of them from one build to the next
_FORMAT = "inputs 1"

TRIES = 3  # builds of sources that are saved meanwhile

# What the file system knows of a file: no edit leaves all of it as it was.
Stamps = Mapping[str, tuple[int, ...]]


# Inputs


def digest(root: Path, seen: Stamps = MappingProxyType({}), kept: Path | None = None) -> str:
    """SHA-256 of all inputs of the archive at ``root``, in hexadecimal digits.

    It is of the contents of files, since modification times mislead where a clock was wrong or a
    file was restored, and of settings that are in no file.  The file ``kept`` has the digest of
    each file from one build to the next: a file is read again where what the file system knows of
    it, in ``seen``, is not what it was.
    """
    started = time.time_ns()
    known: dict[str, tuple[tuple[int, ...], bytes]] = (kept and read_pickle(kept, _FORMAT)) or {}
    found, contents = hashlib.sha256(), {}
    for name in SETTINGS:
        found.update(f"{name}={os.environ.get(name, '')}\0".encode())
    found.update(sys.version.encode())
    for path in _files(root):
        found.update(f"{path}\0".encode("utf-8", "surrogateescape"))
        stamp, content = known.get(path, ((), b""))
        if not stamp or stamp != seen.get(path):
            stamp, content = seen.get(path, ()), _content(path)
        found.update(content)
        if stamp and is_settled(stamp[:2], started):
            contents[path] = stamp, content
    if kept and contents != known:
        write_pickle(kept, contents, _FORMAT)
    return found.hexdigest()


def _content(path: str) -> bytes:
    """SHA-256 of a file; nothing for one that cannot be read, which Sphinx reports."""
    with suppress(OSError):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                return hashlib.sha256(file.read()).digest()
    return b""


def stamps(root: Path) -> Stamps:
    """The times, size and identity of each input of the archive at ``root``."""
    found = {}
    for path in _files(root):
        with suppress(OSError):
            status = os.stat(path)
            found[path] = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
    return found


def is_read(root: Path, folder: Path) -> bool:
    """Whether pages in a folder would be read as pages of the archive at ``root``."""
    root, folder = root.resolve(), folder.resolve()
    if not folder.is_relative_to(root):
        return False
    top = next(iter(folder.relative_to(root).parts), "")
    return not top.startswith(".") and top not in _UNREAD


def saved_since(root: Path, before: Stamps) -> list[Path]:
    """The inputs that were written, added or removed since their stamps were taken."""
    now = stamps(root)
    saved = (path for path in before.keys() | now.keys() if before.get(path) != now.get(path))
    return sorted(map(Path, saved))


def special_files(root: Path) -> Iterator[Problem]:
    """Yield a problem for each input that is no file: who reads a pipe waits without end."""
    for path in _files(root):
        with suppress(OSError):
            if not S_ISREG(os.stat(path).st_mode):
                place = Path(path)
                name = place.relative_to(root) if place.is_relative_to(root) else place
                yield Problem(
                    name.as_posix(), 0, "file-special",
                    "It is a pipe, a device or a socket, not a file.",
                    "remove it, or put a file in its place.",
                )  # fmt: skip


def _files(root: Path) -> Iterator[str]:
    """The archive's own files, those of the engine, and those of the sources at hand."""
    own = sorted(path for path in root.iterdir() if path.name[0] != "." and path.name not in _APART)
    yield from (str(path) for path in own if not path.is_dir())
    yield from (str(path) for name in _LOCKED if (path := root / name).exists())
    folders = [path for path in own if path.is_dir()]
    engine = Path(archive.__file__).parent
    if engine not in folders:
        folders.append(engine)
    if sources := os.environ.get("SOURCES"):
        folders.append(Path(sources))
    for folder in folders:
        yield from _below(folder)


def _below(folder: Path) -> Iterator[str]:
    for place, folders, files in os.walk(folder, followlinks=True):
        folders[:] = sorted(name for name in folders if name[0] != "." and name != "__pycache__")
        yield from (f"{place}{os.sep}{name}" for name in sorted(files))


# Outputs


def current_outputs(work: Path, inputs: str) -> set[str]:
    """The outputs that were made from the inputs with this digest."""
    path = work / "state.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(path.read_bytes() if path.is_file() else b"{}")
        if kept["state"] == inputs:
            return set(kept["made"])
    return set()


def record_outputs(work: Path, inputs: str, outputs: Iterable[str]) -> None:
    """Record which outputs were made from the inputs with this digest."""
    path = work / "state.json"
    if path.is_dir():
        remove(path)
    write(path, json.dumps({"state": inputs, "made": sorted(outputs)}))
