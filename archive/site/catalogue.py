"""The ``catalogue`` directive: every document of the archive, from its record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from archive.site.domain import Document, archive_domain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

    from archive.model.record import Record


class catalogue(nodes.General, nodes.Element):
    """Stands for the list of documents until the page is written."""


class CatalogueDirective(SphinxDirective):
    """No arguments, no content."""

    def run(self) -> list[nodes.Node]:
        archive_domain(self.env).catalogues[self.env.current_document.docname] = True
        return [catalogue()]


class CatalogueTransform(SphinxPostTransform):
    """Writes the list from the domain's facts, which are complete by now."""

    default_priority = 5

    def run(self, **kwargs: object) -> None:
        for place in list(self.document.findall(catalogue)):
            entries = [entry(self.env, *pair) for pair in archive_domain(self.env).recorded()]
            form = nodes.container("", classes=["catalogue-form"])  # which a script fills
            on_screen = self.env._app.builder.name == "html"
            listed = nodes.bullet_list("", *entries, classes=["catalogue"])
            place.replace_self([form, listed] if on_screen else listed)


def entry(env: BuildEnvironment, document: Document, record: Record) -> nodes.list_item:
    """A document as a list shows it; its facts have classes, by which they can be chosen from."""
    link = make_refnode(
        env._app.builder, env.docname, document.docname, "",
        nodes.inline("", record.title, classes=spoken_in(record, env)),
    )  # fmt: skip
    count = len(document.passages)
    facts = (
        nodes.inline("", record.issuer, classes=["issuer"]),
        nodes.inline("", record.kind.capitalize(), classes=["kind"]),
        nodes.inline("", record.date.spoken, classes=["date", f"year-{record.date.year}"]),
        nodes.Text(f"{count} passage{'' if count == 1 else 's'}"),
    )
    subjects = (nodes.inline("", subject, classes=["subject"]) for subject in record.subjects)
    return nodes.list_item(
        "",
        nodes.paragraph("", "", link, classes=["catalogue-title"]),
        nodes.paragraph("", "", *_joined(facts, " · "), classes=["catalogue-facts"]),
        nodes.paragraph("", "", *_joined(subjects, "; "), classes=["catalogue-subjects"]),
    )


def spoken_in(record: Record, env: BuildEnvironment) -> list[str]:
    """The class by which docutils tells the language of a part; none where it is the archive's."""
    same = record.language == env.config.language
    return [] if same else [f"language-{record.language}"]


def _joined(parts: Iterable[nodes.Node], separator: str) -> Iterator[nodes.Node]:
    for number, part in enumerate(parts):
        if number:
            yield nodes.Text(separator)
        yield part


def offer_choice(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Load on the pages of the catalogue, and on no other, what lets a reader choose from it."""
    if pagename in archive_domain(app.env).catalogues:
        app.add_js_file("catalogue.js", defer="defer")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_node(catalogue)
    app.add_directive("catalogue", CatalogueDirective)
    app.add_post_transform(CatalogueTransform)
    app.connect("html-page-context", offer_choice)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
