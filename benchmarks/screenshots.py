"""Takes pictures: of each kind of page and of chapters of the EPUB, wide, narrow, dark; of print.

``make screenshots``, or from the archive's root: ``python -m benchmarks.screenshots [SITE]
[FOLDER]``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Literal
from zipfile import ZipFile

from playwright.sync_api import Browser, ViewportSize

from benchmarks.browsing import chromium, kinds, served

_WINDOWS: dict[str, tuple[ViewportSize, Literal["light", "dark"]]] = {
    "wide": ({"width": 1440, "height": 900}, "light"),
    "narrow": ({"width": 360, "height": 740}, "light"),
    "dark": ({"width": 1100, "height": 800}, "dark"),
}


def main() -> int:
    """Write the pictures, whole pages, and say where they are."""
    site = Path(sys.argv[1] if len(sys.argv) > 1 else "_build/html")
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else "_build/screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        _take(browser, site, kinds(site), folder)
        with tempfile.TemporaryDirectory() as place:
            book = Path(place, "book")
            ZipFile(site / "archive.epub").extractall(book)
            _take(browser, book, _chapters(book, site), folder, "epub-")
    _print(site / "archive.pdf", folder)
    print(f"The pictures are in {folder}")
    return 0


def _take(
    browser: Browser, site: Path, names: Iterable[str], folder: Path, before: str = ""
) -> None:
    names = [*names]
    with served(site) as server:
        for window, (size, scheme) in _WINDOWS.items():
            context = browser.new_context(viewport=size, color_scheme=scheme)
            page = context.new_page()
            for name in names:
                page.goto(f"{server.address}/{name}", wait_until="networkidle")
                if before:  # colours of a book are its reader's
                    page.add_style_tag(content=":root { color-scheme: light dark }")
                stem = name.rpartition(".")[0].replace("/", "-")
                page.screenshot(path=folder / f"{before}{stem}.{window}.png", full_page=True)
            context.close()


def _chapters(book: Path, site: Path) -> list[str]:
    """The contents, and the chapters of those pages of which pictures are taken."""
    chapters = [name.replace(".html", ".xhtml") for name in kinds(site)]
    return ["nav.xhtml", *(name for name in chapters if (book / name).is_file())]


def _print(path: Path, folder: Path) -> None:
    """Draw each sheet of a PDF, if poppler is installed."""
    if shutil.which("pdftoppm") is None:
        print("No pictures of print: install poppler-utils (pdftoppm) for them.")
    elif path.is_file():
        subprocess.run(["pdftoppm", "-r", "60", "-png", path, folder / "print"], check=True)


if __name__ == "__main__":
    sys.exit(main())
