"""The ``ledger`` directive: every anchor ever published, by document."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from archive.model.dates import ArchiveDate
from archive.model.ledger import History, short
from archive.site.domain import ArchiveDomain, archive_domain
from archive.site.generated import EVENT, GeneratedPage, page_of_nodes
from archive.site.history import state_of
from archive.site.links import part_list
from archive.site.making import LEDGER_ID, made_name
from archive.site.parts import Part, parts
from archive.site.permanence import LEDGER
from archive.site.records import FOLDER as DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

FOLDER = "ledger"

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
            pages = list(ledger_pages(self.env))
            tables = [self._table(*each) for each in sorted(published.items())] if not pages else []
            split = [part_list(pages, self.env, self.env.docname)] if pages else []
            place.replace_self([self._download(), *split, *tables])

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
        return nodes.row(
            "",
            _entry(self._link(history.anchor)),
            _entry(nodes.Text(ArchiveDate(history.events[0].date).spoken)),
            _entry(nodes.Text(state_of(history))),
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


def ledger_pages(env: BuildEnvironment) -> Iterator[tuple[str, Part[str]]]:
    """The pages that list documents by collection, once their ledgers are too long for one page.

    A document's own ledger then stands on the page that tells how it was made.
    """
    domain = archive_domain(env)
    size = env.config.archive_page_entries
    if env._app.builder.name == "html" and len(domain.published) > size:
        for part in parts(sorted(domain.published), partial(_collection, domain), size):
            yield f"{FOLDER}/{part.slug}", part


def _collection(domain: ArchiveDomain, document_id: str) -> str:
    part = domain.collection_of.get(f"{DOCUMENTS}/{document_id}")
    return part.label if part is not None else "No longer at their address"


def generated(app: Sphinx) -> Iterator[GeneratedPage]:
    """A page for each collection of the ledger, where it is split."""
    domain = archive_domain(app.env)
    for name, part in ledger_pages(app.env):
        shown = [_facts(domain, each) for each in part.items]
        yield GeneratedPage(
            name, "page.html", (part.title, shown), partial(_context, app, name, part)
        )


def _context(app: Sphinx, name: str, part: Part[str]) -> dict[str, object]:
    listed = nodes.bullet_list("", *(_listed(app, name, each) for each in part.items))
    return page_of_nodes(app, name, f"Ledger: {part.title}", listed)


def _listed(app: Sphinx, name: str, document_id: str) -> nodes.list_item:
    """A document and how many of its anchors were published, with a link to each of them."""
    docname, stands, anchors, last = _facts(archive_domain(app.env), document_id)
    target, anchor = (made_name(docname), LEDGER_ID) if stands else (docname, "")
    link = make_refnode(app.builder, name, target, anchor, nodes.literal("", document_id))
    count = f": {anchors} anchors, last event {ArchiveDate(last).spoken}"
    return nodes.list_item("", nodes.paragraph("", "", link, nodes.Text(count)))


def _facts(domain: ArchiveDomain, document_id: str) -> tuple[str, bool, int, str]:
    """Its docname, whether it stands, how many anchors were published, and when last any was."""
    docname, histories = f"{DOCUMENTS}/{document_id}", domain.published[document_id]
    last = max(history.events[-1].date for history in histories)
    return docname, docname in domain.documents, len(histories), last


def _entry(child: nodes.Node) -> nodes.entry:
    return nodes.entry("", nodes.paragraph("", "", child))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("archive.site.generated")
    app.add_node(ledger)
    app.add_directive("ledger", LedgerDirective)
    app.add_post_transform(LedgerTransform)
    app.connect(EVENT, generated)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
