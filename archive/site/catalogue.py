"""The ``catalogue`` directive: every document of the archive, from its record."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from archive.site.domain import Document, archive_domain
from archive.site.generated import EVENT, GeneratedPage, page_of_nodes
from archive.site.links import part_list
from archive.site.parts import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

    from archive.model.record import Record


FOLDER = "collections"


_CHOOSING = "choosing"  # tells in a page's context that there is a catalogue on it


class catalogue(nodes.General, nodes.Element):
    """Stands for the list of documents until the page is written."""


class CatalogueDirective(SphinxDirective):
    """No arguments, no content."""

    def run(self) -> list[nodes.Node]:
        archive_domain(self.env).catalogues[self.env.current_document.docname] = True
        return [catalogue()]


class CatalogueTransform(SphinxPostTransform):
    """Writes the list from the domain's facts, which are complete by now."""

    default_priority = 5

    def run(self, **kwargs: object) -> None:
        for place in list(self.document.findall(catalogue)):
            pages = list(collection_pages(self.env))
            if pages:
                place.replace_self(part_list(pages, self.env, self.env.docname))
            else:
                held = archive_domain(self.env).recorded()
                place.replace_self(listed(held, self.env, self.env.docname))


def collection_pages(env: BuildEnvironment) -> Iterator[tuple[str, Part[tuple[Document, Record]]]]:
    """The pages of the collections, by name; none where all documents have place on one page."""
    if is_split(env):
        for part in archive_domain(env).collections:
            yield f"{FOLDER}/{part.slug}", part


def is_split(env: BuildEnvironment) -> bool:
    """Whether there are too many documents to list them on one page; a book has only one."""
    size: int = env.config.archive_page_entries
    domain = archive_domain(env)
    return env._app.builder.name == "html" and len(domain.documents) + domain.unseen > size


def listed(
    held: Iterable[tuple[Document, Record]], env: BuildEnvironment, docname: str
) -> list[nodes.Node]:
    """Documents as the page ``docname`` lists them, with room for the form to choose from them."""
    entries = (entry(document, record, env, docname) for document, record in held)
    form = nodes.container("", classes=["catalogue-form"])  # which a script fills
    listing = nodes.bullet_list("", *entries, classes=["catalogue"])
    return [form, listing] if env._app.builder.name == "html" else [listing]


def entry(
    document: Document, record: Record, env: BuildEnvironment, docname: str
) -> nodes.list_item:
    """A document as a list shows it; its facts have classes, by which they can be chosen from."""
    title = nodes.inline("", record.title, classes=spoken_in(record, env))
    link = make_refnode(env._app.builder, docname, document.docname, "", title)
    count = len(document.passages)
    facts = (
        nodes.inline("", record.issuer, classes=["issuer"]),
        nodes.inline("", record.kind.capitalize(), classes=["kind"]),
        nodes.inline("", record.date.spoken, classes=["date", f"year-{record.date.year}"]),
        nodes.Text(f"{count} passage{'' if count == 1 else 's'}"),
    )
    subjects = (nodes.inline("", subject, classes=["subject"]) for subject in record.subjects)
    return nodes.list_item(
        "",
        nodes.paragraph("", "", link, classes=["catalogue-title"]),
        nodes.paragraph("", "", *_joined(facts, " · "), classes=["catalogue-facts"]),
        nodes.paragraph("", "", *_joined(subjects, "; "), classes=["catalogue-subjects"]),
    )


def spoken_in(record: Record, env: BuildEnvironment) -> list[str]:
    """The class by which docutils tells the language of a part; none where it is the archive's."""
    same = record.language == env.config.language
    return [] if same else [f"language-{record.language}"]


def _joined(parts: Iterable[nodes.Node], separator: str) -> Iterator[nodes.Node]:
    for number, part in enumerate(parts):
        if number:
            yield nodes.Text(separator)
        yield part


def generated(app: Sphinx) -> Iterator[GeneratedPage]:
    """A page for each collection, once the catalogue is too long for one."""
    for name, part in collection_pages(app.env):
        shown = [
            (document.docname, record, len(document.passages)) for document, record in part.items
        ]
        yield GeneratedPage(
            name, "page.html", (part.title, shown), partial(_context, app, name, part)
        )


def _context(app: Sphinx, name: str, part: Part[tuple[Document, Record]]) -> dict[str, object]:
    page = page_of_nodes(app, name, part.title, *listed(part.items, app.env, name))
    return {**page, _CHOOSING: True}


def offer_choice(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Load on the pages of the catalogue, and on no other, what lets a reader choose from it."""
    if _CHOOSING in context or pagename in archive_domain(app.env).catalogues:
        app.add_js_file("catalogue.js", defer="defer")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("archive.site.generated")
    app.add_node(catalogue)
    app.add_directive("catalogue", CatalogueDirective)
    app.add_post_transform(CatalogueTransform)
    app.connect(EVENT, generated)
    app.connect("html-page-context", offer_choice)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
