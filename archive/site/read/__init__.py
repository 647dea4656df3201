"""Reading: records, anchors, quotations and formulas of each page; refusal of unsafe markup."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from itertools import chain, count
from typing import Any

from docutils import nodes
from docutils.nodes import make_id
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import GlossarySorter, SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinxcontrib.bibtex.citation_target import parse_citation_targets

from archive.citation.style import ArchiveStyle
from archive.model import verifying
from archive.model.dates import ArchiveDate
from archive.model.verifying import REPLACED, WITHDRAWN
from archive.model.words import N_, PROJECT, folded, is_at_hand, key_of, words
from archive.site import joined, not_held, placeholder, signatories, tombstone
from archive.site.know.domain import archive_domain, document_being_read, report
from archive.site.know.facts import Event
from archive.site.read.forbidden import line_of
from archive.upstream.domains import entries_of

# --- The archive's directives and roles, and placeholders for generated parts.


def anchor_link(anchor: str) -> addnodes.pending_xref:
    """Return a link to ``anchor``; Sphinx warns if nothing has that label."""
    return addnodes.pending_xref(
        "", nodes.inline("", anchor), refdomain="std", reftype="ref", reftarget=anchor,
        refexplicit=False, refwarn=True,
    )  # fmt: skip


class WithdrawnDirective(SphinxDirective):
    """Marks a withdrawn passage.  ``:successor:`` is the anchor of its replacement, if any."""

    has_content = True
    option_spec = {"successor": directives.unchanged_required}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        successor = self.options.get("successor")
        notice = nodes.paragraph("", WITHDRAWN, classes=["tombstone-notice"])
        if successor:
            replacement = nodes.Text(REPLACED), anchor_link(successor)
            notice += [*replacement, nodes.Text(".")]
        place = tombstone("", notice, *self.parse_content_to_nodes(), successor=successor)
        self.set_source_info(place)
        for reference in place.findall(addnodes.pending_xref):
            self.set_source_info(reference)
        return [place]


class SignatoriesDirective(SphinxDirective):
    """A group of signatories: a list, each item a signatory.  The argument is its heading, if any.

    An anchor above the directive makes a passage of the group, of which its names are parts.
    """

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        document = document_being_read(self.env)
        language = document.language if document is not None else None
        group = signatories("", heading=" ".join(self.arguments).strip(), language=language)
        self.set_source_info(group)
        for node in self.parse_content_to_nodes():
            if isinstance(node, nodes.bullet_list | nodes.enumerated_list | nodes.comment):
                group += node
            elif not isinstance(node, nodes.target):
                report(
                    self.env, line_of(node) or self.lineno, "signatories-list",
                    f"“{node.astext()[:60]}” among the signatories is no item of a list.",
                    "write each signatory as an item: - Name, office",
                )  # fmt: skip
        return [group]


def role(made: type[nodes.TextElement]) -> Callable[..., Any]:
    """Return a role that makes a node of its text."""

    def run(
        name: str, rawtext: str, text: str, lineno: int, inliner: object, *_rest: object
    ) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        return [made(rawtext, text)], []

    return run


class NotHeldDirective(SphinxDirective):
    """Marks a gap between two passages.  The argument says what is not held: paragraphs 13 to 39.

    The record says why, in its extent.
    """

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        document = document_being_read(self.env)
        broken = document is not None and document.record is None  # which is told by itself
        record = document.record if document is not None else None
        if not broken and (record is None or record.extent is None):
            raise self.error(
                "not-held: the record does not say that the document is held in part. "
                "To mend: add extent: to the record, with held, lacking and reason."
            )
        what = self.arguments[0].strip().rstrip(".")
        place = not_held("", verifying.not_held(what, words(None)), what=what)
        self.set_source_info(place)
        return [place]


class PlaceholderDirective(SphinxDirective):
    """Marks the place of a part that is generated when all pages are read.  Takes no argument."""

    def run(self) -> list[nodes.Node]:
        if self.name == "catalogue":
            archive_domain(self.env).catalogues[self.env.current_document.docname] = True
        return [placeholder("", of=self.name)]


class EventDirective(SphinxDirective):
    """An event of the chronology.

    The argument is its date in EDTF; ``:passages:`` are the anchors of the passages that state it.
    """

    required_arguments = 1
    has_content = True
    option_spec = {"passages": directives.unchanged_required}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        try:
            date = ArchiveDate.parse(self.arguments[0])
        except ValueError as error:
            raise self.error(f"event: {error}. To mend: write 2019-05 or 2021-02-08.") from error
        anchors = tuple(self.options.get("passages", "").split())
        if not anchors:
            raise self.error("event: no passage states it. To mend: add :passages: <anchor>.")
        event = Event(date, self.lineno, anchors, self._new_id(date))
        events, docname = archive_domain(self.env).events, self.env.current_document.docname
        events[docname] = (*events.get(docname, ()), event)
        return [self._shown(event)]

    def _shown(self, event: Event) -> nodes.Node:
        _ = words(self.config.language)
        spoken = event.date.said(_)
        term = nodes.term("", spoken[:1].upper() + spoken[1:])
        definition = nodes.definition("", *self.parse_content_to_nodes())
        definition += nodes.paragraph(
            "", _("Stated in "), *joined(map(anchor_link, event.anchors), "; "),
            nodes.Text("."), classes=["stated-in"],
        )  # fmt: skip
        item = nodes.definition_list_item("", term, definition)
        shown = nodes.definition_list("", item, classes=["chronology"], edtf=event.date.edtf)
        shown["ids"] = [event.id]
        self.state.document.ids[event.id] = shown
        self.set_source_info(shown)
        for reference in shown.findall(addnodes.pending_xref):
            self.set_source_info(reference)
        return shown

    def _new_id(self, date: ArchiveDate) -> str:
        """Return an id made of the date, with a number if the page has several of that date."""
        base = f"event-{make_id(f'd{date.edtf}')[1:]}"
        taken = self.state.document.ids
        numbered = (f"{base}-{number}" for number in count(2))
        return next(each for each in chain((base,), numbered) if each not in taken)


# --- Completes a page as it is read: works named in headings, the legend of signs, sorted terms.

# --- Names works in headings as readers see them, before the bibliography is made.
#
# Sphinx takes the name of a heading for its contents, its breadcrumbs, its inventory and its search
# as a page is read.  Citations have their labels only after all pages are read, so that their keys
# would stand in these names.


class CitationsInHeadings(SphinxTransform):
    """Gives citations in titles the labels of their works as their text."""

    default_priority = 500
    needs = (addnodes.pending_xref,)

    def apply(self, **kwargs: object) -> None:
        cited: dict[str, str] = {}
        for title in self.document.findall(nodes.title):
            for citation in title.findall(addnodes.pending_xref):
                if citation.get("refdomain") == "cite":
                    targets = list(parse_citation_targets(citation["reftarget"]))
                    labels = _labels(self.env, [each.key for each in targets])
                    cited |= labels
                    shown = "; ".join(
                        f"{each.pre}{' ' * bool(each.pre)}{labels[each.key]}"
                        f"{', ' * bool(each.post)}{each.post}"
                        for each in targets
                    )  # fmt: skip
                    citation[:] = [nodes.inline("", f"[{shown}]")]
        if cited:
            docname = self.env.current_document.docname
            archive_domain(self.env).named_works[docname] = cited


def _labels(env: BuildEnvironment, keys: Iterable[str]) -> dict[str, str]:
    """Return the labels of works by key; of a work that is unknown, its key."""
    known = archive_domain(env).work_labels
    if known is None:
        style, entries = ArchiveStyle(language=env.config.language), entries_of(env).values()
        ordered = style.sort(entries)
        known = {each.key: label for each, label in zip(ordered, style.format_labels(ordered))}
        archive_domain(env).work_labels = known
    return {key: known.get(key, key) for key in keys}


def renamed_headings(app: Sphinx, env: BuildEnvironment, *_changes: Set[str]) -> Iterator[str]:
    """Yield the pages whose headings cite a work that has another label now."""
    named: Mapping[str, Mapping[str, str]] = archive_domain(env).named_works
    for docname, labels in named.items():
        if docname in env.found_docs and _labels(env, labels) != labels:
            yield docname


# --- The legend of the signs of a document, as each form of output has them.

# By the name of the builder; “paper” is a page that a browser prints.  A sign stands in the legend
# only where it stands in the text.
SIGNS = {
    "html": N_(
        "Below a document’s title a line says who issued it, its kind and date; it opens to all "
        "that is known of the document, its record. Each passage and each editor’s note has a "
        "label in the margin, which is its address, and “Cite” below it, which shows how to cite "
        "it and what became of it. Words between double quotation marks and two bars are "
        "exact; an arrow behind them leads to the work they are from, with ≠ beside it if they "
        "stand otherwise there, and with ? if they were not found there. A line of dots below a "
        "word leads to the glossary, a name and a year in square brackets to the work cited. What "
        "stands in sans-serif type beside a double rule, under a heading that says so, is the "
        "editor’s. Pointing at a link, or reaching it with the keyboard, shows what it leads to; "
        "the Escape key puts that away again. None of this depends on colour, and all of it can "
        "be read without script."
    ),
    "pdf": N_(
        "Below a document’s title stands all that is known of it, its record. Each passage and "
        "each editor’s note has a label in the margin, which ends its address on the web. Words "
        "between double quotation marks are exact. A small arrow behind them says that they were "
        "found in the work they are from, one that is struck through that they stand otherwise "
        "there, a dotted one that they were not found there. A name and a year in square brackets "
        "lead to the work cited. What stands beside a rule, under a heading that says so, is the "
        "editor’s."
    ),
    "paper": N_(
        "Below a document’s title stands all that is known of it, its record. Each passage and "
        "each editor’s note has a label in the margin, which ends its address on the web. Words "
        "between double quotation marks are exact; an arrow behind them says that they were found "
        "in the work they are from, with ≠ beside it that they stand otherwise there, and with ? "
        "that they were not found there. A name and a year in square brackets lead to the work "
        "cited. What stands beside a double rule, under a heading that says so, is the editor’s."
    ),
    "epub": N_(
        "Below a document’s title stands all that is known of it, its record. Each passage and "
        "each editor’s note begins with its label, which ends its address on the web. Words "
        "between double quotation marks are exact; an arrow behind them leads to the work they "
        "are from, with ≠ beside it if they stand otherwise there, and with ? if they were not "
        "found there. Links lead to the glossary, and from a name and a year in square brackets "
        "to the work cited. What stands beside a double rule, under a heading that says so, is "
        "the editor’s. At the end of a document stand the works it cites, who refers to it, and "
        "how it was made."
    ),
}


class SignsDirective(SphinxDirective):
    """Marks the place of the legend.  Takes no argument; search knows the legend of pages."""

    def run(self) -> list[nodes.Node]:
        return [placeholder("", nodes.paragraph("", SIGNS["html"]), of=self.name)]


# --- Sorts the glossaries that ask for it by the custom of the archive's language.
#
# Sphinx sorts them by the numbers of their letters; in English, whose letters are in that order,
# this is left as it is.

_log = logging.getLogger(__name__)


class SortedGlossaries(SphinxTransform):
    """Sorts the terms of a glossary with the option ``sorted``."""

    default_priority = GlossarySorter.default_priority + 1
    needs = (addnodes.glossary,)

    def apply(self, **kwargs: object) -> None:
        key = key_of(self.config.language)
        if key is folded:
            return
        for glossary in self.document.findall(addnodes.glossary):
            if glossary["sorted"]:
                for terms in glossary.findall(nodes.definition_list):
                    terms.children.sort(key=lambda item: key(item[0].astext()))  # type: ignore[index]


def tell_of_order(app: Sphinx) -> None:
    """Tell where words cannot be sorted as the archive's language sorts them."""
    language = app.config.language
    if not is_at_hand(language):
        _log.info(
            "notice: the order of words in “%s” is not at hand: works and terms stand in that of "
            "English. To mend: run make, or install %s", language, PROJECT,
        )  # fmt: skip
