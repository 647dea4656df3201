"""How a document or a passage is cited, as its companion page says it: in each style and record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from lxml import html

from archive.citation.links import COMPANION
from archive.citation.records import FORMATS
from archive.model.dates import MONTHS


class Cited(NamedTuple):
    """The citations of a document or passage, by the code of a style, and records by suffix."""

    styles: Mapping[str, str]
    records: Mapping[str, str]


class Companions:
    """The companion pages below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.of = lru_cache(32)(self._of)

    def _of(self, document: str) -> Mapping[str, Cited]:
        """The citations of a document and of what it has, by key.  Empty without its page."""
        path = self._folder / f"{document}.{COMPANION.suffix}"
        if not path.is_file():
            return {}
        tree = html.fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
        found = tree.xpath("//script[@id='records']")
        templates = json.loads(found[0].text) if found and found[0].text else {}
        codes = {
            each.getprevious().text_content(): each.get("data-style")
            for each in tree.xpath("//section[contains(@class, 'citing')]//dd[@data-style]")
        }
        return {
            section.get("id"): _cited(section, templates, codes)
            for section in tree.xpath("//section[contains(@class, 'citing')]")
        }

    def records_of_document(self, document: str) -> Mapping[str, str]:
        """The records of a whole document, which lie beside its page."""
        paths = {
            each.form.suffix: self._folder / f"{document}.{each.form.suffix}" for each in FORMATS
        }
        return {name: path.read_text("utf-8") for name, path in paths.items() if path.is_file()}


def _cited(section: Any, templates: Mapping[str, Any], codes: Mapping[str, str]) -> Cited:
    """What a section says; ``codes`` are those of the styles, by what they are called."""
    styles = {
        codes[label]: " ".join(each.text_content().split())
        for each in section.xpath(".//dd")
        if (label := each.getprevious().text_content()) in codes
    }
    (given,) = section.xpath("./dl")
    return Cited(
        styles, _records(section, given.attrib, templates) if "data-at" in given.attrib else {}
    )


def _records(
    section: Any, given: Mapping[str, str], templates: Mapping[str, Any]
) -> dict[str, str]:
    """What script fills the templates of the page with (``archive.citation.records``)."""
    where, day = given.get("data-locator", given["data-at"]), given.get("data-day", "")
    proof = "".join(each.text_content() for each in section.xpath(".//dd[@class='proof']"))
    values: dict[str | int, str] = {
        "key": section.get("id"), "locator": where, "proof": proof,
        "opening": f"{where[:1].upper()}{where[1:]}", "iso": day, "year": day[:4],
        "slashed": day.replace("-", "/"),
        "parts": ", ".join(str(int(part)) for part in day.split("-") if part),
        "month": f"{int(day[8:])} {MONTHS[int(day[5:7]) - 1]}" if day else "",
        **dict(enumerate(templates.get("said", ()))),
    }  # fmt: skip
    return {
        each.form.suffix: "".join(
            each.escape(values[part]) if at % 2 else part
            for at, part in enumerate(templates[each.form.suffix]["note" if day else "text"])
        )
        for each in FORMATS if each.form.suffix in templates
    }  # fmt: skip
