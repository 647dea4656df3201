"""The pages that a reader is followed through, the windows they are seen in, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

STEM = "isle-seed-resolution"
W3 = f"{STEM}-w3"
DOCUMENT = f"documents/{STEM}.html"
OTHER = "documents/keepers-seed-statement.html"
COMPANION = "documents/keepers-seed-statement.made.html"
KINDS = (
    "index.html", "documents/index.html", DOCUMENT, COMPANION,
    "chronology.html", "map.html", "glossary.html", "references.html", "permanence.html",
    "about.html", "search.html", "404.html",
)  # fmt: skip
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 800}

# The switches of the drawers are form controls with names.  The theme has them before its first
# landmark, where its style sheet needs them; that all stands in landmarks is advice, not WCAG.
_OUTSIDE_LANDMARKS = {"#__navigation", "#__toc"}


def wrong(page: Page, rules: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """The rule and the place of all that axe-core finds wrong on a page, by all rules or some."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    options = {"runOnly": list(rules)} if rules else None
    for violation in axe.run(page, options=options).response["violations"]:
        for node in violation["nodes"]:
            if violation["id"] != "region" or not set(node["target"]) <= _OUTSIDE_LANDMARKS:
                yield violation["id"], node["html"][:120]
