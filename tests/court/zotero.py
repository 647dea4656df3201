"""Zotero's own translators, run in a browser."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

from archive.citation.metadata import metadata
from archive.citation.reference import Reference

HERE = Path(__file__).parent
# In the order in which Zotero's example for browsers loads them.
_SOURCES = (
    "translate/src/zotero translate/src/promise utilities/openurl utilities/date "
    "utilities/xregexp-all utilities/xregexp-unicode-zotero utilities/utilities "
    "utilities/utilities_item utilities/schema utilities/resource/zoteroTypeSchemaData "
    "utilities/cachedTypes translate/src/utilities_translate translate/src/debug "
    "translate/src/http translate/src/translator translate/src/translators translate/src/repo "
    "translate/src/translation/translate translate/src/translation/sandboxManager "
    "translate/src/translation/translate_item translate/src/tlds translate/src/proxy "
    "translate/src/rdf/init translate/src/rdf/uri translate/src/rdf/term "
    "translate/src/rdf/identity translate/src/rdf/n3parser translate/src/rdf/rdfparser "
    "translate/src/rdf/serialize"
)
_TRANSLATORS = ("RIS", "BibTeX", "CSL JSON", "Embedded Metadata", "RDF")


class Zotero:
    """A page in which Zotero's translators run; use it as a context."""

    def __init__(self, browser: Any, folder: str) -> None:
        self._page = browser.new_page()
        top = Path(folder)
        texts = [(top / f"{name}.js").read_text("utf-8") for name in _SOURCES.split()]
        ours = (HERE / "zotero.js").read_text("utf-8")
        self._page.add_script_tag(content="\n".join([*texts, ours]))
        schema, months = (
            json.loads((top / name).read_text("utf-8"))
            for name in ("zotero-schema/schema.json", "utilities/resource/dateFormats.json")
        )
        files = {
            name: (top / "translators" / f"{name}.js").read_text("utf-8") for name in _TRANSLATORS
        }
        self._page.evaluate(
            "([schema, months, files]) => { window.known = embed(schema, months, files); }",
            [schema, months, files],
        )

    def __enter__(self) -> Zotero:
        return self

    def __exit__(self, *_error: object) -> None:
        self._page.close()

    def imported(self, label: str, text: str) -> list[dict[str, Any]]:
        """The items that Zotero makes of a file; ``csl`` is what it cites of each."""
        return self._page.evaluate(
            "([label, text]) => imported(window.known, label, text)", [label, text]
        )

    def saved(self, page: str, address: str) -> dict[str, Any]:
        """The item that Zotero makes of a page."""
        (item,) = self._page.evaluate(
            "(given) => saved(window.known, 'Embedded Metadata', ...given)", [page, address]
        )
        return item


def head(reference: Reference) -> str:
    """A page with nothing but the metadata of its head."""
    metas = "".join(
        f'<meta {each.attribute}="{each.key}" property="{each.opened}"'
        f' content="{escape(each.content)}">'
        for each in metadata(reference, "A description.")
    )
    return f"<!doctype html><html><head><title>A page</title>{metas}</head><body></body></html>"
