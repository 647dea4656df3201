"""Pages look as they did: small pictures of them, compared with some patience.

Each picture is a first screen, as small as a stamp: words are grey, so that a changed sentence
is no surprise, and a column that moved, a colour or a missing part is one.  What differs is put
beside what is kept, in ``_build/looks``; ``ARCHIVE_GOLDEN=write`` keeps the new pictures.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image, ImageChops

from tests.browser.pages import COMPANION, DOCUMENT, KINDS, STEM, W3

pytestmark = pytest.mark.skipif(
    not os.environ.get("ARCHIVE_LONG"), reason="asked for by: make prove WHAT=looks"
)

KEPT = Path(__file__).parent / "looks"
DIFFERENT = Path("_build/looks")
_WIDTH, _TILE = 160, 8  # pixels of a small picture, and of the side of a tile
_UNLIKE = 20  # of 255, the mean difference of a tile that anybody sees
_MOST = 0.04  # of all tiles: a changed sentence, or another version of a font

_LINK = f"a.to-cite[href$='#{W3}']"
_WIDE, _NARROW = (1280, 800), (360, 740)
_BOOK = "book:"  # before chapters of the EPUB

# Name: page, window, options of the browser, and what is pressed.
LOOKS: dict[str, tuple[str, tuple[int, int], dict[str, str], tuple[str, ...]]] = {
    **{f"{name.removesuffix('.html').replace('/', '-')}-wide": (name, _WIDE, {}, ())
       for name in KINDS},
    **{f"{name.removesuffix('.html').replace('/', '-')}-narrow": (name, _NARROW, {}, ())
       for name in KINDS},
    "document-dark": (DOCUMENT, _WIDE, {"color_scheme": "dark"}, ()),
    "companion-dark": (COMPANION, _NARROW, {"color_scheme": "dark"}, ()),
    "document-forced-colours": (f"{DOCUMENT}#{W3}", _WIDE, {"forced_colors": "active"}, ()),
    "document-arrived": (f"{DOCUMENT}#{W3}", _WIDE, {}, ()),
    "document-arrived-narrow": (f"{DOCUMENT}#{W3}", _NARROW, {}, ()),
    "document-four-times-as-large": (f"{DOCUMENT}#{W3}", (320, 256), {}, ()),
    "document-on-its-side": (f"{DOCUMENT}#{W3}", (568, 320), {}, ()),
    "panel": (f"{DOCUMENT}#{W3}", _WIDE, {}, (_LINK,)),
    "panel-narrow": (f"{DOCUMENT}#{W3}", _NARROW, {}, (_LINK,)),
    "record": (DOCUMENT, _WIDE, {}, (".record summary",)),
    "drawer": (DOCUMENT, _NARROW, {}, ("label.nav-overlay-icon",)),
    "outline": (DOCUMENT, _NARROW, {}, ("label.toc-header-icon",)),
    "end-of-document": (f"{DOCUMENT}#{STEM}-n7", _WIDE, {}, ()),
    "found": ("search.html?q=%22grave+threat%22", _WIDE, {}, ()),
    "cited": (f"search.html?q={W3}", _NARROW, {}, ()),
    "book-contents": (f"{_BOOK}nav.xhtml", _NARROW, {}, ()),
    "book-document": (f"{_BOOK}documents/ferry-judgment.xhtml", (800, 1000), {}, ()),
    "book-document-dark": (
        f"{_BOOK}documents/ferry-judgment.xhtml", _NARROW, {"color_scheme": "dark"}, ()
    ),
    "book-made": (f"{_BOOK}documents/ferry-judgment.made.xhtml", _NARROW, {}, ()),
    "book-references": (f"{_BOOK}references.xhtml", _NARROW, {}, ()),
    "check": ("check.html", _WIDE, {}, ()),
    "checked": ("check.html#text=See%20" + W3, _NARROW, {}, ()),
    "paper": (DOCUMENT, (794, 1123), {"media": "print"}, ()),
}  # fmt: skip


@pytest.fixture
def book(field_site, tmp_path):
    """The address of the unpacked EPUB."""
    ZipFile(field_site.site / "archive.epub").extractall(tmp_path / "book")
    return (tmp_path / "book").as_uri()


def taken(browser, address, look, book=""):
    """A small picture of a first screen."""
    name, (width, height), options, pressed = look
    if name.startswith(_BOOK):
        name, address = name.removeprefix(_BOOK), book
    media = options.get("media")
    context = browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce",
        **{key: value for key, value in options.items() if key != "media"},
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"{address}/{name}", wait_until="networkidle")
    if address == book:  # whose colours are its reader's
        page.add_style_tag(content=":root { color-scheme: light dark }")
    if media:
        page.emulate_media(media=media)
    for each in pressed:
        page.locator(each).first.click()
    page.wait_for_load_state("networkidle")
    shown = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("L")
    context.close()
    return shown.resize((_WIDTH, round(_WIDTH * height / width)), Image.Resampling.BOX)


def unlike(one, other):
    """The share of tiles of a picture that anybody sees to be another."""
    if one.size != other.size:
        return 1.0
    tiles = -(-one.width // _TILE), -(-one.height // _TILE)
    means = ImageChops.difference(one, other).resize(tiles, Image.Resampling.BOX)
    seen = sum(many for value, many in enumerate(means.histogram()) if value > _UNLIKE)
    return seen / (tiles[0] * tiles[1])


def test_each_page_looks_as_it_did(browser, address, book):
    surprising = {}
    for name, look in LOOKS.items():
        picture, path = taken(browser, address, look, book), KEPT / f"{name}.png"
        if os.environ.get("ARCHIVE_GOLDEN") == "write":
            KEPT.mkdir(exist_ok=True)
            picture.quantize(16).save(path, optimize=True)
        kept = Image.open(path).convert("L") if path.exists() else Image.new("L", (1, 1))
        if (share := unlike(picture, kept)) > _MOST:
            surprising[name] = f"{share:.0%}"
            DIFFERENT.mkdir(parents=True, exist_ok=True)
            both = Image.new("L", (2 * _WIDTH + 8, picture.height), 128)
            both.paste(kept, (0, 0))
            both.paste(picture, (_WIDTH + 8, 0))
            both.save(DIFFERENT / f"{name}.png")
    assert surprising == {}, f"look at {DIFFERENT}, as it was and as it is"


def test_a_surprise_is_seen_and_a_changed_sentence_is_not(browser, address):
    look = LOOKS["document-arrived"]
    page = taken(browser, address, look)
    assert unlike(page, taken(browser, address, look)) == 0
    changed = page.copy()
    changed.paste(200, (60, 40, 140, 44))  # a line of grey words
    assert unlike(page, changed) <= _MOST
    changed.paste(255, (54, 20, 140, 60))  # the passage without its tint and its words
    assert unlike(page, changed) > _MOST
