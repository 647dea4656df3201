"""nginx on this machine, with a build's settings as they are but for places, ports, certificate."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import urllib3

from archive.preservation.sealing import NGINX_EXAMPLE
from tests.conftest import require_tool

# Where the tests are root's, the workers are too: pytest closes its folders to all others.
_MAIN = """\
{user}
daemon off;
worker_processes 2;
pid {work}/pid;
error_log {work}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    access_log {work}/access.log;
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    client_body_temp_path {work}/body;
    proxy_temp_path {work}/proxy;
    fastcgi_temp_path {work}/fastcgi;
    uwsgi_temp_path {work}/uwsgi;
    scgi_temp_path {work}/scgi;
    include {work}/archive.conf;
}}
"""


@dataclass(frozen=True)
class Nginx:
    """A running server: its two ports and its certificate."""

    plain: int
    secure: int
    certificate: Path
    pool: urllib3.PoolManager

    def ask(self, path: str, method: str = "GET", **headers: str) -> urllib3.BaseHTTPResponse:
        """Ask for one address over TLS, and follow nothing."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.pool.request(
            method, f"https://localhost:{self.secure}{path}", headers=named, redirect=False
        )

    def errors(self) -> str:
        """What nginx complained of."""
        return (self.certificate.parent / "error.log").read_text("utf-8")


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], Nginx]]:
    """Start nginx for a sealed site, whose settings lie in ``hosting`` beside it."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    require_tool("nginx", program)
    require_tool("openssl", shutil.which("openssl"))
    running = []

    def run(site: Path) -> Nginx:
        work = tmp_path_factory.mktemp("nginx")
        plain, secure = _settle(work, site)
        user = "user root;" if os.geteuid() == 0 else ""
        (work / "nginx.conf").write_text(_MAIN.format(work=work, user=user), "utf-8")
        _certify(work)
        words = [program, "-p", str(work), "-c", str(work / "nginx.conf"), "-e", "error.log"]
        tested = subprocess.run([*words, "-t"], capture_output=True, text=True, check=False)
        assert tested.returncode == 0, tested.stderr
        assert "warn" not in tested.stderr, tested.stderr
        running.append(subprocess.Popen(words, stderr=subprocess.DEVNULL))
        retries = urllib3.Retry(total=None, connect=12, redirect=False, backoff_factor=0.05)
        pool = urllib3.PoolManager(ca_certs=str(work / "certificate.pem"), retries=retries)
        server = Nginx(plain, secure, work / "certificate.pem", pool)
        assert server.ask("/robots.txt").status == 200  # it listens by now
        return server

    yield run
    for process in running:
        process.terminate()
        process.wait(10)


def _settle(work: Path, site: Path) -> tuple[int, int]:
    """Write the archive's settings for this machine; return the ports."""
    ports = _free_port(), _free_port()
    text = (site.parent / "hosting" / NGINX_EXAMPLE).read_text("utf-8")
    for old, new in (
        ("    listen [::]:80;\n", ""),
        ("    listen [::]:443 ssl http2;\n", ""),
        ("listen 80;", f"listen 127.0.0.1:{ports[0]};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{ports[1]} ssl"),
        ("/srv/archive/html", str(site)),
        ("/srv/archive/hosting", str(site.parent / "hosting")),
        ("/etc/letsencrypt/live/archive.example/fullchain.pem", str(work / "certificate.pem")),
        ("/etc/letsencrypt/live/archive.example/privkey.pem", str(work / "key.pem")),
    ):
        assert old in text, old
        text = text.replace(old, new)
    (work / "archive.conf").write_text(text, "utf-8")
    return ports


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _certify(work: Path) -> None:
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    words += ["-nodes", "-days", "1", "-subj", "/CN=localhost"]
    words += ["-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem"]
    subprocess.run([*words, "-out", "certificate.pem"], cwd=work, check=True, capture_output=True)


@pytest.fixture(scope="session")
def nginx(start: Callable[[Path], Nginx], sealed_site: Path) -> Nginx:
    """The synthetic archive, served."""
    return start(sealed_site)
