"""Measures a page of each kind on a slow line: first paint, weight and layout shift.

Run after ``make`` from the archive's root: ``python -m benchmarks.pages [SITE]``.  The line is the
“slow 4G” of browsers' tools; each page is loaded five times with an empty cache, and the median is
printed.  ``benchmarks.site`` measures what the search page loads of its index afterwards.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median
from typing import NamedTuple

from playwright.sync_api import Browser

from benchmarks.browsing import chromium, kinds, served

_SLOW_4G = {
    "offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 750e3 / 8,
}  # fmt: skip  # milliseconds; bytes a second
_RUNS = 5
_GOALS = {"weight": 60.0, "first": 1_000.0, "moved": 0.0, "task": 50.0}

_WATCH = """\
window.moved = 0; window.task = 0;
new PerformanceObserver(list => { for (const each of list.getEntries()) moved += each.value; })
  .observe({ type: "layout-shift", buffered: true });
new PerformanceObserver(list => {
  for (const each of list.getEntries()) task = Math.max(task, each.duration);
}).observe({ type: "longtask", buffered: true });
"""
_TOLD = """\
() => [
  performance.getEntriesByName("first-contentful-paint")[0].startTime,
  moved, task,
  [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .filter(each => !/\\/(pagefind|search-index)\\//.test(each.name))
    .reduce((sum, each) => sum + each.encodedBodySize, 0) / 1000,
]
"""


class View(NamedTuple):
    """What one page took."""

    first: float  # milliseconds until something is shown
    moved: float  # cumulative layout shift
    task: float  # milliseconds of the longest task over 50; 0 where there is none
    weight: float  # KB of all it loads, compressed


def view(browser: Browser, address: str) -> View:
    """Load a page with an empty cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.add_init_script(_WATCH)
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", _SLOW_4G)
    page.goto(address, wait_until="networkidle")
    told = View(*page.evaluate(_TOLD))
    context.close()
    return told


def main() -> int:
    """Print a row for each kind of page; return 1 where a goal was missed."""
    site = Path(sys.argv[1] if len(sys.argv) > 1 else "_build/html")
    missed = []
    print(f"{'page':44} {'KB':>6} {'first view ms':>14} {'moved':>8} {'longest task ms':>16}")
    with served(site) as server, chromium() as browser:
        for name in kinds(site):
            views = [view(browser, f"{server.address}/{name}") for _ in range(_RUNS)]
            found = View(*(median(column) for column in zip(*views)))
            told = f"{found.weight:6.1f} {found.first:14.0f} {found.moved:8.5f} {found.task:16.0f}"
            print(f"{name:44} {told}")
            over = [what for what, most in _GOALS.items() if getattr(found, what) > most]
            missed += [f"{name}: {what}" for what in over]
    print(f"Pages: goals MISSED in {', '.join(missed)}" if missed else "Pages: every goal is met.")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
