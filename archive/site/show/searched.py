"""Stores what is searched beyond the words of pages: works, subjects, fingerprints, moves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from archive.model.wordings import superseded_of
from archive.model.words import words
from archive.search import SUBJECT, WORK, Anchors, Entry, Place
from archive.site.know.outputs import account_of, accounted
from archive.site.know.view import View, view_of
from archive.site.read.search_entries import shelf_of
from archive.site.show import PAGE
from archive.upstream.domains import reading_of

WORKS, SUBJECTS, ANCHORS = ":works", ":subjects", ":anchors"  # where a page has its docname


def keep_works_and_anchors(app: Sphinx, env: BuildEnvironment) -> None:
    if app.builder.name == "html":
        account, shelf = account_of(env), shelf_of(app)
        # An archive or its root volume has the pages of works and subjects, and the whole ledger.
        has_all = view_of(env).whole_ledger() is not None
        for name, entries in ((WORKS, _works), (SUBJECTS, _subjects)):
            if not account.is_current(name, view_of(env)):
                with accounted(env, name) as view:
                    shelf.put(name, entries(view) if has_all else ())
        if not account.is_current(ANCHORS, view_of(env)):
            with accounted(env, ANCHORS) as view:
                shelf.put_anchors(_anchors(view))


def _works(view: View) -> Iterator[Entry]:
    known, _ = reading_of(view.env).works, words(view.env.config.language)
    for work in view.works():
        title = known[work.entry.key].joined("title")
        place = Place(work.citation_id, "", " ".join(str(work.formatted_entry.text).split()))
        yield Entry(
            f"{view.page_of(work)}.html",
            str(title or work.formatted_entry.label),
            _("Work cited"),
            (("type", WORK),),
            (place,),
        )


def _subjects(view: View) -> Iterator[Entry]:
    """Yield subjects by their names; those that an editor introduces are found by their texts."""
    _ = words(view.env.config.language)
    found = [each for each in view.subjects().items() if not view.has_page(each[0])]
    for page, parts in found:
        number = sum(len(part.items) for part in parts)
        about = _.plural("Subject of {} document", "Subject of {} documents", number)
        place = Place(PAGE, "", parts[0].label)
        yield Entry(f"{page}.html", parts[0].label, about, (("type", SUBJECT),), (place,))


def _anchors(view: View) -> Anchors:
    """Return the anchors by present and by earlier fingerprints, and where former anchors lead.

    Behind the anchor that answers for an earlier fingerprint stands the one that had it, which a
    history page is about.
    """
    prints: defaultdict[str, set[str]] = defaultdict(set)
    for block in view.blocks():
        if not block.is_wordless:
            prints[block.fingerprint].add(block.anchor)
    moved = dict(_moved(view))
    ledger = view.whole_ledger()
    for history in ledger.values() if ledger is not None else ():
        answers, earlier = moved.get(history.anchor, history.anchor), set()
        if ledger is not None:
            earlier = {sha256 for sha256, _ in superseded_of(history, ledger)}
        for sha256 in (event.sha256 for event in history.events if event.sha256):
            named = f"{answers} {history.anchor}" if sha256 in earlier else answers
            prints[sha256].add(named)
    return Anchors({sha256: sorted(anchors) for sha256, anchors in prints.items()}, moved)


def _moved(view: View) -> Iterator[tuple[str, str]]:
    for block in view.blocks():
        yield from ((former, block.anchor) for former in block.former)
    ledger = view.whole_ledger()
    for anchor in ledger or ():
        final = ledger.resolve(anchor).final if ledger is not None else anchor
        if final != anchor:
            yield anchor, final
