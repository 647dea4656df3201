"""The time of an edit is that from saving a file until the page shows it."""

from __future__ import annotations

import sys

import pytest

from benchmarks.archives import write_archive
from benchmarks.corpus import Corpus
from benchmarks.process import CommandError
from benchmarks.serving import edit_time

# Serves a document's source in the place of its page, as it stands at that moment.
SERVER = """\
import http.server, pathlib, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(pathlib.Path(self.path[1:]).with_suffix(".md").read_bytes())

http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@pytest.fixture
def corpus(tmp_path):
    write_archive(tmp_path / "archive", corpus := Corpus(12))
    return corpus


def test_an_edit_is_timed(tmp_path, corpus):
    found = edit_time(
        tmp_path / "archive", corpus, lambda port: [sys.executable, "-c", SERVER, str(port)]
    )
    assert found.cpu >= 0
    assert 0 < found.wall < 60


def test_a_server_that_ends_is_told(tmp_path, corpus):
    ending = [sys.executable, "-c", "raise SystemExit(3)"]
    with pytest.raises(CommandError, match="ended with 3"):
        edit_time(tmp_path / "archive", corpus, lambda _port: ending)
