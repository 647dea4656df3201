"""What an archive costs as it grows: cold, after changes, in memory, on disk, beside other tools.

Run from the archive's root: ``python -m benchmarks.site``; ``SIZES="100 1000"`` names the numbers
of documents.  Each archive has the real settings, lies under git and is built by ``make html``, so
that what is measured is what an editor waits for.  CPU seconds are those of all processes.

The table goes to the terminal; ``_build/bench`` gets ``site.json`` and ``site.svg``.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import checkout, plot, table, weight
from benchmarks.archives import ROOT, write_archive
from benchmarks.changes import CHANGES
from benchmarks.corpus import Corpus, name_of
from benchmarks.goals import Goal, goals, missing, summary
from benchmarks.machine import machine, versions
from benchmarks.peers.all import PEERS
from benchmarks.peers.peer import Peer
from benchmarks.process import CommandError, Cost, measure
from benchmarks.results import COLD, Ours, Results, Theirs, as_json
from benchmarks.search import first_query
from benchmarks.serving import edit_time

SIZES = (100, 300, 1_000)
OUTPUT = ROOT / "_build" / "bench"
BUILT = Path("_build", "html")


def build(folder: Path) -> Cost:
    """Build an archive's pages as make does, whether or not anything changed."""
    (folder / "_build" / ".html").unlink(missing_ok=True)
    command = ["make", "html", f"VENV={ROOT / '.venv'}", f"PYTHON={sys.executable}"]
    return measure(command, folder)


def measure_ours(folder: Path, corpus: Corpus) -> Ours:
    """Measure the archive at one size, in a folder that does not exist yet."""
    write_archive(folder, corpus)
    checkout.begin(folder)
    costs = {COLD: build(folder)}
    built = folder / BUILT
    site, page = weight.site(built), weight.pages(built, map(name_of, range(corpus.size)))
    search = first_query(built, corpus.document(0).title.split()[0])
    for name, change in CHANGES.items():
        change(folder, corpus)
        costs[name] = build(folder)
    return Ours(corpus.size, costs, site, page, search, edit_time(folder, corpus))


def measure_theirs(folder: Path, corpus: Corpus, peer: Peer, tool: str) -> Theirs:
    """Measure a peer on the same words."""
    peer.write(folder, corpus)
    cost = measure(peer.command(tool), folder)
    return Theirs(peer.key, peer.name, corpus.size, cost, weight.site(folder / peer.site))


def run(sizes: Sequence[int], peers: Sequence[Peer]) -> Results:
    """Measure everything, a table's line at a time."""
    tools = {peer.key: tool for peer in peers if (tool := peer.tool())}
    found = versions(ROOT) | {
        peer.key: peer.version(tools[peer.key]) for peer in peers if peer.key in tools
    }
    ours: list[Ours] = []
    theirs: list[Theirs] = []
    begin = machine()
    print(table.head(), flush=True)
    for size in sizes:
        with _folder() as folder:
            ours.append(measure_ours(Path(folder, "archive"), Corpus(size)))
        print(table.ours(ours[-1]), flush=True)
        for peer in peers:
            if peer.key in tools and size <= peer.limit:
                with _folder() as folder:
                    corpus = Corpus(size)
                    theirs.append(
                        measure_theirs(Path(folder, "site"), corpus, peer, tools[peer.key])
                    )
                print(table.theirs(theirs[-1]), flush=True)
    left_out = tuple(_left_out(sizes, peers, set(tools)))
    return Results(begin, found, tuple(ours), tuple(theirs), left_out)


def _folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for one archive, which goes when it was measured."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=OUTPUT)


def _left_out(sizes: Sequence[int], peers: Sequence[Peer], installed: set[str]) -> Iterator[str]:
    for peer in peers:
        if peer.key not in installed:
            yield f"{peer.name}: not installed; make peers installs it"
        elif max(sizes) > peer.limit:
            yield f"{peer.name}: up to {peer.limit:,} documents, since {peer.why}"
    if shutil.which("chromium") is None and shutil.which("google-chrome") is None:
        yield "the first search: no Chromium"


def keep(results: Results, found: Sequence[Goal]) -> None:
    """Write what was measured as JSON and as a plot."""
    verdicts = [
        {"what": each.what, "wanted": each.wanted, "found": each.found, "verdict": each.verdict}
        for each in found
    ]
    text = as_json(results, growth=table.exponents(results), goals=verdicts)
    (OUTPUT / "site.json").write_text(text, "utf-8")
    (OUTPUT / "site.svg").write_text(plot.draw(plot.lines(results)), "utf-8")


def main() -> int:
    sizes = sorted({int(size) for size in os.environ.get("SIZES", "").split()} or SIZES)
    try:
        results = run(sizes, PEERS)
    except CommandError as error:
        print(f"A build failed, and nothing was measured: {error}", file=sys.stderr)
        return 1
    found = goals(results)
    keep(results, found)
    for line in (*table.growth(results), *results.left_out, *table.verdicts(found)):
        print(line)
    print(f"The figures are in {OUTPUT.relative_to(ROOT)}/site.json, the plot in site.svg.")
    print(summary(found))
    return 1 if missing(found) else 0


if __name__ == "__main__":
    sys.exit(main())
