"""Lists of documents: the catalogue, collections, the summary of holdings, and subjects."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode

from archive.citation.metadata import ATOM
from archive.model.agents import Agent
from archive.model.crosswalk import written
from archive.model.dates import ArchiveDate
from archive.model.record import Record
from archive.model.showing import page_of
from archive.model.words import N_, Key, Words, key_of, words
from archive.site import joined, record_card
from archive.site.know.domain import archive_domain
from archive.site.know.facts import Document, Part
from archive.site.know.outputs import GeneratedPage
from archive.site.know.view import Held, View, view_of
from archive.site.show import DocumentTransform, links_to_parts, list_pages
from archive.site.show.bibliography import formatted, link_to_work
from archive.upstream import builder_of

# --- Lists of documents: the catalogue, its collections, and the summary of the holdings.

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


# --- The page of each subject: its documents in order of time, its events and persons, its works.
#
# An editor introduces a subject in a file at the address of its page, with the directive
# ``{subject}`` where the lists are to stand.  A subject with many documents has several pages, each
# with the events, persons and works of its own documents: no page grows with the archive.


def subject_pages(app: Sphinx) -> Iterator[GeneratedPage]:
    """Yield the pages of each subject, but for the first of one that an editor introduces."""
    pages = (
        (part.slug, part)
        for parts in view_of(app.env).subjects().values() for part in parts
        if part.slug not in app.env.found_docs
    )  # fmt: skip
    return list_pages(app, pages, lambda name, part: _lists(app.env, name, part), called=docname_of)


def subject(env: BuildEnvironment, docname: str) -> list[nodes.Node]:
    """Return what the archive has on the subject that an editor's page introduces."""
    return [
        each for part in view_of(env).subject(docname)[:1] for each in _lists(env, docname, part)
    ]


def subjects(env: BuildEnvironment, docname: str) -> list[nodes.Node]:
    """Return all subjects, each with its documents in order of time.

    On the web a subject leads to its page, and has only the number of its documents where the
    catalogue is split; a book has pages only of those that an editor introduces.
    """
    view = view_of(env)
    is_web = builder_of(env).name == "html"
    items, key = [], key_of(env.config.language)
    for page, parts in sorted(
        view.subjects().items(), key=lambda each: (key(each[1][0].label), each[0])
    ):
        held = [each for part in parts for each in part.items]
        name: nodes.Node = nodes.inline("", parts[0].label, classes=spoken_in(held[0][1], env))
        if is_web or page in env.found_docs:
            name = make_refnode(builder_of(env), docname, page, "", name)
        count = nodes.inline("", f" ({len(held)})", classes=["part-count"])
        links = (
            [] if view.is_split() else joined((_link(*each, env, docname) for each in held), "; ")
        )
        items.append(
            nodes.definition_list_item(
                "", nodes.term("", "", name, count),
                nodes.definition("", nodes.paragraph("", "", *links)),
            )
        )  # fmt: skip
    return [nodes.definition_list("", *items, classes=["subjects"])] if items else []


def _link(
    document: Document, record: Record, env: BuildEnvironment, docname: str, *, short: bool = True
) -> nodes.reference:
    """Return the title of a document, which leads to it."""
    said = record.short_title if short else record.title
    title = nodes.inline("", said, classes=spoken_in(record, env))
    return make_refnode(builder_of(env), docname, document.docname, "", title)


def _lists(env: BuildEnvironment, name: str, part: Part[Held]) -> list[nodes.Node]:
    """Return the documents of a part, and what they name."""
    view, page = view_of(env), page_of(part.label)
    parts = view.subject(page)
    view.note_listed(part, page)
    entries = [_entry(document, record, env, name) for document, record in part.items]
    _ = words(env.config.language)
    shown = _section("Documents", _, *entries)
    if part.of > 1:
        others = [(each.slug, each) for each in parts if each.number != part.number]
        shown[0] += links_to_parts(others, env, name)
    documents = [document for document, _record in part.items]
    return [
        _summary(env, name, parts, part),
        *shown,
        *_section("Events", _, *_events(env, name, documents)),
        *_section("Persons and bodies", _, *_agents(part.items, key_of(env.config.language))),
        *_section("Works cited", _, *_works(env, name, documents)),
    ]


def _section(title: str, _: Words, *content: nodes.Node) -> list[nodes.section]:
    """Return what stands below one of ``_HEADINGS``; nothing without content."""
    id_ = title.lower().replace(" ", "-")
    return [nodes.section("", nodes.title("", _(title)), *content, ids=[id_])] if content else []


_HEADINGS = N_("Documents"), N_("Events"), N_("Persons and bodies"), N_("Works cited")


def _summary(
    env: BuildEnvironment, page: str, parts: Iterable[Part[Held]], part: Part[Held]
) -> nodes.paragraph:
    """Return how much a page lists, of how many documents, and the feed of the subject."""
    here, all_ = len(part.items), sum(len(each.items) for each in parts)
    _ = words(env.config.language)
    of = counted_documents(all_, _)
    if part.of > 1:
        of = _("{number} of {all} documents").format(number=here, all=f"{all_:,}")
    documents = [document for document, _record in part.items]
    said: list[nodes.Node] = [nodes.Text(" · ".join([of, *counted(documents, env)]))]
    if builder_of(env).name == "html":
        name = page_of(part.label).rpartition("/")[2]
        feed = nodes.reference(
            "", _("Feed of changes"), internal=True, refuri=f"{name}.{ATOM.suffix}"
        )
        said += [nodes.Text(" · "), feed]
    return nodes.paragraph("", "", *said, classes=["holdings"])


def _entry(
    document: Document, record: Record, env: BuildEnvironment, docname: str
) -> nodes.definition_list:
    """Return a document as the chronology shows an event: when, what, by whom, of which kind."""
    link = _link(document, record, env, docname, short=False)
    _ = words(env.config.language)
    facts = "; ".join(agent.name for agent in record.cited), _(record.kind.label)
    date = record.date.said(_)
    definition = nodes.definition(
        "", nodes.paragraph("", "", link),
        nodes.paragraph("", " · ".join(filter(None, facts)), classes=["catalogue-facts"]),
    )  # fmt: skip
    item = nodes.definition_list_item(
        "", nodes.term("", date[:1].upper() + date[1:]), definition
    )  # fmt: skip
    return nodes.definition_list("", item, classes=["chronology"])


def _events(env: BuildEnvironment, docname: str, held: list[Document]) -> list[nodes.Node]:
    """Return the events that passages of the documents state, as the chronology tells them."""
    view = view_of(env)
    anchors = {anchor for document in held for anchor in document.anchors}
    found: list[nodes.Node] = []
    for page, events in sorted(view.events().items()):
        wanted = {event.id for event in events if anchors.intersection(event.anchors)}
        if not wanted:
            continue
        view.note("read", page)
        for node in env.get_doctree(page).findall(nodes.definition_list):
            if wanted.intersection(node["ids"]):
                copy = node.deepcopy()
                copy["ids"], copy["names"] = [], []
                for reference in copy.findall(addnodes.pending_xref):
                    reference["refdoc"] = docname  # from which its address is
                found.append(copy)
    return sorted(found, key=lambda each: str(each.get("edtf", "")))  # type: ignore[attr-defined]


def _agents(held: Iterable[Held], key: Key) -> list[nodes.Node]:
    """Return the persons and bodies of records, in order; those with an authority as links."""
    found: dict[str, Agent] = {}
    for _document, record in held:
        for agent in (*record.cited, *record.agents):
            if agent.name not in found or not found[agent.name].authority:
                found[agent.name] = agent
    named = [
        nodes.reference("", name, refuri=agent.authority) if agent.authority else nodes.Text(name)
        for name, agent in sorted(found.items(), key=lambda each: (key(each[0]), each[0]))
    ]
    return (
        [nodes.paragraph("", "", *joined(named, "; "), nodes.Text("."), classes=["names"])]
        if named
        else []
    )


def _works(env: BuildEnvironment, docname: str, held: list[Document]) -> list[nodes.Node]:
    keys = {key for document in held for block in document.blocks for key in block.cites}
    entries = []
    for work in view_of(env).works_among(keys):
        said = formatted(work)
        label = nodes.strong("", "", link_to_work(work, env, docname))
        said.insert(0, [label, nodes.Text(" ")])
        entries.append(nodes.list_item("", said))
    return [nodes.bullet_list("", *entries, classes=["reference-list"])] if entries else []


class LinksInCards(DocumentTransform):
    """Makes links of the subjects and the issuers in a document's card.

    Issuers lead to all their documents, where a page has these.
    """

    default_priority = 7
    builders = ("html", "pdf")

    def complete(self, document: Document, section: nodes.section) -> None:
        card = next(section.findall(record_card), None)
        if card is None or document.record is None:
            return
        label = words(document.language)("Subjects")
        issuers = {agent.name for agent in document.record.cited}
        for field in card.findall(nodes.field):
            body = field.next_node(nodes.field_body)
            assert body is not None
            if field[0].astext() == label:
                found = [self._link(each) for each in document.record.subjects]
                body.children = []
                body += nodes.paragraph("", "", *joined(found, "; "))
            for line in body.findall(nodes.paragraph):
                said = line.astext()
                if isinstance(line[0], nodes.Text) and said in issuers and not line["classes"]:
                    name = chosen("issuer", said, env=self.env, docname=self.env.docname)
                    if isinstance(name, nodes.reference):
                        line[:] = [name]
                        name[:] = [nodes.Text(said)]  # without what the catalogue chooses by

    def _link(self, subject: str) -> nodes.reference:
        name = nodes.inline("", subject)
        return make_refnode(
            builder_of(self.env), self.env.docname, page_of(subject), "", name
        )  # fmt: skip
