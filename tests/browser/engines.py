"""Browsers of three engines, as far as a reader's tasks need them: go, press, write, and look.

Firefox is spoken to by Marionette, WebKitGTK's MiniBrowser by WebDriver (W3C), both as Debian has
them; Chromium by Playwright.  Each counts what a reader does: a press, or words with Enter.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest

PATIENCE = 20.0  # seconds, for a browser to start and for a page to say what is waited for
_ENTER = "\ue007"  # WebDriver, 17.4.2
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # WebDriver, 12.1


class Engine(Protocol):
    """A browser with one window."""

    def go(self, address: str) -> None: ...
    def run(self, script: str) -> Any:
        """What a script returns."""

    def click(self, selector: str) -> None: ...
    def type(self, selector: str, words: str) -> None: ...


class Reader:
    """Somebody before a browser."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.actions = 0

    def go(self, address: str) -> None:
        """Begin at a page; no action, as readers come from anywhere."""
        self._engine.go(address)

    def press(self, selector: str) -> None:
        self.see(f"document.querySelector({json.dumps(selector)})?.getClientRects().length > 0")
        self.actions += 1
        self._engine.click(selector)

    def write(self, selector: str, words: str) -> None:
        """Write words into a field, and press Enter."""
        self.actions += 1
        self._engine.type(selector, words)

    def run(self, script: str) -> Any:
        return self._engine.run(script)

    def see(self, expression: str) -> Any:
        """What an expression of JavaScript comes to, once it is true."""
        return _until(lambda: self._engine.run(f"return {expression}"), expression)

    def text(self, selector: str) -> str:
        """What an element says, once it says something."""
        said = f"document.querySelector({json.dumps(selector)})?.innerText?.trim()"
        return str(self.see(said))


def _until(look: Callable[[], Any], what: str) -> Any:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"it did not come: {what}")


# --- Chromium


class Chromium:
    """A page of Playwright's."""

    def __init__(self, browser: Any) -> None:
        self.page = browser.new_context().new_page()

    def go(self, address: str) -> None:
        self.page.goto(address)

    def run(self, script: str) -> Any:
        try:
            return self.page.evaluate(f"() => {{ {script} }}")
        except Exception as error:  # the page was left while it was looked at
            if "navigation" in str(error) or "Execution context" in str(error):
                return None
            raise

    def click(self, selector: str) -> None:
        self.page.locator(selector).first.click()

    def type(self, selector: str, words: str) -> None:
        self.page.locator(selector).first.fill(words)
        self.page.keyboard.press("Enter")


# --- Firefox


class Firefox:
    """A window of Firefox, by Marionette: messages of JSON, each with its length before it."""

    def __init__(self, port: int) -> None:
        self._socket = _until(lambda: _connected(port), "Firefox")
        self._file = self._socket.makefile("rb")
        self._number = 0
        self._read()
        self._call("NewSession")

    def _read(self) -> Any:
        length = b""
        while (digit := self._file.read(1)) != b":":
            length += digit
        return json.loads(self._file.read(int(length)))

    def _call(self, command: str, **values: object) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, f"WebDriver:{command}", values]).encode()
        self._socket.sendall(f"{len(message)}:".encode() + message)
        _kind, _number, error, result = self._read()
        if error is not None:
            raise AssertionError(f"{command}: {error['message']}")
        return result

    def go(self, address: str) -> None:
        self._call("Navigate", url=address)

    def run(self, script: str) -> Any:
        return self._call("ExecuteScript", script=script, args=[])["value"]

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def _find(self, selector: str) -> str:
        found = self._call("FindElement", using="css selector", value=selector)
        return str(found["value"][_ELEMENT])

    def click(self, selector: str) -> None:
        self._call("ElementClick", id=self._find(selector))

    def type(self, selector: str, words: str) -> None:
        self._call("ElementSendKeys", id=self._find(selector), text=words + _ENTER)


def _connected(port: int) -> socket.socket | None:
    try:
        return socket.create_connection(("127.0.0.1", port), timeout=60)
    except OSError:
        return None


# --- WebKit


class WebKit:
    """A window of WebKitGTK's MiniBrowser, by WebDriver."""

    def __init__(self, port: int, binary: Path) -> None:
        self._at = f"http://127.0.0.1:{port}"
        _until(lambda: _connected(port), "WebKitWebDriver").close()
        options = {"binary": str(binary), "args": ["--automation"]}
        wanted = {"browserName": "MiniBrowser", "webkitgtk:browserOptions": options}
        opened = self._call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._at += f"/session/{opened['sessionId']}"

    def _call(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"}
        asked = urllib.request.Request(self._at + path, data, kind, method=method)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return json.load(answer)["value"]

    def go(self, address: str) -> None:
        self._call("POST", "/url", {"url": address})

    def run(self, script: str) -> Any:
        return self._call("POST", "/execute/sync", {"script": script, "args": []})

    def _find(self, selector: str) -> str:
        found = self._call("POST", "/element", {"using": "css selector", "value": selector})
        return f"/element/{found[_ELEMENT]}"

    def click(self, selector: str) -> None:
        self._call("POST", f"{self._find(selector)}/click", {})

    def type(self, selector: str, words: str) -> None:
        self._call("POST", f"{self._find(selector)}/value", {"text": words + _ENTER})

    def close(self) -> None:
        self._call("DELETE", "")


# --- Starting them


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def _running(*words: str, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options}
    process = subprocess.Popen(words, **quiet)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate()


@contextmanager
def firefox() -> Iterator[Engine]:
    """Firefox with a profile of its own."""
    binary = shutil.which("firefox-esr") or shutil.which("firefox")
    if binary is None:
        pytest.skip("Firefox is not installed (Debian: firefox-esr)")
    port = _free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        settings = f'user_pref("marionette.port", {port});\n'
        (Path(profile) / "user.js").write_text(settings, encoding="utf-8")
        options = ("--headless", "--marionette", "--no-remote", "--profile", profile)
        with _running(binary, *options), closing(Firefox(port)) as engine:
            yield engine


@contextmanager
def webkit() -> Iterator[Engine]:
    """MiniBrowser on a screen that nobody sees."""
    driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    binary = next(iter(sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))), None)
    if driver is None or screen is None or binary is None:
        pytest.skip("WebKit is not installed (Debian: webkit2gtk-driver, xvfb)")
    port = _free_port()
    with ExitStack() as started:
        shown = started.enter_context(
            _running(screen, "-displayfd", "1", "-nolisten", "tcp", stdout=subprocess.PIPE)
        )
        assert shown.stdout is not None
        display = f":{shown.stdout.readline().decode().strip()}"
        # A root of a container has no sandbox of WebKit's within it.
        free = {"DISPLAY": display, "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        started.enter_context(_running(driver, f"--port={port}", env={**os.environ, **free}))
        yield started.enter_context(closing(WebKit(port, binary)))
