"""How a passage is cited in a built site: its section of the companion page, and its records."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from archive.citation.metadata import COMPANION
from archive.citation.records import FORMATS
from archive.model.dates import MONTHS

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

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
    """The records of a passage for reference managers, by the suffix of their files."""
    return records(site.page(companion(key)), key)


def records(page: BeautifulSoup, key: str) -> dict[str, str]:
    """What script fills the templates of a companion page with, for one of its sections."""
    cited = section(page, key)
    proof = cited.select_one(".proof")
    at, day = cited.dl["data-at"], cited.dl.get("data-day", "")
    given = {
        "key": key, "locator": at, "proof": proof.text if proof else "",
        "opening": f"{at[:1].upper()}{at[1:]}", "iso": day, "year": day[:4],
        "slashed": day.replace("-", "/"), "parts": day.replace("-0", "-").replace("-", ", "),
        "month": f"{int(day[8:])} {MONTHS[int(day[5:7]) - 1]}" if day else "",
    }  # fmt: skip
    templates = json.loads(page.find("script", id="records").string)
    given |= enumerate(templates["said"])
    return {
        each.form.suffix: "".join(
            each.escape(given[part]) if at % 2 else part
            for at, part in enumerate(templates[each.form.suffix]["note" if day else "text"])
        )
        for each in FORMATS
    }


def _document(key: str) -> str:
    return re.sub(r"-[a-z][1-9][0-9]*$", "", key)
