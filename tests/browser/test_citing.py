"""A reader follows a citation to its passage, and takes one away, with and without script."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from tests.browser.pages import DOCUMENT, OTHER, STEM, W3, small_targets
from tests.citing import companion, records_of, told

expect = pytest.importorskip("playwright.sync_api").expect

BASE = "https://isles.example"


W1 = f"{STEM}-w1"
NOTE = f"{STEM}-n1"
CITE = "keepers-seed-statement-p3"  # of a document whose title is set in italics


def link_of(page, key):
    """The one link “Cite” of a passage, or of a document."""
    return page.locator(f'a.to-cite[href="{_companion(key).rpartition("/")[2]}"]')


def panel_of(page, key):
    """What script shows behind that link."""
    return page.locator(f'a.to-cite[href="{_companion(key).rpartition("/")[2]}"] + .passage-panel')


def open_panel(page, key):
    link_of(page, key).click()
    expect(panel_of(page, key)).to_be_visible()
    return panel_of(page, key)


def forms(section):
    """What a section says, by its labels, without what script adds."""
    return section.evaluate(
        """section => {
            const list = document.createElement("div");
            list.append(...[...section.querySelectorAll("dl")].map(each => each.cloneNode(true)));
            list.querySelectorAll("dd:not(.to-copy):has(button)").forEach(each => {
                each.previousElementSibling.remove();
                each.remove();
            });
            list.querySelectorAll("button").forEach(each => each.remove());
            return Object.fromEntries([...list.querySelectorAll("dt")].map(
                each => [each.textContent, each.nextElementSibling.textContent.trim()]));
        }"""
    )


def clipboard(page, kind="text/plain"):
    return page.evaluate(
        """async kind => {
            const [item] = await navigator.clipboard.read();
            return (await item.getType(kind)).text();
        }""",
        kind,
    )


def _companion(key):
    return f"{companion(key)}#{key}"


def test_the_passage_a_citation_leads_to_is_marked_and_in_sight(page, address):
    page.goto(f"{address}/{DOCUMENT}#{W3}")
    passage = page.locator(f"#{W3}")
    assert passage.evaluate("e => getComputedStyle(e).backgroundColor") != "rgba(0, 0, 0, 0)"
    expect(passage).to_be_in_viewport()


def test_the_label_is_the_permalink(page, address):
    page.goto(f"{address}/{DOCUMENT}")
    page.get_by_title("Permalink to Seed resolution, whereas 3").click()
    expect(page).to_have_url(re.compile(f"#{W3}$"))


def test_a_citation_is_copied_with_its_italics_and_says_so(page, address):
    page.goto(f"{address}/{OTHER}")
    cite = open_panel(page, CITE)
    cite.get_by_label("Cite as").select_option("APA")
    button = cite.get_by_role("button", name="Copy APA", exact=True)
    button.click()
    expect(button).to_have_text("Copied")
    expect(page.get_by_role("status")).to_have_text("Copied: APA")
    title = "Keepers Ask the Harbour Council to Open the Drawers"
    assert f"<em>{title}</em> [Statement" in clipboard(page, "text/html")
    plain = clipboard(page)
    assert plain.startswith(f"Guild of Seed Keepers. (2019, March 14 or later). {title} [Statement")
    assert plain.endswith(f"{BASE}/{OTHER}#{CITE}")


def test_every_form_can_be_copied(page, address, archive_site):
    page.goto(f"{address}/{DOCUMENT}")
    cite = open_panel(page, W3)
    assert cite.get_by_label("Cite as").locator("option").all_inner_texts() == [
        "All styles", "Chicago note", "APA", "APA, in the text", "MLA", "Bluebook", "OSCOLA",
    ]  # fmt: skip
    cite.get_by_label("Cite as").select_option("All styles")
    cite.get_by_text("Fingerprint, proof and history").click()
    copied = {}
    for button in cite.locator(".to-copy > button:visible").all():
        button.click()
        expect(button).to_have_text("Copied")
        copied[button.get_attribute("aria-label")] = page.evaluate("navigator.clipboard.readText()")
    said = told(archive_site.citing(W3))
    wanted = (
        "Permalink",
        "Chicago note",
        "APA",
        "APA, in the text",
        "MLA",
        "Bluebook",
        "OSCOLA",
        "Fingerprint",
        "Proof",
    )
    assert copied == {f"Copy {label}": said[label] for label in wanted}
    assert copied["Copy Permalink"] == f"{BASE}/{DOCUMENT}#{W3}"
    assert len(copied["Copy Fingerprint"]) == 64


def test_a_record_of_the_passage_is_saved(page, address, archive_site):
    page.goto(f"{address}/{DOCUMENT}")
    row = open_panel(page, W3).get_by_role("button", name="saved as a file")
    saved = {}
    for button in row.all():
        with page.expect_download() as download:
            button.click()
        name = download.value.suggested_filename
        saved[name] = download.value.path().read_bytes().decode("utf-8")
    wanted = records_of(archive_site, W3)
    assert saved == {f"{W3}.{suffix}": record for suffix, record in wanted.items()}
    assert saved[f"{W3}.bib"].startswith(f"@report{{{W3},")
    assert saved[f"{W3}.bibtex.bib"].startswith(f"@techreport{{{W3},")
    assert saved[f"{W3}.ris"].startswith("TY  - RPRT\r\n")
    assert f'"id": "{W3}"' in saved[f"{W3}.json"]


def test_the_keyboard_alone_is_enough(page, address):
    page.goto(f"{address}/{DOCUMENT}")
    page.get_by_title("Permalink to Seed resolution, whereas 1").focus()
    link = page.get_by_role("button", name="Cite whereas 1", exact=True)
    expect(link).to_have_attribute("aria-expanded", "false")
    for _ in range(10):
        page.keyboard.press("Tab")
        if link.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.press("Enter")
    cite = page.get_by_role("group", name="Cite Seed resolution, whereas 1")
    expect(cite).to_be_visible()
    expect(link).to_have_attribute("aria-expanded", "true")
    expect(link).to_be_focused()
    for _ in range(3):  # past the style, and the link to the companion page
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_text("Copied")
    assert clipboard(page).endswith(f", {BASE}/{DOCUMENT}#{W1}.")
    page.keyboard.press("Escape")
    expect(cite).to_have_count(0)
    expect(link).to_be_focused()
    expect(link).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Space")
    expect(cite).to_be_visible()
    page.keyboard.press("Space")
    expect(cite).to_have_count(0)


def test_one_link_opens_one_panel_however_fast_it_is_pressed(page, address):
    page.goto(f"{address}/{DOCUMENT}")
    with page.expect_response("**/*.made.html"):
        link_of(page, W3).evaluate("e => { e.click(); e.click(); e.click(); }")
    expect(panel_of(page, W3)).to_be_visible()
    assert page.locator(".passage-panel").count() == 1
    assert page.locator(f"[id='{W3}']").count() == 1


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
    cite = open_panel(page, W3)
    link = cite.locator("dd.quote-link a").get_attribute("href")
    assert link == f"{BASE}/{DOCUMENT}#{W3}:~:text=grave%20threat"
    assert unquote(link).endswith("grave threat")
    cite.get_by_role("button", name="Copy link to the words selected").click()
    expect(page.get_by_role("status")).to_have_text("Copied: link to the words selected")
    assert clipboard(page) == link


def test_the_style_that_was_chosen_is_kept_over_pages(page, address):
    page.goto(f"{address}/{DOCUMENT}")
    cite, other = open_panel(page, W1), open_panel(page, W3)
    expect(cite.locator("[data-style]:visible")).to_have_attribute("data-style", "chicago")
    cite.get_by_label("Cite as").select_option("Bluebook")
    expect(other.locator("[data-style]:visible")).to_have_attribute("data-style", "bluebook")
    page.goto(f"{address}/{OTHER}")
    shown = open_panel(page, CITE).locator("[data-style]:visible")
    expect(shown).to_have_attribute("data-style", "bluebook")
    page.goto(f"{address}/{_companion(CITE)}")
    expect(page.get_by_label("Cite as")).to_have_value("bluebook")
    styles = page.locator("[data-style]:visible")
    assert set(styles.evaluate_all("all => all.map(e => e.dataset.style)")) == {"bluebook"}


def test_a_permalink_is_shared_where_the_browser_can(unused, address):
    page = unused
    share = page.get_by_role("button", name="Share permalink")
    page.add_init_script("delete Navigator.prototype.share;")
    page.goto(f"{address}/{DOCUMENT}")
    open_panel(page, W3)
    expect(share).to_have_count(0)
    page.add_init_script("navigator.share = async (what) => { globalThis.shared = what; };")
    page.reload()
    open_panel(page, W3)
    share.click()
    assert page.evaluate("shared.url") == f"{BASE}/{DOCUMENT}#{W3}"


@pytest.mark.parametrize("of", ["panel", "companion"])
def test_a_passage_is_taken_as_a_quotation_that_needs_no_script(page, address, archive_site, of):
    page.goto(f"{address}/{DOCUMENT if of == 'panel' else _companion(W3)}")
    section = open_panel(page, W3) if of == "panel" else page.locator(f"section[id='{W3}']")
    section.get_by_role("button", name="Copy Quotation for a web page (HTML)").click()
    expect(page.get_by_role("status")).to_have_text("Copied: Quotation for a web page (HTML)")
    figure = BeautifulSoup(clipboard(page), "lxml").figure
    quote, link = figure.blockquote, figure.figcaption.a
    assert quote["cite"] == link["href"] == f"{BASE}/{DOCUMENT}#{W3}"
    assert (quote["lang"], quote["dir"]) == ("en", "ltr")
    said = archive_site.page(DOCUMENT).find(id=W3)
    for beside in said.select(".passage-label, .bibtex-citation, .footnote-reference, .origin"):
        beside.decompose()
    assert "".join(quote.get_text().split()) == "".join(said.get_text().split())
    assert not re.search(r" [.,;:]", quote.get_text()), "a citation left its space"
    assert link.get_text() == told(archive_site.citing(W3))["Chicago note"]
    assert "only words within quotation marks are the source’s" in figure.small.get_text()


def test_what_a_passage_says_cannot_leave_its_quotation(page, address):
    page.goto(f"{address}/{DOCUMENT}")
    page.evaluate("key => document.getElementById(key).append('<b onclick=\"x\">&{key}')", W3)
    open_panel(page, W3).get_by_role("button", name="Copy Quotation for a web page (HTML)").click()
    expect(page.get_by_role("status")).to_have_text("Copied: Quotation for a web page (HTML)")
    figure = BeautifulSoup(clipboard(page), "lxml").figure
    assert figure.blockquote.get_text().endswith('<b onclick="x">&{key}')
    assert figure.b is None


def head(page, name):
    return page.locator(f'meta[name="{name}"]')


def test_a_manager_that_saves_the_page_saves_the_passage_arrived_at(page, address, archive_site):
    def title(at):
        return f"[Resolution on the sealed seed drawers{at}; rewritten by the Sunder Isles Archive]"

    page.goto(f"{address}/{DOCUMENT}#{W3}")
    (record,) = json.loads(records_of(archive_site, W3)["json"])
    assert record["title"] == title(", whereas 3")
    whole = f"{BASE}/{DOCUMENT}"
    for anchor, at, url in (
        (W3, ", whereas 3", f"{whole}#{W3}"), (W1, ", whereas 1", f"{whole}#{W1}"),
        (f"{STEM}-s1", "", whole), ("", "", whole),
    ):  # fmt: skip
        page.evaluate("anchor => { location.hash = anchor }", anchor)
        expect(head(page, "citation_title")).to_have_attribute("content", title(at))
        expect(head(page, "citation_public_url")).to_have_attribute("content", url)


def test_a_manager_that_saves_an_editors_note_saves_it_as_the_archives_own(
    page, address, archive_site
):
    (record,) = json.loads(records_of(archive_site, NOTE)["json"])
    page.goto(f"{address}/{DOCUMENT}#{NOTE}")
    expect(head(page, "citation_title")).to_have_attribute("content", record["title"])
    expect(head(page, "citation_author")).to_have_attribute("content", "Sunder Isles Archive,")
    day = "-".join(f"{part:02}" for part in record["issued"]["date-parts"][0])
    expect(head(page, "DC.date")).to_have_attribute("content", day)
    expect(head(page, "citation_public_url")).to_have_attribute("content", record["URL"])
    assert not page.locator('meta[name="DC.contributor"]').count()
    page.evaluate("location.hash = ''")
    expect(head(page, "DC.contributor")).to_have_attribute(
        "content", "Federation of Isle Gardeners"
    )


def test_a_signatory_arrived_at_is_the_one_that_is_cited(page, field_site, serve):
    page.goto(f"{serve(field_site.site)}/documents/ferry-letter.html#ferry-letter-g45")
    title = "Open letter on the surveys of the ferries, signatory 45 [rewritten by the Archive"
    expect(head(page, "citation_title")).to_have_attribute("content", re.compile(re.escape(title)))
    group = page.locator("details.signatories", has=page.locator("#ferry-letter-g45"))
    group.get_by_role("button", name="Cite a signatory").click()
    cite = page.get_by_role("group", name="Cite Ferry letter, signatory 45")
    expect(cite.locator(".permalink")).to_contain_text("#ferry-letter-g45")
    assert small_targets(page) == []


def test_the_same_forms_are_one_link_away_without_script_and_from_a_disk(
    page, scriptless, address, archive_site
):
    page.goto(f"{address}/{DOCUMENT}")
    shown = {key: forms(open_panel(page, key)) for key in (W3, STEM)}
    for reader, there in ((scriptless, address), (page, archive_site.site.as_uri())):
        for key, wanted in shown.items():
            reader.goto(f"{there}/{DOCUMENT}")
            link_of(reader, key).click()
            expect(reader).to_have_url(f"{there}/{_companion(key)}")
            section = reader.locator(f"section.citing[id='{key}']")
            expect(section).to_be_in_viewport()
            styles = re.compile("^(Chicago note|APA|APA, in the text|MLA|Bluebook|OSCOLA)$")
            expect(section.locator("dt:visible").filter(has_text=styles)).to_have_count(6)
            assert forms(section) == wanted
        records = section.get_by_role("link", name="RIS")
        expect(records).to_have_attribute("href", f"{STEM}.ris")
        expect(section.get_by_role("button")).to_have_count(0 if reader is scriptless else 7)
    section.get_by_role("button", name="Copy permalink").click()
    expect(page.get_by_role("status")).to_have_text("Copied: Permalink")


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
    for path in sorted(archive_site.site.rglob("*.html")):
        page.goto(f"{address}/{path.relative_to(archive_site.site).as_posix()}")
    assert len(asked) > 20
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
