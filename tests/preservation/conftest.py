"""A copy to damage, a server to serve it, and the command that checks it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from archive.__main__ import main
from archive.preservation import proof
from archive.preservation.printed import read_print


@dataclass(frozen=True)
class Verdict:
    """What a check of a copy ended with."""

    code: int
    findings: list[str]
    said: str
    complaint: str


@pytest.fixture(scope="session", autouse=True)
def _print_read_once() -> Iterator[None]:
    """Read PDFs of the same bytes once: that is three quarters of what a check of a copy takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proof, "read_print", lru_cache(maxsize=64)(read_print))
        yield


@pytest.fixture
def copy(sealed_site: Path, tmp_path: Path) -> Path:
    """A copy of the published site to damage."""
    return shutil.copytree(sealed_site, tmp_path / "copy")


@pytest.fixture
def verify(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Verdict]:
    """Run ``python -m archive verify`` in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> Verdict:
        capsys.readouterr()
        code = main(["verify", *map(str, words)])
        out, err = capsys.readouterr()
        return Verdict(code, [line for line in out.splitlines() if "To mend:" in line], out, err)

    return run


@dataclass
class Mirror:
    """A real HTTP server on this machine that serves a folder, and misbehaves as it is told."""

    address: str
    redirects: dict[str, str] = field(default_factory=dict)
    answers: dict[str, list[tuple[int, dict[str, str]]]] = field(default_factory=dict)
    breaks: set[str] = field(default_factory=set)  # answers that break off in the middle
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)


class _Handler(SimpleHTTPRequestHandler):
    mirror: Mirror

    def do_GET(self) -> None:
        path = self.path.removeprefix("/")
        self.mirror.asked.append(path)
        self.mirror.agents.add(self.headers["User-Agent"])
        if self.mirror.answers.get(path):
            status, headers = self.mirror.answers[path].pop(0)
            self._bare(status, headers)
        elif path in self.mirror.redirects:
            self._bare(301, {"Location": self.mirror.redirects[path]})
        elif path in self.mirror.breaks:
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"half")
            self.close_connection = True
        else:
            super().do_GET()

    def _bare(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": "0"}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def serve() -> Iterator[Callable[[Path], Mirror]]:
    """Serve a folder until the test is over."""
    servers = []

    def start(folder: Path) -> Mirror:
        mirror = Mirror("")
        handler = type("Handler", (_Handler,), {"mirror": mirror})
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        servers.append(server)
        mirror.address = f"http://127.0.0.1:{server.server_port}/"
        return mirror

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
