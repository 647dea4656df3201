"""A PDF opens at its anchors in Chromium's own viewer, from ``…pdf#nameddest=<anchor>``."""

from __future__ import annotations

import pytest

from tests.conftest import chromium
from tests.pdf.conftest import Print

PIXELS = 96 / 72  # to a point
LINE = 16.0  # points
WHERE = """() => {
    try {
        const viewport = document.querySelector("pdf-viewer").viewport;
        const zoom = viewport.getZoom();
        const pages = viewport.pageDimensions_;
        if (!pages.length) return null;
        return {top: viewport.position.y / zoom, pages: pages.map(page => [page.y, page.height])};
    } catch (notYet) {
        return null;
    }
}"""


@pytest.fixture(scope="module")
def viewer(playwright):
    """Chromium in its newer headless mode: the older one has no viewer for PDFs."""
    browser = chromium(playwright, "--headless=new", headless=False)
    yield browser
    browser.close()


def _viewer(page):
    for _ in range(200):
        for frame in page.frames:
            if frame.url.startswith("chrome-extension://"):
                return frame
        page.wait_for_timeout(50)
    pytest.fail("Chromium opened no viewer")


def _where(browser, address):
    """What the viewer shows at its top once it has come to rest, in pixels, and its pages."""
    page = browser.new_page(viewport={"width": 900, "height": 500})
    try:
        page.goto(address)
        viewer = _viewer(page)
        before = None
        for _ in range(100):
            page.wait_for_timeout(200)
            now = viewer.evaluate(WHERE)
            if now is not None and now == before:
                return now
            before = now
        return pytest.fail("the viewer does not come to rest")
    finally:
        page.close()


@pytest.mark.parametrize(
    ("path", "anchor"),
    [
        ("documents/isle-seed-resolution.pdf", "isle-seed-resolution-w3"),
        ("documents/keepers-seed-statement.pdf", "keepers-seed-statement-p4"),
        ("archive.pdf", "isle-seed-resolution-w5"),
    ],
)
def test_the_viewer_opens_at_the_passage(archive_site, viewer, path, anchor):
    pdf = Print(archive_site.site / path)
    place = pdf.destinations[anchor]
    height = float(pdf.pdf.pages[0].mediabox[3])
    shown = _where(viewer, f"{pdf.path.as_uri()}#nameddest={anchor}")
    page_top, page_height = shown["pages"][place.page - 1]
    edge = (page_height - height * PIXELS) / 2  # the viewer's own, above and below
    wanted = page_top + edge + (height - place.top) * PIXELS
    assert wanted > 0
    assert abs(shown["top"] - wanted) < LINE * PIXELS


def test_without_an_anchor_the_viewer_opens_at_the_beginning(archive_site, viewer):
    path = archive_site.site / "documents" / "isle-seed-resolution.pdf"
    assert _where(viewer, path.as_uri())["top"] == 0
