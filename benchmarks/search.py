"""What a reader's first search loads, in a real browser: Pagefind, its index, five results."""

from __future__ import annotations

import gzip
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Response, sync_playwright

INDEX = "pagefind"  # the folder of Pagefind's index, below the site
_SHOWN = 5  # results that the page shows first

_ASK = """\
async ([address, word, shown]) => {
  const pagefind = await import(address);
  const found = await pagefind.search(word);
  await Promise.all(found.results.slice(0, shown).map(result => result.data()));
  return found.results.length;
}
"""
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def first_query(site: Path, word: str) -> float | None:
    """KB that a search for ``word`` loads, as a server sends them, beyond the page itself.

    None where the site has no index of Pagefind, or the machine no Chromium.
    Raises ValueError where nothing was found.
    """
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None or not (site / INDEX / "pagefind.js").is_file():
        return None
    loaded: dict[str, float] = {}

    def keep(response: Response) -> None:
        if f"/{INDEX}/" in response.url:
            loaded[response.url] = _sent(response)

    with _served(site) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        page = browser.new_page()
        page.goto(f"{address}/robots.txt")
        page.context.on("response", keep)
        found = page.evaluate(_ASK, [f"{address}/{INDEX}/pagefind.js", word, _SHOWN])
        browser.close()
    if not found:
        raise ValueError(f"the search found nothing for {word!r}")
    return sum(loaded.values())


def _sent(response: Response) -> float:
    body = response.body()
    is_text = response.url.partition("?")[0].endswith((".js", ".json"))
    return len(gzip.compress(body, 6) if is_text else body) / 1_000


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
