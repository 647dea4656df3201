"""Every kind of page is free of what axe-core finds wrong, and says by ear what it should."""

from __future__ import annotations

import os

from tests.browser.pages import DOCUMENT, KINDS, NARROW, W3, WIDE, wrong
from tests.browser.speech import hold, spoken

# A narrow window changes the frame, which is the same for all, and these.
_NARROW = ("documents/index.html", DOCUMENT, "chronology.html")


# In the dark axe-core is asked of a page whose texts have colours that no page before it had, which
# takes a tenth of the time; in the long run, of every page.
LONG = os.environ.get("ARCHIVE_LONG") == "1"

# Of all rules these alone depend on the colours.
COLOURS = ("color-contrast", "link-in-text-block")

_COLOURS_OF_TEXTS = """() => {
    const ground = (element) => {
        for (; element; element = element.parentElement) {
            const { backgroundColor, backgroundImage } = getComputedStyle(element);
            if (backgroundImage !== "none") return backgroundImage;
            if (backgroundColor !== "rgba(0, 0, 0, 0)") return backgroundColor;
        }
        return "";
    };
    const isText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim();
    return [...document.querySelectorAll("body *")]
        .filter((each) => [...each.childNodes].some(isText) && each.getClientRects().length)
        .map((each) => {
            const { color, fill, fontSize, fontWeight, opacity } = getComputedStyle(each);
            const isLarge = parseFloat(fontSize) >= (fontWeight < 700 ? 24 : 18.66);  // in WCAG
            return [color, each.closest("svg") && fill, isLarge, opacity, ground(each)].join();
        });
}"""


def test_axe_finds_nothing_wrong_and_screen_readers_are_told_what_is_kept(page, address):
    found, said, seen = {}, {}, set()
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
        colours = set(page.evaluate(_COLOURS_OF_TEXTS))
        if LONG or not colours <= seen:
            found[f"{name}, dark"] = list(wrong(page, COLOURS))
        seen |= colours
    assert len(seen) > 5
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
