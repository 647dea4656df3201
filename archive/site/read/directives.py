"""The archive's directives and roles, and placeholders for generated parts."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, count
from typing import Any

from docutils import nodes
from docutils.nodes import make_id
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from archive.model import verifying
from archive.model.dates import ArchiveDate
from archive.model.verifying import REPLACED, WITHDRAWN
from archive.model.words import words
from archive.site.know.domain import archive_domain, document_being_read, report
from archive.site.know.facts import Event
from archive.site.nodes import joined, not_held, placeholder, signatories, tombstone
from archive.site.read.forbidden import line_of


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
