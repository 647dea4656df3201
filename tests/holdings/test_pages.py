"""The pages of the archive can be used by all, in a window of any size."""

from __future__ import annotations

import os

from tests.browser.pages import NARROW, WIDE, wrong

LONG = os.environ.get("ARCHIVE_LONG") == "1"
# One of each language and form, and the largest drawings; the long run asks axe-core of every page.
CHOSEN = {
    "documents/index.html", "documents/ala-assange-resolution.html", "documents/udhr-ar.html",
    "documents/udhr-zh.html", "documents/udhr-en.versions.html", "chronology.html", "map.html",
}  # fmt: skip


def test_axe_finds_nothing_wrong_and_no_page_is_moved_sideways(holdings, page, serve):
    address = serve(holdings.site)
    found = {}
    written = [name for name, _page in holdings.pages() if not name.endswith(".made.html")]
    assert set(written) >= CHOSEN
    for name in written:
        if not LONG and "/" in name and name not in CHOSEN:
            continue
        page.set_viewport_size(WIDE)
        page.goto(f"{address}/{name}")
        if LONG or name in CHOSEN:
            found[name] = list(wrong(page))
        page.set_viewport_size(NARROW)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], name
    assert len(found) >= len(CHOSEN)
    assert {name: places for name, places in found.items() if places} == {}
