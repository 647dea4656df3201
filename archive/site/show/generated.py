"""Pages that have no source of their own: they are made from the domain's facts.

A page is written where what it shows has changed since it was last written, and not otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util._serialise import stable_hash
from sphinx.util.docutils import LoggingReporter, new_document

from archive.site.know.changes import sidebar
from archive.site.know.domain import archive_domain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


# A page that accompanies another is written with it: a handler is given the docname and returns
# name, context and template, or None.
COMPANIONS = "archive-companion-pages"


@dataclass(frozen=True, slots=True)
class GeneratedPage:
    """A page of the site, and what decides about its content."""

    name: str  # as a docname: its address without the suffix
    template: str
    shows: object  # all that it shows, in a form whose repr() tells any difference
    context: Callable[[], dict[str, Any]]  # what the template is given, made when it is written
    listed: bool = True  # in the sitemap


# Gives the pages of one kind, once all is read.
Maker = Callable[["Sphinx"], "Iterable[GeneratedPage]"]


def plan_pages(app: Sphinx, env: BuildEnvironment, *, makers: Iterable[Maker]) -> None:
    """Ask for all generated pages once all is read, and tell which must be written."""
    if app.builder.name != "html":
        return
    domain = archive_domain(env)
    pages = tuple(chain.from_iterable(maker(app) for maker in makers))
    around = _settings(app), sidebar(env)
    digests = {page.name: _digest(page, around) for page in pages}
    before = domain.data["generated"]
    domain.generated = pages
    domain.stale = frozenset(name for name in digests if digests[name] != before.get(name))
    domain.data["generated"] = digests


def _settings(app: Sphinx) -> str:
    """All that has Sphinx write every page again: the engine, the look, and what conf.py says."""
    deciding = app.config.filter(frozenset({"env", "html"}))
    return stable_hash({setting.name: setting.value for setting in deciding})


def _digest(page: GeneratedPage, around: object) -> str:
    return hashlib.sha256(repr((page.template, page.shows, around)).encode()).hexdigest()


def stale_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The pages to write: those that show something new, and those that are not there."""
    domain = archive_domain(app.env)
    for page in domain.generated:
        if page.name in domain.stale or not (Path(app.outdir) / f"{page.name}.html").exists():
            yield page.name, page.context(), page.template


def page_of_nodes(app: Sphinx, name: str, title: str, *content: nodes.Node) -> dict[str, Any]:
    """The context of a generated page whose body is a node tree below a title."""
    doctree = new_document(name)
    doctree.settings.env = app.env
    doctree.reporter = LoggingReporter(name)
    doctree += nodes.section("", nodes.title("", title), *content, ids=["page"])
    app.env.apply_post_transforms(doctree, name)
    return {"title": title, "body": app.builder.body_of(name, doctree)}  # type: ignore[attr-defined]
