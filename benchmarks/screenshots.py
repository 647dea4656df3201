"""Takes a picture of each kind of page: wide, narrow and dark.

Run after ``make`` from the archive's root: ``python -m benchmarks.screenshots [SITE] [FOLDER]``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import ViewportSize

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
    with served(site) as server, chromium() as browser:
        for window, (size, scheme) in _WINDOWS.items():
            context = browser.new_context(viewport=size, color_scheme=scheme)
            page = context.new_page()
            for name in kinds(site):
                page.goto(f"{server.address}/{name}", wait_until="networkidle")
                stem = name.removesuffix(".html").replace("/", "-")
                page.screenshot(path=folder / f"{stem}.{window}.png", full_page=True)
            context.close()
    print(f"The pictures are in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
