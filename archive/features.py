"""The features of an archive, in the order in which a build comes to them.

Nothing else registers anything with Sphinx, except ``archive.volumes.features`` in the build of a
volume.  The order of steps that hang on one event is the order of their list here; no step has a
priority elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

from docutils import nodes
from pybtex.plugin import register_plugin
from sphinx.config import ENUM

from archive.citation.style import ArchiveStyle
from archive.pdf.builder import PdfBuilder
from archive.pdf.edition import PAPERS
from archive.site.beside import exports, feeds, leftovers
from archive.site.builder import ArchiveHTMLBuilder
from archive.site.check import bibliography as check_bibliography
from archive.site.check import problems
from archive.site.know import changes, domain, ledger, outputs, relations
from archive.site.know.parts import ENTRIES
from archive.site.nodes import (
    depart_quotation,
    depart_record_card,
    depart_tombstone,
    passage_label,
    placeholder,
    quotation,
    record_card,
    tombstone,
    visit_passage_label,
    visit_quotation,
    visit_record_card,
    visit_tombstone,
)
from archive.site.read import (
    anchors,
    directives,
    files,
    forbidden,
    formulas,
    quotations,
    records,
    search_entries,
    sources,
)
from archive.site.show import (
    bibliography,
    completing,
    content_security,
    drawings,
    generated,
    listings,
    pages,
    panels,
    source_paragraphs,
)
from archive.site.show import ledger as ledger_pages
from archive.upstream import builder, citations, labels, memory, theme

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# What conf.py may set: name, value where it says nothing, and what Sphinx does anew after a change.
SETTINGS: tuple[tuple[str, Any, Literal["", "env", "html"], Any], ...] = (
    ("archive_page_entries", ENTRIES, "html", int),  # a longer list is cut into pages
    ("archive_full_text_pages", domain.FULL_TEXT_PAGES, "html", int),
    ("archive_contact", "", "", str),  # whom security.txt names
    ("archive_release", False, "", bool),  # refuses what is not published yet
    ("archive_sources", "", "env", str),  # the folder of the sources, for the reading room
    ("archive_pdf_paper", "a4", "", ENUM(*PAPERS)),
    ("archive_pdf_volume_pages", 150, "", int),  # archive.pdf of more is cut into volumes
    # Set by the engine itself: fingerprints of its code and of templates and style sheets.
    ("archive_engine", "", "env", str),
    ("archive_look", "", "html", str),
)

# Before anything is read: the settings are known, then the environment is loaded.
CONFIGURED = (memory.look_seldom, changes.set_look_fingerprint, changes.set_engine_fingerprint)
BEFORE_BIBTEX = (memory.freeze, check_bibliography.look_before)
LOADED = (memory.pack_contents, ledger.take_ledger)
AFTER_BIBTEX = (check_bibliography.look_after,)

# Which pages to read, beside those that Sphinx finds changed.
OUTDATED = (
    labels.begin_reading, changes.outdated_pages, sources.reattested, formulas.unread,
)  # fmt: skip

# Reading a page: its file, its text, its node tree.
FILES = (files.look_at_files,)
SOURCE = (files.look_at_characters, records.read_record)
DIRECTIVES = {
    "withdrawn": directives.WithdrawnDirective,
    "event": directives.EventDirective,
    **dict.fromkeys(completing.CONTENTS, directives.PlaceholderDirective),
    **dict.fromkeys(forbidden.DIRECTIVES, forbidden.Refused),
    "csv-table": forbidden.OwnTable,
}
TRANSFORMS = (
    formulas.Equations,
    formulas.Formulas,
    forbidden.Inert,
    quotations.Quotations,
    records.RecordCard,
    anchors.ExplicitIds,
    anchors.MarginLabels,
    anchors.SpokenLinks,
)
READ = (
    anchors.gather_mentions,
    records.leave_toctrees,
    anchors.gather_blocks,
    search_entries.keep_entries,
    sources.vouch,
    changes.keep_stamp,
)
PURGED = (search_entries.drop_entries,)

# After reading: facts of the whole archive, what has to be written again, all problems.
AFTER_READING = (
    memory.unpack_numbered,
    bibliography.place_works,
    domain.order_documents,
    relations.collect_backlinks,
    outputs.begin_view,
    ledger_pages.name_moved,
    partial(generated.plan_pages, makers=(
        bibliography.reference_pages,
        ledger_pages.redirect_pages,
        ledger_pages.ledger_parts,
        listings.collections,
    )),
    outputs.stale_documents,
    problems.tell_problems,
    problems.check_sources,
    problems.tell_unattested,
    problems.tell_unwritten,
    problems.tell_unpublished,
    memory.freeze,
)  # fmt: skip

# Writing a page: its tree is completed, drawn, and put into a template.
POST_TRANSFORMS = (
    completing.NoteReferences,
    bibliography.Bibliography,
    completing.FillPlaceholders,
    ledger_pages.TombstoneDates,
    ledger_pages.MovedAnchors,
    panels.Panels,
    bibliography.ReferenceList,
    bibliography.CitedBy,
    bibliography.MentionedIn,
    bibliography.ReferredToBy,
    bibliography.RobustLinks,
    source_paragraphs.SourceParagraphs,
    theme.SingleIds,
)
NODES: dict[type[nodes.Element], tuple[Any, Any]] = {
    passage_label: (visit_passage_label, None),
    record_card: (visit_record_card, depart_record_card),
    quotation: (visit_quotation, depart_quotation),
    tombstone: (visit_tombstone, depart_tombstone),
    drawings.drawing: (drawings.visit_drawing, drawings.depart_drawing),
    panels.passage_panel: (panels.visit_passage_panel, None),
    bibliography.robust_link: (bibliography.visit_robust_link, bibliography.depart_robust_link),
    source_paragraphs.source_paragraph: (
        source_paragraphs.visit_source_paragraph, source_paragraphs.depart_source_paragraph,
    ),
}  # fmt: skip
CONTEXT = (
    pages.complete_context,
    listings.offer_choice,
    source_paragraphs.mark_pages,
    theme.name_landmarks,
    theme.name_series,
    pages.complete_head,
)
AFTER_THE_THEME = (content_security.tell_policy,)

# At the end: what lies beside the pages, and what must lie there no more.
FINISHED = (
    exports.write_all,
    feeds.write_feeds,
    exports.write_security_txt,
    leftovers.remove_leftovers,
    outputs.keep_account,
)


def register(app: Sphinx) -> None:
    """Register everything with Sphinx."""
    app.setup_extension("sphinxcontrib.bibtex")
    for setting in SETTINGS:
        app.add_config_value(*setting)
    _register_parts(app)
    _connect(app, "config-inited", CONFIGURED)
    _connect(app, "builder-inited", BEFORE_BIBTEX, 100)
    _connect(app, "builder-inited", LOADED)
    _connect(app, "builder-inited", AFTER_BIBTEX, 900)
    _connect(app, "env-get-outdated", OUTDATED)
    _connect(app, "env-before-read-docs", FILES)
    _connect(app, "env-purge-doc", PURGED)
    _connect(app, "source-read", SOURCE, 400)
    _connect(app, "doctree-read", READ, 900)
    _connect(app, "env-updated", AFTER_READING, 900)
    _connect(app, "html-page-context", CONTEXT, builder="html")
    _connect(app, "html-page-context", AFTER_THE_THEME, 600, builder="html")
    app.connect("html-collect-pages", generated.stale_pages)
    _connect(app, "build-finished", FINISHED)


def _register_parts(app: Sphinx) -> None:
    """Register domains, builders, directives, transforms and nodes."""
    register_plugin("pybtex.style.formatting", "archive", ArchiveStyle)
    app.add_domain(domain.ArchiveDomain)
    app.add_domain(labels.LabelDomain, override=True)
    app.add_domain(citations.CitationDomain, override=True)
    app.add_builder(ArchiveHTMLBuilder, override=True)
    app.add_builder(builder.ReadingBuilder)
    app.add_builder(PdfBuilder)
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive, override=True)
    for transform in TRANSFORMS:
        app.add_transform(transform)
    for post_transform in POST_TRANSFORMS:
        app.add_post_transform(post_transform)
    app.add_node(placeholder)  # which is filled before anything is drawn
    for node, handlers in NODES.items():
        app.add_node(node, html=handlers, epub=handlers)
    app.add_node(
        nodes.citation, override=True,
        html=(bibliography.visit_citation, bibliography.depart_citation),
    )  # fmt: skip
    app.add_html_math_renderer(
        "mathml", (formulas.visit_math, None), (formulas.visit_displaymath, None)
    )


def _connect(
    app: Sphinx,
    event: str,
    steps: Iterable[Callable[..., Any]],
    priority: int = 500,
    *,
    builder: str = "",
) -> None:
    """Run steps in their order at an event, of one builder or of all.

    The priority is one among the listeners of Sphinx and of other extensions.
    """

    def run(*arguments: object) -> Any:
        if builder and app.builder.name != builder:
            return None
        results = [found for step in steps if (found := step(*arguments)) is not None]
        return list(chain.from_iterable(results)) if results else None

    app.connect(event, run, priority=priority)
