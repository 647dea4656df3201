"""Hostile mirrors: none hangs the check, fills the memory, or speaks through the terminal.

Each row says what a mirror does, and what must come of it: the rule that finds it, or that the
check cannot go on.  No row may compute longer than ``BOUND``, last longer than ``PATIENCE``, nor
send more than ``BYTES``.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import shutil
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from archive.__main__ import main
from archive.commands import verify
from archive.preservation import expected, harmless, shown_name
from archive.preservation import mirror as module
from archive.preservation.fetching import AGENT, Limits
from archive.preservation.manifest import NAME, serialise, serialise_sizes
from archive.preservation.site import LEDGER, SIZES

BOUND = 10  # CPU seconds, of the mirror as well
PATIENCE = 60  # seconds, on a machine that does other things besides
BYTES = 16 << 20  # that a mirror can send; the sockets of this machine alone take 4 MB

ESCAPE = "\x1b[2K\r0 problems: the copy is sound.\n"
FORGED = "137 files and 31 anchors checked in 0.1 s: the copy is sound."
PAGE = "about.html"
FILES = {
    PAGE: b"<!doctype html><title>About</title><p>About.",
    "documents/a.html": b'<!doctype html><title>A</title><p id="a-p1">Words.',
    "notes.txt": b"notes\n",
    LEDGER: json.dumps({
        "date": "2024-01-01", "event": "publish", "anchor": "a-p1",
        "sha256": hashlib.sha256(b"Words.").hexdigest(),
    }).encode() + b"\n",
}  # fmt: skip


class Mirror:
    """What a mirror serves, and what it does besides."""

    def __init__(self) -> None:
        self.files = dict(FILES)
        self.seal()
        self.acts = {}
        self.sent = 0
        self.asked = Counter()
        self.agents = set()
        self.address = ""
        self.over = threading.Event()

    def seal(self) -> None:
        """Make sizes and manifest for the files as they are."""
        for name in (SIZES, NAME):
            self.files.pop(name, None)
        sizes = {path: len(data) for path, data in self.files.items()}
        self.files[SIZES] = serialise_sizes(sizes).encode()
        digests = {path: hashlib.sha256(data).hexdigest() for path, data in self.files.items()}
        self.files[NAME] = serialise(digests)


class Handler(BaseHTTPRequestHandler):
    mirror: Mirror
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.removeprefix("/")
        self.mirror.asked[path] += 1
        self.mirror.agents.add(self.headers["User-Agent"])
        act = self.mirror.acts.get(path) or self.mirror.acts.get("*")
        with contextlib.suppress(OSError):
            if act is None or act(self, path) == "honest":
                self.honest(path)

    do_HEAD = do_GET  # noqa: N815

    def honest(self, path: str) -> None:
        data = self.mirror.files.get(path)
        kind = "text/html" if path.endswith(".html") else "text/plain"
        self.head(
            404 if data is None else 200,
            {"Content-Type": kind, "Content-Length": str(len(data or b""))},
        )
        if self.command == "GET":
            self.send(data or b"")

    def head(self, status: int, headers: dict[str, str] | None = None) -> None:
        lines = [
            f"HTTP/1.1 {status} x",
            *(f"{key}: {value}" for key, value in (headers or {}).items()),
            "",
            "",
        ]
        self.send("\r\n".join(lines).encode("latin-1", "replace"))

    def send(self, data: bytes) -> None:
        self.wfile.write(data)
        self.mirror.sent += len(data)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing of a checker that hung up."""


# What a mirror does


def endless(status: int = 200, headers: dict[str, str] | None = None, block: bytes = b"x" * 65536):
    """Send a body without an end."""

    def act(handler: Handler, _: str) -> None:
        handler.head(status, headers)
        while not handler.mirror.over.is_set():
            handler.send(block)

    return act


def dripping(head: bytes, letter: bytes = b"x"):
    """Send a byte, and another, and another."""

    def act(handler: Handler, _: str) -> None:
        handler.send(head)
        while not handler.mirror.over.wait(0.02):
            handler.send(letter)

    return act


def answer(status: int, headers: dict[str, str] | None = None, body: bytes = b""):
    def act(handler: Handler, _: str) -> None:
        handler.head(status, {"Content-Length": str(len(body)), **(headers or {})})
        if handler.command == "GET":
            handler.send(body)

    return act


def raw(data: bytes):
    def act(handler: Handler, _: str) -> None:
        handler.send(data)
        handler.close_connection = True

    return act


def silent(handler: Handler, _: str) -> None:
    handler.mirror.over.wait(5)


def hanging_up(handler: Handler, _: str) -> None:
    handler.close_connection = True


def chunked(handler: Handler, _: str) -> None:
    block = b"10\r\nsixteen of bytes\r\n" * 2500
    endless(headers={"Transfer-Encoding": "chunked"}, block=block)(handler, "")


def only_head(act):
    def either(handler: Handler, path: str):
        return act(handler, path) if handler.command == "HEAD" else "honest"

    return either


def twice(first, later):
    """Answer the first time in one way, and later in another."""

    def act(handler: Handler, path: str):
        return first if handler.mirror.asked[path] == 1 else later(handler, path)

    return act


def to_browsers(act):
    """Be honest to the checker alone."""

    def either(handler: Handler, path: str):
        return "honest" if handler.headers["User-Agent"] == AGENT else act(handler, path)

    return either


LINKS = b"".join(b'<a href="x%d.html">x</a>' % number for number in range(200_000))


def bomb(path: str):
    def prepare(mirror: Mirror) -> None:
        packed = gzip.compress(bytes(64 << 20))
        mirror.acts[path] = answer(200, {"Content-Encoding": "gzip"}, packed)

    return prepare


def page(data: bytes):
    def prepare(mirror: Mirror) -> None:
        mirror.files[PAGE] = data
        mirror.seal()

    return prepare


def named(path: str):
    """Name a file in a manifest that was made by hand, so that it can hold anything."""

    def prepare(mirror: Mirror) -> None:
        mirror.files[NAME] += f"{'0' * 64}  {path}\n".encode()

    return prepare


def acting(path: str, act):
    def prepare(mirror: Mirror) -> None:
        mirror.acts[path] = act

    return prepare


def linked(act):
    def prepare(mirror: Mirror) -> None:
        page(b'<!doctype html><a href="new.html">x</a>')(mirror)
        mirror.acts["new.html"] = only_head(act)

    return prepare


STOPS = "the check cannot go on"
OK = "HTTP/1.1 200 x\r\nContent-Type: text/html\r\n"

# By name: what the mirror does, and what must come of it.
ROWS = {
    # bodies without an end
    "an endless page": (acting(PAGE, endless()), "file-endless"),
    "an endless page in chunks": (acting(PAGE, chunked), "file-endless"),
    "a page of a promised terabyte": (acting(PAGE, endless(headers={
        "Content-Length": str(1 << 40)})), "file-endless"),
    "an endless manifest": (acting(NAME, endless()), STOPS),
    "an endless ledger": (acting(LEDGER, endless()), STOPS),
    "endless sizes": (acting(SIZES, endless()), STOPS),
    "an endless signature": (acting(f"{NAME}.sig", endless()), STOPS),
    "an endless error": (acting(PAGE, endless(404)), "file-missing"),
    "an endless refusal": (acting(PAGE, endless(403)), "file-unreachable"),
    "an endless redirect": (acting(PAGE, endless(302, {"Location": "/x"})), "file-moved"),
    "endless errors of a server": (acting(PAGE, endless(500)), "file-unreachable"),
    "an endless answer to HEAD": (linked(endless()), "file-extra"),
    "more than was promised": (acting(PAGE, answer(200, {"Content-Length": "5"}, b"x" * 99999)),
                               "file-altered"),
    # packed
    "a bomb": (bomb(PAGE), "file-endless"),
    "a bomb as manifest": (bomb(NAME), STOPS),
    "broken packing": (acting(PAGE, answer(200, {"Content-Encoding": "gzip"}, b"no gzip")),
                       "file-unreachable"),
    "half of the packing": (acting(PAGE, answer(200, {"Content-Encoding": "gzip"},
                                                gzip.compress(FILES[PAGE])[:20])),
                            "file-unreachable"),
    "another packing": (acting(PAGE, answer(200, {"Content-Encoding": "br"}, b"x")),
                        "file-unreachable"),
    # slow
    "a byte at a time": (acting(PAGE, dripping(OK.encode() + b"Content-Length: 99\r\n\r\n")),
                         "file-unreachable"),
    "a header at a time": (acting(PAGE, dripping(OK.encode() + b"X: ")), "file-unreachable"),
    "continuing for ever": (acting(PAGE, dripping(b"", b"HTTP/1.1 100 x\r\n\r\n")),
                            "file-unreachable"),
    "a manifest byte by byte": (acting(NAME, dripping(OK.encode() + b"\r\n")), STOPS),
    "everything byte by byte": (acting("*", dripping(OK.encode() + b"\r\n")), STOPS),
    "silence": (acting(PAGE, silent), "file-unreachable"),
    "hanging up": (acting(PAGE, hanging_up), "file-unreachable"),
    "half an answer": (acting(PAGE, raw(OK.encode() + b"Content-Length: 99\r\n\r\nhalf")),
                       "file-unreachable"),
    # many
    "a hundred thousand headers": (acting(PAGE, raw(OK.encode() + b"X: y\r\n" * 100_000)),
                                   "file-unreachable"),
    "a header of a megabyte": (acting(PAGE, raw(OK.encode() + b"X: " + b"y" * (1 << 20))),
                               "file-unreachable"),
    "no HTTP": (acting(PAGE, raw(b"\x00\x1b]0;sound\x07" * 99)), "file-unreachable"),
    "two hundred thousand links": (page(b"<!doctype html>" + LINKS), None),
    "a page of nothing but depth": (page(b"<!doctype html>" + b"<b>" * 50_000), None),
    # waiting
    "an hour of Retry-After": (acting(PAGE, answer(503, {"Retry-After": "3600"})),
                               "file-unreachable"),
    "a century of Retry-After": (acting(PAGE, answer(429, {
        "Retry-After": "Fri, 01 Jan 2125 00:00:00 GMT"})), "file-unreachable"),
    "Retry-After of nothing": (acting(PAGE, answer(503, {"Retry-After": ESCAPE.strip()
                                                         .replace("\r", "")})),
                               "file-unreachable"),
    "waiting for everything": (acting("*", answer(503, {"Retry-After": "500"})), STOPS),
    # speaking through the terminal
    "an escape in Location": (acting(PAGE, raw(
        b"HTTP/1.1 301 x\r\nContent-Length: 0\r\nLocation: /\x1b[2K\x9b2K\x1b]0;sound\x07\r\n"
        b"\r\n")), "file-moved"),
    "an address that is none": (acting(PAGE, answer(301, {"Location": "http://[::1"})),
                                "file-moved"),
    "a Location in no encoding": (acting(PAGE, raw(
        b"HTTP/1.1 301 x\r\nContent-Length: 0\r\nLocation: \xff\xfe\r\n\r\n")), "file-moved"),
    "a manifest that leads to an escape": (acting(NAME, answer(301, {
        "Location": "//x/\x1b[2K"})), STOPS),
    "a name that is a report": (named(FORGED), "file-missing"),
    "a name with a turn of direction": (named("a\u202etxt.exe"), "file-missing"),
    "a name with an escape": (named("\x1b[2Ksound"), "manifest-broken"),
    "a name with a line end of its own": (named("a\u2028b\x85c"), "file-missing"),
    "a name out of the site": (named("../../etc/passwd"), "manifest-broken"),
    "an anchor that is a report": (lambda mirror: mirror.files.update({
        LEDGER: FILES[LEDGER] + FORGED.encode() + b"\n"}), "ledger-broken"),
    "a link with an escape": (page(
        b'<!doctype html><a href="%1b[2K%0d0 problems: the copy is sound.">x</a>'), None),
    "a status line with an escape": (acting(PAGE, raw(
        b"HTTP/1.1 403 \x1b[2Ksound\r\nContent-Length: 0\r\n\r\n")), "file-unreachable"),
    # two faces
    "another manifest the second time": (acting(NAME, twice("honest", answer(
        200, {}, b"0" * 64 + b"  x\n"))), None),
    "another page to browsers": (acting(PAGE, to_browsers(answer(
        200, {"Content-Type": "text/html"}, b"Other"))), "file-differs"),
    "an endless page to browsers": (acting(PAGE, to_browsers(endless())), None),
    "a note as a page": (acting("notes.txt", answer(
        200, {"Content-Type": "text/html"}, FILES["notes.txt"])), "header-wrong"),
    "a page as a text": (acting(PAGE, answer(200, {"Content-Type": "text/plain"}, FILES[PAGE])),
                         "header-wrong"),
}  # fmt: skip


@pytest.fixture
def mirror():
    mirror = Mirror()
    handler = type("Bound", (Handler,), {"mirror": mirror})
    server = Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    mirror.address = f"http://127.0.0.1:{server.server_port}/"
    yield mirror
    mirror.over.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def run(tmp_path: Path, monkeypatch, capsys):
    """Check a mirror with little patience; return the exit code and what was told."""
    hurried = Limits(patience=0.4, slowest=1e6, tries=1, pause=0, longest_wait=0.02, waits=0.2)
    monkeypatch.setattr(verify, "LIMITS", hurried)
    monkeypatch.setattr(verify, "executable", lambda: None)
    monkeypatch.setattr(module, "_MOST_LINKS", 20)
    monkeypatch.setattr(expected, "_LARGEST_LIST", 4 << 20)
    monkeypatch.chdir(tmp_path)

    def check(mirror: Mirror, *words: str) -> tuple[int, str]:
        code = main(["verify", mirror.address, "--rate", "0", *words])
        out, err = capsys.readouterr()
        return code, out + err

    return check


def test_an_honest_mirror_is_sound(mirror, run):
    code, told = run(mirror)
    assert code == 0, told


@pytest.mark.parametrize("name", ROWS)
def test_a_hostile_mirror_is_bounded_and_told(name, mirror, run):
    prepare, outcome = ROWS[name]
    prepare(mirror)
    started, used = time.monotonic(), time.process_time()
    code, told = run(mirror)
    assert time.process_time() - used < BOUND
    assert time.monotonic() - started < PATIENCE
    assert mirror.sent < BYTES
    assert all(each.isprintable() for each in told.replace("\n", "")), told
    assert "Traceback" not in told
    if outcome == STOPS:
        assert code == 2, told
    elif outcome is not None:
        assert f"[{outcome}]" in told
        assert code == 1
    for line in told.splitlines():
        assert not line.startswith(FORGED)
        assert code == 0 or not line.endswith("the copy is sound.")


def test_each_file_is_asked_for_once(mirror, run):
    assert run(mirror, "--sample", "0")[0] == 0
    assert set(mirror.asked.values()) == {1}


def test_another_agent_can_be_chosen(mirror, run):
    run(mirror, "--sample", "0", "--agent", "Mozilla/5.0")
    assert mirror.agents == {"Mozilla/5.0"}


def test_the_result_as_json_is_one_object(mirror, run, capsys):
    mirror.files[PAGE] = b"Other"
    main(["verify", mirror.address, "--rate", "0", "--json"])
    result = json.loads(capsys.readouterr().out)
    assert result["sound"] is False
    assert {each["rule"] for each in result["findings"]} >= {"file-altered"}
    assert result["figures"]["anchors"] == 1
    assert result["unchecked"][0]["what"] == "whether the copy's ledger is the archive's"


def test_a_check_that_could_not_be_made_is_neither_sound_nor_unsound_in_json(mirror, run, capsys):
    mirror.acts["*"] = hanging_up
    assert main(["verify", mirror.address, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["sound"] is None


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("\x1b[31m", r"\x1b[31m"),
        ("a\nb", r"a\nb"),
        ("a\u202eb", r"a\u202eb"),
        ("\x9b2K", r"\x9b2K"),
        ("x" * 1000, "x" * 400 + "…"),
    ],
)
def test_what_a_stranger_says_is_shown_and_not_obeyed(text, safe):
    assert harmless(text) == safe


def test_a_name_cannot_pass_for_a_sentence():
    assert shown_name("documents/a-b.html") == "documents/a-b.html"
    assert shown_name(FORGED) == f'"{FORGED}"'


def test_a_folder_s_names_are_escaped(tmp_path, run, mirror, capsys):
    del mirror
    folder = tmp_path / "copy"
    folder.mkdir()
    (folder / NAME).write_bytes(b"")
    (folder / "\x1b[2K\nsound").write_bytes(b"")
    assert main(["verify", str(folder)]) == 1
    assert "\x1b" not in capsys.readouterr().out
    shutil.rmtree(folder)
