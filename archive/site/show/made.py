"""The companion page of each document, “Cite and check”.

How the document and each passage is cited and what became of it; then how it was made: its source,
its attested passages, all anchors that it ever published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from archive.citation.companion import HISTORY, Lines, citing, embedding, told
from archive.citation.records import script
from archive.fidelity.attestation import AttestedPassage
from archive.model.dates import ArchiveDate
from archive.model.ledger import History, short
from archive.model.passage import Anchor
from archive.model.verifying import last_change
from archive.model.words import words
from archive.site.know.facts import Block, Document
from archive.site.know.ledger import CHANGED_ON, history_of, state_of
from archive.site.know.view import View, view_of
from archive.site.read.sources import read_attestation
from archive.site.show.origins import origins_of
from archive.site.show.versions import key_of, versions_of
from archive.upstream.access import builder_of

LEDGER_ID = "ledger"  # of the table of published anchors


def made_name(docname: str) -> str:
    """Return the name of the companion page, which shares the document's stem."""
    return f"{docname}.made"


def made_page(app: Sphinx, document: Document) -> tuple[str, dict[str, Any], str] | None:
    """Return the page's name, context and template; None if the document has no record."""
    made, view = made_of(app, document), view_of(app.env)
    if made is None:
        return None
    whole, cited = document.reference(view.settings), list(_citations(document, view))
    has_notes = any(each["day"] for each in cited)
    context = {
        **made,
        "title": made["_"]("Cite and check: {document}").format(document=document.short_title),
        "records": script(whole, has_notes=has_notes) if whole else "",
        "embedding": embedding(whole) if whole else "",
        "sections": [builder_of(app.env).templates.render("citing.html", each) for each in cited],
    }
    return made_name(document.docname), context, "made.html"


def made_of(app: Sphinx, document: Document) -> dict[str, Any] | None:
    """Return how a document was made, for a template; None if it has no record."""
    docname, record = document.docname, document.record
    if record is None:
        return None
    attestation, _problems = read_attestation(Path(app.srcdir), document)
    if attestation is not None and attestation.source_sha256 != record.source.sha256:
        attestation = None
    passages = list(_passages(document, attestation.passages if attestation else ()))
    _ = words(record.language)
    return {
        "title": _("How this was made: {document}").format(document=document.short_title),
        "_": _,
        "made_of": document.short_title,
        "made_record": record,
        "checker": attestation.checker if attestation else None,
        "passages": passages,
        "origins": origins_of(app, document, made_name(docname)),
        "waiting": sum(each["paragraph"] is None for each in passages),
        "notes": [block for block in document.blocks if Anchor.parse(block.anchor).letter == "n"],
        "revisions": list(_revisions(app, document)),
        "page": app.builder.get_relative_uri(made_name(docname), docname),
        "works": _addresses(app, document),
        "ledger_id": LEDGER_ID,
        "ledger": list(_ledger(app, document)),
        "earlier": f"{document.id}.{HISTORY}.html"
        if view_of(app.env).reworded_in(document.id)
        else "",
        "short": short,
    }


def _citations(document: Document, view: View) -> Iterator[dict[str, Any]]:
    """Yield what each section on a citation is made from: of the document, then of its blocks."""
    lines = Lines()
    if (whole := document.reference(view.settings)) is not None:
        yield citing(whole, lines)
    by_anchor = {block.anchor: block for block in document.blocks}
    parts: defaultdict[str | None, list[Block]] = defaultdict(list)
    for block in document.passages:
        parts[block.parent].append(block)
    versions = versions_of(view, document.docname)
    for block in document.blocks:
        past, place = view.history(block.anchor), view.place(block)
        day = past.worded if past is not None and place is not None else ""
        reference = document.block_reference(block, view.settings, place, day)
        if reference is not None and not block.heading:
            events = history_of(block, view, reference.words)
            yield citing(
                reference, lines, block.fingerprint, events, block.former,
                by_anchor.get(block.parent or ""), parts[block.anchor],
                told(versions, document.id, block.anchor, key_of(block)),
            )  # fmt: skip


def _addresses(app: Sphinx, document: Document) -> dict[str, str]:
    """Return the address of each work that a document cites, by key."""
    view, name = view_of(app.env), made_name(document.docname)
    keys = {key for block in document.blocks for key in block.cites}
    return {
        work.key: f"{app.builder.get_relative_uri(name, view.page_of(work))}#{work.citation_id}"
        for work in view.works_among(keys)
    }


def _ledger(app: Sphinx, document: Document) -> Iterator[dict[str, Any]]:
    """Yield the published anchors that are named after the document, in rows of the same state."""
    view, _ = view_of(app.env), words(document.language)
    reworded = view.reworded_in(document.id)
    page = f"{document.id}.{HISTORY}.html"

    def told(history: History) -> dict[str, str]:
        return {
            "earlier": f"{page}#{history.anchor}" if history.anchor in reworded else "",
            "published": ArchiveDate(history.events[0].date).said(_),
            "state": state_of(history, _),
        }

    for same, histories in groupby(view.histories(document.id), told):
        yield {**same, "anchors": [each.anchor for each in histories]}


def _passages(
    document: Document, attested: Sequence[AttestedPassage]
) -> Iterator[dict[str, object]]:
    """Yield a row for each passage, with what is attested of its words under any anchor."""
    _ = words(document.language)
    by_words = {each.fingerprint: each for each in attested}
    by_both = {(each.fingerprint, each.anchor): each for each in attested}
    for block in document.passages:
        said = block.fingerprint
        passage = by_both.get((said, block.anchor), by_words.get(said))
        yield {
            "anchor": block.anchor,
            "label": block.label,
            "cites": block.cites,
            "paragraph": passage.paragraph if passage else None,
            "paragraph_sha256": passage.paragraph_sha256 if passage else None,
            "quotations": passage.quotations if passage else (),
            "counted": _.plural(
                "{} quotation", "{} quotations", len(passage.quotations) if passage else 0
            ),
            "endnotes": passage.endnotes if passage else (),
        }


def _revisions(app: Sphinx, document: Document) -> Iterator[tuple[str, str]]:
    """Yield the label of each changed block with each event of its history; of the record, too."""
    view, _ = view_of(app.env), words(document.language)
    for event in view.described(document.id)[1:]:
        yield document.short_title, _(CHANGED_ON).format(date=ArchiveDate(event.date).said(_))
    for block in document.blocks:
        history = view.history(block.anchor)
        if history is not None and last_change(history, _) is not None:
            for each in history_of(block, view, _):
                yield block.label, f"{each.what}. {each.meaning}".strip(". ")
