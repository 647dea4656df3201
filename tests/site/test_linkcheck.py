"""make linkcheck tells which links are dead, and waits for none for ever."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.conftest import build, edit


class _Answers(BaseHTTPRequestHandler):
    """Answers by the path: a status, a redirect, late, or never."""

    release: threading.Event

    def do_GET(self):
        name = self.path.strip("/").partition("?")[0]
        if name in {"slow", "never"}:
            self.release.wait(0.5 if name == "slow" else 60)
        status = {"moved": 301, "gone": 404, "broken": 500}.get(name, 200)
        self.send_response(status)
        if status == 301:
            self.send_header("Location", "/ok")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *arguments):
        """Say nothing."""


@pytest.fixture
def server():
    _Answers.release = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    _Answers.release.set()
    server.shutdown()
    server.server_close()


def test_links_are_reported_by_what_they_answer(small_archive, server):
    source = small_archive("small")
    entry = "@online{%s, author={{A}}, title={%s}, date={2020}, url={%s/%s}}\n"
    names = ("ok", "moved", "gone", "broken", "slow", "never")
    text = "".join(entry % (name, name, server, name) for name in names)
    (source / "references.bib").write_text(text, "utf-8")
    given = "address: https://example.org/alpha"
    cited = ("{cite:p}`one`", "{cite:p}`ok`")
    edit(source, "documents/alpha.md", cited, (given, "address: unknown"))
    options = ("-D", "linkcheck_timeout=2", "-D", "linkcheck_retries=1")
    done = build(source, *options, builder="linkcheck")
    told = {}
    for line in (done.site / "output.json").read_text("utf-8").splitlines():
        row = json.loads(line)
        told[row["uri"].rpartition("/")[2]] = row["status"]
    assert {name: told[name] for name in names} == {
        "ok": "working", "moved": "redirected", "gone": "broken", "broken": "broken",
        "slow": "working", "never": "broken",
    }  # fmt: skip
    assert "Traceback" not in done.output
