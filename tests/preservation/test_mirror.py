"""A mirror behind a real HTTP server: what is wrong with it is found, and it is asked politely."""

from __future__ import annotations

from collections import Counter

import pytest

from archive.preservation.expected import AtHand
from archive.preservation.fetching import AGENT, Client
from archive.preservation.manifest import NAME
from archive.preservation.mirror import check_mirror, sitemap_paths
from archive.preservation.pages import shipped_scripts
from archive.preservation.proof import order
from tests.conftest import ROOT, sealed
from tests.preservation.forging import in_pdf, letters_changed, made_anew, redrawn
from tests.preservation.test_folder import flip

STEM = "isle-seed-resolution"
RESOLUTION = f"documents/{STEM}.html"
FAST = ("--rate", "0", "--sample", "0")


@pytest.fixture
def mirror(copy, serve):
    return serve(copy)


def test_a_true_mirror_is_sound(mirror, verify):
    done = verify(mirror.address, *FAST)
    assert done.code == 0, done.said
    assert " files and 31 anchors checked" in done.said
    assert mirror.agents == {AGENT}
    assert set(Counter(mirror.asked).values()) == {1}


def test_one_flipped_bit_is_found(mirror, copy, verify):
    flip(copy / "archive.pdf")
    done = verify(mirror.address, *FAST)
    assert done.code == 1
    (finding,) = done.findings
    assert finding.startswith("archive.pdf: ")


def test_a_dropped_file_is_found(mirror, copy, verify):
    (copy / "archive.bib").unlink()
    (finding,) = verify(mirror.address, *FAST).findings
    assert finding.startswith("archive.bib: the file is not there")


def test_a_dropped_page_loses_its_anchors(mirror, copy, verify):
    (copy / RESOLUTION).unlink()
    findings = verify(mirror.address, *FAST).findings
    assert "[file-missing]" in findings[0]
    assert sum("[anchor-lost]" in finding for finding in findings) > 8


def test_an_added_file_is_found_where_a_page_links_to_it(mirror, copy, verify):
    (copy / "added.html").write_text("<p>Added.</p>")
    page = copy / "about.html"
    page.write_text(page.read_text("utf-8").replace("</body>", '<a href="added.html">x</a></body>'))
    findings = verify(mirror.address, *FAST).findings
    assert [finding.partition(": ")[0] for finding in findings] == ["about.html", "added.html"]
    assert "[file-extra]" in findings[1]


def test_an_added_file_is_found_where_the_sitemap_has_it(mirror, copy, verify):
    (copy / "added.html").write_text("<p>Added.</p>")
    sitemap = copy / "sitemap.xml"
    text = sitemap.read_text("utf-8")
    front = "https://isles.example"
    added = f"<url><loc>{front}/added.html</loc></url><url><loc>{front}/dead.html</loc></url>"
    sitemap.write_text(text.replace("</urlset>", f"{added}</urlset>"), "utf-8")
    findings = verify(mirror.address, *FAST).findings
    assert any(
        finding.startswith("added.html: ") and "[file-extra]" in finding for finding in findings
    )
    assert not any(finding.startswith("dead.html: ") for finding in findings)


def test_a_cut_ledger_is_found(mirror, copy, verify):
    ledger = copy / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes()[:-20])
    findings = verify(mirror.address, *FAST).findings
    assert any("[ledger-broken]" in finding for finding in findings)
    assert any(finding.startswith("ledger.jsonl: its SHA-256") for finding in findings)


def test_a_redirected_anchor_is_found(mirror, verify):
    mirror.redirects[RESOLUTION] = "/index.html"
    done = verify(mirror.address, *FAST)
    assert done.code == 1
    assert f"{RESOLUTION}: the address leads to index.html. [file-moved]" in done.said
    assert "isle-seed-resolution-w3 does not answer: the page leads to index.html" in done.said


def test_a_redirect_to_another_host_is_found(mirror, verify):
    mirror.redirects["index.html"] = "https://elsewhere.example/"
    (finding,) = verify(mirror.address, *FAST).findings
    assert "leads to https://elsewhere.example/" in finding


def test_the_redirect_that_the_ledger_tells_is_sound_and_another_is_not(moved_site, serve, verify):
    mirror = serve(moved_site)
    mirror.redirects["documents/alpha.html"] = "/documents/omega.html"
    assert verify(mirror.address, *FAST).code == 0
    mirror.redirects["documents/alpha.html"] = "/documents/beta.html"
    assert verify(mirror.address, *FAST).code == 1


def test_an_address_that_leads_on_as_a_whole_is_told(mirror, verify):
    mirror.redirects[NAME] = "https://elsewhere.example/" + NAME
    done = verify(mirror.address, *FAST)
    assert done.code == 2
    assert "check that address" in done.complaint


def test_it_waits_as_long_as_the_server_asks(mirror, verify, monkeypatch):
    waited = []
    monkeypatch.setattr("archive.preservation.fetching.time.sleep", waited.append)
    mirror.answers["about.html"] = [(429, {"Retry-After": "7"}), (503, {"Retry-After": "100000"})]
    done = verify(mirror.address, *FAST)
    assert done.code == 0
    assert waited == [7, 120]
    assert "Waiting 7 s, as the mirror asks: about.html, it answers with 429" in done.said
    assert "The mirror made the check wait 127 s." in done.said


def test_it_asks_no_faster_than_agreed(mirror, monkeypatch, tmp_path):
    clock = [0.0]

    def sleep(seconds):
        clock[0] += seconds

    monkeypatch.setattr("archive.preservation.fetching.time.monotonic", lambda: clock[0])
    monkeypatch.setattr("archive.preservation.fetching.time.sleep", sleep)
    client = Client(mirror.address, rate=4)
    findings = list(
        check_mirror(client, AtHand(scripts=shipped_scripts(ROOT)), tmp_path, lambda *_: None)
    )
    client.close()
    assert findings == []
    assert clock[0] >= (len(mirror.asked) - 1) / 4


def test_a_check_that_was_broken_off_goes_on_where_it_stopped(mirror, verify, copy, monkeypatch):
    monkeypatch.setattr("archive.preservation.fetching.time.sleep", lambda _: None)
    for path in (copy / "documents").iterdir():
        mirror.answers[f"documents/{path.name}"] = [(503, {})] * 5
    done = verify(mirror.address, *FAST)
    assert done.code == 2
    assert "The same command goes on where it stopped" in done.complaint
    mirror.asked.clear()
    mirror.answers.clear()
    assert verify(mirror.address, *FAST).code == 0
    assert "archive.bib" not in mirror.asked
    assert {RESOLUTION, "index.html"} <= set(mirror.asked)
    mirror.asked.clear()
    assert verify(mirror.address, *FAST).code == 0
    assert "archive.pdf" in mirror.asked  # a finished check begins anew


def test_a_check_that_goes_on_remembers_what_the_pages_said(mirror, verify, copy, monkeypatch):
    """It asks for no page again, and holds print against them."""
    in_pdf(f"documents/{STEM}.pdf", redrawn(letters_changed))(copy)
    made_anew(copy)
    monkeypatch.setattr("archive.preservation.fetching.time.sleep", lambda _: None)
    paths = [path.relative_to(copy).as_posix() for path in copy.rglob("*.*")]
    mirror.answers.update({path: [(503, {})] * 5 for path in sorted(paths, key=order)[-5:]})
    assert verify(mirror.address, *FAST).code == 2
    mirror.asked.clear()
    mirror.answers.clear()
    done = verify(mirror.address, *FAST)
    assert RESOLUTION not in mirror.asked
    assert done.code == 1
    assert {each.partition(": ")[0] for each in done.findings} == {f"documents/{STEM}.pdf"}


def test_another_manifest_begins_anew(mirror, verify, copy, monkeypatch):
    monkeypatch.setattr("archive.preservation.fetching.time.sleep", lambda _: None)
    mirror.breaks.update(f"documents/{path.name}" for path in (copy / "documents").iterdir())
    assert verify(mirror.address, *FAST).code == 2
    mirror.breaks.clear()
    (copy / "new.txt").write_text("new")
    sealed(copy)
    mirror.asked.clear()
    assert verify(mirror.address, *FAST).code == 0
    assert "_static/archive.css" in mirror.asked


def test_an_answer_that_breaks_off_is_asked_for_again_and_told(mirror, verify):
    mirror.breaks.add("archive.pdf")
    done = verify(mirror.address, *FAST)
    assert mirror.asked.count("archive.pdf") == 2
    (finding,) = done.findings
    assert "could not be fetched: the answer broke off. [file-unreachable]" in finding


def test_no_server_is_told(verify, monkeypatch):
    monkeypatch.setattr("archive.preservation.fetching.time.sleep", lambda _: None)
    done = verify("http://127.0.0.1:9/", *FAST)
    assert done.code == 2
    assert "cannot be reached" in done.complaint


def test_a_sitemap_s_paths_are_below_whatever_address_it_names():
    sitemap = (
        b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        b"<url><loc>https://x.example/a/new.html</loc></url>"
        b"<url><loc>https://x.example/a/documents/one.html</loc></url></urlset>"
    )
    assert sitemap_paths(sitemap, {"documents/one.html"}) == ["new.html", "documents/one.html"]
    assert sitemap_paths(sitemap, set()) == []
    assert sitemap_paths(b"<", {""}) == []
    assert sitemap_paths(b"<urlset/>", {""}) == []
