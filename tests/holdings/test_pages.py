"""The pages of the archive can be used by all, in a window of any size."""

from __future__ import annotations

import os

from tests.browser.pages import NARROW, WIDE, wrong

LONG = os.environ.get("ARCHIVE_LONG") == "1"
# One of each language and form; the long run looks at every page.
CHOSEN = {
    "documents/index", "documents/ala-assange-resolution", "documents/coalition-assange-letter",
    "documents/udhr-ar", "documents/udhr-zh", "documents/udhr-en.versions",
    "subjects/prosecution-of-julian-assange",
}  # fmt: skip


def test_axe_finds_nothing_wrong_and_no_page_is_moved_sideways(holdings, page, serve):
    address = serve(holdings.site)
    found = {}
    written = [name for name, _page in holdings.pages() if not name.endswith(".made.html")]
    assert {f"{name}.html" for name in CHOSEN} <= set(written)
    for name in written:
        if not LONG and "/" in name and name.removesuffix(".html") not in CHOSEN:
            continue
        page.set_viewport_size(WIDE)
        page.goto(f"{address}/{name}")
        found[name] = list(wrong(page))
        page.set_viewport_size(NARROW)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], name
    assert len(found) > 10
    assert {name: places for name, places in found.items() if places} == {}
