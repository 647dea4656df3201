"""Every kind of page is free of what axe-core finds wrong, and says by ear what it should."""

from __future__ import annotations

from tests.browser.pages import COMPANION, DOCUMENT, KINDS, NARROW, W3, WIDE, wrong
from tests.browser.speech import hold, spoken

# A narrow window changes the frame, which is the same for all, and these.
_NARROW = ("documents/index.html", DOCUMENT, COMPANION, "chronology.html")


# Of all rules these alone depend on the colours.
COLOURS = ("color-contrast", "link-in-text-block")


def test_axe_finds_nothing_wrong_and_screen_readers_are_told_what_is_kept(page, address):
    found, said = {}, {}
    for name in KINDS:
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.set_viewport_size(WIDE)
        page.goto(f"{address}/{name}")
        found[name] = list(wrong(page))
        said[name] = spoken(page, "body" if name == DOCUMENT else "main, article")
        if name in _NARROW:
            page.set_viewport_size(NARROW)
            found[f"{name}, narrow"] = list(wrong(page))
        page.emulate_media(color_scheme="dark")
        found[f"{name}, dark"] = list(wrong(page, COLOURS))
    assert {name: places for name, places in found.items() if places} == {}
    for name, told in said.items():
        hold(name.removesuffix(".html").replace("/", "-"), told)


def test_an_open_panel_and_a_preview_have_nothing_wrong_either(page, address):
    page.goto(f"{address}/{DOCUMENT}")
    page.locator(f"a.to-cite[href$='#{W3}']").click()
    page.locator(".passage-panel").wait_for()
    page.locator("a.bibtex-citation").first.hover()
    page.get_by_role("tooltip").wait_for()
    assert list(wrong(page)) == []
    hold("panel", spoken(page, ".passage-panel"))
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(NARROW)
    assert list(wrong(page)) == []
