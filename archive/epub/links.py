"""Leads from the book to the web where what is linked to is no part of the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

from archive.site.know.ledger import LEDGER

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def lead_to_the_web(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """The ledger lies beside the pages on the web; EPUB takes no files of its kind."""
    for link in doctree.findall(nodes.reference):
        address = link.get("refuri", "")
        if address.rpartition("/")[2] == LEDGER and "://" not in address:
            link["refuri"] = f"{app.config.html_baseurl}{LEDGER}"
