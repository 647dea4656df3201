"""The ``timeline`` directive: the chronology's events as marks on their years and months."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from archive.drawing.timeline import Dated, timeline
from archive.site.domain import archive_domain
from archive.site.drawings import Caption, drawn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

_CAPTION = Caption(
    "Each mark stands for what happened in one month, or in one year whose month is not known; a "
    "number says how many events it stands for. The list says the same in words.",
    "Each mark leads to its first event there.",
)


class timeline_place(nodes.General, nodes.Element):
    """Stands for the timeline until the page is written."""


class TimelineDirective(SphinxDirective):
    """No arguments, no content."""

    def run(self) -> list[nodes.Node]:
        archive_domain(self.env).drawings[self.env.current_document.docname] = True
        return [timeline_place()]


class TimelineTransform(SphinxPostTransform):
    """Draws the timeline from the domain's facts, which are complete by now."""

    default_priority = 5

    def run(self, **kwargs: object) -> None:
        for place in list(self.document.findall(timeline_place)):
            figure = timeline(self._events())
            place.replace_self(drawn(figure, _CAPTION, self.env._app.builder))

    def _events(self) -> Iterator[Dated]:
        builder = self.env._app.builder
        for docname, events in sorted(archive_domain(self.env).events.items()):
            page = builder.get_relative_uri(self.env.docname, docname)
            for event in events:
                yield Dated(event.date, f"{page}#{event.id}")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_node(timeline_place)
    app.add_directive("timeline", TimelineDirective)
    app.add_post_transform(TimelineTransform)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
