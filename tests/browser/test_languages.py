"""Texts in six languages are found as their readers write, from a server and from a disk alike."""

from __future__ import annotations

import re
import shutil
from importlib.resources import files

import pytest

from archive.search import Shelf, folded, stem
from archive.search import index as shares
from archive.search.index import FOLDER, executable, write_texts
from tests.browser.pages import NARROW, WIDE, wrong
from tests.browser.test_accessibility import COLOURS
from tests.browser.test_search import ASK, leads_to

expect = pytest.importorskip("playwright.sync_api").expect

# What is asked for, and the passages that the search leads to, in the order of the catalogue.
SEARCHES = {
    "essentiel": {"lights-fr-w2"},  # behind an elided article
    "l'essentiel": {"lights-fr-w2"},
    "oeuvre": {"lights-fr-a2"},
    "œuvre": {"lights-fr-a2"},
    "ile phare": {"lights-fr-a5"},  # without its circumflex
    "ports eteint": {"lights-fr-w1"},
    "« menace grave »": {"lights-fr-a1"},
    "“grave menace”": set(),  # a phrase has its order
    "journalistes": {"lights-fr-a3", "lights-en-a3"},  # a stem that both have
    "tableaux": {"lights-fr-a2", "lights-fr-p2", "lights-fr-a3"},  # as French makes plurals
    "gardé": {"lights-fr-a5"},  # of another gender
    "strasse": {"lights-es-a3"},
    "tablon": {"lights-es-a3"},
    "luces": {"lights-es-a1"},  # as Spanish makes plurals
    "«amenaza grave»": {"lights-es-a1"},
    "журналист": {"lights-ru-a3"},  # of another number
    "серьезная угроза": {"lights-ru-a1"},  # of another case, and without the dots of ё
    "صحفي": {"lights-ar-a3"},  # within “for the journalist”
    "نور": {"lights-ar-w1", "lights-ar-a1", "lights-ar-a4"},  # with its article and without
    "المادة 4": {"lights-ar-a4"},  # digits of another script
    "记者": {"lights-zh-a3"},
    "新闻自由": {"lights-zh-a3"},
    "告示": {"lights-zh-a2", "lights-zh-p2", "lights-zh-a3"},  # any two characters
    "「新闻自由」": {"lights-zh-a3"},
    "闻新": set(),
    "“grave threat”": {"lights-en-a1"},
}  # fmt: skip


@pytest.fixture(scope="module")
def large(versions_site, tmp_path_factory):
    """The archive as if it were large: Pagefind has it."""
    if executable() is None:
        pytest.skip("there is no Pagefind for this platform")
    site = shutil.copytree(versions_site.site, tmp_path_factory.mktemp("large") / "html")
    shelf = Shelf(versions_site.source / "_build/doctrees/search-entries")
    done = shares.keep_in_step(shelf, site / "pagefind", executable())
    write_texts([shelf], site / FOLDER, done.shares)
    return site


@pytest.fixture(params=["disk", "server", "Pagefind"])
def search(request, page, versions_site, serve):
    """Open the search page in one way."""
    site = request.getfixturevalue("large") if request.param == "Pagefind" else versions_site.site
    base = site.as_uri() if request.param == "disk" else serve(site)
    page.goto(f"{base}/search.html")
    return page


def test_each_search_finds_what_it_should(search):
    said = search.evaluate(ASK, list(SEARCHES))
    found = {
        query: {link for link in leads_to(said[query]["found"]) if link[-2] in "apw"}
        for query in SEARCHES
    }
    assert found == SEARCHES


# Passages by the names that people say, with numbers as their languages write them.
NAMED = {
    "灯火公约第三条": ["lights-zh-a3"],
    "灯火公约 第3条": ["lights-zh-a3"],
    "عهد الأنوار، المادة 3": ["lights-ar-a3"],
    "Convention des feux, article 3": ["lights-fr-a3"],
    "Lights covenant, art. 3 (French version)": ["lights-fr-a3"],
    "Lights covenant, art. 3 (Chinese version).": ["lights-zh-a3"],
    "Lights covenant, art. 2": ["lights-en-a2"],
}


def test_a_passage_is_found_by_its_name(search):
    said = search.evaluate(ASK, list(NAMED))
    assert {query: leads_to(said[query]["cited"]) for query in NAMED} == NAMED


def test_results_are_marked_with_their_language_and_chosen_by_it(versions_site, serve, page):
    page.goto(f"{serve(versions_site.site)}/search.html?q=menace")
    result = page.locator("#search-found > li")
    assert (result.get_attribute("lang"), result.get_attribute("dir")) == ("fr", "auto")
    assert result.locator(".search-language").inner_text() == "French"
    chosen = page.get_by_label("Language").locator("option").all_text_contents()
    assert {"any", "Arabic (1)", "Chinese (1)", "French (1)"} <= set(chosen)


def test_page_and_index_fold_words_alike(page, versions_site):
    page.goto(f"{versions_site.site.as_uri()}/search.html")
    latin = ["L’œuvre", "Straße", "٢٠٢٤", "Łódź", "Þórð", "naïve"]
    others = ["Журналистами", "серьёзной", "والصحفي", "المدرسة"]
    said = page.evaluate("(words) => words.map((word) => finding.forms(word))", latin + others)
    assert [each["plain"] for each in said] == [folded(word) for word in latin + others]
    keys = [each["key"] for each in said[len(latin) :]]
    assert keys == [stem(folded(word)) for word in others]
    inflected = [
        ("fr", "Égaux"), ("fr", "niveaux"), ("fr", "heureuses"), ("fr", "citoyennes"),
        ("fr", "loi"), ("fr", "protégées"), ("es", "derechos"), ("es", "voces"), ("es", "días"),
        ("es", "meses"), ("pt", "informações"), ("pt", "jornais"), ("it", "giornalistiche"),
        ("de", "Freiheiten"),
    ]  # fmt: skip
    asked = "(all) => all.map(([language, word]) => finding.forms(word, language).key)"
    wanted = [stem(folded(word), language) for language, word in inflected]
    assert page.evaluate(asked, inflected) == wanted
    assert wanted[:4] == ["egal", "niveau", "heureux", "citoyen"]


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", NARROW)])
def test_axe_finds_nothing_wrong(window, versions_site, serve, size, scheme):
    page = window(size, color_scheme=scheme)
    found = {}
    for name in ("lights-ar", "lights-zh", "lights-en.versions"):
        page.goto(f"{serve(versions_site.site)}/documents/{name}.html")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        found[name] = list(wrong(page, () if scheme == "light" else COLOURS))
    assert {name: places for name, places in found.items() if places} == {}


def test_a_reader_chooses_versions_and_shares_the_choice(versions_site, serve, page):
    address = f"{serve(versions_site.site)}/documents/lights-en.versions.html"
    page.goto(f"{address}?in=lights-ru#lights-ru-a3")
    shown = page.locator(".versions-head .version:visible")
    assert shown.evaluate_all("(all) => all.map((each) => each.id)") == [
        "lights-en", "lights-ar", "lights-ru",
    ]  # fmt: skip
    page.get_by_label("العربية").uncheck()
    assert shown.count() == 2
    assert page.url == f"{address}?in=lights-en%2Clights-ru"


def test_without_script_the_boxes_choose_and_a_passage_that_is_led_to_is_seen(
    scriptless, versions_site
):
    address = (versions_site.site / "documents/lights-en.versions.html").as_uri()
    scriptless.goto(f"{address}#lights-zh-a3")
    assert scriptless.locator("#lights-zh-a3").is_visible()
    assert not scriptless.locator("#lights-zh-a2").is_visible()
    scriptless.get_by_label("中文").check()
    assert scriptless.locator("#lights-zh-a2").is_visible()


@pytest.mark.parametrize(("asked", "place"), [("3", "a3"), ("المادة 3", "a3"), ("٢(ب)", "p2")])
def test_a_reader_goes_to_a_number_in_any_digits(page, versions_site, asked, place):
    page.goto((versions_site.site / "documents/lights-ar.html").as_uri())
    page.get_by_label("اذهب إلى").fill(asked)
    page.keyboard.press("Enter")
    page.wait_for_function(f"location.hash === '#lights-ar-{place}'", timeout=2_000)


# Of each page of an archive in Arabic: what a script says there, and where.
SAID = {
    "search.html?q=النور": (
        "#search-status", "مقطع واحد (1) وملاحظة واحدة من المحرّر (1) في وثيقة واحدة (1)."
    ),
    "search.html?q=صخرة": ("#search-status", "لم يُعثر على شيء: «صخرة» لا يرد في هذا الأرشيف."),
    "search.html?q=keepers-letter-p1": ("#search-status", "وُجد: رسالة الحراس، الفقرة 1."),
    "documents/index.html": (".catalogue-status p", "كل الوثائق: 3 وثائق"),
    "documents/index.html?kind=رسالة": (".catalogue-status p", "2 من 3 من الوثائق"),
}  # fmt: skip


def test_scripts_speak_the_language_of_the_archive(window, arabic_site, serve):
    page, found = window(NARROW, color_scheme="dark"), {}
    for name, (where, said) in SAID.items():
        page.goto(f"{serve(arabic_site.site)}/{name}")
        expect(page.locator(where)).to_have_text(said)
        chosen = page.locator("main, article").last.inner_text()
        assert not set(re.findall("[A-Za-z]{2,}", chosen)) - {"PDF", "visitors"}
        found[name] = list(wrong(page))
    assert {name: places for name, places in found.items() if places} == {}


# Whether each part stands at the right of what it is in: all do where lines begin there.
AT_THE_RIGHT = """(name) => {
    const middle = (box) => (box.left + box.right) / 2;
    const [inner, outer] = name.split(" in ").map((each) => document.querySelector(each));
    const at = inner.getBoundingClientRect().width ? inner : inner.parentElement;
    return middle(at.getBoundingClientRect()) > middle(outer.getBoundingClientRect());
}"""
MIRRORED = ".header-left in .mobile-header", ".document .passage-label in body"


# At which edge of the window an open drawer stands.
DRAWERS = ("__navigation", ".sidebar-drawer", "right"), ("__toc", ".toc-drawer", "left")
STANDS = """([drawer, edge]) => {
    const box = document.querySelector(drawer).getBoundingClientRect();
    return edge === "left" ? box.left === 0 : box.right === document.documentElement.clientWidth;
}"""


def test_a_page_whose_lines_begin_at_the_right_is_mirrored(window, arabic_site, serve):
    page = window(NARROW)
    page.goto(f"{serve(arabic_site.site)}/documents/lights-covenant.html")
    assert [name for name in MIRRORED if not page.evaluate(AT_THE_RIGHT, name)] == []
    for switch, drawer, edge in DRAWERS:
        page.evaluate("(id) => document.getElementById(id).click()", switch)
        page.wait_for_function(STANDS, arg=[drawer, edge], timeout=2_000)
        page.keyboard.press("Escape")
    warning = page.locator(".admonition.warning")
    style = (
        "(box) => [getComputedStyle(box).borderRightColor, getComputedStyle(box).borderLeftWidth]"
    )
    assert warning.evaluate(style) == ["rgb(255, 145, 0)", "0px"]
    icon = "(title) => getComputedStyle(title, '::before').right"
    assert warning.locator("p").first.evaluate(icon) == "8px"


def test_a_note_before_all_text_is_folded_on_a_phone_so_that_the_text_begins_in_sight(
    page, versions_site, serve
):
    page.set_viewport_size({"width": 360, "height": 740})
    document = f"{serve(versions_site.site)}/documents/lights-en.html"
    page.goto(document)
    words = page.get_by_text("Of the board nothing is left.")
    assert not words.is_visible()
    assert page.locator("#lights-en-w1").bounding_box()["y"] < 740
    page.get_by_text("Editor’s note: the board").click()
    assert words.is_visible()
    page.goto("about:blank")
    page.goto(f"{document}#lights-en-n1")
    assert words.is_visible()
    page.set_viewport_size({"width": 1280, "height": 740})
    page.goto("about:blank")
    page.goto(document)
    assert words.is_visible()


def test_in_the_book_what_is_read_from_the_right_stands_there(page):
    style = files("archive.epub") / "theme/static/book.css"
    page.set_content(
        f"<style>{style.read_text('utf-8')}</style><main dir='rtl'><h1>Title</h1>"
        "<p class='held-in-part'>Part</p><div class='editors-note'>Note</div>"
        "<div class='record'><dl><dt>Kind</dt><dd>Law</dd></dl></div></main>"
    )
    aligned, ruled = page.evaluate("""() => [
      ["h1", "dt"].map((each) => getComputedStyle(document.querySelector(each)).textAlign),
      [".held-in-part", ".editors-note"].map((each) => {
        const style = getComputedStyle(document.querySelector(each));
        return [style.borderRightStyle, style.borderLeftStyle];
      }),
    ]""")
    assert aligned == ["right", "right"]
    assert ruled == [["solid", "none"], ["double", "none"]]


_COVERED = """() => [...document.querySelectorAll(".to-copy")].filter((each) => {
  const words = document.createTreeWalker(each, NodeFilter.SHOW_TEXT), rects = [];
  while (words.nextNode()) {
    if (words.currentNode.parentElement.closest("button")) continue;
    const range = document.createRange();
    range.selectNode(words.currentNode);
    rects.push(...range.getClientRects());
  }
  return [...each.querySelectorAll("button")].some((button) => {
    const { left, right, top, bottom } = button.getBoundingClientRect();
    return rects.some((rect) =>
      rect.left < right - 1 && rect.right > left + 1 && rect.top < bottom && rect.bottom > top);
  });
}).map((each) => each.textContent)"""


@pytest.mark.parametrize("language", ["ar", "es", "fr", "ru", "zh"])
def test_the_button_that_copies_covers_no_words_in_any_language(page, versions_site, language):
    page.goto((versions_site.site / f"documents/lights-{language}.made.html").as_uri())
    page.locator(".to-copy > button").first.wait_for()
    assert page.evaluate(_COVERED) == []
