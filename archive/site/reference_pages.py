"""The bibliography: on one page, or by letter on several where it has grown long."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinxcontrib.bibtex.nodes import bibliography

from archive.site.domain import archive_domain
from archive.site.generated import EVENT, GeneratedPage, page_of_nodes
from archive.site.links import part_list
from archive.site.parts import Part, initial, parts
from archive.site.works import entry, works_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata
    from sphinxcontrib.bibtex.domain import Citation

_HEADING = "References"


def place_works(app: Sphinx, env: BuildEnvironment) -> None:
    """Tell on which page each work stands, before anything links to it."""
    works = works_of(env)
    if app.builder.name == "html":
        pages = {work.citation_id: name for name, part in split_pages(env) for work in part.items}
        works.place(pages)


def split_pages(env: BuildEnvironment) -> Iterator[tuple[str, Part[Citation]]]:
    """The pages of each bibliography that is too long for one, by name."""
    works = works_of(env)
    for docname in sorted(works.docnames):
        listed = [work for work in works.all() if work.bibliography_key.docname == docname]
        size = env.config.archive_page_entries
        if len(listed) > size:
            for part in parts(listed, _letter, size):
                yield f"{docname}/{part.slug}", part


def _letter(work: Citation) -> str:
    return initial(work.formatted_entry.label)


class Bibliography(SphinxPostTransform):
    """Fills a bibliography with its entries, or with links to the pages that have them."""

    default_priority = 4  # before that of sphinxcontrib-bibtex, which finds nothing left to do

    def run(self, **kwargs: object) -> None:
        for place in list(self.document.findall(bibliography)):
            docname = place["docname"]
            listed = [
                work
                for work in works_of(self.env).all()
                if work.bibliography_key.docname == docname
                and work.bibliography_key.id_ == place["ids"][0]
            ]
            place.replace_self(self._split(docname) or _filled(listed))

    def _split(self, docname: str) -> list[nodes.Node]:
        if self.env._app.builder.name != "html":
            return []
        pages = [each for each in split_pages(self.env) if each[0].startswith(f"{docname}/")]
        return [part_list(pages, self.env, docname)] if pages else []


def _filled(listed: list[Citation]) -> nodes.Element:
    if not listed:
        return nodes.target()
    return nodes.container("", *map(entry, listed))


def generated(app: Sphinx) -> Iterator[GeneratedPage]:
    """The pages of bibliographies that are too long for one."""
    citing = archive_domain(app.env).backlinks.of_reference
    for name, part in split_pages(app.env):
        shown = [
            (
                work.citation_id,
                work.formatted_entry.label,
                str(work.formatted_entry.text),
                [(place.block.anchor, place.block.spoken) for place in citing.get(work.key, ())],
            )
            for work in part.items
        ]
        yield GeneratedPage(
            name, "page.html", (part.title, shown), partial(_context, app, name, part)
        )


def _context(app: Sphinx, name: str, part: Part[Citation]) -> dict[str, object]:
    entries = nodes.container("", *map(entry, part.items))
    return page_of_nodes(app, name, f"{_HEADING}: {part.title}", entries)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("archive.site.generated")
    app.add_post_transform(Bibliography)
    app.connect("env-updated", place_works, priority=510)
    app.connect(EVENT, generated)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
