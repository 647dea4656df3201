"""The feeds: what was published or changed last, told in words, for feed readers.

Each is in Atom (RFC 4287) and in JSON Feed 1.1: of the archive, each subject, issuer, kind and
document.  That of a document in JSON begins with what happened after it was published, so that most
documents have one file less; until then the one in Atom waits for it.  A list of feeds in OPML 2.0
lets a reader take many at once.  The ids of entries follow from what happened and never change.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import islice
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from sphinx.application import Sphinx

from archive.citation.metadata import ATOM
from archive.model.dates import ArchiveDate
from archive.model.ledger import Event, Kind
from archive.model.verifying import AMENDED
from archive.model.wordings import Change, changes
from archive.model.words import N_, Words, key_of, words
from archive.site.know.facts import Document
from archive.site.know.ledger import CHANGED
from archive.site.know.outputs import GeneratedPage
from archive.site.know.relations import NEWEST, WHOLE, Happened, News, newest
from archive.site.know.view import View, view_of
from archive.site.show.made import history_name, words_at

JSON = "feed.json"  # the suffix of a feed in JSON
ATOM_OF_ALL = "atom.xml"
PAGE, OPML = "feeds", "feeds.opml"  # the page that lists the feeds, and the list for readers
_SHOWN = 3  # changes that a summary has
_LONGEST = 80  # characters of each


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, without its events."""

    title: str
    page: str  # the address of what it is about
    address: str  # its own, without a suffix
    language: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened."""

    id: str
    title: str
    day: str  # ISO 8601
    address: str  # that shows it best
    passage: str  # the address of the passage or document
    summary: str  # in words
    html: str


# What happened, in words


_TITLES = {
    Kind.PUBLISH: N_("Published: {passage}"),
    Kind.REVISE: N_("Revised: {passage}"),
    Kind.AMEND: N_("Amended: {passage}"),
    Kind.MOVE: N_("Moved: {passage}"),
    Kind.WITHDRAW: N_("Withdrawn: {passage}"),
    Kind.DESCRIBE: N_("Changed: {passage}"),
}
_SAID = {
    Kind.PUBLISH: N_("{passage} was published on {date}."),
    Kind.REVISE: N_("{passage} was reworded on {date}."),
    Kind.MOVE: N_("{anchor} moved on {date} and is {passage} now."),
    Kind.WITHDRAW: N_("{passage} was withdrawn on {date}."),
}
_REWORDED = N_("{passage} was reworded: {changes}")
_CHANGE = (
    N_("“{before}” became “{after}”"),
    N_("“{before}” was taken out"),
    N_("“{after}” was put in"),
)
_MORE = N_("and more")


def entries(news: Iterable[Happened], view: View, _: Words) -> Iterator[Entry]:
    """Yield what happened, but for what no page shows any more."""
    base, seen = view.settings.base, set[tuple[str, str, str]]()
    for happened in news:
        event = happened.event
        place, which = view.place_of_news(event), (event.kind.value, event.date, event.anchor)
        if place is None or which in seen:  # of a day the last is told
            continue
        seen.add(which)
        docname, anchor, spoken = place
        if happened.passages > 1:
            yield _of_many(happened, docname, view, _)
            continue
        passage = f"{base}{docname}.html#{anchor}"
        said, html, address = _told(event, spoken, view, _)
        yield Entry(
            f"{base}{docname}.html?{event.kind.value}={event.date}#{event.anchor}",
            _(_TITLES[event.kind]).format(passage=spoken), event.date,
            f"{base}{address}" if address else passage, passage, said, html,
        )  # fmt: skip


def _of_many(happened: Happened, docname: str, view: View, _: Words) -> Entry:
    """Return what happened at once to passages of a document; ``docname`` is where the first is."""
    event, page = happened.event, f"{view.settings.base}{docname}.html"
    place = view.label(docname.rpartition("/")[2])
    title = _(_TITLES[event.kind]).format(passage=place[2] if place else happened.document)
    passages = _.plural("{} passage", "{} passages", happened.passages)
    said = _("{passages}, {date}.").format(passages=passages, date=ArchiveDate(event.date).said(_))
    name = f"{page}?{event.kind.value}={event.date}"
    return Entry(name, title, event.date, page, page, said, f"<p>{escape(said)}</p>")


def _told(event: Event, spoken: str, view: View, _: Words) -> tuple[str, str, str]:
    """Return what happened as text and as HTML, and the page that shows it if it is another."""
    day = ArchiveDate(event.date).said(_)
    if event.kind in (Kind.AMEND, Kind.DESCRIBE):
        said = _(AMENDED) if event.kind is Kind.AMEND else _(CHANGED)
        return said, _paragraph(said), ""
    said = _(_SAID[event.kind]).format(passage=spoken, date=day, anchor=event.anchor)
    html = _paragraph(said)
    if event.kind is not Kind.REVISE:
        return said, html, ""
    before, number = _before(event, view)
    address = f"{history_name(event.anchor.rpartition('-')[0])}.html#{event.anchor}--{number}"
    one, two = (words_at(view, each, event.anchor) for each in (before, event.sha256 or ""))
    if one is None or two is None:
        return said, html, address
    runs = changes(one, two)
    told = _(_REWORDED).format(passage=spoken, changes=_briefly(runs, _))
    return told, f"{html}\n<p>{_marked(runs)}</p>", address


def _paragraph(said: str) -> str:
    return f"<p>{escape(said)}</p>"


def _before(event: Event, view: View) -> tuple[str, int]:
    """Return the fingerprint before a revision, and the number of the wording after it."""
    history = view.history(event.anchor)
    worded = [each for each in (history.events if history else ()) if each.sha256]
    at = next((at for at, each in enumerate(worded) if each.line == event.line), 0)
    return worded[at - 1].sha256 or "", at + 1


def _briefly(runs: Sequence[Change], _: Words) -> str:
    """Return the first changes in words."""
    said: list[str] = []
    at = 0
    while at < len(runs):
        out = runs[at].text if runs[at].kind == "out" else ""
        at += bool(out)
        into = runs[at].text if at < len(runs) and runs[at].kind == "in" else ""
        at += bool(into) or not out
        if out or into:
            form = _CHANGE[0] if out and into else _CHANGE[1] if out else _CHANGE[2]
            said.append(_(form).format(before=_short(out), after=_short(into)))
    more = [_(_MORE)] if len(said) > _SHOWN else []
    told = "; ".join([*said[:_SHOWN], *more])
    return told if told.endswith(".”") else _("{sentence}.").format(sentence=told)


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rpartition(' ')[0]} …"


def _marked(runs: Iterable[Change]) -> str:
    tags = {"same": "{}", "out": "<del>{}</del>", "in": "<ins>{}</ins>"}
    return "".join(tags[run.kind].format(escape(run.text, quote=False)) for run in runs)


# The feeds


def feed(name: str, view: View) -> Feed:
    """Return the feed with a name, of more than one document."""
    base, project = view.settings.base, view.env.config.project
    found = view.news(name)
    page, title = base, project
    if found.facet:
        label = _labelled(found, words(view.env.config.language))
        title = f"{project}: {label}"
        catalogue = f"{base}{view.catalogue_page()}.html"
        page = f"{catalogue}?{urlencode({found.facet: label})}"
    if found.facet == "subject":
        page = f"{base}{name}.html"
    return Feed(title, page, f"{base}{name}", view.env.config.language)


def _labelled(news: News, _: Words) -> str:
    """Return what a feed is about, as the catalogue has it."""
    return _(news.label) if news.facet == "kind" else news.label


def atom_of(name: str, view: View) -> str:
    """Return the feed with a name in Atom."""
    of, _ = feed(name, view), words(view.env.config.language)
    address = f"{view.settings.base}{atom_name(name)}"
    return atom(of, address, list(entries(view.news(name).events, view, _)), view)


def json_of(name: str, view: View) -> str:
    """Return the feed with a name in JSON."""
    of, _ = feed(name, view), words(view.env.config.language)
    return json_feed(of, list(entries(view.news(name).events, view, _)), view)


def feeds_of_document(document: Document, view: View) -> tuple[str, str]:
    """Return the feed of a document in Atom and in JSON: what was published, and what changed.

    The latter is empty unless something happened to the document after it was published.
    """
    address = f"{view.settings.base}{document.docname}"
    of = Feed(document.title, f"{address}.html", address, document.language or "en")
    events = _events_of(document, view)
    told = list(entries(islice(events, NEWEST), view, words(document.language)))
    in_json = json_feed(of, told, view) if len(events) > 1 else ""
    return atom(of, f"{address}.{ATOM.suffix}", told, view), in_json


def has_json(document: Document, view: View) -> bool:
    """Whether a document has a feed in JSON."""
    return len(_events_of(document, view)) > 1


def _events_of(document: Document, view: View) -> list[Happened]:
    return list(newest(view.histories(document.id), [view.described(document.id)]))


def atom_name(name: str) -> str:
    """Return the file of a feed in Atom."""
    return ATOM_OF_ALL if name == WHOLE else f"{name}.{ATOM.suffix}"


def json_name(name: str) -> str:
    """Return the file of a feed in JSON."""
    return f"{name}.{JSON}"


_NAMESPACE = "http://www.w3.org/2005/Atom"


def atom(of: Feed, address: str, told: Sequence[Entry], view: View) -> str:
    """Return a feed in Atom."""
    root = ET.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": of.language})
    _add(root, "id", of.page if "?" not in of.page else of.address)
    _add(root, "title", of.title)
    _add(root, "updated", _moment(told[0].day if told else "1970-01-01"))
    _link(root, "self", "application/atom+xml", address)
    _link(root, "alternate", "text/html", of.page)
    _add(ET.SubElement(root, "author"), "name", view.env.config.project)
    for each in told:
        entry = ET.SubElement(root, "entry")
        _add(entry, "id", each.id)
        _add(entry, "title", each.title)
        _add(entry, "updated", _moment(each.day))
        _link(entry, "alternate", "text/html", each.address)
        if each.address != each.passage:
            _link(entry, "related", "text/html", each.passage)
        _add(entry, "summary", each.summary)
        if each.html != _paragraph(each.summary):
            _add(entry, "content", each.html, type="html")
    return xml(root)


def json_feed(of: Feed, told: Sequence[Entry], view: View) -> str:
    """Return a feed in JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    items = [
        {
            "id": each.id, "url": each.address, "title": each.title,
            **({"content_text": each.summary} if each.html == _paragraph(each.summary)
               else {"summary": each.summary, "content_html": each.html}),
            "date_published": _moment(each.day),
            **({"external_url": each.passage} if each.address != each.passage else {}),
        }
        for each in told
    ]  # fmt: skip
    data: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1", "title": of.title,
        "home_page_url": of.page, "feed_url": f"{of.address}.{JSON}", "language": of.language,
        "authors": [{"name": view.env.config.project, "url": view.settings.base}],
    }  # fmt: skip
    head = json.dumps(data, ensure_ascii=False).removesuffix("}")
    listed = ",\n".join(json.dumps(each, ensure_ascii=False) for each in items)
    return f'{head}, "items": [\n{listed}\n]}}\n'


def opml(view: View) -> str:
    """Return the list of all feeds but those of documents, in OPML 2.0."""
    base = view.settings.base
    root = ET.Element("opml", version="2.0")
    _add(ET.SubElement(root, "head"), "title", view.env.config.project)
    body = ET.SubElement(root, "body")
    for name in view.feeds():
        of = feed(name, view)
        ET.SubElement(
            body, "outline", type="rss", text=of.title, title=of.title,
            xmlUrl=f"{base}{atom_name(name)}", htmlUrl=of.page,
        )  # fmt: skip
    return xml(root)


_OPEN_SEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_SHORTEST = 16  # characters of a short name (OpenSearch 1.1)


def open_search(view: View) -> str:
    """Return the description by which a browser searches the archive (OpenSearch 1.1)."""
    base, project = view.settings.base, view.env.config.project
    root = ET.Element("OpenSearchDescription", xmlns=_OPEN_SEARCH)
    cut = project[: _SHORTEST + 1].rpartition(" ")[0] or project[:_SHORTEST]
    _add(root, "ShortName", project if len(project) <= _SHORTEST else cut)
    _add(
        root,
        "Description",
        words(view.env.config.language)(N_("Search {archive}")).format(archive=project),
    )
    _add(root, "InputEncoding", "UTF-8")
    _add(root, "Image", f"{base}_static/icon.svg", type="image/svg+xml", width="16", height="16")
    address = f"{base}search.html?q={{searchTerms}}"
    ET.SubElement(root, "Url", type="text/html", template=address)
    return xml(root)


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"


def _add(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = text


def _link(parent: ET.Element, rel: str, kind: str, address: str) -> None:
    ET.SubElement(parent, "link", rel=rel, type=kind, href=address)


def xml(root: ET.Element) -> str:
    """Return an XML file, a line for each element."""
    ET.indent(root, "")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


# The page that lists them


def feeds_page(app: Sphinx) -> Iterator[GeneratedPage]:
    """Yield the page that lists the feeds, unless an editor has written one."""
    if PAGE not in app.env.found_docs:
        yield GeneratedPage(PAGE, "feeds.html", lambda: _context(app))


_GROUPS = (("kind", N_("Kinds")), ("issuer", N_("Issuers")), ("subject", N_("Subjects")))


def _context(app: Sphinx) -> dict[str, Any]:
    view, most = view_of(app.env), app.config.archive_page_entries
    _, key = words(app.config.language), key_of(app.config.language)
    groups = []
    for facet, heading in _GROUPS:
        labelled = [
            (_labelled(each, _), name) for name, each in view.feeds().items()
            if each.facet == facet
        ]  # fmt: skip
        of = sorted(labelled, key=lambda each: (key(each[0]), each[1]))
        rows = [
            {"label": label, "atom": atom_name(name), "json": json_name(name)}
            for label, name in of[:most]
        ]
        if rows:
            groups.append({"heading": _(heading), "rows": rows, "more": len(of) - len(rows)})
    whole = {"atom": atom_name(WHOLE), "json": json_name(WHOLE)}
    return {"title": _("Feeds"), "whole": whole, "groups": groups, "opml": OPML}
