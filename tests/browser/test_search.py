"""A reader searches, narrows the search, and is led to the passage; from files, too."""

from __future__ import annotations

import re

import pytest

from archive.search.pagefind import executable

expect = pytest.importorskip("playwright.sync_api").expect

W6 = "documents/isle-seed-resolution.html#isle-seed-resolution-w6"


@pytest.fixture
def indexed(address):
    if executable() is None:
        pytest.skip("there is no Pagefind for this platform")
    return address


def test_a_search_leads_to_the_passage_under_its_spoken_name(page, indexed):
    asked, failed = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.goto(f"{indexed}/index.html")
    page.locator(".sidebar-search").fill("quarantine")
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Seed resolution, whereas 6")
    expect(page.get_by_role("status").first).to_have_text("4 results")
    expect(link.locator("..")).to_contain_text("Quarantine Act")
    expect(link.locator("..").locator("mark").first).to_have_text("Quarantine")
    link.click()
    expect(page).to_have_url(f"{indexed}/{W6}")
    assert [url for url in asked if not url.startswith((indexed, "data:", "blob:"))] == []
    assert failed == []


def test_a_filter_narrows_and_the_address_can_be_shared(page, indexed):
    page.goto(f"{indexed}/search.html?q=quarantine&kind=statement")
    expect(page.locator("#search-found > li")).to_have_count(1)
    expect(page.get_by_label("Kind")).to_have_value("statement")
    page.get_by_label("Kind").select_option("")
    expect(page.locator("#search-found > li")).to_have_count(4)
    page.get_by_label("What").select_option("Glossary")
    expect(page.locator("#search-found > li")).to_have_count(2)
    expect(page).to_have_url(f"{indexed}/search.html?q=quarantine&type=Glossary")
    page.go_back()
    expect(page.locator("#search-found > li")).to_have_count(4)
    expect(page.get_by_label("What")).to_have_value("")


def test_events_are_found_and_words_that_are_nowhere_are_not(page, indexed):
    page.goto(f"{indexed}/search.html?type=Chronology&year=2019")
    first = page.locator("#search-found > li").first
    expect(first.get_by_role("link").first).to_have_attribute("href", re.compile("chronology.html"))
    page.get_by_label("Words").fill("xylophone")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_have_text("Nothing was found.")


def test_the_page_is_usable_on_a_narrow_screen_and_by_keyboard(page, indexed):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{indexed}/search.html?q=seed")
    expect(page.locator("#search-found > li").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    more = page.get_by_role("button", name="More results")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#search-found > li").nth(5)).to_be_visible()
    expect(page.locator("#search-found > li").nth(5).get_by_role("link").first).to_be_focused()


def test_it_works_under_a_strict_content_security_policy(page, indexed):
    def with_policy(route):
        answer = route.fetch()
        policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'"
        route.fulfill(
            response=answer, headers={**answer.headers, "Content-Security-Policy": policy}
        )

    page.route("**/search.html*", with_policy)
    page.goto(f"{indexed}/search.html?q=quarantine")
    expect(page.locator("#search-found > li")).to_have_count(4)


@pytest.mark.parametrize("how", ["from files", "without the index", "without WebAssembly"])
def test_sphinx_s_own_index_answers_where_pagefind_cannot(page, indexed, archive_site, how):
    there = indexed
    if how == "from files":
        there = archive_site.site.as_uri()
    elif how == "without the index":
        page.route("**/pagefind/**", lambda route: route.fulfill(status=404))
    else:
        page.add_init_script("delete globalThis.WebAssembly")
    page.goto(f"{there}/search.html?q=quarantine")
    result = page.locator("#search-results li a").first
    expect(result).to_be_visible()
    expect(page.locator("#search-filters")).to_be_hidden()
    assert page.locator("#search-found > li").count() == 0


def test_without_script_the_page_says_where_everything_is_listed(scriptless, indexed):
    scriptless.goto(f"{indexed}/search.html")
    links = scriptless.locator("noscript a, article li a").all()
    assert {"Documents", "Glossary", "Chronology"} <= {link.inner_text() for link in links}
