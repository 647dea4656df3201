"""Measures documents of growing length: CPU, weight and elements a passage, first view and a click.

Run from the archive's root: ``python -m benchmarks.lengths``; ``LENGTHS="10 400"`` names numbers of
passages.  Each archive has as many documents as make TOGETHER passages, so that what a passage
costs is compared between archives of the same words.  The reader's line is the “slow 4G” of
browsers' tools; a click is tried on a processor four times slower than this one.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from lxml import html
from playwright.sync_api import Browser

from benchmarks import checkout
from benchmarks.archives import ROOT, write_archive
from benchmarks.browsing import chromium, chromium_path, served
from benchmarks.corpus import Corpus, name_of
from benchmarks.goals import Goal, at_most, exponent, missing, summary
from benchmarks.pages import SLOW_4G, view
from benchmarks.process import CommandError
from benchmarks.site import BUILT, build

LENGTHS = (10, 100, 400, 2_000)
TOGETHER = 2_000  # passages of an archive
OUTPUT = ROOT / "_build" / "bench"

# Goals.
RULING = 400  # passages: the length at which a page is held against the goals
TIMES_TEXT, FRAME = 2, 25  # HTML of a page: so many times its text, and KB
ELEMENTS = 8  # a passage
FIRST_VIEW = 1_200  # milliseconds
GROWTH = 1.02  # exponent of a document's cost by its passages
FILES, BESIDE = 7, 60  # of a document of SHORT passages, besides its PDF; KB
SHORT = 10

_RUNS = 3
_SLOWER = 4  # times


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader waits for."""

    first: float  # milliseconds until something is shown
    click: float  # milliseconds until a link of the page answers a click, on a slow processor
    memory: float  # MB that the page's scripts hold


@dataclass(frozen=True, slots=True)
class Length:
    """Documents of one length."""

    passages: int  # of each document
    documents: int
    cpu: float  # seconds of a cold build of all
    size: float  # KB of a page's HTML
    text: float  # KB of its text, as bytes of UTF-8
    elements: int
    files: int  # of a document, besides its PDF
    beside: float  # KB of these
    seen: Seen | None  # None: no Chromium


def measure(passages: int) -> Length:
    """Build an archive of documents of this length, and measure it.

    Raises CommandError where it cannot be built.
    """
    documents = max(1, TOGETHER // passages)
    corpus = Corpus(documents, passages=passages)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUTPUT) as folder:
        archive = Path(folder, "archive")
        write_archive(archive, corpus)
        checkout.begin(archive)
        cost = build(archive, "html")
        site = archive / BUILT
        name = f"documents/{name_of(0)}"
        tree = html.parse(site / f"{name}.html").getroot()
        own = list((site / "documents").glob(f"{name_of(0)}.*"))
        return Length(
            passages, documents, cost.cpu,
            (site / f"{name}.html").stat().st_size / 1e3,
            len(" ".join(tree.body.text_content().split()).encode()) / 1e3,
            sum(1 for _each in tree.iter(html.etree.Element)),
            len(own), sum(path.stat().st_size for path in own) / 1e3,
            look(site, f"{name}.html") if chromium_path() else None,
        )  # fmt: skip


_CLICKED = """addEventListener("click", event => {
  window.clicked ??= performance.now(); event.preventDefault(); }, true)"""


def look(site: Path, page: str) -> Seen:
    """Load a page on a slow line; then again on a slow processor, too, and click a permalink."""
    with served(site) as server, chromium() as browser:
        address = f"{server.address}/{page}"
        first = median(view(browser, address).first for _ in range(_RUNS))
        clicked = [_click(browser, address) for _ in range(_RUNS)]
    return Seen(first, *(median(column) for column in zip(*clicked)))


def _click(browser: Browser, address: str) -> tuple[float, float]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.add_init_script(_CLICKED)
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW_4G)
    line.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
    line.send("Performance.enable")
    page.goto(address, wait_until="commit")
    page.locator("a.passage-label").first.click(no_wait_after=True)
    clicked = page.evaluate("clicked")
    page.wait_for_load_state("networkidle")
    told = {each["name"]: each["value"] for each in line.send("Performance.getMetrics")["metrics"]}
    context.close()
    return clicked, told["JSHeapUsedSize"] / 1e6


# The table and the goals


def rows(found: Sequence[Length]) -> Iterator[str]:
    """A line for each length."""
    yield (
        f"{'passages':>8} {'documents':>9} {'CPU ms a passage':>16} {'HTML KB':>8} {'text KB':>8} "
        f"{'elements a passage':>18} {'files':>6} {'KB':>7} {'first view ms':>13} "
        f"{'click ms':>9} {'MB':>5}"
    )
    for each in found:
        cpu = each.cpu / (each.documents * each.passages) * 1_000
        seen = each.seen
        told = f"{seen.first:13.0f} {seen.click:9.0f} {seen.memory:5.1f}" if seen else ""
        yield (
            f"{each.passages:8,} {each.documents:9} {cpu:16.2f} {each.size:8.1f} {each.text:8.1f} "
            f"{each.elements / each.passages:18.1f} {each.files:6} {each.beside:7.1f} {told}"
        )


def goals(found: Sequence[Length]) -> list[Goal]:
    """Every goal that the lengths measured can show."""
    by_length = {each.passages: each for each in found}
    ruling, short = by_length.get(RULING), by_length.get(SHORT)
    costs = [(each.passages, each.cpu / each.documents) for each in found]
    sizes = [(each.passages, each.size) for each in found]
    long = [point for point in costs if point[0] >= SHORT * 10]
    wanted = []
    if ruling:
        first = ruling.seen.first if ruling.seen else None
        most = ruling.text * TIMES_TEXT + FRAME
        wanted += [
            at_most(f"HTML of {RULING} passages", ruling.size, round(most), " KB"),
            at_most(f"elements a passage, of {RULING}", ruling.elements / RULING, ELEMENTS, ""),
            at_most(f"first view of {RULING} passages", first, FIRST_VIEW, " ms", 0),
        ]
    if short:
        wanted += [
            at_most("files of a document besides its PDF", short.files, FILES, "", 0),
            at_most("their size", short.beside, BESIDE, " KB"),
        ]
    if len(long) > 1:
        what = "growth of a document's CPU, as a power of its passages"
        wanted.append(at_most(what, exponent(long), GROWTH, "", 2))
    if len(sizes) > 1:
        what = "growth of its page, as a power of its passages"
        wanted.append(at_most(what, exponent(sizes), GROWTH, "", 2))
    return wanted


def main() -> int:
    """Print a row for each length; return 1 where a goal was missed."""
    lengths = sorted({int(each) for each in os.environ.get("LENGTHS", "").split()} or LENGTHS)
    try:
        found = [measure(length) for length in lengths]
    except CommandError as error:
        print(f"A build failed, and nothing was measured: {error}", file=sys.stderr)
        return 1
    verdicts = goals(found)
    print(*rows(found), sep="\n")
    print(*(f"{each.verdict:12} {each.what}: {each.found}, {each.wanted}" for each in verdicts),
          sep="\n")  # fmt: skip
    print(f"Lengths: {summary(verdicts)}.")
    return int(bool(missing(verdicts)))


if __name__ == "__main__":
    sys.exit(main())
