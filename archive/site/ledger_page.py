"""The ``ledger`` directive: every anchor ever published, by document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from archive.model.dates import ArchiveDate
from archive.model.ledger import History, State, short
from archive.site.domain import archive_domain
from archive.site.permanence import LEDGER

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

_COLUMNS = (("Anchor", 42), ("Published", 22), ("State", 16), ("Fingerprint", 20))


class ledger(nodes.General, nodes.Element):
    """Stands for the ledger's tables until the page is written."""


class LedgerDirective(SphinxDirective):
    """No arguments, no content."""

    def run(self) -> list[nodes.Node]:
        archive_domain(self.env).catalogues[self.env.current_document.docname] = True
        return [ledger()]


class LedgerTransform(SphinxPostTransform):
    """Writes one table for each document id of the ledger."""

    default_priority = 5

    def run(self, **kwargs: object) -> None:
        published = archive_domain(self.env).published
        for place in list(self.document.findall(ledger)):
            tables = [self._table(*each) for each in sorted(published.items())]
            place.replace_self([self._download(), *tables])

    def _download(self) -> nodes.paragraph:
        address = f"{self.env.config.html_baseurl}{LEDGER}"
        if self.env._app.builder.format == "html":
            address = "../" * self.env.docname.count("/") + LEDGER
        link = nodes.reference("", LEDGER, refuri=address)
        return nodes.paragraph("", "The ledger itself: ", link, nodes.Text("."))

    def _table(self, document_id: str, histories: tuple[History, ...]) -> nodes.table:
        header = nodes.row("", *(_entry(nodes.Text(name)) for name, _width in _COLUMNS))
        rows = (self._row(history) for history in histories)
        group = nodes.tgroup(
            "", *(nodes.colspec(colwidth=width) for _name, width in _COLUMNS),
            nodes.thead("", header), nodes.tbody("", *rows), cols=len(_COLUMNS),
        )  # fmt: skip
        return nodes.table(
            "",
            nodes.title("", document_id),
            group,
            classes=["ledger"],
            ids=[f"ledger-{document_id}"],
        )

    def _row(self, history: History) -> nodes.row:
        first, last = history.events[0], history.events[-1]
        state = history.state.value.capitalize()
        if len(history.events) > 1:
            verb = "Revised" if history.state is State.LIVE else state
            state = f"{verb} {ArchiveDate(last.date).spoken}"
        return nodes.row(
            "",
            _entry(self._link(history.anchor)),
            _entry(nodes.Text(ArchiveDate(first.date).spoken)),
            _entry(nodes.Text(state)),
            _entry(nodes.literal("", short(history.sha256))),
        )

    def _link(self, anchor: str) -> nodes.Node:
        place = self.env.domains.standard_domain.labels.get(anchor)
        if place is None:
            return nodes.literal("", anchor)
        docname, id_, _spoken = place
        return make_refnode(
            self.env._app.builder, self.env.docname, docname, id_, nodes.literal("", anchor)
        )


def _entry(child: nodes.Node) -> nodes.entry:
    return nodes.entry("", nodes.paragraph("", "", child))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_node(ledger)
    app.add_directive("ledger", LedgerDirective)
    app.add_post_transform(LedgerTransform)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
