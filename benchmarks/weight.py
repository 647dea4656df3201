"""How large a site is, and how much of it a reader of one document loads."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from lxml import html

from benchmarks.results import PageWeight, Site

# What a browser loads by itself with a page.
_LOADED = (
    "//link[@rel='stylesheet' or @rel='preload' or contains(@rel, 'icon')]/@href"
    " | //script/@src | //img/@src"
)


def site(folder: Path) -> Site:
    """Count the files below a folder and add up their bytes."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return Site(len(sizes), sum(sizes) / 1e6)


def pages(folder: Path, names: Iterator[str]) -> PageWeight:
    """Weigh the documents' pages; ``names`` are their document ids."""
    paths = [folder / "documents" / f"{name}.html" for name in names]
    weights = [_sent(path) for path in paths]
    return PageWeight(median(weights), max(weights), sum(map(_sent, _assets(paths[0], folder))))


def _assets(page: Path, folder: Path) -> set[Path]:
    references = html.parse(page).xpath(_LOADED)
    found = {(page.parent / urlsplit(each).path).resolve() for each in references}
    return {path for path in found if path.is_file() and path.is_relative_to(folder.resolve())}


def _sent(path: Path) -> float:
    """KB of a file as a server sends it."""
    return len(gzip.compress(path.read_bytes(), 6)) / 1_000
