"""Every page of the archive can be used by all, in a window of any size."""

from __future__ import annotations

from tests.browser.pages import NARROW, WIDE, wrong


def test_axe_finds_nothing_wrong_and_no_page_is_moved_sideways(holdings, page, serve):
    address = serve(holdings.site)
    found = {}
    written = [name for name, _page in holdings.pages() if not name.endswith(".made.html")]
    for name in written:
        page.set_viewport_size(WIDE)
        page.goto(f"{address}/{name}")
        found[name] = list(wrong(page))
        page.set_viewport_size(NARROW)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], name
    assert len(found) > 10
    assert {name: places for name, places in found.items() if places} == {}
