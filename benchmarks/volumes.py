"""Builds an archive in volumes and at once: what each costs, and that both sites are equal.

``python -m benchmarks.volumes [DOCUMENTS]`` writes an archive, builds it in four volumes and as a
whole, and exits with 1 where the sites differ.  Set SOURCE_DATE_EPOCH, as make does: without it
the dates of the two builds differ.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from lxml import html

from archive.volumes import ROOT, Volume, places, read_volumes
from benchmarks.archives import write_archive
from benchmarks.corpus import Corpus
from benchmarks.process import Cost, measure

DOCUMENTS, VOLUMES, AT_ONCE = 4_000, 4, 2
# Files that only one of the sites can have; Pagefind's index is divided differently, too.
_OWN = {".buildinfo", "volumes.json"}
_INDEX = "pagefind"


def main(words: list[str]) -> int:
    """Measure, print, and return the exit code."""
    size = int(words[0]) if words else DOCUMENTS
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        archive = Path(folder).resolve() / "archive"
        write_archive(archive, Corpus(size))
        whole = archive / "_build/html"
        with ThreadPoolExecutor(AT_ONCE) as pool:
            single = _command("build", "pages", "--work", whole.parent)
            at_once = pool.submit(measure, single, archive)
            joined = _volumes(archive, pool)
            _told("all in one build", at_once.result())
        different = sorted(_differences(joined, whole))
        pages = {path: _read(path) for path in joined.rglob("*.html")}
        broken = list(_broken(pages, joined))
        anchors = sum(len(page.ids) for page in pages.values())
        links = sum(len(page.links) for page in pages.values())
        print(f"{len(pages)} pages, {anchors} places that can be linked to, {links} links")
        print(f"{len(different)} files differ from the single build", *different[:20], sep="\n  ")
        print(f"{len(broken)} links lead nowhere", *broken[:20], sep="\n  ")
    return 1 if different or broken else 0


def _volumes(archive: Path, pool: Executor) -> Path:
    _told("plan", measure(_step("plan", "--volumes", str(VOLUMES)), archive))
    volumes = read_volumes(archive)
    _each("read", archive, volumes, pool)
    _told("exchange", measure(_step("exchange"), archive))
    _each("html", archive, volumes, pool)
    _each("index", archive, volumes, pool)
    _told("join", measure(_step("join"), archive))
    return archive / "_build/volumes/site"


def _each(builder: str, archive: Path, volumes: tuple[Volume, ...], pool: Executor) -> None:
    """Run one step for every volume and the root, several at once."""
    slugs = [*(volume.slug for volume in volumes), ROOT]
    costs = pool.map(lambda slug: measure(_volume(builder, archive, slug), archive), slugs)
    for slug, cost in zip(slugs, costs, strict=True):
        _told(f"{builder} {slug}{_size(slug, volumes)}", cost)


def _size(slug: str, volumes: tuple[Volume, ...]) -> str:
    return next((f", {len(each.documents)} documents" for each in volumes if each.slug == slug), "")


def _step(*words: str) -> list[str]:
    return _command("volumes", *words)


def _volume(builder: str, archive: Path, slug: str) -> list[str]:
    where = places(archive, slug)
    if builder == "index":
        shelf = where.folder / "doctrees" / "search-entries"
        return _command("search-index", "--shelf", shelf, "--index", where.search)
    what = "--read" if builder == "read" else "pages"
    return _command("build", what, "--source", where.source, "--work", where.folder)


def _command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "archive", *map(str, words)]


def _told(what: str, cost: Cost) -> None:
    print(f"{what:40} {cost.cpu:8.1f} CPU s {cost.largest:8.0f} MB", flush=True)


def _differences(one: Path, other: Path) -> Iterator[str]:
    """The files that only one of two sites has, or that differ."""
    names = {path.relative_to(site) for site in (one, other) for path in site.rglob("*.*")}
    for name in names:
        if name.name not in _OWN and name.parts[0] != _INDEX:
            files = (one / name, other / name)
            said = [path.read_bytes() if path.is_file() else None for path in files]
            if said[0] != said[1]:
                yield name.as_posix()


@dataclass(frozen=True, slots=True)
class Page:
    """The ids of a page, and the targets of its links."""

    ids: frozenset[str]
    links: tuple[str, ...]  # within the site, as they are written


def _read(path: Path) -> Page:
    page = html.parse(path)
    links = (str(link) for link in page.xpath("//a/@href"))
    within = tuple(link for link in links if not urlsplit(link).scheme)
    return Page(frozenset(map(str, page.xpath("//@id"))), within)


def _broken(pages: Mapping[Path, Page], site: Path) -> Iterator[str]:
    """Links to a page or an id that does not exist; links to other files are not checked."""
    for path, page in pages.items():
        for link in page.links:
            name, _hash, id_ = link.partition("#")
            begin = site if name.startswith("/") else path.parent
            target = Path(os.path.normpath(begin / name.lstrip("/"))) if name else path
            is_page = target.suffix == ".html"
            if is_page and (target not in pages or (id_ and id_ not in pages[target].ids)):
                yield f"{path.name}: {link}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
