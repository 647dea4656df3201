"""The Atom feed (RFC 4287), the sitemap (sitemaps.org 0.9) and robots.txt (RFC 9309).

Dates are those of the ledger, the only ones that are certain; other pages have no date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from xml.etree import ElementTree as ET

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from archive.files import write_if_changed
from archive.model.ledger import Event, Kind
from archive.model.passage import Anchor
from archive.site.know.domain import ArchiveDomain, archive_domain
from archive.site.know.outputs import write_output
from archive.site.know.view import View
from archive.site.show.made import made_name

ATOM = "http://www.w3.org/2005/Atom"

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"

NEWEST = 50  # entries of the feed

ADDRESSES = 50_000  # the most addresses of one sitemap (sitemaps.org)

_VERBS = {Kind.PUBLISH: "Published", Kind.REVISE: "Revised"}


def write_feeds(app: Sphinx, exception: Exception | None) -> None:
    """Write feed, sitemap and robots.txt after a successful build of pages."""
    if exception is None and app.builder.name == "html":
        base, folder = app.config.html_baseurl, Path(app.outdir)
        write_output(app, "atom.xml", lambda view: _xml(feed(view, app.config.project, base)))
        for name, element in sitemaps(app.env, base):
            write_if_changed(folder / name, _xml(element))
        robots = f"User-agent: *\nAllow: /\n\nSitemap: {base}sitemap.xml\n"
        write_if_changed(folder / "robots.txt", robots)


def feed(view: View, title: str, base: str) -> ET.Element:
    """Return the Atom feed of the passages published or revised last, newest first."""
    events = _newest(view)
    root = ET.Element("feed", xmlns=ATOM)
    _add(root, "id", base)
    _add(root, "title", title)
    _add(root, "updated", _moment(events[0].date if events else "1970-01-01"))
    ET.SubElement(root, "link", rel="self", type="application/atom+xml", href=f"{base}atom.xml")
    ET.SubElement(root, "link", rel="alternate", type="text/html", href=base)
    _add(ET.SubElement(root, "author"), "name", title)
    for event in events:
        _add_entry(root, event, view, base)
    return root


def _newest(view: View) -> list[Event]:
    histories = chain.from_iterable(view.published().values())
    events = chain.from_iterable(history.events for history in histories)
    newest = sorted(events, key=lambda event: (event.date, event.line), reverse=True)
    of_passages = (
        event for event in newest
        if event.kind in _VERBS and Anchor.parse(event.anchor).is_passage
    )  # fmt: skip
    return list(islice(of_passages, NEWEST))


def _add_entry(root: ET.Element, event: Event, view: View, base: str) -> None:
    place = view.label(event.anchor)
    if place is None:
        return
    docname, anchor, spoken = place
    address = f"{base}{docname}.html#{anchor}"
    entry = ET.SubElement(root, "entry")
    _add(entry, "id", f"{base}{docname}.html?{event.kind.value}={event.date}#{event.anchor}")
    _add(entry, "title", f"{_VERBS[event.kind]}: {spoken}")
    _add(entry, "updated", _moment(event.date))
    ET.SubElement(entry, "link", rel="alternate", type="text/html", href=address)
    _add(entry, "summary", f"{_VERBS[event.kind]} with the fingerprint {event.sha256}.")


def sitemaps(env: BuildEnvironment, base: str) -> Iterator[tuple[str, ET.Element]]:
    """Yield the name and XML of each sitemap, with an index if there are several."""
    pages = list(_pages(env))
    if len(pages) <= ADDRESSES:
        yield "sitemap.xml", _urls(pages, base)
        return
    index = ET.Element("sitemapindex", xmlns=SITEMAP)
    for start in range(0, len(pages), ADDRESSES):
        name = f"sitemap-{start // ADDRESSES + 1}.xml"
        _add(ET.SubElement(index, "sitemap"), "loc", f"{base}{name}")
        yield name, _urls(pages[start : start + ADDRESSES], base)
    yield "sitemap.xml", index


def _pages(env: BuildEnvironment) -> Iterator[tuple[str, str | None]]:
    """Yield every page; that of a document with the date of its anchors' last event."""
    domain = archive_domain(env)
    for docname in sorted(env.found_docs | domain.documents.keys()):
        document = domain.documents.get(docname)
        dates = _dates(domain, document.anchors) if document is not None else []
        yield docname, max(dates) if dates else None
        if document is not None:
            yield made_name(docname), None
    yield from ((page.name, None) for page in domain.generated if page.listed)


def _urls(pages: list[tuple[str, str | None]], base: str) -> ET.Element:
    root = ET.Element("urlset", xmlns=SITEMAP)
    for name, day in pages:
        entry = ET.SubElement(root, "url")
        _add(entry, "loc", f"{base}{name}.html")
        if day is not None:
            _add(entry, "lastmod", day)
    return root


def _dates(domain: ArchiveDomain, anchors: Iterable[str]) -> list[str]:
    histories = domain.ledger.histories
    return [histories[anchor].events[-1].date for anchor in anchors if anchor in histories]


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _xml(root: ET.Element) -> str:
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"
