"""The pages that a reader is followed through, the windows they are seen in, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
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
    "about.html", "subjects/gardens.html", "search.html", "404.html",
)  # fmt: skip
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 800}

# Rules that axe-core has and leaves out unless asked: WCAG 2.2, 2.5.8 and 2.5.3.
_ASKED = {name: {"enabled": True} for name in ("target-size", "label-content-name-mismatch")}

# What passes is not listed, and nothing is named by selectors: that is half of the time.
_QUICK = {"resultTypes": ["violations"], "selectors": False, "iframes": False}


@cache
def _axe() -> str:
    """The script of axe-core."""
    script: str = pytest.importorskip("axe_playwright_python.sync_playwright").Axe().axe_script
    return script


def wrong(page: Page, rules: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """The rule and the place of all that axe-core finds wrong on a page, by all rules or some."""
    if not page.evaluate("globalThis.axe !== undefined"):
        page.evaluate(_axe())
    asked = {"runOnly": list(rules)} if rules else {"rules": _ASKED}
    for violation in page.evaluate("asked => axe.run(asked)", asked | _QUICK)["violations"]:
        for node in violation["nodes"]:
            yield violation["id"], node["html"][:120]
    if not rules:
        yield from (("small target", each) for each in small_targets(page))


def small_targets(page: Page) -> list[str]:
    """The targets of a page that a finger would miss, as HTML."""
    found: list[str] = page.evaluate(_SMALL_TARGETS)
    return found


# Links within sentences are excepted (WCAG 2.2, 2.5.8); all else is large itself, whatever lies
# around it: what stands alone, in rows, or in lists of links.
_SMALL_TARGETS = """() => {
    const said = (element) => element.textContent.replace(/[\\s·,.:;|¶]+/g, "");
    const isInSentence = (element) => {
        let block = element.parentElement;
        while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
        const links = [...block.querySelectorAll("a, button")];
        return links.reduce((length, each) => length - said(each).length, said(block).length) > 0;
    };
    return [...document.querySelectorAll("a[href], button, select, input, summary")]
        .filter((each) => {
            const target = each.matches("input") ? each.closest("label") ?? each : each;
            const { width, height } = target.getBoundingClientRect();
            const style = getComputedStyle(each);
            if (!width || style.visibility === "hidden" || style.opacity === "0") return false;
            if (each.closest("svg") || (width > 23.9 && height > 23.9)) return false;
            return !(style.display === "inline" && isInSentence(each));
        })
        .map((each) => each.outerHTML.slice(0, 120));
}"""
