"""The pages of the archive can be used by all, in a window of any size."""

from __future__ import annotations

import os

from tests.browser.pages import NARROW, WIDE, wrong

LONG = os.environ.get("ARCHIVE_LONG") == "1"
# What tests/browser has no page of: the largest drawing.  The long run asks axe-core of every page.
CHOSEN = {"map.html"}
# Those that are looked at in a narrow window: of documents one of each script, and the longest.
NARROWED = CHOSEN | {
    "documents/index.html", "documents/ala-assange-resolution.html", "documents/udhr-ar.html",
    "documents/udhr-en.versions.html", "documents/udhr-zh.html",
}  # fmt: skip


def test_axe_finds_nothing_wrong_and_no_page_is_moved_sideways(holdings, page, serve):
    address = serve(holdings.site)
    found = {}
    pages = (path.relative_to(holdings.site) for path in sorted(holdings.site.rglob("*.html")))
    written = [name for name in map(str, pages) if not name.endswith(".made.html")]
    assert set(written) >= NARROWED
    for name in written:
        if not LONG and "/" in name and name not in NARROWED:
            continue
        page.set_viewport_size(WIDE)
        page.goto(f"{address}/{name}")
        if LONG or name in CHOSEN:
            found[name] = list(wrong(page))
        page.set_viewport_size(NARROW)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], name
    assert len(found) >= len(CHOSEN)
    assert {name: places for name, places in found.items() if places} == {}
