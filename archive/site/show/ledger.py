"""The ledger in pages: tables of published anchors, moved anchors, redirects and tombstones."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

from archive.model.dates import ArchiveDate
from archive.model.ledger import History, State, short
from archive.model.verifying import REPLACED, WITHDRAWN, WITHDRAWN_ON
from archive.model.words import N_, Words, words
from archive.site import tombstone
from archive.site.know.domain import ArchiveDomain, archive_domain
from archive.site.know.facts import DOCUMENTS, Document, Part, parts
from archive.site.know.ledger import LEDGER, state_of, withdrawal_day
from archive.site.know.outputs import GeneratedPage
from archive.site.know.view import view_of
from archive.site.show import DocumentTransform, closing_heading, links_to_parts, list_pages
from archive.site.show.made import LEDGER_ID, made_name
from archive.upstream import builder_of

LEDGER_FOLDER = "ledger"
_COLUMNS = ((N_("Anchor"), 42), (N_("Published"), 22), (N_("State"), 16), (N_("Fingerprint"), 20))


def ledger(env: BuildEnvironment, docname: str) -> list[nodes.Node]:
    """Return a table for each document id, or links to the pages of a split ledger."""
    pages = list(ledger_pages(env))
    if pages:
        return [_download(env, docname), links_to_parts(pages, env, docname)]
    published = sorted(view_of(env).published().items())
    return [_download(env, docname), *(_table(env, docname, *each) for each in published)]


def _download(env: BuildEnvironment, docname: str) -> nodes.paragraph:
    address = f"{env.config.html_baseurl}{LEDGER}"
    if builder_of(env).format == "html":
        address = "../" * docname.count("/") + LEDGER
    link = nodes.reference("", LEDGER, refuri=address)
    before, after = words(env.config.language)(_ITSELF).split("{file}")
    return nodes.paragraph("", before, link, nodes.Text(after))


_ITSELF = N_("The ledger itself: {file}.")


def _table(
    env: BuildEnvironment, docname: str, document_id: str, histories: tuple[History, ...]
) -> nodes.table:
    _ = words(env.config.language)
    header = nodes.row("", *(_cell(nodes.Text(_(name))) for name, _width in _COLUMNS))
    rows = (_row(env, docname, history, _) for history in histories)
    group = nodes.tgroup(
        "", *(nodes.colspec(colwidth=width) for _name, width in _COLUMNS),
        nodes.thead("", header), nodes.tbody("", *rows), cols=len(_COLUMNS),
    )  # fmt: skip
    title = nodes.title("", document_id)
    return nodes.table("", title, group, classes=["ledger"], ids=[f"ledger-{document_id}"])


def _row(env: BuildEnvironment, docname: str, history: History, _: Words) -> nodes.row:
    return nodes.row(
        "",
        _cell(_link(env, docname, history.anchor)),
        _cell(nodes.Text(ArchiveDate(history.events[0].date).said(_))),
        _cell(nodes.Text(state_of(history, _))),
        _cell(nodes.literal("", short(history.sha256))),
    )


def _link(env: BuildEnvironment, docname: str, anchor: str) -> nodes.Node:
    place = view_of(env).label(anchor)
    if place is None:
        return nodes.literal("", anchor)
    page, id_, _spoken = place
    return make_refnode(builder_of(env), docname, page, id_, nodes.literal("", anchor))


def ledger_pages(env: BuildEnvironment) -> Iterator[tuple[str, Part[str]]]:
    """Yield the pages of a ledger that is too long for one page: documents by collection.

    The anchors of each document are then on its page “How this was made”.
    """
    published, size = view_of(env).published(), env.config.archive_page_entries
    if builder_of(env).name == "html" and len(published) > size:
        listing = partial(_collection, archive_domain(env))
        for part in parts(sorted(published), listing, size):
            yield f"{LEDGER_FOLDER}/{part.slug}", part


def _collection(domain: ArchiveDomain, document_id: str) -> str:
    part = domain.collection_of.get(f"{DOCUMENTS}/{document_id}")
    return part.label if part is not None else N_("No longer at their address")


def ledger_parts(app: Sphinx) -> Iterator[GeneratedPage]:
    def listed(name: str, part: Part[str]) -> list[nodes.Node]:
        return [nodes.bullet_list("", *(_listed(app, name, each) for each in part.items))]

    _ = words(app.config.language)
    return list_pages(app, ledger_pages(app.env), listed, called=str, heading=_("Ledger: {part}"))


def _listed(app: Sphinx, name: str, document_id: str) -> nodes.list_item:
    """Return a link to the published anchors of a document, with their number."""
    docname, histories = f"{DOCUMENTS}/{document_id}", view_of(app.env).histories(document_id)
    stands = view_of(app.env).stands(docname)
    last = max(history.events[-1].date for history in histories)
    target, anchor = (made_name(docname), LEDGER_ID) if stands else (docname, "")
    link = make_refnode(app.builder, name, target, anchor, nodes.literal("", document_id))
    _ = words(app.config.language)
    day = _("last event {date}").format(date=ArchiveDate(last).said(_))
    count = f": {_.plural('{} anchor', '{} anchors', len(histories))}, {day}"
    return nodes.list_item("", nodes.paragraph("", "", link, nodes.Text(count)))


def _cell(child: nodes.Node) -> nodes.entry:
    return nodes.entry("", nodes.paragraph("", "", child))


def label_moved_anchors(app: Sphinx, env: BuildEnvironment) -> None:
    """Make moved anchors that are in no document any more labels of their new places."""
    standard, domain = env.domains.standard_domain, archive_domain(env)
    for document_id in domain.published:
        for history in domain.gone(document_id):
            place = view_of(env).present_place(history.anchor)
            if history.anchor not in standard.labels and place is not None:
                standard.labels[history.anchor] = place
                standard.anonlabels[history.anchor] = place[:2]


class MovedAnchors(DocumentTransform):
    """Adds to the end of a document the anchors that moved to another document."""

    default_priority = 7

    def complete(self, document: Document, section: nodes.section) -> None:
        moved = view_of(self.env).gone(document.id)
        if moved:
            _ = words(document.language)
            section += closing_heading("Moved from here", _, self.env)
            rows = (self._row(history, _) for history in moved)
            section += nodes.bullet_list("", *rows, classes=["moved-anchors"])

    def _row(self, history: History, _: Words) -> nodes.list_item:
        day = ArchiveDate(history.events[-1].date).said(_)
        place = view_of(self.env).present_place(history.anchor)
        is_moved = history.state is State.MOVED
        when, where = is_moved, place is not None
        said = (
            _(" moved on {date} to {place}.") if when and where
            else _(" moved on {date}.") if when
            else _(" moved to {place}.") if where
            else _(" moved.")
        )  # fmt: skip
        before, _place, after = said.replace("{date}", day).partition("{place}")
        words = nodes.paragraph("", "", nodes.literal("", history.anchor), nodes.Text(before))
        if place is not None:
            docname, anchor, spoken = place
            words += make_refnode(
                builder_of(self.env), self.env.docname, docname, anchor, nodes.inline("", spoken)
            )
            words += nodes.Text(after)
        return nodes.list_item("", words, ids=[history.anchor])


def redirect_pages(app: Sphinx) -> Iterator[GeneratedPage]:
    """Yield a page at the address of each removed document, with the new places of its anchors."""
    domain = archive_domain(app.env)
    present = {document.id for document in domain.documents.values()}
    for document_id in sorted(domain.published):
        if document_id not in present:
            pagename = f"{DOCUMENTS}/{document_id}"
            yield GeneratedPage(
                pagename, "moved.html", partial(_moved, app, pagename, document_id), listed=False
            )


def _moved(app: Sphinx, pagename: str, document_id: str) -> dict[str, object]:
    histories = view_of(app.env).gone(document_id)
    rows = [row for history in histories if (row := _redirect(app, pagename, history))]
    return {"title": words(app.config.language)(N_("Moved")), "moved_id": document_id, "rows": rows}


def _redirect(app: Sphinx, pagename: str, history: History) -> dict[str, str] | None:
    place = view_of(app.env).present_place(history.anchor)
    if place is None:
        return None  # lost, which the check of permanence reports
    docname, anchor, spoken = place
    address = f"{app.builder.get_relative_uri(pagename, docname)}#{anchor}"
    return {"anchor": history.anchor, "address": address, "spoken": spoken}


class TombstoneDates(SphinxPostTransform):
    """Adds to each tombstone the date of the withdrawal from the ledger."""

    default_priority = 6
    needs = (tombstone,)

    def run(self, **kwargs: object) -> None:
        view = view_of(self.env)
        for place in self.document.findall(tombstone):
            own = view.own(self.env.docname)
            _ = words(own.language if own is not None else None)
            day = withdrawal_day(view, place["ids"][0], _) if place["ids"] else None
            notice = next(place.findall(nodes.paragraph))
            when = _(WITHDRAWN_ON).format(date=day) if day is not None else _(WITHDRAWN)
            for text in [each for each in notice.children if isinstance(each, nodes.Text)]:
                said = str(text).replace(WITHDRAWN, when, 1).replace(REPLACED, _(REPLACED), 1)
                notice.replace(text, nodes.Text(said))
