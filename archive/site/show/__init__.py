"""Display: post-transforms, generated pages and template contexts, made from the view."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from html import escape
from itertools import chain
from textwrap import shorten
from typing import Any, TypeVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import LoggingReporter, new_document
from sphinx.util.nodes import make_refnode

from archive.citation.metadata import Meta
from archive.model.words import N_, Words, words
from archive.site.know.domain import archive_domain
from archive.site.know.facts import Document, Part
from archive.site.know.outputs import GeneratedPage, accounted, file_of, is_current
from archive.site.know.view import view_of
from archive.upstream import builder_of

# --- Pages without a source and additions to the pages of documents, made from facts.
#
# A list that is too long for one page is split into parts, each a page of its own.

# Returns the pages of one kind, once all pages are read.
Maker = Callable[["Sphinx"], "Iterable[GeneratedPage]"]
Item = TypeVar("Item")

PAGE = "page"  # the id of the section that is the whole page


class DocumentTransform(SphinxPostTransform):
    """A post-transform of the pages of documents."""

    def run(self, **kwargs: object) -> None:
        document = view_of(self.env).own(self.env.docname)
        section = next(self.document.findall(nodes.section), None)
        if document is not None and section is not None:
            self.complete(document, section)

    def complete(self, document: Document, section: nodes.section) -> None:
        """Complete the page; ``section`` is the one of the document's title."""
        raise NotImplementedError


def plan_pages(app: Sphinx, env: BuildEnvironment, *, makers: Iterable[Maker]) -> None:
    """List all generated pages of the site, once all pages are read."""
    if app.builder.name == "html":
        domain = archive_domain(env)
        domain.generated = tuple(chain.from_iterable(maker(app) for maker in makers))


Filled = tuple[str, dict[str, Any], str]  # a page’s name, context and template, as Sphinx takes it


def stale(app: Sphinx) -> Iterator[GeneratedPage]:
    """Yield the generated pages that are not current."""
    for page in archive_domain(app.env).generated:
        if not is_current(app, file_of(page.name)):
            yield page


@contextmanager
def filled(app: Sphinx, page: GeneratedPage) -> Iterator[Filled]:
    """Fill a page, which is then written, and enter it in the account with the facts it shows."""
    with accounted(app.env, file_of(page.name)) as view:
        view.note("frame")
        yield page.name, page.context(), page.template


def stale_pages(app: Sphinx) -> Iterator[Filled]:
    """Yield the generated pages that are not current; Sphinx writes each before the next."""
    for page in stale(app):
        with filled(app, page) as each:
            yield each


def list_pages(
    app: Sphinx,
    parts: Iterable[tuple[str, Part[Item]]],
    content: Callable[[str, Part[Item]], Iterable[nodes.Node]],
    *,
    called: Callable[[Item], str],
    heading: str = "{part}",
    **context: object,
) -> Iterator[GeneratedPage]:
    """Yield a page for each part of a list, by name.

    ``content`` returns the nodes of a page, and is called when the page is written; ``called``
    returns the name of an item.
    """

    def complete(name: str, part: Part[Item], title: str) -> dict[str, Any]:
        view_of(app.env).note("listed", name)
        doctree = new_document(name)
        doctree.settings.env = app.env
        doctree.reporter = LoggingReporter(name)
        doctree += nodes.section("", nodes.title("", title), *content(name, part), ids=[PAGE])
        body = app.builder.body_of(name, doctree)  # type: ignore[attr-defined]
        return {"title": title, "body": body, **context}

    for name, part in parts:
        title = heading.format(part=part.title(words(app.config.language)))
        listed = (title, *map(called, part.items))
        yield GeneratedPage(name, "page.html", partial(complete, name, part, title), lists=listed)


def links_to_parts(
    pages: Iterable[tuple[str, Part[Any]]], env: BuildEnvironment, docname: str
) -> nodes.bullet_list:
    """Return links to the pages of a split list, each with its number of entries."""
    listed, _ = nodes.bullet_list("", classes=["parts"]), words(env.config.language)
    for name, part in pages:
        link = make_refnode(builder_of(env), docname, name, "", nodes.inline("", part.title(_)))
        count = nodes.inline("", f" ({len(part.items)})", classes=["part-count"])
        listed += nodes.list_item("", nodes.paragraph("", "", link, count))
    return listed


# --- A page's frame: its outline, with the lists at the end of a document, and its description.

_HEADINGS = N_("Moved from here"), N_("References"), N_("Referred to by")
_OTHER_FORMS = "other-forms-name", N_("In other forms")  # which the template has


def closing_heading(heading: str, say: Words, env: BuildEnvironment) -> nodes.rubric:
    """Return one of ``_HEADINGS``, of a list that is added to the end of a document.

    Only a page's is a heading of its outline: it is no part of what the document says.
    """
    if builder_of(env).name != "html":
        return nodes.rubric("", say(heading), is_closing=True)
    id_ = f"list-{heading.lower().replace(' ', '-')}"
    return nodes.rubric("", say(heading), ids=[id_], **{"heading-level": 2})


def describe_page(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Add what a page without a record is about, in the words that it begins with."""
    first = doctree.next_node(nodes.paragraph) if doctree and "record" not in context else None
    if first is not None and "page_metadata" in context:
        said = shorten(first.astext(), 200, placeholder=" …")
        context["page_metadata"] = (*context["page_metadata"], Meta("name", "description", said))


def complete_outline(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Add these headings to the outline of a document's page."""
    if "record" not in context or "hide-toc" in (context.get("meta") or {}):
        return
    id_of_forms, forms = _OTHER_FORMS
    links = "".join(
        f'<li><a class="reference" href="#{id_}">{escape(heading)}</a></li>\n'
        for id_, heading in (
            *((each["ids"][0], each.astext()) for each in doctree.findall(nodes.rubric)
              if "heading-level" in each),
            (id_of_forms, context["words"](forms)),
        )
    )  # fmt: skip
    above, _, below = context["toc"].rpartition("</li>")  # of the title
    sections = above.rstrip().removesuffix("</ul>")
    opening = "" if sections != above.rstrip() else "<ul>\n"
    context["toc"] = f"{sections}{opening}{links}</ul>\n</li>{below}"
    context["furo_hide_toc"] = False
