"""The history page of each document that said other words before: ``<id>.history.html``.

It stands also for a document that is gone, whose anchors may be cited still.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from sphinx.application import Sphinx

from archive.citation.companion import HISTORY, Past, section
from archive.model.words import words
from archive.site.know.facts import DOCUMENTS, Document
from archive.site.know.outputs import GeneratedPage
from archive.site.know.view import View, view_of
from archive.site.read.anchors import said_in
from archive.upstream.access import builder_of
from archive.upstream.memory import tree_of


def history_name(document_id: str) -> str:
    """Return the name of a history page, which shares the document's stem."""
    return f"{DOCUMENTS}/{document_id}.{HISTORY}"


def words_at(view: View, sha256: str, anchor: str) -> str | None:
    """Return the words of a fingerprint of an anchor, now or before; None where they are lost."""
    id_ = anchor.rpartition("-")[0]
    kept = view.wordings(id_).get(sha256)
    return kept if kept is not None else _said(view, id_).get(sha256)


def _said(view: View, id_: str) -> Mapping[str, str]:
    """Return what the blocks of a document say, by fingerprint."""
    docname = f"{DOCUMENTS}/{id_}"
    view.note("read", docname)
    if docname not in view.said:
        if docname in view.env.found_docs:
            with tree_of(view.env, docname) as doctree:
                view.said[docname] = dict(said_in(doctree))
        else:
            view.said[docname] = view.elsewhere
    return view.said[docname]


def history_pages(app: Sphinx) -> Iterator[GeneratedPage]:
    """Yield a page for each document with anchors that said other words before."""
    view = view_of(app.env)
    for id_ in sorted(view.reworded()):
        docname = f"{DOCUMENTS}/{id_}"
        # A volume knows documents of others, too, whose pages it does not make.
        if docname in app.env.found_docs or not view.stands(docname):
            context = partial(_context, app, id_)
            yield GeneratedPage(history_name(id_), "history.html", context, listed=False)


def _context(app: Sphinx, id_: str) -> dict[str, Any]:
    view = view_of(app.env)
    document, texts = _document(view, id_), view.wordings(id_)
    if document is not None:
        texts |= _said(view, id_)
    record = document.record if document is not None else None
    past = Past(id_, record, view.settings, texts, view.place_of)
    _ = words(past.language)
    title = document.short_title if document is not None else id_
    render = builder_of(app.env).templates.render
    return {
        "title": _("Earlier wordings: {document}").format(document=title),
        "_": _,
        "history_of": id_,
        "history_title": document.title if document is not None else id_,
        "sections": [
            render("wordings.html", section(history, final, where, past))
            for anchor, where in _in_order(view, id_, document)
            if (history := view.history(anchor)) and (final := view.history(view.final(anchor)))
        ],
    }


def _document(view: View, id_: str) -> Document | None:
    docname = f"{DOCUMENTS}/{id_}"
    view.note("read", docname)
    return view.own(docname) if view.stands(docname) else None


def _in_order(view: View, id_: str, document: Document | None) -> Iterator[tuple[str, str]]:
    """Yield the reworded anchors, each with its own number: those that stand, then the others."""
    reworded = dict.fromkeys(view.reworded_in(id_))
    for block in document.blocks if document is not None else ():
        if block.anchor in reworded:
            del reworded[block.anchor]
            yield block.anchor, block.locator
    yield from ((anchor, "") for anchor in reworded)
