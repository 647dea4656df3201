"""Lists of documents: the catalogue, its collections, and the summary of the holdings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode

from archive.model.crosswalk import written
from archive.model.dates import ArchiveDate
from archive.model.record import Record
from archive.model.words import Words, words
from archive.site.know.domain import archive_domain
from archive.site.know.facts import Document, Part
from archive.site.know.outputs import GeneratedPage
from archive.site.know.view import View, view_of
from archive.site.nodes import joined
from archive.site.show.generated import links_to_parts, list_pages
from archive.upstream.access import builder_of

COLLECTIONS = "collections"  # the folder of their pages


def catalogue(env: BuildEnvironment, docname: str) -> list[nodes.Node]:
    """Return all documents, or links to the pages of the collections of a split catalogue."""
    pages = list(collection_pages(env))
    if pages:
        return [links_to_parts(pages, env, docname)]
    return listed(view_of(env).recorded(), env, docname)


def collection_pages(env: BuildEnvironment) -> Iterator[tuple[str, Part[tuple[Document, Record]]]]:
    """Yield the pages of the collections, by name; none unless the catalogue is split."""
    view = view_of(env)
    if view.is_split():
        for part in view.collections():
            yield f"{COLLECTIONS}/{part.slug}", part


def listed(
    held: Iterable[tuple[Document, Record]], env: BuildEnvironment, docname: str
) -> list[nodes.Node]:
    """Return documents as the page ``docname`` lists them, with a container for a filter form."""
    entries = (entry(document, record, env, docname) for document, record in held)
    form = nodes.container("", classes=["catalogue-form"])  # filled by catalogue.js
    listing = nodes.bullet_list("", *entries, classes=["catalogue"])
    return [form, listing] if builder_of(env).name == "html" else [listing]


def entry(
    document: Document, record: Record, env: BuildEnvironment, docname: str
) -> nodes.list_item:
    """Return a document as a list shows it, with the classes by which the form filters."""
    title = nodes.inline("", record.title, classes=spoken_in(record, env))
    link = make_refnode(builder_of(env), docname, document.docname, "", title)
    leads, _ = partial(chosen, env=env, docname=docname), words(env.config.language)
    issuers = (leads("issuer", agent.name) for agent in record.cited)
    facts = (
        *(
            nodes.inline("", row.told(value, _), classes=[name])
            for name, row, value in written(record, "catalogue")
        ),
        nodes.inline("", record.date.said(_), classes=["date", f"year-{record.date.year}"]),
        nodes.Text(", ".join(counted([document], env))),
    )
    subjects = (leads("subject", subject) for subject in record.subjects)
    return nodes.list_item(
        "",
        nodes.paragraph("", "", link, classes=["catalogue-title"]),
        nodes.paragraph(
            "", "", *joined(issuers, "; "), nodes.Text(" · "), *joined(facts, " · "),
            classes=["catalogue-facts"],
        ),
        nodes.paragraph("", "", *joined(subjects, "; "), classes=["catalogue-subjects"]),
    )  # fmt: skip


def chosen(facet: str, value: str, *, env: BuildEnvironment, docname: str) -> nodes.Node:
    """Return a fact that leads to the documents that share it, where one page lists all."""
    shown = nodes.inline("", value, classes=[facet])
    view, builder = view_of(env), builder_of(env)
    if builder.name != "html" or view.is_split():
        return shown
    address = builder.get_relative_uri(docname, view.catalogue_page())
    query = urlencode({facet: value})
    return nodes.reference("", "", shown, refuri=f"{address}?{query}", internal=True)


def spoken_in(record: Record, env: BuildEnvironment) -> list[str]:
    """Return docutils' class for the language of a text; none for the archive's language."""
    same = record.language == env.config.language
    return [] if same else [f"language-{record.language}"]


def collections(app: Sphinx) -> Iterator[GeneratedPage]:
    def content(name: str, part: Part[tuple[Document, Record]]) -> list[nodes.Node]:
        view_of(app.env).note("part", part.slug)
        return listed(part.items, app.env, name)

    return list_pages(
        app, collection_pages(app.env), content, called=docname_of, has_catalogue=True
    )


def docname_of(held: tuple[Document, Record]) -> str:
    return held[0].docname


def has_catalogue(app: Sphinx, pagename: str, context: dict[str, Any]) -> bool:
    """Whether a page lists documents to choose from."""
    return "has_catalogue" in context or pagename in archive_domain(app.env).catalogues


def add_catalogue_script(app: Sphinx, pagename: str, context: dict[str, Any]) -> None:
    """Load the script that filters the catalogue on the pages with a catalogue only."""
    if has_catalogue(app, pagename, context):
        builder = app.builder  # app.add_js_file would add it to all later pages as well
        builder.add_js_file("catalogue.js", defer="defer")  # type: ignore[attr-defined]


_NEWEST = 5  # documents listed as the newest


def holdings(env: BuildEnvironment, docname: str) -> list[nodes.Node]:
    """Return the numbers of the holdings, and the documents in the order of the catalogue.

    Of more than ``_NEWEST`` those published last, the newest first, under words that say so.
    """
    view, _ = view_of(env), words(env.config.language)
    held, told = view.recorded(), []
    if len(held) > _NEWEST:
        held, told = newest_documents(view), [nodes.paragraph("", _("Published last:"))]
    return [
        nodes.paragraph("", " · ".join(figures(view)), classes=["holdings"]),
        *told,
        nodes.bullet_list(
            "", *(entry(*pair, env, docname) for pair in held), classes=["catalogue"]
        ),
    ]


def figures(view: View) -> Iterator[str]:
    """Yield the numbers of documents, passages and works, and the date of the last change."""
    documents = [document for document, _record in view.recorded()]
    _ = words(view.env.config.language)
    yield counted_documents(len(documents), _)
    yield from counted(documents, view.env)
    works = len(view.all_cited())
    yield (
        f"{_counted(works, 'work')} cited"
        if _.is_english
        else _.plural("{} work cited", "{} works cited", works)
    )
    histories = list(chain.from_iterable(view.published().values()))
    last = max((history.events[-1].date for history in histories), default=None)
    if last is not None:
        yield _("last changed {date}").format(date=ArchiveDate(last).said(_))


def newest_documents(view: View) -> list[tuple[Document, Record]]:
    """Return the documents published last, newest first; unpublished ones come before them."""
    pairs = view.recorded()[::-1]
    return sorted(pairs, key=lambda pair: _first_published(view, pair[0]), reverse=True)[:_NEWEST]


def _first_published(view: View, document: Document) -> str:
    """Return the date of a document's first publication, ISO 8601; "9999" before it."""
    histories = view.histories(document.id)
    return min((history.events[0].date for history in histories), default="9999")


def counted(documents: Iterable[Document], env: BuildEnvironment) -> Iterator[str]:
    """Yield the numbers of passages, and of footnotes, signatories and figures beside them."""
    found: Counter[str] = Counter()
    for document in documents:
        found.update(document.counts)
    word, _ = view_of(env).settings.word, words(env.config.language)
    if not _.is_english:  # what else is counted has words for English alone
        yield _.plural("{} passage", "{} passages", found[""])
        return
    for each, many in found.items():
        yield _counted(many, word(each) if each else "passage")


def counted_documents(many: int, _: Words) -> str:
    """Return the number of some documents with its word."""
    if _.is_english:
        return _counted(many, "document")
    return _.plural("{} document", "{} documents", many)


def _counted(many: int, what: str) -> str:
    """Return a number with its English word: ``1 passage``, ``250 signatories``."""
    if many != 1:
        what = f"{what[:-1]}ies" if re.search("[^aeiou]y$", what) else f"{what}s"
    return f"{many:,} {what}"
