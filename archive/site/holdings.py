"""The ``holdings`` directive: how much is here, and what was published last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from archive.model.dates import ArchiveDate
from archive.site.catalogue import entry
from archive.site.domain import ArchiveDomain, Document, archive_domain

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

    from archive.model.record import Record

_NEWEST = 5  # documents told by name


class holdings(nodes.General, nodes.Element):
    """Stands for the archive's figures until the page is written."""


class HoldingsDirective(SphinxDirective):
    """No arguments, no content."""

    def run(self) -> list[nodes.Node]:
        archive_domain(self.env).drawings[self.env.current_document.docname] = True
        return [holdings()]


class HoldingsTransform(SphinxPostTransform):
    """Writes the figures from the domain's facts, which are complete by now."""

    default_priority = 5

    def run(self, **kwargs: object) -> None:
        for place in list(self.document.findall(holdings)):
            domain = archive_domain(self.env)
            newest = (entry(*pair, self.env, self.env.docname) for pair in newest_documents(domain))
            place.replace_self([
                nodes.paragraph("", " · ".join(figures(domain)), classes=["holdings"]),
                nodes.bullet_list("", *newest, classes=["catalogue"]),
            ])  # fmt: skip


def figures(domain: ArchiveDomain) -> Iterator[str]:
    """What the archive holds, in numbers."""
    documents = [document for document, _record in domain.recorded()]
    yield _counted(len(documents), "document")
    yield _counted(sum(len(document.passages) for document in documents), "passage")
    yield _counted(len(domain.backlinks.of_reference), "work") + " cited"
    yield _counted(len(domain.ledger.histories), "anchor") + " published"
    last = max(
        (history.events[-1].date for history in domain.ledger.histories.values()), default=None
    )
    if last is not None:
        yield f"last changed {ArchiveDate(last).spoken}"


def newest_documents(domain: ArchiveDomain) -> list[tuple[Document, Record]]:
    """The documents published last, the newest first; what is not published yet comes before."""
    pairs = list(domain.recorded())[::-1]
    return sorted(pairs, key=lambda pair: _published(domain, pair[0]), reverse=True)[:_NEWEST]


def _published(domain: ArchiveDomain, document: Document) -> str:
    """The day of a document's first publication, ISO 8601."""
    histories = domain.published.get(document.id, ())
    return min((history.events[0].date for history in histories), default="9999")


def _counted(many: int, what: str) -> str:
    return f"{many:,} {what}{'' if many == 1 else 's'}"


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_node(holdings)
    app.add_directive("holdings", HoldingsDirective)
    app.add_post_transform(HoldingsTransform)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
