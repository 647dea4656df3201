"""Measures builds of archives of growing size: cold, after changes, memory, disk, other tools.

Run from the archive's root: ``python -m benchmarks.site``; ``SIZES="100 1000"`` names the numbers
of documents.  Each archive has the real settings and lies under git.  A cold build is ``make
search``, pages and search index; after a change, ``make html`` updates the pages, and the index is
measured separately.  CPU seconds are those of all processes.

The table goes to the terminal; ``_build/bench`` gets ``site.json``.
"""

from __future__ import annotations

import gzip
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from lxml import html

from benchmarks import checkout, serving, table
from benchmarks.archives import ROOT, write_archive
from benchmarks.browsing import first_query
from benchmarks.changes import CHANGES
from benchmarks.corpus import Corpus, name_of
from benchmarks.goals import Goal, goals, missing, summary
from benchmarks.peers.hugo import HUGO
from benchmarks.peers.mkdocs import MKDOCS, MKDOCS_COLLECTIONS
from benchmarks.peers.pandoc import PANDOC
from benchmarks.peers.peer import Peer
from benchmarks.peers.sphinx import SPHINX_COLLECTIONS, SPHINX_ONE_TOCTREE
from benchmarks.process import CommandError, Cost, measure
from benchmarks.results import (
    COLD,
    INDEX,
    Ours,
    PageWeight,
    Results,
    Site,
    Theirs,
    as_json,
    machine,
    versions,
)

SIZES = (100, 300, 1_000)
OUTPUT = ROOT / "_build" / "bench"
BUILT = Path("_build", "html")
PEERS: tuple[Peer, ...] = (
    SPHINX_ONE_TOCTREE, SPHINX_COLLECTIONS, MKDOCS, MKDOCS_COLLECTIONS, PANDOC, HUGO,
)  # fmt: skip


def build(folder: Path, target: str) -> Cost:
    """Build an archive’s pages (``html``), or the index, or both from nothing (``search``)."""
    command = ["make", target, f"VENV={sys.prefix}", f"PYTHON={sys.executable}"]
    return measure(command, folder)


def measure_ours(folder: Path, corpus: Corpus) -> Ours:
    """Measure the archive at one size, in a folder that does not exist yet."""
    write_archive(folder, corpus)
    checkout.begin(folder)
    costs = {COLD: build(folder, "search")}
    built = folder / BUILT
    site, page = weigh_site(built), weigh_pages(built, map(name_of, range(corpus.size)))
    search = _first_query(built, corpus)
    for name, change in CHANGES.items():
        change(folder, corpus)
        costs[name] = build(folder, "html")
        costs[f"{name}{INDEX}"] = build(folder, "search")
    served = serving.edit_time(folder, corpus) if serving.is_there() else None
    return Ours(corpus.size, costs, site, page, search, served)


def _first_query(built: Path, corpus: Corpus) -> float | None:
    """KB of the heavier of two queries: a word of a title, and one of a glossary term."""
    words = (corpus.document(0).title.split()[0], corpus.terms[0].split()[0])
    found = [kb for word in words if (kb := first_query(built, word)) is not None]
    return max(found, default=None)


# What a browser loads with a page without the reader's doing.
_LOADED = (
    "//link[@rel='stylesheet' or @rel='preload' or contains(@rel, 'icon')]/@href"
    " | //script/@src | //img/@src"
)


def weigh_site(folder: Path) -> Site:
    """Count the files below a folder and add up their bytes."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return Site(len(sizes), sum(sizes) / 1e6)


def weigh_pages(folder: Path, names: Iterator[str]) -> PageWeight:
    """Weigh the documents' pages; ``names`` are their document ids."""
    paths = [folder / "documents" / f"{name}.html" for name in names]
    weights = [_sent(path) for path in paths]
    return PageWeight(median(weights), max(weights), sum(map(_sent, _assets(paths[0], folder))))


def _assets(page: Path, folder: Path) -> set[Path]:
    references = html.parse(page).xpath(_LOADED)
    found = {(page.parent / urlsplit(each).path).resolve() for each in references}
    return {path for path in found if path.is_file() and path.is_relative_to(folder.resolve())}


def _sent(path: Path) -> float:
    """KB of a file as a server sends it."""
    return len(gzip.compress(path.read_bytes(), 6)) / 1_000


def measure_theirs(folder: Path, corpus: Corpus, peer: Peer, tool: str) -> Theirs:
    """Measure a peer on the same words."""
    peer.write(folder, corpus)
    cost = measure(peer.command(tool), folder)
    return Theirs(peer.key, peer.name, corpus.size, cost, weigh_site(folder / peer.site))


def run(sizes: Sequence[int], peers: Sequence[Peer]) -> Results:
    """Measure everything, and print each line of the table as soon as it is known.

    Raises CommandError where a build of the archive fails; a peer that fails is left out.
    """
    tools = {peer.key: tool for peer in peers if (tool := peer.tool())}
    installed = [peer for peer in peers if peer.key in tools]
    known = versions(ROOT) | {peer.key: peer.version(tools[peer.key]) for peer in installed}
    ours: list[Ours] = []
    theirs: list[Theirs] = []
    without = list(left_out(sizes, peers, tools))
    begin = machine()
    print(table.head(), flush=True)
    for size in sizes:
        corpus = Corpus(size)
        with _folder() as folder:
            ours.append(measure_ours(folder, corpus))
        print(table.ours(ours[-1]), flush=True)
        for peer in installed:
            if size <= peer.limit:
                try:
                    with _folder() as folder:
                        theirs.append(measure_theirs(folder, corpus, peer, tools[peer.key]))
                    print(table.theirs(theirs[-1]), flush=True)
                except (CommandError, OSError) as error:
                    without.append(f"{peer.name}: failed at {size:,}: {error}")
    return Results(begin, known, tuple(ours), tuple(theirs), tuple(without))


@contextmanager
def _folder() -> Iterator[Path]:
    """The path of a temporary folder for one archive; it is removed when it was measured."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUTPUT) as folder:
        yield Path(folder, "archive")


def left_out(
    sizes: Sequence[int], peers: Sequence[Peer], tools: Mapping[str, str]
) -> Iterator[str]:
    """What is not measured, and why; ``tools`` has the program of each peer that is installed."""
    for peer in peers:
        if peer.key not in tools:
            yield f"{peer.name}: not installed; make bench installs it"
        elif max(sizes) > peer.limit:
            yield f"{peer.name}: up to {peer.limit:,} documents, since {peer.why}"
    if shutil.which("chromium") is None and shutil.which("google-chrome") is None:
        yield "the first search: no Chromium"


def keep(results: Results, found: Sequence[Goal]) -> None:
    """Write what was measured as JSON."""
    verdicts = [
        {"what": each.what, "wanted": each.wanted, "found": each.found, "verdict": each.verdict}
        for each in found
    ]
    text = as_json(results, growth=table.exponents(results), goals=verdicts)
    (OUTPUT / "site.json").write_text(text, "utf-8")


def main() -> int:
    sizes = sorted({int(size) for size in os.environ.get("SIZES", "").split()} or SIZES)
    try:
        results = run(sizes, PEERS)
    except (CommandError, TimeoutError) as error:
        print(f"A build failed, and nothing was measured: {error}", file=sys.stderr)
        return 1
    found = goals(results)
    keep(results, found)
    without = (f"left out  {each}" for each in results.left_out)
    for line in (*table.growth(results), *without, *table.verdicts(found)):
        print(line)
    print(f"The figures are in {OUTPUT.relative_to(ROOT)}/site.json.")
    print(summary(found))
    return 1 if missing(found) else 0


if __name__ == "__main__":
    sys.exit(main())
