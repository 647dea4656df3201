"""All features of an archive, in the order in which a build runs them.

Only this file registers anything with Sphinx, except ``archive.volumes.features`` in the build of
a volume.  The steps of an event run in the order of their list here; no step has a priority
elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

from docutils import nodes
from pybtex.plugin import register_plugin
from sphinx.config import ENUM

from archive import epub
from archive.citation.style import ArchiveStyle
from archive.model.settings import OPTIONS
from archive.pdf import PAPERS
from archive.site import (
    beside,
    check,
    clauses,
    held_in_part,
    item_mark,
    know,
    not_held,
    passage_label,
    placeholder,
    quotation,
    read,
    record_card,
    redacted,
    show,
    signatories,
    speaker,
    tombstone,
)
from archive.site.beside import ArchiveHTMLBuilder
from archive.site.know import domain, ledger, outputs
from archive.site.know.facts import ENTRIES
from archive.site.read import (
    anchors,
    footnotes,
    forbidden,
    locators,
    records,
    search_entries,
    sources,
)
from archive.site.show import (
    bibliography,
    completing,
    data,
    drawings,
    feeds,
    listings,
    made,
    pages,
    relations,
    searched,
    versions,
)
from archive.site.show import ledger as ledger_pages
from archive.upstream import application, builder, domains, theme, trees
from archive.upstream.markdown import ArchiveParser, line_break, struck

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# The settings of conf.py: name, default, what Sphinx builds again after a change ("env": reads all
# pages, "html": writes all pages), and type.
SETTINGS: tuple[tuple[str, Any, Literal["", "env", "html"], Any], ...] = (
    # What differs from one archive to another: archive.model.settings
    *((name, default, "env", (str, dict, list, tuple)) for name, default in OPTIONS.items()),
    ("archive_page_entries", ENTRIES, "html", int),  # the most entries of a list on one page
    ("archive_contact", "", "html", str),  # at the foot of pages and in security.txt
    ("archive_release", False, "", bool),  # unpublished, unwritten and unattested are errors
    ("archive_sources", "", "env", str),  # folder of the sources; makes a reading-room edition
    ("archive_pdf_paper", "a4", "", ENUM(*PAPERS)),
    ("archive_pdf_volume_pages", 150, "", int),  # a longer archive.pdf is split into volumes
    # Set by the engine: digests of its code, and of templates, static files and locked packages.
    ("archive_code_digest", "", "env", str),
    ("archive_theme_digest", "", "html", str),
)

# The steps of each event, with their priority among the listeners of Sphinx and other extensions.
EVENTS: tuple[tuple[str, int, tuple[Callable[..., Any], ...]], ...] = (
    # Before reading: settings first, then the environment of the last build and the BibTeX files.
    ("config-inited", 500, (
        know.complete_settings,
        application.collect_seldom,
        know.set_theme_digest,
        know.set_code_digest,
    )),
    ("builder-inited", 100, (check.check_syntax,)),
    ("builder-inited", 500, (application.pickle_tocs, ledger.take_ledger)),
    ("builder-inited", 500, (read.tell_of_order,)),
    ("builder-inited", 900, (check.check_parsed, application.freeze)),  # after sphinxcontrib-bibtex
    # The pages to read again, besides those that Sphinx itself finds changed.
    ("env-get-outdated", 500, (
        domains.drop_label_index,
        sources.changed_pages,
        sources.documents_attested_anew,
        footnotes.unconverted_pages,
        read.renamed_headings,
    )),
    # Reading a page: its file, its source text, its node tree.
    ("env-before-read-docs", 500, (forbidden.check_files, domains.forget_pages)),
    ("env-purge-doc", 500, (search_entries.drop_entries, sources.note_page)),
    ("source-read", 400, (forbidden.check_characters, records.read_record)),
    ("doctree-read", 900, (
        records.leave_toctrees,
        anchors.gather_facts,
        anchors.gather_labels,
        search_entries.keep_entries,
        sources.keep_attestation,
        records.follow_quotations,
        sources.keep_stamps,
    )),
    # After reading: facts of the whole archive, the outputs to write again, all problems.
    ("env-updated", 900, (
        application.pause,
        application.unpickle_numbered_tocs,
        bibliography.place_works,
        domain.order_documents,
        outputs.renew_view,
        ledger_pages.label_moved_anchors,
        partial(show.plan_pages, makers=(
            bibliography.reference_pages,
            data.data_page,
            ledger_pages.redirect_pages,
            ledger_pages.ledger_parts,
            listings.collections,
            listings.subject_pages,
            versions.version_pages,
            made.history_pages,
            feeds.feeds_page,
            data.check_pages,
        )),
        outputs.stale_documents,
        check.report_problems,
        searched.keep_works_and_anchors,
        application.freeze,
    )),
    # After writing: removal of files that are no longer made, then the files beside the pages.
    # Outputs that are made from pages begin between the two (upstream.application.at_stages).
    ("build-finished", 300, (beside.remove_leftovers,)),
    ("build-finished", 500, (beside.finish, outputs.save_account)),
)  # fmt: skip

# The template variables of a page of the site.
CONTEXT = (
    pages.complete_context,
    listings.add_catalogue_script,
    pages.add_jump_script,
    relations.mark_pages,
    theme.complete_frame,
    pages.complete_head,
)

LATE = show.complete_outline, show.describe_page

# Reading a page: directives, roles, and changes to its node tree.
DIRECTIVES = {
    "withdrawn": read.WithdrawnDirective,
    "not-held": read.NotHeldDirective,
    "event": read.EventDirective,
    "signatories": read.SignatoriesDirective,
    **dict.fromkeys(completing.PARTS, read.PlaceholderDirective),
    "signs": read.SignsDirective,
    **dict.fromkeys(forbidden.DIRECTIVES, forbidden.Refused),
    "csv-table": forbidden.InlineCSVTable,
}
ROLES = {"redacted": read.role(redacted), "speaker": read.role(speaker)}
TRANSFORMS = (
    footnotes.NumberFootnotes,
    read.CitationsInHeadings,
    read.SortedGlossaries,
    forbidden.RefuseClasses,
    footnotes.Equations,
    footnotes.Formulas,
    forbidden.RemoveForbidden,
    anchors.ExplicitIds,
    locators.Locators,
    anchors.Quotations,
    records.RecordCard,
    anchors.MarginLabels,
)

# Writing a page: its node tree is completed, and translated by these handlers.
POST_TRANSFORMS = (
    completing.NoteReferences,
    completing.SphinxWords,
    bibliography.Bibliography,
    completing.FillPlaceholders,
    completing.ItemMarks,
    completing.NotHeldMarks,
    ledger_pages.TombstoneDates,
    ledger_pages.MovedAnchors,
    relations.RelationsInCards,
    listings.LinksInCards,
    relations.Origins,
    made.CiteLinks,
    bibliography.ReferenceList,
    bibliography.EntryBacklinks,
    relations.RelationsInEntries,
    bibliography.ReferredToBy,
    bibliography.RobustLinks,
    relations.SourceParagraphs,
    theme.UniqueIds,
    theme.TableBoxes,
    theme.NoInlineStyles,
)
NODES = (
    passage_label,
    clauses,
    held_in_part,
    not_held,
    record_card,
    quotation,
    item_mark,
    theme.table_box,
    tombstone,
    line_break,
    struck,
    redacted,
    signatories,
    speaker,
    drawings.drawing,
    made.cite_link,
    made.passage_box,
    relations.origin_link,
    relations.taken_up_by,
    bibliography.robust_link,
    relations.source_paragraph,
    versions.piece,
)


def register(app: Sphinx) -> None:
    """Register everything with Sphinx."""
    application.read_once()
    trees.find_faster()
    app.setup_extension("myst_parser")
    app.setup_extension("sphinxcontrib.bibtex")
    app.setup_extension("notfound.extension")
    app.add_html_theme("archive", str(theme.FOLDER))
    app.add_html_theme(epub.THEME, str(epub.FOLDER))
    for setting in SETTINGS:
        app.add_config_value(*setting)
    _register_parts(app)
    for event, priority, steps in EVENTS:
        app.connect(event, _in_order(steps), priority)
    app.connect("html-page-context", _in_order(map(_of_page, CONTEXT), builder="html"))
    # After the theme, which hides outlines, and whose inline script the policy allows.
    app.connect(
        "html-page-context",
        _in_order([*LATE, _of_page(pages.set_policy)], "html"), 600,
    )  # fmt: skip
    app.connect("html-collect-pages", show.stale_pages)


def _register_parts(app: Sphinx) -> None:
    """Register domains, builders, directives, transforms and nodes."""
    register_plugin("pybtex.style.formatting", "archive", ArchiveStyle)
    app.add_source_parser(ArchiveParser, override=True)
    app.add_domain(domain.ArchiveDomain)
    app.add_domain(domains.LabelDomain, override=True)
    app.add_domain(domains.CitationDomain, override=True)
    app.add_builder(ArchiveHTMLBuilder, override=True)
    app.add_builder(builder.ReadingBuilder)
    app.add_builder(builder.imported_late("pdf", "archive.pdf.builder", "PdfBuilder"))
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive, override=True)
    for name, role in ROLES.items():
        app.add_role(name, role)
    for transform in TRANSFORMS:
        app.add_transform(transform)
    for post_transform in POST_TRANSFORMS:
        app.add_post_transform(post_transform)
    app.add_node(placeholder)  # replaced before translation
    for node in NODES:
        app.add_node(node, html=node.html, epub=node.html)
    app.add_node(
        nodes.citation, override=True,
        **dict.fromkeys(("html", "epub"), (
            bibliography.visit_citation, bibliography.depart_citation,
        )),
    )  # fmt: skip
    app.add_html_math_renderer(
        "mathml", (footnotes.visit_math, None), (footnotes.visit_displaymath, None)
    )


def _of_page(step: Callable[[Sphinx, str, dict[str, Any]], None]) -> Callable[..., None]:
    """Return a step that is given the application, the page's name and its context."""
    return lambda app, pagename, _template, context, _doctree: step(app, pagename, context)


def _in_order(steps: Iterable[Callable[..., Any]], builder: str = "") -> Callable[..., Any]:
    """One listener that runs steps in order, for one builder or for all.

    It returns the pages that the steps return, if any.
    """
    steps = tuple(steps)

    def run(app: Sphinx, *arguments: object) -> list[Any] | None:
        if builder and app.builder.name != builder:
            return None
        results = [pages for step in steps if (pages := step(app, *arguments)) is not None]
        return list(chain.from_iterable(results)) if results else None

    return run
