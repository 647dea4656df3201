"""The builder of the site's pages, which keeps the account of what each of them shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from archive.site.beside.exports import write_forms
from archive.site.know.domain import has_words
from archive.site.know.outputs import account_of, file_of, inventory_is_current, note_frame
from archive.site.know.view import view_of
from archive.site.show.made import made_page
from archive.upstream.builder import ScalableHTMLBuilder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archive.site.know.account import Row
    from archive.site.know.facts import Document


class ArchiveHTMLBuilder(ScalableHTMLBuilder):
    """Writes each page together with what lies beside it."""

    def get_outdated_docs(self) -> Iterator[str]:
        """The pages whose files are missing; which others are stale, the account tells later."""
        yield from (name for name in self.env.found_docs if not self.get_output_path(name).exists())

    def write_page(self, docname: str) -> None:
        document = view_of(self.env).own(docname)
        if document is not None and document.record is None:
            if self.get_output_path(docname).is_file():
                return  # the last page stays while the record cannot be read
        view, account = view_of(self.env), account_of(self.env)
        with view.noting() as shown:
            note_frame(view)
            view.note("read", docname)
            super().write_page(docname)
            if document is not None:
                self._write_beside(document)
        account.enter(file_of(docname), shown, view)

    def _write_beside(self, document: Document) -> None:
        write_forms(self._app, document)
        page = made_page(self._app, document)
        if page is not None:
            self.handle_page(*page)

    def written(self, docnames: list[str]) -> object:
        return account_of(self.env).rows(map(file_of, docnames))

    def take_written(self, written: object) -> None:
        account_of(self.env).take(cast("Mapping[str, Row]", written))

    def dump_inventory(self) -> None:
        """Write the inventory, unless it lists what it listed before."""
        if not Path(self.outdir, "objects.inv").exists() or not inventory_is_current(self.env):
            inventory_is_current(self.env)
            super().dump_inventory()

    def indexes_words(self) -> bool:
        return has_words(self.env)
