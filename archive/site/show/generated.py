"""Pages that have no source of their own: they are made from the domain's facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import LoggingReporter, new_document

from archive.site.know.domain import archive_domain
from archive.site.know.outputs import account_of, note_frame
from archive.site.know.view import view_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


@dataclass(frozen=True, slots=True)
class GeneratedPage:
    """A page of the site, and how it is made."""

    name: str  # as a docname: its address without the suffix
    template: str
    context: Callable[[], dict[str, Any]]  # what the template is given, made when it is written
    listed: bool = True  # in the sitemap


# Gives the pages of one kind, once all is read.
Maker = Callable[["Sphinx"], "Iterable[GeneratedPage]"]


def plan_pages(app: Sphinx, env: BuildEnvironment, *, makers: Iterable[Maker]) -> None:
    """Ask for all generated pages once all is read."""
    if app.builder.name == "html":
        domain = archive_domain(env)
        domain.generated = tuple(chain.from_iterable(maker(app) for maker in makers))


def stale_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The pages to write: those that show something new, and those that are not there.

    Sphinx writes each before it asks for the next, so that all that it shows is noted.
    """
    view, account = view_of(app.env), account_of(app.env)
    for page in archive_domain(app.env).generated:
        file = f"{page.name}.html"
        if not account.is_current(file, view) or not Path(app.outdir, file).exists():
            with view.noting() as shown:
                note_frame(view)
                yield page.name, page.context(), page.template
            account.enter(file, shown, view)


def page_of_nodes(app: Sphinx, name: str, title: str, *content: nodes.Node) -> dict[str, Any]:
    """The context of a generated page whose body is a node tree below a title."""
    doctree = new_document(name)
    doctree.settings.env = app.env
    doctree.reporter = LoggingReporter(name)
    doctree += nodes.section("", nodes.title("", title), *content, ids=["page"])
    app.env.apply_post_transforms(doctree, name)
    return {"title": title, "body": app.builder.body_of(name, doctree)}  # type: ignore[attr-defined]
