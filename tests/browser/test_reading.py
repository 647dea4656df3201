"""What a reader meets: the passage asked for, previews, the catalogue, windows of any size."""

from __future__ import annotations

import re
from functools import partial
from urllib.parse import quote

import pytest

from tests.browser.pages import DOCUMENT, KINDS, NARROW, OTHER, STEM, W3, WIDE, wrong
from tests.browser.speech import hold, spoken

expect = pytest.importorskip("playwright.sync_api").expect


def boxes(page, anchor):
    label = page.locator(f"#{anchor} .passage-label")
    return label.bounding_box(), page.locator(f"#{anchor}").bounding_box()


# --- The document


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_citation_leads_to_its_passage_with_what_stands_before_it(window, address, size):
    page = window(viewport=size, reduced_motion="reduce")
    page.goto(f"{address}/{OTHER}")
    page.locator(f"a[href='{STEM}.html#{W3}']").first.click()
    expect(page).to_have_url(f"{address}/{DOCUMENT}#{W3}")
    expect(page.locator(f"#{W3}")).to_be_in_viewport()
    top = page.locator(f"#{W3}").bounding_box()["y"]
    assert 60 < top < size["height"] / 2


@pytest.mark.parametrize("size", [(320, 256), (568, 320), (1280, 800)])
def test_who_arrives_is_told_where_and_what_became_of_it_and_nothing_hides_the_label(
    window, address, size
):
    page = window(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    page.goto(f"{address}/{DOCUMENT}#{W3}")
    line = page.locator(".mobile-header" if size[0] < 1000 else ".document-strip")
    for told in ("Seed resolution, whereas 3", "Outcome not established"):
        expect(line.get_by_text(told)).to_be_in_viewport()
    foot = line.evaluate("e => e.getBoundingClientRect().bottom")
    assert foot <= size[1] / 4
    for each in (f"#{W3} .passage-label", f"a.to-cite[href$='#{W3}']"):
        expect(page.locator(each)).to_be_in_viewport(ratio=1)
        assert page.locator(each).bounding_box()["y"] >= foot


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_labels_never_move(window, address, size):
    page = window(viewport=size, reduced_motion="reduce")
    page.goto(f"{address}/{DOCUMENT}")
    for anchor in (W3, "isle-seed-resolution-n1"):
        before, passage_before = boxes(page, anchor)
        page.evaluate("anchor => { location.hash = anchor }", anchor)
        after, passage_after = boxes(page, anchor)
        assert after["x"] == before["x"]
        assert after["y"] - passage_after["y"] == before["y"] - passage_before["y"]
        assert passage_after["width"] == passage_before["width"]


def test_a_passage_arrived_at_is_told_without_colour(window, address):
    page = window(forced_colors="active")
    page.goto(f"{address}/{DOCUMENT}#{W3}")
    bar = page.evaluate(
        """anchor => {
            const around = document.getElementById(anchor).closest(".passage");
            const bar = getComputedStyle(around, "::before");
            return [bar.content, bar.borderInlineStartWidth, bar.borderInlineStartStyle];
        }""",
        W3,
    )
    assert bar == ['""', "5px", "solid"]


def test_a_link_within_a_sentence_runs_on_with_it(page, address):
    page.goto(f"{address}/glossary.html")
    lines = page.locator("dd > p:not(.backlinks) > a").evaluate_all(
        "links => links.map(each => getComputedStyle(each).display)"
    )
    assert set(lines) == {"inline"}


def test_quotations_terms_citations_and_notes_differ_in_form(page, address):
    page.goto(f"{address}/{DOCUMENT}")

    def style(selector, name):
        found = page.locator(selector).first
        return found.evaluate("(e, name) => getComputedStyle(e)[name]", name)

    assert page.locator("q.quotation").first.text_content().startswith("“")
    assert style("article a.term", "textDecorationStyle") == "dotted"
    assert style(".editors-note a.spoken", "textDecorationLine") == "underline"
    assert style(".bibtex-citation", "fontFamily") != style(".passage > p", "fontFamily")
    assert style(".editors-note", "borderInlineStartStyle") == "double"


_BARS = """() => {
  const light = (colour) => {
    const [red, green, blue] = colour.match(/[\\d.]+/g).slice(0, 3).map((each) => {
      const part = each / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = (each) => {
    const colour = getComputedStyle(each).backgroundColor;
    return /, 0\\)$/.test(colour) ? ground(each.parentElement) : colour;
  };
  return [...document.querySelectorAll("q.quotation")].map((each) => {
    const style = getComputedStyle(each);
    const [dark, bright] = [style.borderLeftColor, ground(each.parentElement)].map(light).sort();
    const wide = [style.borderLeftWidth, style.borderRightWidth].every((side) => side === "2px");
    return wide && (bright + 0.05) / (dark + 0.05);
  });
}"""


@pytest.mark.parametrize(
    "colours", [{}, {"color_scheme": "dark"}, {"forced_colors": "active"}], ids=str
)
def test_exact_words_stand_between_bars_that_all_can_see(page, address, colours):
    page.emulate_media(**colours)
    page.goto(f"{address}/{DOCUMENT}#{W3}")
    assert min(page.evaluate(_BARS)) >= 3  # WCAG 2.2, 1.4.11


def test_every_other_form_is_offered_and_is_there(page, address):
    page.goto(f"{address}/{DOCUMENT}")
    links = page.get_by_role("region", name="In other forms").get_by_role("link")
    offered = [link.get_attribute("href") for link in links.all()]
    forms = "pdf", "txt", "md", "bib", "ris", "json", "passages.json", "atom", "linkset.json"
    beside = [f"{STEM}.{form}" for form in forms]
    assert offered == [beside[0], "../archive.epub", *beside[1:]]
    for name in beside:
        assert page.request.get(f"{address}/documents/{name}").ok, name
    source = page.request.get(f"{address}/documents/{STEM}.md").text()
    assert f"({W3})=" in source


def test_documents_lead_to_their_neighbours(page, address):
    page.goto(f"{address}/{OTHER}")
    page.get_by_role("navigation", name="Before and after").get_by_role("link").click()
    expect(page).to_have_url(f"{address}/{DOCUMENT}")


# --- Previews (WCAG 2.2, 1.4.13)


def test_a_preview_shows_what_a_link_leads_to_and_can_be_put_away(page, address):
    page.goto(f"{address}/{OTHER}")
    preview = page.get_by_role("tooltip")
    link = page.locator(f"a[href='{STEM}.html#{W3}']").first
    link.hover()
    expect(preview.locator("strong")).to_have_text("Seed resolution, whereas 3")
    words = preview.locator("span").text_content()
    assert words.startswith("The clause reports two judgements")
    assert "Cite" not in words
    assert link.get_attribute("aria-describedby") == preview.get_attribute("id")
    page.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    expect(link).not_to_have_attribute("aria-describedby", re.compile(""))


def test_a_preview_stays_while_the_pointer_is_in_it_and_goes_when_it_leaves(page, address):
    page.goto(f"{address}/{DOCUMENT}")
    preview = page.get_by_role("tooltip")
    page.locator(f"#{W3} a.bibtex-citation").hover()
    expect(preview.locator("strong")).to_have_text("FNS 2018")
    expect(preview).to_contain_text("FNS Comment on the Sealing")
    preview.hover()
    page.evaluate("() => new Promise(done => setTimeout(done, 400))")  # twice its patience
    assert preview.is_visible()
    page.mouse.move(1, 1)
    expect(preview).to_be_hidden()


def test_a_preview_comes_with_the_keyboard_and_lies_in_the_window(window, address):
    page = window(viewport=NARROW)
    page.goto(f"{address}/{DOCUMENT}")
    term = page.locator(f"#{W3} a.term").first
    page.locator(f"#{W3} .passage-label").focus()
    page.keyboard.press("Tab")
    expect(term).to_be_focused()
    preview = page.get_by_role("tooltip")
    expect(preview.locator("strong")).to_have_text("Field Naturalists Society")
    box = preview.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= NARROW["width"]
    page.keyboard.press("Tab")
    expect(term).not_to_have_attribute("aria-describedby", re.compile(""))


def test_nothing_of_another_page_is_asked_for_before_it_is_wanted(page, address):
    asked = []
    page.on("request", lambda request: asked.append(request.resource_type))
    page.goto(f"{address}/{DOCUMENT}", wait_until="networkidle")
    assert "fetch" not in asked


# --- From a disk, and without script


def test_a_page_opened_from_a_disk_is_whole(window, archive_site):
    page = window()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{(archive_site.site / DOCUMENT).as_uri()}#{W3}")
    assert page.locator(".passage-label").first.evaluate("e => getComputedStyle(e).position") == (
        "absolute"
    )
    page.locator(f"#{W3} a.bibtex-citation").hover()
    expect(page.get_by_role("tooltip")).to_contain_text("FNS Comment")
    page.locator(f"#{W3} a.term").first.click()
    expect(page).to_have_url(re.compile("glossary.html#term-"))
    assert said == []


def test_the_site_works_below_any_path(window, archive_site, serve):
    page = window()
    failed = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("response", lambda answer: failed.append(answer.url) if answer.status > 399 else None)
    # A click would break off the request of the icon, which browsers make last.
    page.goto(f"{serve(archive_site.site.parent)}/html/{DOCUMENT}", wait_until="networkidle")
    page.get_by_role("link", name="Chronology", exact=True).click()
    expect(page.get_by_role("heading", name="Chronology")).to_be_visible()
    assert failed == []


def test_without_script_everything_is_there(scriptless, address):
    scriptless.goto(f"{address}/documents/index.html")
    expect(scriptless.locator("ul.catalogue > li:visible")).to_have_count(2)
    expect(scriptless.locator(".catalogue-form form")).to_have_count(0)
    scriptless.goto(f"{address}/chronology.html")
    scriptless.locator("svg.drawing a[href='#event-2019-11-21']").click()
    expect(scriptless).to_have_url(f"{address}/chronology.html#event-2019-11-21")
    scriptless.set_viewport_size(NARROW)
    scriptless.goto(f"{address}/{DOCUMENT}#{W3}")
    expect(scriptless.locator(f"#{W3}")).to_be_visible()
    scriptless.locator("label.nav-overlay-icon").click()
    scriptless.get_by_role("link", name="Glossary", exact=True).click()
    expect(scriptless).to_have_url(f"{address}/glossary.html")


# --- The catalogue


def test_the_catalogue_is_chosen_from_and_the_choice_has_an_address(page, address):
    page.goto(f"{address}/documents/index.html")
    rows = page.locator("ul.catalogue > li:visible")
    status = page.locator(".catalogue-form").get_by_role("status")
    expect(status).to_have_text("All 2 documents")
    page.get_by_label("Kind").select_option("Resolution")
    expect(rows).to_have_count(1)
    expect(status).to_have_text("1 of 2 documents")
    expect(page).to_have_url(f"{address}/documents/index.html?kind=Resolution")
    page.goto(f"{address}/documents/index.html?subject=Libraries")
    expect(rows).to_have_count(1)
    expect(rows.first).to_have_text(re.compile(r"^\s*\[Resolution"))
    page.get_by_role("button", name="Show all").click()
    expect(page).to_have_url(f"{address}/documents/index.html")
    expect(rows).to_have_count(2)
    page.get_by_label("Sorted").select_option("issuer")
    expect(rows.first).to_have_text(re.compile(r"^\s*\[Resolution"))
    page.get_by_label("Year").select_option("2019")
    expect(rows).to_have_count(2)
    page.get_by_role("link", name="Registers").click()
    expect(page).to_have_url(re.compile("subject=Registers$"))
    expect(page.get_by_label("Subject")).to_have_value("Registers")
    expect(page.locator("ul.catalogue > li:visible")).to_have_count(1)


def test_the_chosen_order_of_the_catalogue_has_an_address_too(page, address):
    page.goto(f"{address}/documents/index.html")
    rows = page.locator("ul.catalogue > li")
    page.get_by_label("Sorted").select_option("issuer")
    expect(page).to_have_url(f"{address}/documents/index.html?sort=issuer")
    expect(rows.first).to_have_text(re.compile(r"^\s*\[Resolution"))
    page.goto(f"{address}/documents/index.html?sort=issuer")
    expect(page.get_by_label("Sorted")).to_have_value("issuer")
    expect(rows.first).to_have_text(re.compile(r"^\s*\[Resolution"))


# --- The keyboard


def test_the_keyboard_opens_a_drawer_goes_through_it_alone_and_closes_it(window, address):
    page = window(viewport=NARROW, reduced_motion="reduce")
    page.goto(f"{address}/{DOCUMENT}")
    focused = partial(
        page.evaluate, "document.activeElement.id || document.activeElement.className"
    )
    isin = "selector => document.activeElement.closest(selector) !== null"
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to content")
    for switch, drawer in (("__navigation", ".sidebar-drawer"), ("__toc", ".toc-drawer")):
        page.keyboard.press("Tab")
        assert focused() == switch
        page.keyboard.press("Tab")  # what is shut away is skipped
        assert not page.evaluate(isin, drawer)
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Space")
        expect(page.locator(drawer)).to_be_in_viewport()
        for _ in range(4):
            page.keyboard.press("Tab")
            assert page.evaluate(isin, drawer)
        if switch == "__navigation":
            assert list(wrong(page)) == []
            hold("drawer", spoken(page))
        page.keyboard.press("Escape")
        assert focused() == switch
        expect(page.locator(drawer)).not_to_be_in_viewport()
    page.keyboard.press("Space")
    page.get_by_role("link", name="Other forms").or_(
        page.locator(".toc-drawer").get_by_role("link", name="In other forms")
    ).last.click()
    expect(page.locator(".toc-drawer")).not_to_be_in_viewport()
    expect(page.get_by_role("heading", name="In other forms")).to_be_in_viewport()


def test_a_stretch_of_passages_is_copied_without_labels_and_links_to_cite(page, address):
    page.goto(f"{address}/{DOCUMENT}")
    page.evaluate(
        """([from, to]) => getSelection().setBaseAndExtent(
            document.getElementById(from), 0, document.getElementById(to), 1)""",
        [f"{STEM}-w1", f"{STEM}-w4"],
    )
    page.keyboard.press("Control+c")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("The first clause says")
    assert not re.search(r"Cite|\b[WN]\d\b", copied)


def test_the_first_stop_of_a_wide_page_leads_past_its_frame(window, address):
    page = window(viewport={"width": 1440, "height": 800})
    page.goto(f"{address}/{DOCUMENT}")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to content")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("article :focus")).to_be_visible()


# --- Windows of every size, light and dark, and paper


def test_no_page_is_moved_sideways(page, address):
    for name in KINDS:
        page.goto(f"{address}/{name}")
        for width in (2560, 768, 320):
            page.set_viewport_size({"width": width, "height": 800})
            widest = page.evaluate("document.documentElement.scrollWidth")
            assert widest <= width, name


def test_no_title_runs_below_the_icon_beside_it(page, address):
    page.set_viewport_size(WIDE)
    page.goto(f"{address}/documents/index.html")
    page.locator("h1").evaluate(
        "(title) => title.prepend('Versions side by side in words '.repeat(3))"
    )
    clear = page.evaluate("""() => {
        const icon = document.querySelector(".content-icon-container").getBoundingClientRect();
        const range = document.createRange();
        range.selectNodeContents(document.querySelector("h1"));
        return [...range.getClientRects()].every((line) => line.right < icon.left);
    }""")
    assert clear


def test_dark_is_dark_and_the_choice_is_all_that_is_kept(window, address):
    page = window(color_scheme="dark")
    page.goto(f"{address}/{DOCUMENT}")
    expect(page.locator("body")).to_have_css("background-color", "rgb(21, 20, 19)")
    toggle = page.get_by_role("button", name="Toggle Light / Dark / Auto color theme")
    toggle.locator("visible=true").first.click()
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 254, 251)")
    assert page.evaluate("Object.keys(localStorage)") == ["theme"]
    assert page.evaluate("sessionStorage.length") == 0
    assert page.context.cookies() == []


def test_paper_has_the_text_its_labels_and_its_record_and_nothing_to_press(page, address):
    page.goto(f"{address}/{DOCUMENT}")
    page.locator(f"a.to-cite[href$='#{W3}']").click()
    expect(page.locator(".passage-panel")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".record")).to_be_visible()
    expect(page.locator(f"#{W3} .passage-label")).to_be_visible()
    for gone in (
        ".sidebar-drawer", "a.to-cite", ".passage-panel", ".other-forms", ".neighbours",
        ".headerlink",
    ):  # fmt: skip
        expect(page.locator(gone).first).to_be_hidden()


def test_signatories_folded_away_are_found_in_the_page_linked_to_and_printed(
    page, field_site, serve
):
    """Browsers open ``details`` for what they find or link to within (HTML, 4.11.1); no script."""
    letter = f"{serve(field_site.site)}/documents/ferry-letter.html"
    name = page.locator("#ferry-letter-g221")
    page.goto(letter)
    expect(name).to_be_hidden()
    page.emulate_media(media="print")
    expect(name).to_be_visible()
    page.emulate_media(media="screen")
    said = name.evaluate("name => name.lastChild.textContent.trim()")
    for found in (f":~:text={quote(said)}", "ferry-letter-g221"):  # a text as find-in-page finds it
        page.goto("about:blank")
        page.goto(f"{letter}#{found}")
        expect(name).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_nothing_moves_while_a_page_loads_and_its_policy_holds(unused, address, size):
    page = unused
    page.set_viewport_size(size)
    page.add_init_script(
        """window.moved = 0; window.refused = [];
        new PerformanceObserver(list => {
            for (const entry of list.getEntries()) moved += entry.value;
        }).observe({ type: "layout-shift", buffered: true });
        document.addEventListener("securitypolicyviolation", event => {
            refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
        });"""
    )
    for name in KINDS:
        page.goto(f"{address}/{name}")
        page.evaluate("new Promise(rested => requestIdleCallback(() => setTimeout(rested)))")
        assert page.evaluate("[moved, refused]") == [0, []], name


def test_a_wrong_address_is_helped_with(page, address):
    page.goto(f"{address}/404.html#{W3}")
    link = page.get_by_role("link", name=W3)
    link.click()
    expect(page).to_have_url(f"{address}/{DOCUMENT}#{W3}")
    page.goto(f"{address}/404.html#no-such-document-p1")
    expect(page.get_by_text("Did you mean")).to_be_hidden()
