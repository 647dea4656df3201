"""Builds of the site, which make only what has changed.

A digest of all inputs is kept with the outputs that were made from them.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any, TextIO

import archive
from archive.commands import argument, command
from archive.commands.failures import failure
from archive.commands.progress import Notices, Stage
from archive.commands.release import HASHES, seal_site
from archive.commands.workspace import locked
from archive.files import write
from archive.preservation.sealing import is_sealed

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PAGES, SEALED = "pages", "sealed"
OUTPUTS = (PAGES, "search", "pdf", "epub")
BOOK_DOCUMENTS = 200  # a larger archive has an EPUB only where it is asked for

SETTINGS = ("BASEURL", "SOURCE_DATE_EPOCH", "PAPER", "RELEASE", "SOURCES", "CONTACT")

# Folders of the archive's root that no output depends on.
_APART = frozenset(
    {"_build", "benchmarks", "docs", "hosting", "requirements", "tests", "tools", "work"}
)
# The locked packages that build the site; which versions these are depends on the Python.
_LOCKED = "requirements/build.txt", "requirements/math.txt"


@command(
    argument("outputs", nargs="*", metavar="output",
             help=f"{', '.join(OUTPUTS)}; default: all of them, sealed by a manifest"),
    argument("--read", action="store_true", help="of a volume: write its facts and no page"),
    argument("--source", type=Path, default=Path(), help="of a volume: its folder"),
    argument("--work", type=Path, default=Path("_build"),
             help="the folder for the site and all else that is built"),
    argument("--jobs", default="auto", help="how many processes, or auto"),
    argument("--quiet", action="store_true", help="print only what is wrong"),
    argument("--talk", action="store_true", help="print what Sphinx prints, too"),
    epilog="Exit codes: 0 built, 1 problems in the sources, 2 the build stopped.",
)  # fmt: skip
def run(arguments: Namespace, root: Path) -> int:
    """Build the site, or what has changed of it.

    Sphinx reads and writes the pages.  PDFs, EPUB and search index are made from what it has read,
    and a manifest seals the site.
    """
    unknown = sorted(set(arguments.outputs) - set(OUTPUTS))
    if unknown:
        print(f"There is no output “{unknown[0]}”. To mend: name one of {', '.join(OUTPUTS)}.",
              file=sys.stderr)  # fmt: skip
        return 2
    work = root / arguments.work
    try:
        with locked(work):
            return _Build(root / arguments.source, work, arguments).run()
    except (Exception, KeyboardInterrupt) as error:
        print(f"Nothing was built. {failure(error, work).text}", file=sys.stderr)
        return 2


class _Build:
    """One run of the command."""

    def __init__(self, source: Path, work: Path, arguments: Namespace) -> None:
        self._source = source
        self._work = work
        self._site = work / ("read" if arguments.read else "html")
        self._doctrees = work / "doctrees"
        self._arguments = arguments

    def run(self) -> int:
        """Build what is wanted and not current."""
        wanted = self._wanted()
        if self._arguments.source != Path():  # facts of other volumes are in no file of the source
            return self._build_or_restart(wanted)
        # Taken before anything is read, so that the next build finds an edit made during this one.
        inputs = digest(self._source)
        current = current_outputs(self._work, inputs)
        if current >= wanted and (
            SEALED not in wanted or is_sealed(self._site, self._work / HASHES)
        ):
            self._say("Nothing has changed since the last build.")
            return 0
        record_outputs(self._work, inputs, ())
        code = self._build_or_restart(wanted)
        if code == 0:
            record_outputs(self._work, inputs, wanted | (current - {SEALED}))
        return code

    def _wanted(self) -> set[str]:
        if self._arguments.outputs:
            return {PAGES, *self._arguments.outputs}
        pages = sum(1 for _each in (self._source / "documents").glob("*.md"))
        book = {"epub"} if pages <= BOOK_DOCUMENTS + 1 else set()  # one is the catalogue
        return {PAGES, "search", "pdf", SEALED} | book

    def _build_or_restart(self, wanted: set[str]) -> int:
        """Build, without Sphinx's environment where the last build did not end well.

        A mark exists from the beginning of each build until it succeeds: what a failed or killed
        build leaves behind may be incomplete.
        """
        mark = self._work / ".unfinished"
        if mark.exists():
            self._say("The last build did not finish; reading every page again.")
            rmtree(self._doctrees, ignore_errors=True)
            # Sphinx fails on an incomplete one.
            (self._site / ".buildinfo").unlink(missing_ok=True)
        mark.touch()
        code = self._build(wanted)
        if code == 0:
            mark.unlink()
        return code

    def _build(self, wanted: set[str]) -> int:
        """Build as ``sphinx-build -W --keep-going`` does; explain what stops the build."""
        from sphinx.cmd.build import jobs_argument  # noqa: PLC0415 - not where nothing changed

        from archive.upstream.application import opened, page_at_work  # noqa: PLC0415

        # A volume is checked for a release when the facts of all volumes are known.
        reads = self._arguments.read
        settings: dict[str, Any] = {"archive_release": False} if reads else {}
        status: TextIO | None = None if self._arguments.quiet else Notices()
        if self._arguments.talk:
            status = sys.stdout
        app = None
        try:
            with opened(
                self._source, self._site, self._doctrees, "read" if reads else "html",
                status=status, jobs=jobs_argument(self._arguments.jobs), strict=True,
                **settings,
            ) as app:  # fmt: skip
                return self._make(app, wanted)
        except (Exception, KeyboardInterrupt) as error:
            page = page_at_work(app) if app is not None else ""
            print(f"The build stopped. {failure(error, self._work, page).text}", file=sys.stderr)
            return 2

    def _make(self, app: Sphinx, wanted: set[str]) -> int:
        with Stage("Pages", quiet=self._arguments.quiet) as stage:
            app.build()
            stage.result = f"{len(app.env.found_docs):,} from sources"
        if self._arguments.read or app.statuscode:
            return app.statuscode
        from archive.commands.outputs import make_outputs  # noqa: PLC0415 - imports Sphinx

        if not make_outputs(app, self._work, wanted):
            return 1
        if SEALED in wanted:
            if "epub" not in wanted:  # an existing one is older than the pages
                (self._site / "archive.epub").unlink(missing_ok=True)
            with Stage("Manifest") as stage:
                stage.result = seal_site(self._site, self._work, app.config.html_baseurl)
        return 0

    def _say(self, words: str) -> None:
        if not self._arguments.quiet:
            print(words, flush=True)


def digest(root: Path) -> str:
    """SHA-256 of all inputs of the archive at ``root``, in hexadecimal digits.

    It is of the contents of files, since modification times mislead where a clock was wrong or a
    file was restored, and of settings that are in no file.
    """
    found = hashlib.sha256()
    for name in SETTINGS:
        found.update(f"{name}={os.environ.get(name, '')}\0".encode())
    found.update(sys.version.encode())
    for path in _files(root):
        found.update(f"{path}\0".encode("utf-8", "surrogateescape"))
        with suppress(OSError):  # Sphinx reports files that cannot be read
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    """The archive's own files, those of the engine, and those of the sources at hand."""
    own = sorted(path for path in root.iterdir() if path.name[0] != "." and path.name not in _APART)
    yield from (path for path in own if path.is_file())
    yield from (path for name in _LOCKED if (path := root / name).is_file())
    folders = [path for path in own if path.is_dir()]
    engine = Path(archive.__file__).parent
    if engine not in folders:
        folders.append(engine)
    if sources := os.environ.get("SOURCES"):
        folders.append(Path(sources))
    for folder in folders:
        yield from _below(folder)


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder, followlinks=True):
        folders[:] = sorted(name for name in folders if name[0] != "." and name != "__pycache__")
        yield from (path for name in sorted(files) if (path := Path(place, name)).is_file())


def current_outputs(work: Path, inputs: str) -> set[str]:
    """The outputs that were made from the inputs with this digest."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads((work / "state.json").read_bytes())
        if kept["state"] == inputs:
            return set(kept["made"])
    return set()


def record_outputs(work: Path, inputs: str, outputs: Iterable[str]) -> None:
    """Record which outputs were made from the inputs with this digest."""
    write(work / "state.json", json.dumps({"state": inputs, "made": sorted(outputs)}))
