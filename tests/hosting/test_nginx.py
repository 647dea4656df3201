"""What readers get from nginx: every header, type, redirect and part of a file."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil

import pytest
import urllib3

from archive.__main__ import main
from archive.model.showing import PRINT, SANDBOX
from archive.preservation.manifest import NAME, parse
from archive.preservation.sealing import SECURITY
from archive.preservation.site import SETTINGS
from tests.conftest import chromium

RESOLUTION = "/documents/isle-seed-resolution"

TYPES = {
    "/": "text/html; charset=utf-8",
    "/index.html": "text/html; charset=utf-8",
    "/archive.bib": "application/x-bibtex; charset=utf-8",
    "/archive.pdf": "application/pdf",
    "/atom.xml": "application/atom+xml; charset=utf-8",
    "/ledger.jsonl": "application/jsonl; charset=utf-8",
    "/manifest-sha256.txt": "text/plain; charset=utf-8",
    "/objects.inv": "application/octet-stream",
    "/robots.txt": "text/plain; charset=utf-8",
    "/sitemap.xml": "text/xml; charset=utf-8",
    "/search-index/overview.js": "application/javascript; charset=utf-8",
    "/_static/archive.css": "text/css; charset=utf-8",
    "/.well-known/security.txt": "text/plain; charset=utf-8",
    f"{RESOLUTION}.html": "text/html; charset=utf-8",
    f"{RESOLUTION}.pdf": "application/pdf",
    f"{RESOLUTION}.bib": "application/x-bibtex; charset=utf-8",
    f"{RESOLUTION}.ris": "application/x-research-info-systems; charset=utf-8",
    f"{RESOLUTION}.md": "text/markdown; charset=utf-8",
    f"{RESOLUTION}.json": "application/vnd.citationstyles.csl+json; charset=utf-8",
    f"{RESOLUTION}.linkset.json": "application/linkset+json; charset=utf-8",
}


@pytest.mark.parametrize("path", TYPES)
def test_each_form_has_its_type_and_every_answer_the_security_headers(nginx, path):
    answer = nginx.ask(path)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == TYPES[path]
    for name, value in SECURITY.items():
        assert answer.headers.getlist(name) == [value]
    (policy,) = answer.headers.getlist("Content-Security-Policy")
    if TYPES[path].startswith(("text/html", "application/javascript")):
        assert policy.startswith("default-src 'none'; script-src 'self' 'sha256-")
        assert "sandbox" not in policy
    else:
        assert policy == (PRINT if TYPES[path] == "application/pdf" else SANDBOX)
    assert answer.headers["Server"] == "nginx"
    assert "Set-Cookie" not in answer.headers


def test_every_file_of_the_manifest_is_served_as_it_is(nginx, sealed_site):
    for path, digest in parse((sealed_site / NAME).read_bytes()).digests.items():
        answer = nginx.ask(f"/{path}")
        if path in SETTINGS:  # only static hosts read these
            continue
        assert answer.status == 200, path
        assert hashlib.sha256(answer.data).hexdigest() == digest, path
    assert nginx.errors() == ""


def test_the_check_of_a_mirror_finds_it_sound(nginx, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(nginx.certificate))
    assert main(["verify", f"https://localhost:{nginx.secure}/", "--rate", "0"]) == 0
    assert "the copy is sound" in capsys.readouterr().out


def test_pages_name_their_signposts_and_forms_lead_back(nginx):
    base = "https://isles.example"
    page = nginx.ask(f"{RESOLUTION}.html").headers["Link"]
    assert f'<{base}{RESOLUTION}.html>; rel="cite-as"' in page
    assert f'<{base}{RESOLUTION}.bib>; rel="describedby"; type="application/x-bibtex"' in page
    assert f'<{base}{RESOLUTION}.pdf>; rel="item"; type="application/pdf"' in page
    assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in page
    assert f'<{base}{RESOLUTION}.linkset.json>; rel="linkset"' in page
    form = nginx.ask(f"{RESOLUTION}.ris").headers["Link"]
    assert f'<{base}{RESOLUTION}.html>; rel="describes"' in form
    assert 'rel="collection"' in nginx.ask(f"{RESOLUTION}.pdf").headers["Link"]
    assert "Link" not in nginx.ask("/about.html").headers


def test_what_is_missing_or_not_for_readers_is_a_404_with_every_header(nginx):
    for path in ("/nothing", "/.buildinfo", "/_headers", "/_redirects", "/documents/nothing.html"):
        answer = nginx.ask(path)
        assert answer.status == 404, path
        assert b"This address does not exist" in answer.data
        assert answer.headers.getlist("X-Content-Type-Options") == ["nosniff"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_plain_http_and_folders_lead_on(nginx):
    answer = urllib3.request(
        "GET", f"http://127.0.0.1:{nginx.plain}{RESOLUTION}.html?x=1",
        headers={"Host": "archive.example"}, redirect=False,
    )  # fmt: skip
    assert answer.status == 301
    assert answer.headers["Location"] == f"https://archive.example{RESOLUTION}.html?x=1"
    assert nginx.ask("/documents").headers["Location"] == "/documents/"


def test_a_part_of_a_pdf_can_be_asked_for(nginx, sealed_site):
    whole = (sealed_site / "archive.pdf").read_bytes()
    answer = nginx.ask("/archive.pdf", Range="bytes=100-199")
    assert answer.status == 206
    assert answer.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    assert answer.data == whole[100:200]
    assert nginx.ask("/archive.pdf", Range=f"bytes={len(whole)}-").status == 416


def test_what_a_reader_has_is_not_sent_again(nginx):
    first = nginx.ask("/index.html")
    assert nginx.ask("/index.html", If_None_Match=first.headers["ETag"]).status == 304


def test_texts_are_compressed_and_pdfs_are_not(nginx, sealed_site):
    for path in ("/index.html", "/ledger.jsonl", "/archive.bib", "/_static/archive.css"):
        answer = nginx.pool.request(
            "GET", f"https://localhost:{nginx.secure}{path}",
            headers={"Accept-Encoding": "gzip"}, decode_content=False,
        )  # fmt: skip
        assert answer.headers["Content-Encoding"] == "gzip", path
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(answer.data) == (sealed_site / path[1:]).read_bytes()
    assert "Content-Encoding" not in nginx.ask("/archive.pdf", Accept_Encoding="gzip").headers


def test_a_file_that_lies_there_packed_is_sent_so(start, sealed_site, tmp_path):
    site = shutil.copytree(sealed_site, tmp_path / "html")
    shutil.copytree(sealed_site.parent / "hosting", tmp_path / "hosting")
    (site / "archive.bib.gz").write_bytes(gzip.compress(b"packed before", mtime=0))
    answer = start(site).ask("/archive.bib", Accept_Encoding="gzip")
    assert answer.data == b"packed before"
    assert answer.headers["Content-Type"] == TYPES["/archive.bib"]


def test_what_never_changes_is_kept_and_lists_are_asked_for_anew(nginx):
    page = nginx.ask("/index.html").data.decode()
    styles = re.findall(r'href="(_static/[^"]+\?v=[0-9a-f]+)"', page)
    assert styles
    for style in styles:
        assert nginx.ask(f"/{style}").headers["Cache-Control"] == (
            "public, max-age=31536000, immutable"
        )
    for path, kept in {
        "/index.html": "public, max-age=600",
        "/_static/archive.css": "public, max-age=86400",
        "/archive.pdf": "public, max-age=86400",
        "/ledger.jsonl": "no-cache",
        "/manifest-sha256.txt": "no-cache",
    }.items():
        assert nginx.ask(path).headers["Cache-Control"] == kept, path


def test_a_document_that_moved_leads_to_its_new_address(start, moved_site):
    server = start(moved_site)
    answer = server.ask("/documents/alpha.html")
    assert answer.status == 301
    assert answer.headers["Location"] == "/documents/omega.html"
    assert server.ask("/documents/omega.html").status == 200
    assert server.ask("/documents/beta.html").status == 200


def test_no_page_breaks_the_policy_it_is_sent_with(nginx, sealed_site, browser):
    """Chromium reports whatever a policy blocks, of every page and of a search."""
    page = browser.new_context(ignore_https_errors=True).new_page()
    told: list[str] = []
    page.on("console", lambda said: told.append(f"{said.text} {said.location['url']}"))
    page.on("pageerror", lambda error: told.append(f"{error} {page.url}"))
    for path in sorted(p.relative_to(sealed_site).as_posix() for p in sealed_site.rglob("*.html")):
        answer = page.goto(f"https://localhost:{nginx.secure}/{path}")
        assert answer.headers["content-security-policy"]
    page.goto(f"https://localhost:{nginx.secure}/search.html?q=holm", wait_until="networkidle")
    page.context.close()
    assert [line for line in told if not line.endswith("/favicon.ico")] == []


BROUGHT = {
    "_images/evil.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="fetch(\'/ran\')">'
    b"<script>document.documentElement.setAttribute('ran', 'yes')</script></svg>",
    "_images/evil.png": b"<html><script>document.title = 'ran'</script>",
    "_downloads/1/evil.html": b"<html><title>x</title></html>",
    "_downloads/1/report.pdf": b"%PDF-1.4",
    "archive.epub": b"PK",
    "evil.svgz": b"<svg/>",
}


@pytest.fixture(scope="module")
def brought(start, sealed_site, tmp_path_factory):
    """A server with files beside the pages that a build would refuse."""
    folder = tmp_path_factory.mktemp("brought")
    site = shutil.copytree(sealed_site, folder / "html")
    shutil.copytree(sealed_site.parent / "hosting", folder / "hosting")
    for name, data in BROUGHT.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(data)
    return start(site)


def test_what_is_no_page_is_sandboxed_and_downloads_are_attachments(brought):
    for name in BROUGHT:
        answer = brought.ask(f"/{name}")
        assert answer.headers.getlist("Content-Security-Policy") == [SANDBOX], name
        assert answer.headers.getlist("X-Content-Type-Options") == ["nosniff"]
        attached = ["attachment"] if name.startswith("_downloads/") else []
        assert answer.headers.getlist("Content-Disposition") == attached
    assert brought.ask("/archive.epub").headers["Content-Type"] == "application/epub+zip"
    assert brought.ask("/evil.svgz").headers["Content-Type"] == "application/octet-stream"


def test_no_browser_runs_what_stands_beside_a_page(brought, browser):
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"https://localhost:{brought.secure}/_images/evil.svg")
    assert page.evaluate("document.documentElement.getAttribute('ran')") is None
    assert not [address for address in asked if address.endswith("/ran")]
    page.goto(f"https://localhost:{brought.secure}/_images/evil.png")
    assert page.title() != "ran"
    page.goto(f"https://localhost:{brought.secure}/about.html")
    with page.expect_download() as told:
        page.evaluate("location.href = '/_downloads/1/evil.html'")
    assert told.value.suggested_filename == "evil.html"
    context.close()


def test_a_pdf_of_the_engine_is_shown_in_the_browser(nginx, playwright):
    shown = chromium(playwright, "--headless=new", headless=False)
    page = shown.new_context(ignore_https_errors=True).new_page()
    page.goto(f"https://localhost:{nginx.secure}/archive.pdf")
    for _ in range(200):
        if any(frame.url.startswith("chrome-extension://") for frame in page.frames):
            break
        page.wait_for_timeout(50)
    else:
        pytest.fail("Chromium opened no viewer")
    shown.close()


def test_no_log_says_who_asked_for_what(start, sealed_site):
    server = start(sealed_site)
    for path in ("/nothing", "/%00", "/../../etc/passwd", "/index.html/x", "/.git/config"):
        server.ask(path)
    long = server.pool.request(
        "GET", f"https://localhost:{server.secure}/{'a' * 40_000}", redirect=False
    )
    assert long.status == 414
    plain = f"http://127.0.0.1:{server.plain}/{'a' * 40_000}"
    assert urllib3.request("GET", plain, redirect=False).status == 414
    logs = list(server.certificate.parent.rglob("*.log"))
    assert logs
    for log in logs:
        assert "127.0.0.1" not in log.read_text("utf-8"), log
