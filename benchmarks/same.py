"""Builds two revisions and shows what differs between their sites, byte for byte.

``python -m benchmarks.same REV [REV2]`` compares pages, PDFs, EPUB, search index and everything
else below ``_build/html``, and the problems that the builds reported. REV2 is the working tree by
default, with what is not committed. Each is built by its own ``make`` and engine, without its
history: pages name one made-up commit for the whole ledger.

``--archive DIR`` builds the documents, pages, references and ledger of another archive with both
engines and their ``conf.py``, for example one that ``benchmarks.archives`` wrote. Built sites are
cached in ``_build/same`` by the hash of their inputs, so that the base of many comparisons is built
once; ``make clean`` removes them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections import defaultdict
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from benchmarks import checkout
from benchmarks.archives import ROOT
from benchmarks.differences import Difference, differences

SAME, DIFFERENT, IMPOSSIBLE = 0, 1, 2
PROBLEMS = "build-problems.txt"  # in a kept site: the warnings and errors of its build
SETTINGS = {"BASEURL": "https://archive.example/", "SOURCE_DATE_EPOCH": "1767225600"}

_HOLDINGS = ("documents/**/*", "subjects/**/*", "*.md", "*.bib", "*.jsonl")
_TOLD = 20  # problems of a build that failed, and last lines of its output
_NAMES = 5  # files that are named of those with the same difference
# What would change a build, or what make and git say about themselves to their children.
_NOT_INHERITED = re.compile(
    r"(GIT_|MAKE|MFLAGS)|(BASEURL|BOOK|BUILD|CONTACT|PAPER|PYTHONPATH|RELEASE|SOURCES|VENV)$"
)


class BuildError(Exception):
    """A revision could not be read or built; the message says why."""


def main(words: list[str], root: Path = ROOT) -> int:
    """Build, compare, print, and return the exit code."""
    arguments = _parser().parse_args(words)
    names = (arguments.rev, arguments.rev2 or "the working tree")
    try:
        trees = _tree(root, arguments.rev), _tree(root, arguments.rev2)
        one, other = (_site(root, tree, arguments) for tree in trees)
        found = list(differences(one, other, names, arguments.ignore))
    except (BuildError, OSError, ValueError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return IMPOSSIBLE
    for line in _told(found, show_all=arguments.all):
        print(line)
    files = sum(path.is_file() for path in other.rglob("*"))
    verdict = f"{len(found)} files differ" if found else "all the same"
    print(f"{names[0]} ({one})\n{names[1]} ({other})\n{files} files: {verdict}.")
    return DIFFERENT if found else SAME


def _parser() -> ArgumentParser:
    parser = ArgumentParser("python -m benchmarks.same", description="Compare two built sites.")
    parser.add_argument("rev", help="a revision, as git names it")
    parser.add_argument("rev2", nargs="?", help="another; without it, the working tree")
    parser.add_argument("--archive", type=Path, metavar="DIR", help="build the archive in DIR")
    parser.add_argument(
        "--ignore", action="append", default=[], metavar="GLOB",
        help="a difference that is meant: a file (pagefind/*) or a part (archive.epub!*.opf)",
    )  # fmt: skip
    parser.add_argument("--all", action="store_true", help="name every file that differs")
    parser.add_argument(
        "--keep-going", action="store_true",
        help="make -i: also compare an archive that has problems, such as tests/roots/test-print",
    )  # fmt: skip
    parser.epilog = "Exit codes: 0 the same bytes, 1 some differ, 2 it could not be tried."
    return parser


def _told(found: list[Difference], *, show_all: bool) -> Iterator[str]:
    """Each difference once, below the files that have it."""
    paths: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for each in found:
        paths[each.lines].append(each.path)
    for lines, having in paths.items():
        named = having if show_all else having[:_NAMES]
        yield from named
        if len(named) < len(having):
            yield f"and {len(having) - len(named)} more files (--all names them)"
        yield from (f"    {line}" for line in lines)


def _tree(root: Path, revision: str | None) -> str:
    """The git tree of a revision, or of the working tree with all files that git does not ignore.

    Raises BuildError where there is no such revision.
    """
    if revision is not None:
        return _git(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{tree}}")
    with tempfile.TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
        _git(root, "read-tree", "HEAD", more=index)
        _git(root, "add", "--all", more=index)
        return _git(root, "write-tree", more=index)


def _site(root: Path, tree: str, arguments: Namespace) -> Path:
    """The site of a tree, kept from an earlier run or built now.  Raises BuildError, OSError."""
    made_from = [tree, str(arguments.keep_going), *SETTINGS.values()]
    if arguments.archive is not None:
        for name in _holdings(arguments.archive):
            digest = sha256((arguments.archive / name).read_bytes()).hexdigest()
            made_from.append(f"{digest}  {name}")
    kept = root / "_build/same" / sha256("\n".join(made_from).encode()).hexdigest()[:16]
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix="building-", dir=kept.parent))
        _check_out(root, tree, work)
        if arguments.archive is not None:
            _exchange_holdings(work, arguments.archive)
        checkout.begin(work, "ledger.jsonl")
        _build(work, _make(root, tree, keep_going=arguments.keep_going)).rename(kept)
        shutil.rmtree(work)
    return kept


def _check_out(root: Path, tree: str, folder: Path) -> None:
    index = {"GIT_INDEX_FILE": str(folder / "index")}
    _git(root, "read-tree", tree, more=index)
    _git(root, "checkout-index", "--all", f"--prefix={folder}/", more=index)
    (folder / "index").unlink()


def _exchange_holdings(folder: Path, archive: Path) -> None:
    """Replace the holdings in a folder by those of an archive."""
    for name in _holdings(folder):
        (folder / name).unlink()
    for name in _holdings(archive):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(archive / name, folder / name)


def _holdings(archive: Path) -> list[Path]:
    """The files of an archive without its engine and settings, relative to its folder."""
    found = (path for glob in _HOLDINGS for path in archive.glob(glob) if path.is_file())
    return sorted(path.relative_to(archive) for path in found)


def _make(root: Path, tree: str, *, keep_going: bool) -> list[str]:
    """The command that builds everything, with the packages that the tree requires.

    They are those of this Python where the working tree requires the same; else an environment
    of their own is kept beside the sites, which make fills.
    """
    command = ["make", "all", "epub", *(f"{name}={value}" for name, value in SETTINGS.items())]
    command += ["-i"] if keep_going else []
    required = _requirements(root, tree)
    if required == _requirements(root, _tree(root, None)):
        return [*command, f"VENV={sys.prefix}", "-o", f"{sys.prefix}/.build"]
    name = sha256(required.encode()).hexdigest()[:16]
    return [*command, f"VENV={root}/_build/same/venv-{name}"]


def _requirements(root: Path, tree: str) -> str:
    """The locked requirements of a tree, as git's names of their contents."""
    rows = _git(root, "ls-tree", "-r", tree).splitlines()
    return "\n".join(sorted(row.split()[2] for row in rows if re.search(r"require.*\.txt$", row)))


def _build(folder: Path, command: list[str]) -> Path:
    """Build, and return the site with the problems beside it.  Raises BuildError."""
    print("Building", folder, flush=True)
    done = subprocess.run(
        command, cwd=folder, env=_environment(), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
    )  # fmt: skip
    site = folder / "_build/html"
    said = done.stdout.replace(f"{folder}/", "").splitlines()
    problems = sorted({line for line in said if re.search(r"\b(ERROR|WARNING)\b", line)})
    if done.returncode or not site.is_dir():
        told = [f"make failed in {folder}:", *problems[:_TOLD], "Its last lines:", *said[-_TOLD:]]
        raise BuildError("\n".join(told))
    (site / PROBLEMS).write_text("".join(f"{line}\n" for line in problems), "utf-8")
    return site


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not _NOT_INHERITED.match(name)}
    return {**kept, "PIP_QUIET": "2"}  # its warnings are no problems of the archive


def _git(root: Path, *words: str, more: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *words], capture_output=True, text=True, check=False,
        env={**_environment(), **(more or {})},
    )  # fmt: skip
    if done.returncode:
        raise BuildError(f"git {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
