"""A reader follows a citation to its passage, and takes one away, with and without script."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from tests.browser.pages import DOCUMENT, W3

expect = pytest.importorskip("playwright.sync_api").expect

BASE = "https://isles.example"


def panel(page, anchor):
    return page.locator(".passage", has=page.locator(f"#{anchor}")).locator(".passage-panel")


def test_the_passage_a_citation_leads_to_is_marked_and_in_sight(page, address):
    page.goto(f"{address}/{DOCUMENT}#{W3}")
    passage = page.locator(f"#{W3}")
    assert passage.evaluate("e => getComputedStyle(e).backgroundColor") != "rgba(0, 0, 0, 0)"
    expect(passage).to_be_in_viewport()


def test_the_label_is_the_permalink(page, address):
    page.goto(f"{address}/{DOCUMENT}")
    page.get_by_role("link", name="Permalink to Seed resolution, whereas 3").click()
    expect(page).to_have_url(re.compile(f"#{W3}$"))


def test_a_citation_is_copied_and_says_so(page, address):
    page.goto(f"{address}/{DOCUMENT}")
    cite = panel(page, W3)
    cite.locator("summary").first.click()
    button = cite.get_by_role("button", name="Copy Chicago note citation")
    button.click()
    expect(button).to_have_text("Copied")
    expect(page.get_by_role("status")).to_have_text("Copied: Chicago note citation")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Federation of Isle Gardeners, [Resolution on the sealed")
    assert "whereas 3" in copied
    assert f"{BASE}/{DOCUMENT}#{W3}" in copied


def test_every_form_can_be_copied(page, address):
    page.goto(f"{address}/{DOCUMENT}")
    cite = panel(page, W3)
    cite.locator("summary").first.click()
    for summary in cite.locator("dd summary").all():
        summary.click()
    copied = {}
    for button in cite.locator("button.copy:visible").all():
        button.click()
        expect(button).to_have_text("Copied")
        copied[button.get_attribute("aria-label")] = page.evaluate("navigator.clipboard.readText()")
    assert copied["Copy permalink"] == f"{BASE}/{DOCUMENT}#{W3}"
    assert copied["Copy BibTeX"].startswith("@report{isle-seed-resolution-w3,")
    assert copied["Copy RIS"].startswith("TY  - RPRT")
    assert '"id": "isle-seed-resolution-w3"' in copied["Copy CSL-JSON"]
    assert len(copied["Copy fingerprint, a SHA-256"]) == 64


def test_the_keyboard_alone_is_enough(page, address):
    page.goto(f"{address}/{DOCUMENT}")
    page.get_by_role("link", name="Permalink to Seed resolution, whereas 1").focus()
    summary = panel(page, "isle-seed-resolution-w1").locator("summary").first
    for _ in range(10):
        page.keyboard.press("Tab")
        if summary.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(panel(page, "isle-seed-resolution-w1")).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{BASE}/{DOCUMENT}#isle-seed-resolution-w1"


def test_selected_words_get_a_link_of_their_own(page, address):
    page.goto(f"{address}/{DOCUMENT}")
    page.evaluate(
        """anchor => {
            const walker = document.createTreeWalker(document.getElementById(anchor), 4);
            let text = walker.nextNode();
            while (!text.data.includes("grave threat")) text = walker.nextNode();
            const range = document.createRange();
            const start = text.data.indexOf("grave threat");
            range.setStart(text, start);
            range.setEnd(text, start + "grave threat".length);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }""",
        W3,
    )
    row = panel(page, W3).locator(".quote-link")
    expect(row).not_to_have_attribute("hidden", re.compile(""))
    link = row.locator("a").get_attribute("href")
    assert link == f"{BASE}/{DOCUMENT}#{W3}:~:text=grave%20threat"
    assert unquote(link).endswith("grave threat")


def test_without_script_the_same_forms_are_there(scriptless, address):
    scriptless.goto(f"{address}/{DOCUMENT}")
    cite = panel(scriptless, W3)
    expect(cite.locator("dl")).to_be_hidden()
    cite.locator("summary").first.click()
    expect(cite.locator("dl")).to_be_visible()
    assert "whereas 3" in cite.get_by_text("Federation of Isle Gardeners,").first.text_content()
    cite.get_by_text("BibTeX").click()
    assert cite.locator("pre").first.text_content().startswith("@report{")
    assert cite.locator("button.copy:visible").count() == 0
    whole = scriptless.locator(".passage-panel.whole")
    whole.locator("summary").first.click()
    href = whole.get_by_role("link", name="RIS").get_attribute("href")
    assert href == "isle-seed-resolution.ris"


def test_a_moved_anchor_is_followed_at_once_and_without_script_by_a_link(
    page, scriptless, moved_site, serve
):
    there = serve(moved_site)
    page.goto(f"{there}/documents/alpha.html#alpha-p2")
    page.wait_for_url("**/omega.html#omega-p2")
    scriptless.goto(f"{there}/documents/alpha.html#alpha-p2")
    scriptless.locator("#alpha-p2 a").click()
    expect(scriptless).to_have_url(f"{there}/documents/omega.html#omega-p2")


def test_no_page_asks_anything_of_another_host(page, address, archive_site):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for name, _page in archive_site.pages():
        page.goto(f"{address}/{name}")
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
