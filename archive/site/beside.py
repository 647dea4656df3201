"""Writes the pages and the files beside them, and removes those that are no longer made."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import cast
from xml.etree import ElementTree as ET

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from archive.checking.index import SCRIPT as CHECKED_WITH
from archive.citation import bibtex, metadata, works_export
from archive.citation.metadata import (
    ATOM,
    CARD,
    DESCRIPTIONS,
    LINKSET,
    MYST,
    PASSAGES,
    PDF,
    PROOF,
    TEXT,
)
from archive.citation.records import records
from archive.citation.reference import Reference, refer
from archive.citation.works import Work
from archive.citation.works_export import CITED
from archive.data import passages, text, whole
from archive.data.whole import BETWEEN, FULL_TEXT, WORKS, schemas
from archive.data.whole import PASSAGES as PASSAGES_OF_ALL
from archive.files import is_draft, write_if_changed
from archive.model.ledger import entries
from archive.model.proof import PIN, SIGNED, checkpoint
from archive.model.seal import SAID, STANDS
from archive.model.showing import SUBJECTS
from archive.model.tree import TILES, tiles
from archive.site.know.domain import ArchiveDomain, archive_domain
from archive.site.know.facts import DOCUMENTS, Document
from archive.site.know.ledger import LEDGER, proof
from archive.site.know.outputs import (
    GeneratedPage,
    Shown,
    account_of,
    accounted,
    file_of,
    is_current,
    write_output,
)
from archive.site.know.relations import FEEDS
from archive.site.know.view import View, view_of
from archive.site.show import feeds, filled, stale
from archive.site.show.bibliography import ALL_WORKS, all_works, cited_works
from archive.site.show.data import Read, contents_of, llms, works_as_data
from archive.site.show.made import made_name, made_page
from archive.site.show.relations import in_heads
from archive.upstream import application_of
from archive.upstream.builder import ScalableHTMLBuilder

# --- Writes the files beside the pages, and removes those that are no longer made.
#
# Beside each document are its citation formats; for the site there are ``archive.bib``, the Atom
# feed (RFC 4287), the sitemap (sitemaps.org 0.9), robots.txt (RFC 9309) and ``security.txt`` (RFC
# 9116). Dates are those of the ledger, the only ones that are certain; other pages have no date.

_log = logging.getLogger(__name__)


def write_forms(app: Sphinx, document: Document, read: Read) -> None:
    """Write a document's formats; called when its page is written, after every change."""
    view = view_of(app.env)
    reference = document.reference(view.settings)
    if reference is not None:
        ties = (*view.ties(document.docname), *view.siblings(document.docname))
        related = in_heads(ties, view.settings)
        contents = contents_of(view, document, reference, read)
        source = Path(app.srcdir, document.path).read_text("utf-8")
        described = records(reference)
        in_atom, in_json = feeds.feeds_of_document(document, view)
        texts = {
            MYST: source,
            **{form: described[form.suffix] for form in DESCRIPTIONS},
            LINKSET: metadata.serialise_linkset(reference, related),
            PASSAGES: passages.serialise(contents),
            TEXT: text.serialise(contents),
            PROOF: proof(view, document, read.stands),
            ATOM: in_atom,
        }
        for form, said in texts.items():
            write_if_changed(Path(app.outdir) / f"{document.docname}.{form.suffix}", said)
        feed = Path(app.outdir, feeds.json_name(document.docname))
        if in_json:
            write_if_changed(feed, in_json)
        else:
            feed.unlink(missing_ok=True)
    works = cited_works(view_of(app.env), document)
    for suffix in works_export.BESIDE if works else ():
        path = Path(app.outdir) / f"{document.docname}.{CITED}.{suffix}"
        write_if_changed(path, works_export.WRITERS[suffix][2](works))


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Write the files of the whole site after a successful build of pages."""
    if exception is not None or app.builder.name != "html":
        return
    _write_entries(app)
    for suffix, (_label, _type, written) in works_export.WRITERS.items():
        write_output(app, f"{ALL_WORKS}.{suffix}", partial(_all_works, written))
    _write_data(app)
    _write_log(app)
    _write_feeds(app)
    _write_security_txt(app)


def _write_entries(app: Sphinx) -> None:
    """Write the entries of all documents, for BibLaTeX and for BibTeX."""
    view = view_of(app.env)
    known = view.texts["settings "]
    records = {document.docname: record for document, record in view.held}
    shown = {document.docname: f"{known}{document.digests.listed}" for document, _ in view.held}

    def made(write: Callable[[list[Reference]], str], docname: str) -> bytes:
        return write([refer(records[docname], view.settings)]).encode("utf-8")

    for name, write in _ENTRIES.items():
        account_of(app.env).write_pieces(
            Path(app.outdir, name), shown, partial(made, write), between=b"\n"
        )


_ENTRIES: Mapping[str, Callable[[list[Reference]], str]] = {
    "archive.bib": bibtex.bibliography, "archive.bibtex.bib": bibtex.classic,
}  # fmt: skip


def _all_works(written: Callable[[Iterable[Work]], str], view: View) -> str:
    return written(all_works(view))


def _write_data(app: Sphinx) -> None:
    """Write what is data of the whole archive, and the schemas of it."""
    site, view = Path(app.outdir), view_of(app.env)
    settings = view.settings
    for name, said in schemas(settings.base).items():
        write_if_changed(site / name, said)
    write_output(app, WORKS, works_as_data)
    write_output(app, "llms.txt", llms)
    account = account_of(app.env)
    ids = (document.docname.rpartition("/")[2] for document, _record in view.held)
    shown = {
        each: account.digest_of(file_of(f"{DOCUMENTS}/{each}")) for each in whole.held(site, ids)
    }
    head = whole.full_text_head(settings).encode("utf-8")
    account.write_pieces(site / PASSAGES_OF_ALL, shown, partial(whole.passages_of, site))
    account.write_pieces(
        site / FULL_TEXT, {"": hashlib.sha256(head).hexdigest(), **shown},
        lambda each: whole.text_of(site, each) if each else head, BETWEEN,
    )  # fmt: skip


def _write_log(app: Sphinx) -> None:
    """Write the head and the tiles of the ledger, where they changed."""
    ledger, site = view_of(app.env).whole_ledger(), Path(app.outdir)
    if ledger is None or is_current(app, PIN):
        return
    source = Path(app.srcdir, LEDGER)
    lines = entries(source.read_bytes()) if source.is_file() else []
    written = dict(tiles(ledger.tree, lines))
    for name, data in written.items():
        write_if_changed(site / name, data)
    for path in (site / TILES).rglob("*"):
        if path.is_file() and path.relative_to(site).as_posix() not in written:
            path.unlink()
    before = (site / PIN).read_bytes() if (site / PIN).is_file() else b""
    write_output(app, PIN, head_of)
    if (site / PIN).read_bytes() != before:
        for name in SIGNED:
            (site / name).unlink(missing_ok=True)


def head_of(view: View) -> str:
    """Return the head of the ledger, which an archive or its root volume has."""
    ledger = view.whole_ledger()
    assert ledger is not None
    return str(checkpoint(ledger, view.settings, LEDGER))


SECURITY_TXT = ".well-known/security.txt"

# RFC 9116, 2.5.5 recommends less than one year.
_VALID = timedelta(days=364)

_NO_COMMIT = 315_532_800  # 1980, SOURCE_DATE_EPOCH where git knows no commit: the Makefile


# What a contact begins with (RFC 9116, 2.5.3).
_CONTACTS = ("mailto:", "https://", "tel:")


def _write_security_txt(app: Sphinx) -> None:
    """Write the file where somebody is named whom to tell; a page without an address helps none."""
    contact, path = app.config.archive_contact, Path(app.outdir) / SECURITY_TXT
    if contact and contact.startswith(_CONTACTS):
        write_if_changed(path, security_txt(contact, app.config.html_baseurl, built()))
        return
    path.unlink(missing_ok=True)
    if contact:
        _log.error(
            "archive_contact is “%s”. [contact] To mend: begin it with one of %s.",
            contact, ", ".join(_CONTACTS),
        )  # fmt: skip
    else:
        _log.info("notice: there is no security.txt: make CONTACT=mailto:… says whom to tell")


def built() -> datetime:
    """Return the time of this build: SOURCE_DATE_EPOCH, for reproducible builds, or today.

    See https://reproducible-builds.org/specs/source-date-epoch/.
    """
    given = int(os.environ.get("SOURCE_DATE_EPOCH") or _NO_COMMIT)
    if given != _NO_COMMIT:
        return datetime.fromtimestamp(given, UTC)
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def security_txt(contact: str, base: str, moment: datetime) -> str:
    """Return the file for a site built at ``moment`` and hosted at ``base``.

    It expires after 364 days, because an archive that is no longer built has no valid contact.
    """
    expires = (moment + _VALID).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f"Contact: {contact}\n"
        f"Expires: {expires}\n"
        "Preferred-Languages: en\n"
        f"Canonical: {base}{SECURITY_TXT}\n"
    )


SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
ADDRESSES = 50_000  # the most addresses of one sitemap (sitemaps.org)


def _write_feeds(app: Sphinx) -> None:
    base, folder, view = app.config.html_baseurl, Path(app.outdir), view_of(app.env)
    # Those of a volume would lack the documents of the others: the root has all.
    for name in view.feeds() if view.whole_ledger() is not None else ():
        write_output(app, feeds.atom_name(name), partial(feeds.atom_of, name))
        write_output(app, feeds.json_name(name), partial(feeds.json_of, name))
    write_output(app, feeds.OPML, feeds.opml)
    write_output(app, OPEN_SEARCH, feeds.open_search)
    for name, element in sitemaps(app.env, base):
        write_if_changed(folder / name, feeds.xml(element))
    robots = f"User-agent: *\nAllow: /\n\nSitemap: {base}sitemap.xml\n"
    write_if_changed(folder / "robots.txt", robots)


OPEN_SEARCH = "opensearch.xml"


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


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


# The suffixes of the files beside a document's page.
_FORMS = (*DESCRIPTIONS, LINKSET, MYST, PASSAGES, PDF, PROOF, TEXT, ATOM, CARD)
# The last one is written with the index of the search.
_SUFFIXES = (*(f".{form.suffix}" for form in _FORMS), f".{feeds.JSON}", CHECKED_WITH)

# The pages that Sphinx and its extensions generate.
_OF_SPHINX = ("search", "genindex", "404")

# Folders in the output that contain no pages of the archive.
_NOT_PAGES = ("pagefind", TILES)


def remove_leftovers(app: Sphinx, exception: Exception | None) -> None:
    """Remove the files of documents and pages that no longer exist, which Sphinx leaves."""
    if exception is not None or app.builder.name != "html":
        return
    Path(app.outdir, ".buildinfo.bak").unlink(missing_ok=True)  # written when a setting changed
    gone = set(_pages_and_forms(Path(app.outdir))) - set(_expected(app.env))
    for name in gone:
        Path(app.outdir, name).unlink(missing_ok=True)  # printing removes PDFs meanwhile
    account_of(app.env).forget(gone)


def _pages_and_forms(site: Path) -> Iterator[str]:
    """Yield the paths of all pages of the site and of all files beside documents."""
    for place, folders, files in os.walk(site):
        inside = "" if place == str(site) else f"{Path(place).relative_to(site).as_posix()}/"
        if not inside:
            folders[:] = (each for each in folders if each not in _NOT_PAGES and each[0] != "_")
        beside = inside.startswith((f"{DOCUMENTS}/", f"{SUBJECTS}/", f"{FEEDS}/"))
        ending = "." if beside else ".html"
        # Printing writes files meanwhile.
        yield from (f"{inside}{file}" for file in files if ending in file and not is_draft(file))


def _expected(env: BuildEnvironment) -> Iterator[str]:
    """Yield the paths of all pages and of all files that belong beside documents."""
    domain = archive_domain(env)
    for name in (*env.found_docs, *_OF_SPHINX, *env.config.html_additional_pages):
        yield f"{name}.html"
    for path in (Path(env.srcdir, name) for name in env.config.html_extra_path):
        inside = path.rglob("*") if path.is_dir() else ()
        yield from (path.name, *(each.relative_to(path).as_posix() for each in inside))
    for page in domain.generated:
        yield f"{page.name}.html"
        yield f"{page.name}.{PDF.suffix}"  # at the address of a removed document, printed meanwhile
    for name in view_of(env).feeds() if domain.checks_ledger else ():
        yield feeds.atom_name(name)
        yield feeds.json_name(name)
    for docname in domain.documents:
        yield f"{made_name(docname)}.html"
        yield from (f"{docname}{suffix}" for suffix in _SUFFIXES)
        if cited_works(view_of(env), domain.documents[docname]):
            yield from (f"{docname}.{CITED}.{suffix}" for suffix in works_export.BESIDE)


# --- The HTML builder of the site, which enters each page in the account of outputs.

_INVENTORY = "objects.inv"


class ArchiveHTMLBuilder(ScalableHTMLBuilder):
    """Writes each page together with the files beside it."""

    def get_outdated_docs(self) -> Iterator[str]:
        """Yield the pages without a file; the account of outputs finds the stale ones later."""
        yield from (name for name in self.env.found_docs if not self.get_output_path(name).exists())

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        super().write_doc(docname, doctree)
        self._read = Read(doctree.get(STANDS, {}), doctree.get(SAID, {}))

    def write_page(self, docname: str) -> None:
        document = view_of(self.env).own(docname)
        has_no_record = document is not None and document.record is None
        if has_no_record and self.get_output_path(docname).is_file():
            return  # keeps the last page until the record is corrected
        with accounted(self.env, file_of(docname)) as view:
            view.note("frame")
            view.note("read", docname)
            super().write_page(docname)
            if document is not None:
                write_forms(application_of(self.env), document, self._read)
                page = made_page(application_of(self.env), document)
                if page is not None:
                    self.handle_page(*page)

    def stale_generated(self) -> Mapping[str, GeneratedPage]:
        self._generated = {page.name: page for page in stale(application_of(self.env))}
        return self._generated

    def write_generated(self, name: str) -> None:
        with filled(application_of(self.env), self._generated[name]) as page:
            self.handle_page(*page)

    def written(self, docnames: list[str]) -> object:
        return account_of(self.env).rows(map(file_of, docnames))

    def merge_written(self, written: object) -> None:
        rows = cast("Mapping[str, Shown]", written)
        account_of(self.env).merge(rows, view_of(self.env))

    def dump_inventory(self) -> None:
        if not is_current(application_of(self.env), _INVENTORY):
            with accounted(self.env, _INVENTORY) as view:
                view.note("inventory")
                super().dump_inventory()
