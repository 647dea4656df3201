"""A reader searches for words, phrases and citations, from a server and from a disk alike."""

from __future__ import annotations

import re
import shutil

import pytest

from archive.search import Shelf
from archive.search import index as shares
from archive.search.index import FOLDER, executable, write_texts
from tests.browser.pages import STEM, W3
from tests.citing import told
from tests.conftest import ROOTS, ledger_of

expect = pytest.importorskip("playwright.sync_api").expect

KEEPERS = "keepers-seed-statement"
NOWHERE = "Nothing was found: “{}” is nowhere in this archive."

# What is asked for, what the page says, and where the first link of it leads, but for the document.
WORDS = (
    # Phrases: every passage that has them, whatever the marks
    ('"grave threat"', "2 passages and 2 editor’s notes in 2 documents.", W3),
    ("“grave threat to island gardens”", "2 passages and 2 editor’s notes in 2 documents.", W3),
    ("„a remedy without a disease“", "1 passage in 1 document.", W3),
    ('"no room for a neighbour" bean', "1 passage in 1 document.", f"{STEM}-w4"),
    ('"threat grave"', NOWHERE.format("threat grave"), None),
    # Words: in any form, all of them in one passage; documents before the glossary
    ("seal", "3 passages and 2 records in 2 documents; 1 event; 1 subject; 2 works cited; "
     "1 glossary entry; 1 other page.", W3),
    ("quarantine act", "2 passages, 2 editor’s notes and 1 record in 2 documents; 1 subject; "
     "2 glossary entries.", f"{STEM}-w4"),
    ("fine", "3 passages in 2 documents; 1 work cited; 2 glossary entries.", f"{KEEPERS}-p4"),
    ("blight, sealed, sample", "1 passage in 1 document.", f"{KEEPERS}-p3"),
    ("did the office give the seed back", "1 passage in 1 document.", f"{STEM}-r2"),
    ("contraband crowns", "No passage has all of these words. Apart from each other they stand in "
     "2 passages in 1 document.", f"{STEM}-w4"),
    # Spellings, numbers and names find each other
    ("defense", "1 passage in 1 document; 1 glossary entry.", f"{STEM}-w6"),
    ("neighbor", "1 passage in 1 document.", f"{STEM}-w4"),
    ("judgment", "1 passage in 1 document.", W3),
    ('"no room for a neighbor"', "1 passage in 1 document.", f"{STEM}-w4"),
    ("ninety years lighthouse", "1 passage in 1 document.", f"{STEM}-w1"),
    ("2400", "1 passage in 1 document.", f"{STEM}-r1"),
    ("March 14th, 2019", "1 passage and 1 editor’s note in 1 document; 1 event; 1 work cited.",
     f"{KEEPERS}-p1"),
    ("Ines Holm's", "3 passages in 2 documents; 1 event; 3 glossary entries.", f"{STEM}-w4"),
    ("FNS", "2 passages and 2 editor’s notes in 2 documents; 1 work cited; 1 glossary entry.", W3),
    ("Field Naturalists Society", "2 passages and 2 editor’s notes in 2 documents; 1 work cited; "
     "1 glossary entry.", W3),
    # What is no passage
    ("bitter harvest", "1 work cited.", "cite-orchard-harvest-2019"),
    ("adopted", "1 record in 1 document; 1 glossary entry.", STEM),
    ("libraries", "1 record in 1 document; 1 subject.", STEM),
    ("winter assembly", "1 editor’s note in 1 document; 1 event; 1 glossary entry.", f"{STEM}-n5"),
    ("what permanence means", "1 other page.", "about-permanence"),
    # Nothing
    ("asdfgh", NOWHERE.format("asdfgh"), None),
    ("Snowden", NOWHERE.format("Snowden"), None),
    ("sed", NOWHERE.format("sed"), None),
    ("quarentine", f"{NOWHERE.format('quarentine')} Did you mean quarantine?", None),
    ('"grave threet"', f"{NOWHERE.format('grave threet')} Did you mean \"grave threat\"?", None),
    ("seeed ofice", "Nothing was found: “seeed” and “ofice” are nowhere in this archive. "
     "Did you mean seed office?", None),
)  # fmt: skip

# Citations of one passage, and how its document is named by some.
OF_W3 = (
    W3, f"#{W3}", "W3", "w3", "Seed resolution, whereas 3", "seed resolution w3",
    "whereas 3 of the Seed resolution", "(Federation of Isle Gardeners, 2019, whereas 3)",
    "Federation of Isle Gardeners, [Resolution on the sealed seed drawers], 2019, whereas 3",
    f"documents/{STEM}.html#{W3}", f"https://mirror.example/a/documents/{STEM}.html#{W3}",
    f"https://sunder.example/documents/{STEM}.made.html#{W3}",
    f"https://sunder.example/documents/{STEM}.pdf#nameddest={W3}",
    f"file:///home/reader/archive.pdf#page=3&nameddest={W3}", f"documents/{STEM}.html#W3",
)  # fmt: skip
OTHERS = (
    (f"https://sunder.example/documents/{STEM}.html", "[Resolution on the sealed seed drawers]"),
    ("Seed resolution", "[Resolution on the sealed seed drawers]"),
    ("Keepers’ statement ¶ 4", "Keepers’ statement, paragraph 4"),
    ("seed resolution, editor's note 5", "Seed resolution, editor’s note 5"),
)
MISSING = (
    ("Seed resolution, whereas 9", "Seed resolution has no passage whereas 9."),
    (f"{STEM}-w99", f"No passage has the anchor {STEM}-w99."),
    ("documents/nothing-here.html", "There is no document nothing-here."),
    ("0123456789abcdef", "No passage has or had this fingerprint."),
)

ASK = """async (queries) => {
  const element = (id) => document.getElementById(`search-${id}`);
  const links = (where) => [...document.querySelectorAll(where)].map((each) => each.href);
  const until = async (is) => { while (!is()) await new Promise((done) => setTimeout(done, 1)); };
  const told = element('status'), said = {};
  await until(() => document.documentElement.dataset.search);
  for (const query of queries) {
    told.textContent = '';
    element('words').value = query;
    element('words').form.requestSubmit();
    await until(() => told.textContent);
    while (!element('more').hidden) await element('more').onclick();
    said[query] = {
      told: told.textContent, cited: links('#search-answer .search-title a'),
      found: links('#search-found :is(.search-title, ul) a'),
    };
  }
  return said;
}"""


@pytest.fixture(scope="module")
def large(archive_site, tmp_path_factory):
    """The synthetic archive as if it were large: Pagefind has it in two shares."""
    if executable() is None:
        pytest.skip("there is no Pagefind for this platform")
    site = shutil.copytree(archive_site.site, tmp_path_factory.mktemp("large") / "html")
    shelf = Shelf(archive_site.source / "_build/doctrees/search-entries")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shares, "MOST_ALONE", 10)
        done = shares.keep_in_step(shelf, site / "pagefind", executable())
    assert done.shares == 2
    write_texts([shelf], site / FOLDER, done.shares)
    return site


@pytest.fixture(params=["disk", "server", "Pagefind"])
def asked(request, page, archive_site, address, serve):
    """Ask the search page, opened in one way, for several things."""
    base = {"disk": archive_site.site.as_uri(), "server": address}.get(request.param)
    base = base or serve(request.getfixturevalue("large"))
    outside, failed = [], []
    page.on("request", lambda one: one.url.startswith((base, "data:")) or outside.append(one.url))
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.goto(f"{base}/search.html")
    yield lambda queries: page.evaluate(ASK, list(queries))
    engine = page.evaluate("document.documentElement.dataset.search")
    assert engine == ("pagefind" if request.param == "Pagefind" else "texts")
    assert outside + failed == []


def leads_to(links):
    """The ids to which links lead, but for those to the top of a page."""
    return [link.partition("#")[2] for link in links if "#" in link]


def test_each_search_finds_what_it_should(asked):
    said = asked(query for query, *_ in WORDS)
    found = {
        query: (said[query]["told"], next(iter(leads_to(said[query]["found"])), None))
        for query, *_ in WORDS
    }
    assert found == {query: (told, first) for query, told, first in WORDS}


def test_a_citation_in_hand_leads_to_its_passage(asked, archive_site):
    said = told(archive_site.citing(W3))
    pasted = [said[label] for label in ("Chicago note", "APA", "MLA", "Bluebook", "OSCOLA")]
    forms = [(archive_site.site / f"documents/{STEM}.{form}") for form in ("bib", "ris", "json")]
    forms = [" ".join(path.read_text("utf-8").split()) for path in forms]
    sha256 = ledger_of(ROOTS / "test-archive")[W3].sha256
    queries = [*OF_W3, *(each for each in pasted if "://" in each), sha256, sha256[:12].upper()]
    said = asked([*queries, *forms, *(query for query, _ in (*OTHERS, *MISSING))])
    for query in queries:
        assert leads_to(said[query]["cited"]) == [W3], query
        assert said[query]["told"].startswith("Found: Seed resolution, whereas 3."), query
    for query in forms:
        assert said[query]["cited"][0].endswith(f"/documents/{STEM}.html"), query
    for query, name in OTHERS:
        assert said[query]["told"].startswith(f"Found: {name}."), query
    assert {query: said[query]["told"].strip() for query, _ in MISSING} == dict(MISSING)


def test_all_places_of_a_document_can_be_seen_and_more_results(page, address):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{address}/search.html?q=seed")
    results = page.locator("#search-found > li")
    expect(results).to_have_count(5)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    places = results.first.locator("li:visible")
    assert places.count() == 4
    results.first.get_by_role("button", name="2 more in this document").press("Enter")
    assert places.count() == 6
    assert page.evaluate("document.activeElement.closest('li').hidden") is False
    page.get_by_role("button", name="More results").press("Enter")
    expect(results.nth(5).get_by_role("link").first).to_be_focused()


def test_a_filter_narrows_and_the_address_can_be_shared(page, address):
    page.goto(f"{address}/search.html?q=quarantine&kind=statement")
    results = page.locator("#search-found > li")
    expect(results).to_have_count(1)
    expect(page.get_by_label("Kind")).to_have_value("statement")
    page.get_by_label("Kind").select_option("")
    expect(results).to_have_count(5)
    page.get_by_label("What").select_option("Glossary")
    expect(results).to_have_count(2)
    expect(page).to_have_url(f"{address}/search.html?q=quarantine&type=Glossary")
    page.go_back()
    expect(results).to_have_count(5)
    expect(page.get_by_label("What")).to_have_value("")


def test_a_page_s_field_leads_here_and_a_correction_is_a_search(page, address):
    page.goto(f"{address}/index.html")
    page.locator(".sidebar-search").fill("quarentine")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="quarantine", exact=True).click()
    link = page.get_by_role("link", name="Seed resolution, whereas 6")
    expect(link.locator("..").locator("mark").first).to_have_text("Quarantine")
    link.click()
    expect(page).to_have_url(f"{address}/documents/{STEM}.html#{STEM}-w6")


def test_events_are_chosen_by_their_year(page, address):
    page.goto(f"{address}/search.html?type=Chronology&year=2019")
    first = page.locator("#search-found > li").first
    expect(first.get_by_role("link").first).to_have_attribute("href", re.compile("chronology.html"))


@pytest.mark.parametrize("without", ["index", "WebAssembly"])
def test_all_texts_are_read_where_pagefind_cannot_run(unused, large, serve, without):
    page = unused
    if without == "index":
        page.route("**/pagefind/**", lambda route: route.fulfill(status=404))
    else:
        page.add_init_script("delete globalThis.WebAssembly")
    page.goto(f"{serve(large)}/search.html?q=quarantine")
    expect(page.locator("#search-found > li")).to_have_count(5)
    assert page.evaluate("document.documentElement.dataset.search") == "texts"


def test_pagefind_runs_under_a_strict_content_security_policy(page, large, serve):
    def with_policy(route):
        answer = route.fetch()
        policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'"
        route.fulfill(
            response=answer, headers={**answer.headers, "Content-Security-Policy": policy}
        )

    page.route("**/search.html*", with_policy)
    page.goto(f"{serve(large)}/search.html?q=quarantine")
    expect(page.locator("#search-found > li")).to_have_count(5)
    assert page.evaluate("document.documentElement.dataset.search") == "pagefind"


def test_without_script_the_page_says_where_everything_is_listed(scriptless, address):
    scriptless.goto(f"{address}/search.html")
    links = scriptless.locator("noscript a, article li a").all()
    assert {"Documents", "Glossary", "Chronology"} <= {link.inner_text() for link in links}
