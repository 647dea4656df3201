"""The ``event`` directive: a dated event and the passages that state it.

.. code-block:: markdown

   :::{event} 2021-02-08
   :passages: ncac-assange-statement-p1
   What happened.
   :::
"""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING

from docutils import nodes
from docutils.nodes import make_id
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from archive.model.dates import ArchiveDate
from archive.site.domain import Event, archive_domain
from archive.site.links import anchor_link

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


class EventDirective(SphinxDirective):
    """Argument: the date in EDTF.  ``:passages:`` the anchors that state the event."""

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
        events = archive_domain(self.env).events
        events[self.env.current_document.docname] = (
            *events.get(self.env.current_document.docname, ()), event
        )  # fmt: skip
        return [self._shown(event)]

    def _shown(self, event: Event) -> nodes.Node:
        spoken = event.date.spoken
        term = nodes.term("", spoken[:1].upper() + spoken[1:])
        definition = nodes.definition("", *self.parse_content_to_nodes())
        definition += nodes.paragraph(
            "", "Stated in ", *_separated([anchor_link(anchor) for anchor in event.anchors]),
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
        """An id made of the date, and of a number where the page has several of that date."""
        base = f"event-{make_id(f'd{date.edtf}')[1:]}"
        taken = self.state.document.ids
        numbered = (f"{base}-{number}" for number in count(2))
        return next(each for each in chain((base,), numbered) if each not in taken)


def _separated(links: list[nodes.Node]) -> list[nodes.Node]:
    separated: list[nodes.Node] = []
    for link in links:
        separated += [nodes.Text("; "), link] if separated else [link]
    return separated


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_directive("event", EventDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
