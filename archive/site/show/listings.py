"""Lists of documents: the catalogue, the pages of its collections, and how much is here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.nodes import make_refnode

from archive.model.crosswalk import written
from archive.model.dates import ArchiveDate
from archive.site.know.domain import archive_domain
from archive.site.know.facts import Document
from archive.site.know.outputs import GeneratedPage
from archive.site.know.parts import Part
from archive.site.know.view import View, view_of
from archive.site.show.generated import page_of_nodes
from archive.upstream.access import builder_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from archive.model.record import Record


def part_list(
    pages: Iterable[tuple[str, Part[Any]]], env: BuildEnvironment, docname: str
) -> nodes.bullet_list:
    """Links to the pages of a list that is too long for one, each with how many entries it has."""
    listed = nodes.bullet_list("", classes=["parts"])
    for name, part in pages:
        link = make_refnode(builder_of(env), docname, name, "", nodes.inline("", part.title))
        count = nodes.inline("", f" ({len(part.items)})", classes=["part-count"])
        listed += nodes.list_item("", nodes.paragraph("", "", link, count))
    return listed


COLLECTIONS = "collections"

_CHOOSING = "choosing"  # tells in a page's context that there is a catalogue on it


def catalogue(env: BuildEnvironment, docname: str) -> list[nodes.Node]:
    """All documents, or links to the pages of the collections where there are too many."""
    pages = list(collection_pages(env))
    if pages:
        return [part_list(pages, env, docname)]
    return listed(view_of(env).recorded(), env, docname)


def collection_pages(env: BuildEnvironment) -> Iterator[tuple[str, Part[tuple[Document, Record]]]]:
    """The pages of the collections, by name; none where all documents have place on one page."""
    view = view_of(env)
    if view.is_split():
        for part in view.collections():
            yield f"{COLLECTIONS}/{part.slug}", part


def listed(
    held: Iterable[tuple[Document, Record]], env: BuildEnvironment, docname: str
) -> list[nodes.Node]:
    """Documents as the page ``docname`` lists them, with room for the form to choose from them."""
    entries = (entry(document, record, env, docname) for document, record in held)
    form = nodes.container("", classes=["catalogue-form"])  # which a script fills
    listing = nodes.bullet_list("", *entries, classes=["catalogue"])
    return [form, listing] if builder_of(env).name == "html" else [listing]


def entry(
    document: Document, record: Record, env: BuildEnvironment, docname: str
) -> nodes.list_item:
    """A document as a list shows it; its facts have classes, by which they can be chosen from."""
    title = nodes.inline("", record.title, classes=spoken_in(record, env))
    link = make_refnode(builder_of(env), docname, document.docname, "", title)
    count = len(document.passages)
    facts = (
        *(
            nodes.inline("", row.words(value), classes=[name])
            for name, row, value in written(record, "catalogue")
        ),
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


def collections(app: Sphinx) -> Iterator[GeneratedPage]:
    """A page for each collection, once the catalogue is too long for one."""
    for name, part in collection_pages(app.env):
        yield GeneratedPage(name, "page.html", partial(_collection_context, app, name, part))


def _collection_context(
    app: Sphinx, name: str, part: Part[tuple[Document, Record]]
) -> dict[str, object]:
    view_of(app.env).note("part", part.slug)
    page = page_of_nodes(app, name, part.title, *listed(part.items, app.env, name))
    return {**page, _CHOOSING: True}


def offer_choice(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Load on the pages of the catalogue, and on no other, what lets a reader choose from it."""
    if _CHOOSING in context or pagename in archive_domain(app.env).catalogues:
        builder = app.builder  # the application's own way would add it to all later pages, too
        builder.add_js_file("catalogue.js", defer="defer")  # type: ignore[attr-defined]


_NEWEST = 5  # documents told by name


def holdings(env: BuildEnvironment, docname: str) -> list[nodes.Node]:
    """How much the archive holds, and the documents published last."""
    view = view_of(env)
    newest = (entry(*pair, env, docname) for pair in newest_documents(view))
    return [
        nodes.paragraph("", " · ".join(figures(view)), classes=["holdings"]),
        nodes.bullet_list("", *newest, classes=["catalogue"]),
    ]


def figures(view: View) -> Iterator[str]:
    """What the archive holds, in numbers."""
    documents = [document for document, _record in view.recorded()]
    yield _counted(len(documents), "document")
    yield _counted(sum(len(document.passages) for document in documents), "passage")
    yield _counted(len(view.all_citing()), "work") + " cited"
    histories = list(chain.from_iterable(view.published().values()))
    yield _counted(len(histories), "anchor") + " published"
    last = max((history.events[-1].date for history in histories), default=None)
    if last is not None:
        yield f"last changed {ArchiveDate(last).spoken}"


def newest_documents(view: View) -> list[tuple[Document, Record]]:
    """The documents published last, the newest first; what is not published yet comes before."""
    pairs = view.recorded()[::-1]
    return sorted(pairs, key=lambda pair: _first_published(view, pair[0]), reverse=True)[:_NEWEST]


def _first_published(view: View, document: Document) -> str:
    """The day of a document's first publication, ISO 8601."""
    histories = view.histories(document.id)
    return min((history.events[0].date for history in histories), default="9999")


def _counted(many: int, what: str) -> str:
    return f"{many:,} {what}{'' if many == 1 else 's'}"
