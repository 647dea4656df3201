"""The HTML builder of the site, which enters each page in the account of outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from docutils import nodes

from archive.model.seal import SAID, STANDS
from archive.site.beside import write_forms
from archive.site.know.outputs import (
    GeneratedPage,
    Shown,
    account_of,
    accounted,
    file_of,
    is_current,
)
from archive.site.know.view import view_of
from archive.site.show.data import Read
from archive.site.show.generated import filled, stale
from archive.site.show.made import made_page
from archive.upstream.access import application_of
from archive.upstream.builder import ScalableHTMLBuilder

_INVENTORY = "objects.inv"


class ArchiveHTMLBuilder(ScalableHTMLBuilder):
    """Writes each page together with the files beside it."""

    def get_outdated_docs(self) -> Iterator[str]:
        """Yield the pages without a file; the account of outputs finds the stale ones later."""
        yield from (name for name in self.env.found_docs if not self.get_output_path(name).exists())

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        super().write_doc(docname, doctree)
        self._read = Read(doctree.get(STANDS, {}), doctree.get(SAID, {}))

    def write_page(self, docname: str) -> None:
        document = view_of(self.env).own(docname)
        has_no_record = document is not None and document.record is None
        if has_no_record and self.get_output_path(docname).is_file():
            return  # keeps the last page until the record is corrected
        with accounted(self.env, file_of(docname)) as view:
            view.note("frame")
            view.note("read", docname)
            super().write_page(docname)
            if document is not None:
                write_forms(application_of(self.env), document, self._read)
                page = made_page(application_of(self.env), document)
                if page is not None:
                    self.handle_page(*page)

    def stale_generated(self) -> Mapping[str, GeneratedPage]:
        self._generated = {page.name: page for page in stale(application_of(self.env))}
        return self._generated

    def write_generated(self, name: str) -> None:
        with filled(application_of(self.env), self._generated[name]) as page:
            self.handle_page(*page)

    def written(self, docnames: list[str]) -> object:
        return account_of(self.env).rows(map(file_of, docnames))

    def merge_written(self, written: object) -> None:
        rows = cast("Mapping[str, Shown]", written)
        account_of(self.env).merge(rows, view_of(self.env))

    def dump_inventory(self) -> None:
        if not is_current(application_of(self.env), _INVENTORY):
            with accounted(self.env, _INVENTORY) as view:
                view.note("inventory")
                super().dump_inventory()
