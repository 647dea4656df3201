"""Where references lead: to a place in print, to the hosted archive, or elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

SUFFIX = ".html"


def page_uri(docname: str) -> str:
    """The address of a page, from the archive's root."""
    return docname + SUFFIX


class Addresses:
    """The addresses of all pages of the archive."""

    def __init__(self, base: str, docnames: Iterable[str]) -> None:
        self._base = base
        self._docnames = {page_uri(docname): docname for docname in docnames}

    @staticmethod
    def label(docname: str, id_: str) -> str:
        """The label of a place in print; the id is empty for the page's beginning."""
        return f"{docname}#{id_}"

    def hosted(self, uri: str) -> str:
        """The address on the web of what has ``uri`` in the archive."""
        return self._base + uri

    def page(self, docname: str, id_: str = "") -> str:
        """The address on the web of a place of a page."""
        return self.hosted(page_uri(docname) + (f"#{id_}" if id_ else ""))

    def resolve(self, uri: str) -> tuple[str | None, str]:
        """The label that a URI has in print, if it is in the archive, and its web address."""
        if urlsplit(uri).scheme:
            return None, uri
        path, _, id_ = uri.partition("#")
        docname = self._docnames.get(path)
        return (None if docname is None else self.label(docname, id_)), self.hosted(uri)
