"""How a passage is cited in a built site: its section of the companion page, and its records."""

from __future__ import annotations

import pickle
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from archive.citation import bibtex, csl, ris
from archive.citation.links import COMPANION
from archive.model.passage import Anchor
from archive.site.know.settings import settings_of

if TYPE_CHECKING:
    from pathlib import Path

    from bs4 import BeautifulSoup, Tag

    from archive.citation.reference import Reference
    from tests.conftest import Built


def companion(key: str) -> str:
    """The path of the page on which a document, or a passage, is cited."""
    return f"documents/{_document(key)}.{COMPANION.suffix}"


def section(page: BeautifulSoup, key: str) -> Tag:
    """How a document or passage is cited, on its companion page."""
    (found,) = page.find_all(id=key)
    assert (found.name, found["class"]) == ("section", ["citing"])
    return found


def told(section: Tag) -> dict[str, str]:
    """What a section says, by its labels."""
    words = ((dt.get_text(), dt.find_next_sibling("dd").get_text()) for dt in section.select("dt"))
    return {label: " ".join(said.split()) for label, said in words}


def links(page: BeautifulSoup, key: str) -> list[Tag]:
    """The links “Cite” of a document's page that lead to the section of a document or passage."""
    return page.select(f'a.to-cite[href="{companion(key).rpartition("/")[2]}#{key}"]')


def records_of(site: Built, key: str) -> dict[str, str]:
    """The records of a document or passage for reference managers, by format.

    PROVISIONAL: the companion page has none of passages yet.  They come from the reference that the
    build read; once script fills them from ``script#records``, read that here, and only here.
    """
    reference = _reference(site, key)
    return {
        "bibtex": bibtex.entry(reference),
        "ris": ris.entry(reference),
        "csl": csl.serialise([reference]),
    }


def _document(key: str) -> str:
    return re.sub(r"-[a-z][1-9][0-9]*$", "", key)


def _reference(site: Built, key: str) -> Reference:
    from tests.conftest import ledger_of

    trees = site.source / "_build" / "doctrees" / "environment.pickle"
    environment = _environment(trees, trees.stat().st_mtime_ns)
    settings = settings_of(environment.config)
    document = environment.domaindata["archive"]["documents"][f"documents/{_document(key)}"]
    block = next((each for each in document.blocks if each.anchor == key), None)
    if block is None:
        return document.reference(settings)
    published = (site.source / "ledger.jsonl").is_file()
    ledger = ledger_of(site.source) if published else None
    history = ledger.histories.get(str(Anchor.parse(key))) if ledger else None
    place = ledger.tree.place(history.events[-1].line) if history else None
    return document.block_reference(block, settings, place)


@lru_cache(maxsize=4)
def _environment(path: Path, changed: int) -> Any:
    """What a build read; ``changed`` tells one build from the next."""
    return pickle.loads(path.read_bytes())
