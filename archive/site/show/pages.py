"""The template context of pages: record, neighbours, formats, metadata, words and policy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from sphinx.application import Sphinx

from archive.citation.companion import HISTORY, beside
from archive.citation.metadata import (
    ATOM,
    BIBLATEX,
    CARD_OF_ARCHIVE,
    CSL,
    LINKSET,
    MYST,
    PASSAGES,
    PDF,
    RIS,
    TEXT,
    Meta,
    describe,
    links,
    metadata,
    pictured,
    report,
    serialise,
)
from archive.model.kinds import KINDS
from archive.model.record import STATUSES
from archive.model.showing import page_policy, source_hash
from archive.model.words import N_, Words, direction, said_in, spoken_in, words
from archive.site import LONG as WIDE
from archive.site import SHORT
from archive.site.know.facts import Document
from archive.site.know.view import View, view_of
from archive.site.show.data import check_page, language_of
from archive.site.show.feeds import has_json, json_name
from archive.site.show.listings import COLLECTIONS, has_catalogue
from archive.site.show.relations import in_heads
from archive.site.show.versions import versions_of
from archive.upstream.builder import UNUSED
from archive.upstream.theme import FOLDER

# --- The Content Security Policy of each page (CSP Level 3), in its head.
#
# A page runs the archive's own script files and the theme's inline script, which applies the
# reader's choice of a light or dark theme before anything is displayed.  It loads nothing from
# other hosts, and styles only from files.  Script files that no page needs are left out.  A host
# that sends no headers, such as GitHub Pages, thus serves pages with the same policy as one that
# does.
#
# Pages have no integrity attributes: Subresource Integrity needs CORS, which ``file:`` addresses do
# not have, so browsers would refuse the files of a site opened from disk.  The files come from the
# same host as the page; to verify a copy, use the site's manifest.

_UNUSED = frozenset(f"_static/{name}" for name in UNUSED)

SEARCH = "search"  # the page that runs Pagefind, which is WebAssembly

_THEME = "theme/furo/base.html"  # furo's template with its inline script, below the package
_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


@cache
def own_scripts() -> frozenset[str]:
    """The hash sources of the inline scripts that the engine's pages have: those of furo.

    They contain no template code, so the template has the bytes that every page has.
    """
    found = find_spec("furo")
    assert found is not None
    assert found.submodule_search_locations is not None
    template = Path(next(iter(found.submodule_search_locations)), _THEME).read_bytes()
    return frozenset(map(source_hash, _INLINE.findall(template)))


def set_policy(app: Sphinx, pagename: str, context: dict[str, Any]) -> None:
    """Set the page's policy and the script files it needs in the template's context."""
    compiles = pagename == SEARCH
    context["content_security_policy"] = page_policy(own_scripts(), compiles=compiles)
    context["script_files"] = [
        file for file in context["script_files"] if file.filename not in _UNUSED
    ]


# --- What the scripts of a page say, in its language.
#
# The words stand in the scripts, in English.  A page in another language hands over what its
# catalogue has for them, as JSON: a text, or the texts for each category of numbers (CLDR).

# By the scripts of a page what else they say: values that a reader chooses from.
_CHOSEN = {"search": tuple(kind.label for kind in KINDS.values())}


def said_by(scripts: Iterable[str], _: Words) -> str:
    """Return what scripts say in a language, as JSON for a page; empty where that is English."""
    if _.is_english:
        return ""
    said = {each[0] if isinstance(each, tuple) else each: each for each in _said(tuple(scripts))}
    told = {
        name: _.forms(*each) if isinstance(each, tuple) else _(each) for name, each in said.items()
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


@cache
def _said(scripts: tuple[str, ...]) -> tuple[str | tuple[str, ...], ...]:
    chosen = (text for script in scripts for text in _CHOSEN.get(script, ()))
    return *said_in(FOLDER / "static" / f"{script}.js" for script in scripts), *chosen


# --- The template context of pages: record, neighbours, other formats, metadata.


def attributes(language: str | None, around: str) -> str:
    """Return the attributes ``lang`` and ``dir``; empty if the language ``around`` is the same."""
    if not language or language == around:
        return ""
    return f' lang="{escape(language, quote=True)}" dir="{direction(language)}"'


COMPANION = ".made"  # behind the name of a document, see ``show.made``


def speaking(language: str, around: str) -> dict[str, Any]:
    """Return the template context of a page that speaks a language, not that ``around`` it."""
    _ = words(language)
    if _.is_english and language == around:
        return {"words": _}
    return {
        "words": _, "_": _, "gettext": _, "ngettext": _.plural,
        "language": language, "direction": direction(language),
        "around": attributes(around, language),
    }  # fmt: skip


EPUB = "archive.epub"


class OtherForm(NamedTuple):
    """Another format of a document, or a description of it."""

    address: str  # relative to the page
    name: str
    media_type: str
    what: str  # its purpose
    saved: bool  # whether a browser saves rather than displays it


# The files beside each document's page; those for readers come before those for machines.
_BESIDE = (
    (PDF, N_("to print and to deposit: PDF/A, where each passage has its address, too"), False),
    (TEXT, N_("the text alone, for any editor"), True),
    (MYST, N_("the text as it is written, in Markdown"), True),
    (BIBLATEX, N_("for LaTeX and reference managers"), True),
    (RIS, N_("for Zotero, EndNote and library systems"), True),
    (CSL, N_("for citation processors"), True),
    (PASSAGES, N_("each passage with its name, fingerprint and history, for programs"), True),
    (ATOM, N_("what was published and what changes, for feed readers"), False),
    (LINKSET, N_("where everything about the document is, for machines"), True),
)


def complete_context(app: Sphinx, pagename: str, context: dict[str, Any]) -> None:
    """Complete the template context of a document's page; other pages learn the catalogue's."""
    view = view_of(app.env)
    context["catalogue"] = view.catalogue_page()
    if pagename == _NOT_FOUND:
        context["title"] = words(app.config.language)(N_("Not found"))
    context["contact"] = app.config.archive_contact
    own = app.config.language
    language = language_of(pagename, own) or own
    document = view.own(pagename.removesuffix(COMPANION).removesuffix(f".{HISTORY}"))
    if document is not None and document.record is not None:
        language = document.record.language
    around = spoken_in(language, own)
    context |= speaking(around, own)
    context["script_words"] = said_by(_scripts(app, pagename, context), words(around))
    context["check_page"] = check_page(language, own)
    if not view.own(pagename) or document is None or document.record is None:
        return
    previous, following = view.neighbours(pagename)
    context["prev"] = _related(app, pagename, previous, around)
    context["next"] = _related(app, pagename, following, around)
    context["record"] = document.record
    context["status"] = words(around)(STATUSES[document.record.status])
    context["tongue"] = attributes(language, around)
    context["collection"] = _collection(app, pagename)
    versions = versions_of(view, pagename)
    context["versions"] = [each for each in versions if each.id != document.id]
    context["versions_beside"] = beside(versions, document.id, document.id) if versions else ""
    context["pdf"] = f"{document.id}.pdf"
    context["made"] = f"{document.id}.made.html"
    context["feed"] = f"{document.id}.{ATOM.suffix}"
    context["feed_in_json"] = json_name(document.id) if has_json(document, view) else ""
    context["long_labels"] = any(SHORT < len(block.label) <= WIDE for block in document.blocks)
    context["other_forms"] = other_forms(document, words(around), in_a_book=not view.is_split())


def _scripts(app: Sphinx, pagename: str, context: dict[str, Any]) -> tuple[str, ...]:
    """Return the scripts of a page that say something."""
    if language_of(pagename, app.config.language) is not None:
        return ("check",)
    if pagename == SEARCH:
        return ("search",)
    if has_catalogue(app, pagename, context):
        return ("catalogue",)
    return ("cite", "jump") if view_of(app.env).own(pagename.partition(".")[0]) else ()


def other_forms(document: Document, _: Words, *, in_a_book: bool) -> list[OtherForm]:
    """Return the other formats of a document; ``in_a_book`` unless there are too many for one."""
    beside = [
        OtherForm(f"{document.id}.{form.suffix}", _(form.label), form.media_type, _(what), saved)
        for form, what, saved in _BESIDE
    ]
    up = "../" * document.docname.count("/")
    book = OtherForm(
        f"{up}{EPUB}", "EPUB", "application/epub+zip", _("the whole archive as a book"), saved=True
    )
    return [*beside[:1], *([book] if in_a_book else []), *beside[1:]]


def _collection(app: Sphinx, pagename: str) -> dict[str, str] | None:
    """Return the page of a document's collection; None if one page lists all documents."""
    view = view_of(app.env)
    if not view.is_split():
        return None
    part = view.collection(pagename)
    return {
        "link": app.builder.get_relative_uri(pagename, f"{COLLECTIONS}/{part.slug}"),
        "title": part.name(words(app.config.language)),
    }


def _related(
    app: Sphinx, pagename: str, document: Document | None, around: str
) -> dict[str, str] | None:
    if document is None:
        return None
    return {
        "link": app.builder.get_relative_uri(pagename, document.docname),
        "title": escape(document.title),
        "tongue": attributes(document.language, around),
    }


def complete_head(app: Sphinx, pagename: str, context: dict[str, Any]) -> None:
    """Add a document's links, metadata and JSON-LD to the context of its page."""
    view = view_of(app.env)
    document = view.own(pagename)
    reference = document.reference(view.settings) if document else None
    address = f"{app.config.html_baseurl}{pagename}.html"
    if document is None and pagename in app.env.found_docs:
        context["page_metadata"] = page_metadata(_title(app, pagename), address, view)
    elif document is None and "title" in context and pagename not in _NOT_SAVED:
        context["page_metadata"] = page_metadata(context["title"], address, view, dated=False)
    if document is None or document.record is None or reference is None:
        return
    passages = (
        document.block_reference(block, view.settings, view.place(block))
        for block in document.passages
    )
    related = in_heads((*view.ties(pagename), *view.siblings(pagename)), view.settings)
    context["head_links"] = links(reference, related)
    context["head_metadata"] = metadata(reference, describe(document.record))
    context["json_ld"] = serialise(
        report(reference, [passage for passage in passages if passage is not None], related)
    )


LONG = 30  # passages; a shorter document is soon looked through
FEW = 9  # blocks, with headings: these few are, though they have numbers


def add_jump_script(app: Sphinx, pagename: str, context: dict[str, Any]) -> None:
    """Load the script that goes to a passage by its number, and tell where it offers a field."""
    document = view_of(app.env).own(pagename)
    if document is None:
        return
    if len(document.blocks) > LONG or any(block.locator for block in document.blocks):
        context["jumps"] = len(document.blocks) > FEW
        for script in ("locate.js", "jump.js"):
            app.builder.add_js_file(script, defer="defer")  # type: ignore[attr-defined]


# Pages that nobody keeps.
_NOT_FOUND = "404"
_NOT_SAVED = frozenset({SEARCH, "genindex", _NOT_FOUND})


def page_metadata(title: str, address: str, view: View, *, dated: bool = True) -> tuple[Meta, ...]:
    """Return what reference managers read of a page without a record (Zotero: Embedded Metadata).

    Its date is that of the last event in the ledger, the only one that is certain.  Generated pages
    have none, or each event would change them all.
    """
    ledger, settings = view.whole_ledger() if dated else None, view.settings
    dates = [each.events[-1].date for each in ledger.histories.values()] if ledger else []
    named = {"DC.language": view.env.config.language, "DC.date": max(dates, default="")}
    name = view.env.config.project
    opened = {"og:type": "website", "og:title": title, "og:site_name": name, "og:url": address}
    if title == name:  # the front page: a manager would cite the archive as a part of itself
        del opened["og:site_name"]
    return (
        *(Meta("property", key, content) for key, content in opened.items()),
        *(Meta("name", key, content) for key, content in named.items() if content),
        *pictured(
            f"{settings.base}{CARD_OF_ARCHIVE}",
            f"{name} · {settings.description}",
        ),
    )


def _title(app: Sphinx, pagename: str) -> str:
    title = app.env.titles.get(pagename)
    return title.astext() if title is not None else app.config.project
