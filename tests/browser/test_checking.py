"""A reader checks a text in the browser: every shared vector, four kinds of files, the result."""

from __future__ import annotations

import io
import json
import re
import shutil
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from bs4 import BeautifulSoup

from tests.browser.pages import NARROW, wrong
from tests.browser.speech import hold, spoken
from tests.browser.test_accessibility import COLOURS
from tests.checking.test_vectors import EXACT, HERE, VECTORS

expect = pytest.importorskip("playwright.sync_api").expect

CHARTER = "https://lamps.example/documents/lamp-charter.html#lamp-charter"
TEXT = f"""The charter says: “silence is no excuse, and neither is the cost of oil” ({CHARTER}-a4).

Each keeper “shows the book to the harbour master”. See harbour-resolution-p1 and {CHARTER}-a5.

“The quick brown fox jumps over the lazy dog”, he typed."""
SUMMARY = (
    "6 found: 1 stands, 1 misquoted, 1 withdrawn, 1 reworded since, 1 moved, 1 not in the archive."
)

RUN = """async (vectors) => {
  const all = [];
  for (const { text, form, date: day = "" } of vectors) {
    all.push((await checking.check(text, { form, day })).findings);
  }
  return all;
}"""


@pytest.fixture(scope="module")
def lamps(versions_site, tmp_path_factory):
    """The page that checks, with the archive that the vectors are of."""
    site = tmp_path_factory.mktemp("lamps") / "html"
    spare = shutil.ignore_patterns("check-index", "*.pdf", "pagefind", "*.passages.js")
    shutil.copytree(versions_site.site, site, ignore=spare)
    return shutil.copytree(HERE / "site", site, dirs_exist_ok=True)


@pytest.fixture
def checks(page, lamps, serve):
    """The page on a server, and all that is asked of any server."""
    asked = []
    page.on("request", lambda one: asked.append((one.method, one.url, one.post_data)))
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(f"{serve(lamps)}/check.html")
    return page, asked


def check(page, text=TEXT):
    page.locator("#check-text").fill(text)
    page.get_by_role("button", name="Check", exact=True).press("Enter")
    page.locator("#check-result").wait_for()


def test_every_vector_is_answered_from_a_disk_as_by_the_command(page, lamps):
    outside = []
    page.on("request", lambda one: one.url.startswith(lamps.as_uri()) or outside.append(one.url))
    page.goto(f"{lamps.as_uri()}/check.html")
    answers = page.evaluate(RUN, VECTORS)
    for vector, found in zip(VECTORS, answers, strict=True):
        said = [{name: each[name] for name in EXACT if each.get(name)} for each in found]
        wanted = [
            {name: each[name] for name in EXACT if name in each} for each in vector["findings"]
        ]
        assert said == wanted, vector["name"]
    assert outside == []


_SPACE = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def _word(body, rels, notes):
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        document = f"<w:document {_SPACE}><w:body>{body}</w:body></w:document>"
        packed.writestr("word/document.xml", document)
        packed.writestr("word/_rels/document.xml.rels", f"<Relationships>{rels}</Relationships>")
        packed.writestr("word/footnotes.xml", f"<w:footnotes {_SPACE}>{notes}</w:footnotes>")
    return file.getvalue()


_T = "<w:r><w:t>{}</w:t></w:r>"
_HIDDEN = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>harbour-resolution-w1</w:t></w:r>"
_FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    f'<w:r><w:instrText> HYPERLINK "{CHARTER}-a6" </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>oil</w:t></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
_INDENT = '<w:pPr><w:ind w:left="720"/></w:pPr>'
DOCX = _word(
    f"<w:p>{_T.format('“silence is no ')}<w:del><w:r><w:delText>good </w:delText></w:r></w:del>"
    f"{_T.format('reason”')}{_HIDDEN}</w:p>"
    f'<w:p><w:hyperlink r:id="rId7">{_T.format("the charter")}</w:hyperlink>, {_FIELD}</w:p>'
    f"<w:p>{_INDENT}{_T.format('silence is no reason')}</w:p>"
    f"<w:p>{_T.format('“open market”')}"
    '<w:r><w:footnoteReference w:id="2"/></w:r></w:p>',  # too short to be found by its words alone
    f'<Relationship Id="rId7" Target="{CHARTER}-a4"/>',
    f'<w:footnote w:id="2"><w:p>{_T.format("See lamp-charter-a6.")}</w:p></w:footnote>',
)
HTML = (
    "<meta charset=utf-8><script>ran = true</script><p onclick='ran = true'>"
    "<img src=x onerror='ran = true'>“silence is no reason” "
    f"<a href='{CHARTER}-a4'>there</a>"
)

FILES = {
    "a.txt": ("“silence is no reason”".encode("utf-16"), ["lamp-charter-a4"]),
    "b.md": (f"> silence is no reason\n\n[there]({CHARTER}-a4)".encode(), ["lamp-charter-a4"] * 2),
    "c.html": (HTML.encode(), ["lamp-charter-a4"] * 2),
    "d.docx": (DOCX, [f"lamp-charter-a{number}" for number in (4, 4, 6, 4, 6, 6)]),
}  # fmt: skip


def test_files_of_four_kinds_are_read_and_nothing_in_them_runs(checks):
    page, asked = checks
    for name, (data, anchors) in FILES.items():
        page.locator("#check-file").set_input_files({"name": name, "mimeType": "", "buffer": data})
        expect(page.locator("#check-status")).to_have_text(f"{name} is ready to be checked.")
        page.get_by_role("button", name="Check", exact=True).press("Enter")
        expect(page.locator(".check-about")).to_contain_text(name)
        links = page.locator(".check-passage a:first-child")
        hrefs = [link.get_attribute("href").partition("#")[2] for link in links.all()]
        assert hrefs == anchors, name
    assert page.evaluate("globalThis.ran") is None
    assert not [url for _method, url, _data in asked if "/x" in url]
    for name, data, told in (("e.docx", b"PK", "could not be read"), ("f.pdf", b"%", "is no text")):
        page.locator("#check-file").set_input_files({"name": name, "mimeType": "", "buffer": data})
        expect(page.locator("#check-status")).to_contain_text(f"{name} {told}")


def test_a_result_is_shown_chosen_from_copied_kept_and_nothing_is_sent(checks):
    page, asked = checks
    page.get_by_label("As of").fill("2026-11-26")
    check(page)
    assert page.locator("#check-summary").inner_text() == SUMMARY
    expect(page.locator("#check-status")).to_have_text(SUMMARY)
    expect(page.locator("#check-result")).to_be_focused()
    hold("checked", spoken(page, "#check-result"))
    misquoted = page.locator(".check-misquoted")
    assert misquoted.locator("del").text_content() == "[your text: excuse]"
    assert misquoted.locator("ins").text_content() == "[the passage: reason]"
    misquoted.get_by_role("link", name="line 1").click()
    expect(page.locator("mark:target")).to_have_text(
        "silence is no excuse, and neither is the cost of oil"
    )

    page.get_by_role("button", name="Copy").press("Enter")
    expect(page.locator("#check-status")).to_have_text("Copied")
    plain = page.evaluate("navigator.clipboard.readText()")
    assert plain.startswith(SUMMARY)
    assert "[your text: excuse] [the passage: reason]" in plain
    with page.expect_download() as kept:
        page.get_by_role("button", name="Keep as a file").press("Enter")
    assert kept.value.suggested_filename == "text-checked.html"
    file = BeautifulSoup(kept.value.path().read_text("utf-8"), "lxml")
    assert file.h2.string == SUMMARY
    assert not file.select("script, form, button, input, [hidden], [id], details")
    assert all(link["href"].startswith("https://") for link in file.select("a"))

    page.get_by_label("Moved (1)").check()
    assert page.locator(".check-finding:visible").count() == 1
    page.emulate_media(media="print")
    assert not page.locator("#check-form, .check-bar, .sidebar-drawer").filter(visible=True).count()
    assert {method for method, _url, _data in asked} == {"GET"}
    assert {data for _method, _url, data in asked} == {None}
    host = re.match(r"http://[^/]*/", page.url)[0]
    assert all(url.startswith((host, "data:", "blob:")) for _method, url, _data in asked)


def test_a_check_can_be_stopped_and_says_how_far_it_is(checks):
    page, _asked = checks
    page.reload()  # so that it loads its index again, which waits until the button is pressed
    waiting = []

    def hold(route):
        waiting.append(route)

    page.route("**/check-index/overview.js", hold)
    page.locator("#check-text").fill("“silence is no excuse, and neither is the cost of oil” " * 90)
    with page.expect_request("**/check-index/overview.js"):
        page.get_by_role("button", name="Check", exact=True).press("Enter")
    page.get_by_role("button", name="Stop").press("Enter")
    for route in waiting:
        route.continue_()
    expect(page.locator("#check-status")).to_have_text("Stopped.")
    page.unroute("**/check-index/overview.js")
    expect(page.locator("#check-text")).to_be_focused()
    assert not page.locator("#check-result, #check-progress").filter(visible=True).count()
    page.get_by_role("button", name="Clear").press("Enter")
    page.get_by_role("button", name="Check", exact=True).press("Enter")
    expect(page.locator("#check-status")).to_contain_text("There is no text yet.")


def test_an_address_brings_a_text_and_its_day(checks):
    page, _asked = checks
    text = quote("Each keeper “shows the book to the harbour master”.")
    page.goto(f"{page.url}#text={text}&date=2025-12-31")
    expect(page.locator("#check-summary")).to_have_text("1 found: 1 stands.")
    expect(page.locator(".check-about")).to_contain_text("31 December 2025")
    page.get_by_label("As of").fill("")
    page.get_by_role("button", name="Check", exact=True).press("Enter")
    expect(page.locator("#check-summary")).to_have_text("1 found: 1 reworded since.")


def test_what_could_not_be_checked_is_said(checks):
    page, _asked = checks
    page.route("**/lamp-charter.passages.js", lambda route: route.fulfill(status=404))
    check(page, "See lamp-charter-a4.")
    expect(page.locator(".check-unchecked")).to_contain_text("documents/lamp-charter.passages.js")
    expect(page.locator(".check-unclear")).to_contain_text("could not be loaded")
    page.reload()
    page.route("**/check-index/overview.js", lambda route: route.fulfill(status=404))
    page.locator("#check-text").fill(TEXT)
    page.get_by_role("button", name="Check", exact=True).press("Enter")
    expect(page.locator("#check-status")).to_contain_text("The check does not work here")


def test_axe_finds_nothing_wrong_with_the_page_and_its_result(checks):
    page, _asked = checks
    check(page)
    page.locator(".check-marked > summary").press("Enter")
    assert list(wrong(page)) == []
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
    assert list(wrong(page, COLOURS)) == []


def test_the_page_speaks_the_languages_of_the_documents(page, lamps, serve):
    page.goto(f"{serve(lamps)}/documents/lights-fr.html")
    page.locator(".sidebar-check a").click()
    page.locator("#check-text").fill(TEXT)
    page.get_by_role("button", name="Vérifier", exact=True).press("Enter")
    expect(page.locator("#check-summary")).to_contain_text("Trouvés : 6.")
    source = (lamps / "_static/check.js").read_text("utf-8")
    said = json.loads(page.locator("#words").text_content())
    assert set(re.findall(r'_\("([^"]+)"', source)) - {"Copied"} <= said.keys()
    assert all(text != french for text, french in said.items() if text != "Citation")


def test_without_script_the_page_names_the_command(scriptless, lamps, serve):
    scriptless.goto(f"{serve(lamps)}/check.html")
    expect(scriptless.locator("noscript code")).to_have_text(re.compile("archive check-text"))
    expect(scriptless.locator("#check-form")).to_be_hidden()
