"""``make serve``: an edit shows by itself, what is wrong is told in the page, nothing is lost."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import cold, command, contents, copy_root, edit, environment, index_search

expect = pytest.importorskip("playwright.sync_api").expect

PATIENCE = 60_000  # milliseconds, on a busy machine


@dataclass
class Serving:
    """A server of an archive, in a process of its own."""

    source: Path
    port: int
    process: subprocess.Popen

    def address(self, page=""):
        return f"http://127.0.0.1:{self.port}/{page}"

    def ask(self, path, method="GET", **headers):
        """Ask as something that is no browser, or as one with these headers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={"Host": f"127.0.0.1:{self.port}"} | named)
        return connection.getresponse()

    def answer(self, path, method="GET", **headers):
        answer = self.ask(path, method, **headers)
        return answer.status, answer.read().decode()

    def edit(self, name, good, bad):
        edit(self.source, name, (good, bad))

    def wait(self, words):
        """Read what the server says until it says this."""
        for line in self.process.stdout:
            if words in line:
                return
        pytest.fail(f"the server ended without saying “{words}”")


@contextmanager
def serving(source):
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "archive", "serve", "--port", str(port)],
        cwd=source, text=True, env=environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    server = Serving(source, port, process)
    try:
        server.wait("The archive is at")
        yield server
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def served(small_archive):
    """A server of an archive to edit."""
    with serving(small_archive("small")) as server:
        yield server


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """One server for all tests that only ask it."""
    with serving(copy_root("small", tmp_path_factory.mktemp("asked") / "small")) as server:
        yield server


def banner(page):
    """The list of what is wrong, as assistive technology finds it."""
    return page.get_by_role("region", name="Problems in the archive’s sources")


def files(site):
    """All that a site consists of, without what Sphinx notes of its own builds."""
    found = contents(site).items()
    return {name: data for name, data in found if not name.startswith(".buildinfo")}


def test_edits_show_by_themselves_and_leave_what_a_cold_build_gives(served, page, tmp_path):
    page.goto(served.address("documents/alpha.html"))
    passage = page.locator("#alpha-p3")
    expect(passage).to_contain_text("The third.", timeout=PATIENCE)

    served.edit("documents/alpha.md", "The third.", "The third, reworded.")
    expect(passage).to_contain_text("The third, reworded.", timeout=PATIENCE)

    # A record that cannot be read is told with its line, and the last good page stays.
    served.edit("documents/alpha.md", "kind: letter", "kind: lettre")
    wrong = banner(page).get_by_role("listitem").filter(has_text="documents/alpha.md:6")
    expect(wrong.first).to_contain_text("To mend", timeout=PATIENCE)
    expect(passage).to_contain_text("The third, reworded.")
    served.edit("documents/alpha.md", "kind: lettre", "kind: letter")
    expect(banner(page)).to_have_count(0, timeout=PATIENCE)

    # A reference that cannot be read is told as well, and so is one that nobody knows.
    served.edit("references.bib", "shortauthor = {{FI}}", "shortauthor {{FI}}")
    expect(banner(page)).to_contain_text(re.compile(r"references\.bib:\d"), timeout=PATIENCE)
    served.edit("references.bib", "shortauthor {{FI}}", "shortauthor = {{First}}")
    expect(banner(page)).to_have_count(0, timeout=PATIENCE)
    served.edit("references.bib", "{2020-02-03}", "{n.d.}")
    expect(banner(page)).to_contain_text("is no date in EDTF", timeout=PATIENCE)
    served.edit("references.bib", "{n.d.}", "{2020-02-03}")
    expect(banner(page)).to_have_count(0, timeout=PATIENCE)
    served.edit("documents/alpha.md", "{cite:p}`one`", "{cite:p}`nobody`")
    expect(banner(page)).to_contain_text("nobody", timeout=PATIENCE)
    banner(page).get_by_role("button", name="Dismiss").click()
    expect(banner(page)).to_have_count(0)
    served.edit("documents/alpha.md", "{cite:p}`nobody`", "{cite:p}`one`")

    # What other pages show of a document follows, and so do new documents.
    page.goto(served.address("documents/index.html"))
    served.edit("documents/beta.md", "date: 2021/..", "date: 2019")
    served.edit("documents/beta.md", "[Beta resolution]", "[Another title]")
    expect(page.locator(".catalogue").get_by_text("[Another title]")).to_be_visible(
        timeout=PATIENCE
    )
    alpha = (served.source / "documents" / "alpha.md").read_text("utf-8")
    gamma = alpha.replace("alpha", "gamma").replace("The third", "A rarity")
    (served.source / "documents" / "gamma.md").write_text(gamma, "utf-8")
    expect(page.locator(".catalogue").get_by_text("The gamma letter")).to_be_visible(
        timeout=PATIENCE
    )
    (served.source / "documents" / "gamma.md").unlink()
    expect(page.locator(".catalogue").get_by_text("The gamma letter")).to_have_count(
        0, timeout=PATIENCE
    )

    wanted = cold(served.source, tmp_path / "fresh")
    index_search(wanted.source)
    assert files(served.source / "_build" / "serve" / "html") == files(wanted.site)

    served.process.send_signal(signal.SIGINT)
    said = served.process.stdout.read()
    assert served.process.wait() == 0
    assert "Stopped." in said
    assert "Traceback" not in said


def test_only_this_machine_s_browsers_are_answered_and_nothing_else_is_read(asked):
    assert asked.answer("/documents/alpha.html")[0] == 200
    assert asked.answer("/", Host=f"localhost:{asked.port}")[0] == 200
    for host in ("archive.example", f"archive.example:{asked.port}", "127.0.0.1"):
        assert asked.answer("/documents/alpha.html", Host=host)[0] == 421
    for path in ("/../../../conf.py", "/%2e%2e/%2e%2e/%2e%2e/conf.py", "/..%2f..%2f..%2fconf.py",
                 "//etc/passwd", "/documents", "/nowhere.html", "/%00"):  # fmt: skip
        status, text = asked.answer(path, Sec_Fetch_Site="none")
        assert status == 404, path
        assert "extensions = [" not in text
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert asked.answer("/index.html", method)[0] == 501

    again = command(asked.source, "serve", "--port", str(asked.port))
    assert again.returncode == 1
    assert f"Port {asked.port} cannot be used" in again.stderr
    assert "make serve PORT=" in again.stderr
    assert "Traceback" not in again.stderr


def test_a_link_out_of_the_site_is_not_followed(asked, tmp_path):
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    link = asked.source / "_build" / "serve" / "html" / "out.txt"
    link.symlink_to(tmp_path / "secret.txt")
    try:
        status, text = asked.answer("/out.txt", Sec_Fetch_Site="none")
    finally:
        link.unlink()
    assert (status, "secret" in text) == (404, False)


DATA = (
    "/search-index/names.js",
    "/documents/alpha.bib",
    "/_serve/live.js",
    "/_serve/events",
    "/%00",
)


def test_no_other_site_s_request_is_answered(asked):
    for path in ("/", "/documents/alpha.html", "/nowhere.html", *DATA):
        for headers in (
            {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"},
            {"Origin": "https://evil.example"}, {"Origin": "null"},
            {"Origin": "http://127.0.0.1:1", "Sec_Fetch_Site": "same-site"},
        ):  # fmt: skip
            status, text = asked.answer(path, **headers)
            assert status == 403, (path, headers)
            assert "type its address into the browser" in text
    own = f"http://127.0.0.1:{asked.port}"
    for headers in ({"Sec_Fetch_Site": "same-origin", "Origin": own}, {"Sec_Fetch_Site": "none"}):
        assert asked.answer("/search-index/names.js", **headers)[0] == 200


def test_a_browser_that_does_not_say_who_asks_needs_the_token_of_a_page(asked):
    for path in DATA:
        assert asked.answer(path)[0] == 403, path
    page = asked.ask("/documents/alpha.html")
    cookie, *flags = page.headers["Set-Cookie"].split("; ")
    assert set(flags) == {"Path=/", "HttpOnly", "SameSite=Strict"}
    assert asked.answer("/search-index/names.js", Cookie=f"a=b; {cookie}")[0] == 200
    assert asked.answer("/search-index/names.js", Cookie=f"{cookie}x")[0] == 403
    page = asked.answer("/documents/alpha.html")[1]
    assert cookie.partition("=")[2] not in page


def test_the_table_writes_only_for_its_own_page(asked):
    page = asked.ask("/documents/alpha.html", Sec_Fetch_Site="none")
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    page.read()
    good = {
        "Origin": f"http://127.0.0.1:{asked.port}", "Sec_Fetch_Site": "same-origin",
        "Cookie": cookie, "Content_Type": "application/json", "Content_Length": "0",
    }  # fmt: skip
    for change in ({"Origin": "http://evil.example"}, {"Sec_Fetch_Site": "cross-site"},
                   {"Cookie": "a=b"}, {"Content_Type": "text/plain"}, {"Origin": ""}):  # fmt: skip
        assert asked.answer("/_serve/table/alpha", "POST", **{**good, **change})[0] == 403
    assert asked.answer("/_serve/table/alpha", "POST", **good)[0] == 400
    assert asked.answer("/_serve/table/alpha", Sec_Fetch_Site="none")[0] == 404  # no source
    assert "No source is at hand" in asked.answer("/_serve/table/", Sec_Fetch_Site="none")[1]


def test_a_text_is_checked_for_pages_and_programs_of_this_machine_alone(asked):
    def check(body, **headers):
        named = {"Content-Type": "application/json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        connection = http.client.HTTPConnection("127.0.0.1", asked.port, timeout=60)
        connection.request("POST", "/_check", body, named)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    text = json.dumps({"text": "See alpha-p1 and alpha-p77.", "form": "md"})
    own = {"Origin": f"http://127.0.0.1:{asked.port}", "Sec_Fetch_Site": "same-origin"}
    for headers in ({}, own):
        status, said = check(text, **headers)
        found = [(each["found"], each["state"]) for each in said["texts"][0]["findings"]]
        assert (status, found) == (200, [("alpha-p1", "stands"), ("alpha-p77", "unclear")])
    for headers in (
        {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"}, {"Content_Type": "text/plain"}, {"Host": "evil.example"},
    ):  # fmt: skip
        assert check(text, **headers)[0] == 403, headers
    for bad in ("", "[]", "{}", '{"text": 1}', '{"text": "a", "form": "exe"}', "[" * 100_000):
        assert check(bad)[0] == 400, bad[:20]
    assert check("", Content_Length="99999999999")[0] == 413


def test_every_answer_says_that_it_is_for_its_own_origin_alone(asked):
    for path in ("/", "/search-index/names.js", "/nowhere.html", "/_serve/live.js"):
        headers = asked.ask(path, Sec_Fetch_Site="none").headers
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in headers


EVIL = """<!doctype html><title>evil</title><body><script>
  searchData = (name, data) => { document.title = "read " + Object.keys(data); };
</script>
<script src="http://127.0.0.1:PORT/search-index/names.js"></script>
<iframe src="http://127.0.0.1:PORT/documents/alpha.html"></iframe>
"""


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_page_of_another_server_reads_nothing(asked, page, serve, tmp_path, host):
    """One on this machine, which browsers let ask for more than a distant one."""
    address = f"http://127.0.0.1:{asked.port}/"
    (tmp_path / "evil").mkdir()
    (tmp_path / "evil/index.html").write_text(EVIL.replace("PORT", str(asked.port)), "utf-8")
    other = serve(tmp_path / "evil").replace("127.0.0.1", host)
    page.goto(other, wait_until="networkidle")
    assert page.title() == "evil"
    assert not any("alpha-p1" in frame.content() for frame in page.frames)
    told = page.evaluate(
        "address => fetch(address).then(() => 'read', () => 'refused')", f"{address}archive.bib"
    )
    assert told == "refused"

    page.goto(f"{address}search.html?q=third")
    expect(page.locator("#search-found li a").first).to_be_visible()


def test_a_changed_engine_starts_again_and_a_broken_one_is_told(served, page):
    page.goto(served.address("documents/alpha.html"))
    served.edit("conf.py", 'project = "Small archive"', 'project = "Small archive')
    expect(banner(page)).to_contain_text("conf.py:10", timeout=PATIENCE)
    served.edit("conf.py", 'project = "Small archive', 'project = "Renamed archive"#')
    expect(page).to_have_title(re.compile("Renamed archive"), timeout=PATIENCE)
    expect(banner(page)).to_have_count(0)
