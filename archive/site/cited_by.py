"""Shows backlinks: below each reference, each glossary entry, and at the end of each document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from archive.site.backlinks import marks
from archive.site.domain import Place, archive_domain
from archive.site.works import works_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


class CitedBy(SphinxPostTransform):
    """Below each entry of the bibliography: the passages that cite it."""

    default_priority = 6  # after the bibliography is filled, at 5

    def run(self, **kwargs: object) -> None:
        citing = archive_domain(self.env).backlinks.of_reference
        for entry in self.document.findall(nodes.citation):
            work = works_of(self.env).with_id(entry["ids"][0])
            places = citing.get(work.key, ()) if work is not None else ()
            if places:
                entry.append(backlink_paragraph("Cited in ", places, self.env))


class MentionedIn(SphinxPostTransform):
    """Below each entry of the glossary: the passages that mention it."""

    default_priority = 6

    def run(self, **kwargs: object) -> None:
        mentioning = archive_domain(self.env).backlinks.of_term
        for glossary in self.document.findall(addnodes.glossary):
            for item in glossary.findall(nodes.definition_list_item):
                names = (term.astext().lower() for term in item.findall(nodes.term))
                found = {place.order: place for name in names for place in mentioning.get(name, ())}
                places = [place for _order, place in sorted(found.items())]
                definition = next(item.findall(nodes.definition), None)
                if places and definition is not None:
                    definition.append(backlink_paragraph("Mentioned in ", places, self.env))


class ReferredToBy(SphinxPostTransform):
    """At the end of a document: the documents that refer to it."""

    default_priority = 10

    def run(self, **kwargs: object) -> None:
        domain = archive_domain(self.env)
        document = domain.documents.get(self.env.docname)
        section = next(self.document.findall(nodes.section), None)
        if document is None or section is None:
            return
        places = domain.backlinks.of_document.get(document.id, ())
        if places:
            section += nodes.rubric("", "Referred to by", classes=["referred-to-by"])
            section += backlink_paragraph("", places, self.env)


def backlink_paragraph(
    opening: str, places: Iterable[Place], env: BuildEnvironment
) -> nodes.paragraph:
    """One line of links to places."""
    return nodes.paragraph(
        "", opening, *marks(places, env, env.docname), nodes.Text("."), classes=["backlinks"]
    )


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_post_transform(CitedBy)
    app.add_post_transform(MentionedIn)
    app.add_post_transform(ReferredToBy)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
