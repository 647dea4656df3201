"""Documents that are gone, each with the one page to which all its anchors moved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from archive.preservation.ledger import Fates, page_of
from archive.preservation.pages import read_page

# Only the page that stands in for a document that moved has this script.
_MARK = "_static/moved.js"


def moved(site: Path, fates: Fates) -> Iterator[tuple[str, str]]:
    """The path of each such document's page, and of the page that took its place.

    A browser carries the anchor along; so the new page must have all the old anchors.  Where they
    went to several pages, no redirect is right, and the page that lists them stays.
    """
    for page, anchors in fates.by_page().items():
        targets = {page_of(fates.final[anchor]) for anchor in anchors}
        if len(targets) == 1 and page not in targets and _is_gone(site, page):
            (target,) = targets
            if read_page((site / target).read_bytes(), target).ids.issuperset(anchors):
                yield page, target


def _is_gone(site: Path, page: str) -> bool:
    path = site / page
    return path.is_file() and _MARK in read_page(path.read_bytes(), page).links
