"""What programs read first of the archive: ``llms.txt``, and the works cited, one a line.

``llms.txt`` has the form of llmstxt.org: a title, a summary, and lists of links.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from archive.data.dumps import FULL_TEXT, PASSAGES, WORKS
from archive.model.settings import Settings

PAGE = "data"  # the name of the page on all of this

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Entry:
    """A document or a page of the catalogue in a list of links."""

    name: str
    path: str  # in the site
    about: str


def llms(settings: Settings, entries: Iterable[Entry]) -> str:
    """Return ``llms.txt``; ``entries`` are the documents, or the pages that list them."""
    base = settings.base
    own = (
        Entry("All passages", PASSAGES, "one JSON object a line, with words, names and history"),
        Entry("All works cited", WORKS, "one JSON object a line"),
        Entry("The data in words", f"{PAGE}.html", "what there is, and how it is checked"),
    )
    full = Entry("All texts in one file", FULL_TEXT, "every document, whole")
    return "\n\n".join((
        head(settings).rstrip("\n"),
        "## Documents", _links(entries, base),
        "## Data", _links(own, base),
        "## Optional", _links([full], base),
    )) + "\n"  # fmt: skip


def head(settings: Settings) -> str:
    """Return what ``llms.txt`` and the full text begin with."""
    licence = settings.licence
    return (
        f"# {settings.name}\n\n> {settings.description}\n\n"
        "Each passage has a permanent address, which stands below it; cite it by that. Only words "
        "within quotation marks are those of the sources. The archive’s own words are under "
        f"{licence.name}, {licence.address}.\n"
    )


def _links(entries: Iterable[Entry], base: str) -> str:
    return "\n".join(
        f"- [{_plain(each.name)}]({base}{each.path}): {each.about}" for each in entries
    )


def _plain(name: str) -> str:
    """A name in Markdown, where a bracket would end the link."""
    return name.replace("[", r"\[").replace("]", r"\]")


def works(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return ``works.jsonl``."""
    return "".join(f"{_encode(each)}\n" for each in rows)
