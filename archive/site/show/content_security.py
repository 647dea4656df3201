"""What a page may load and run, told in its head (Content Security Policy Level 3).

A page runs the archive's own script files and the theme's one inline script, which puts the
reader's choice of light or dark in force before anything is shown; nothing else, and nothing of
another host.  Styles come from files alone.  Script files that no page needs are left out.

There are no integrity attributes: a browser refuses such a file on a page opened from a disk
(Subresource Integrity asks for CORS, which ``file:`` has not), and all files are of the same host
as the page that would vouch for them.  Who checks a copy has the site's manifest.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import lru_cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx


SEARCH = "search"  # the page whose index is compiled to WebAssembly

# Sphinx's own: they mark words searched for and serve indexes of code.  One keeps what was
# searched for in the browser's storage.
_NEEDLESS = frozenset({
    "_static/documentation_options.js", "_static/doctools.js", "_static/sphinx_highlight.js",
})  # fmt: skip

_THEME = "base.html"  # the template of the theme that holds its inline scripts


class _InlineScripts(HTMLParser):
    """Collects the scripts that stand in a page and are run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._within = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        runs = given.get("type") in (None, "", "text/javascript", "module")
        self._within = tag == "script" and "src" not in given and runs
        if self._within:
            self.found.append("")

    def handle_data(self, data: str) -> None:
        if self._within:
            self.found[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._within = False


@lru_cache(maxsize=1)  # the theme's template is the same for each page of a build
def inline_scripts(html: str) -> tuple[str, ...]:
    """The text of each inline script of a page, exactly as a browser hashes it."""
    parser = _InlineScripts()
    parser.feed(html)
    parser.close()
    return tuple(parser.found)


def source_hash(script: str) -> str:
    """The CSP hash source of an inline script."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def policy(scripts: Iterable[str], *, compiles: bool = False) -> str:
    """The policy of a page with these inline scripts; ``compiles`` where it runs WebAssembly."""
    allowed = ["'self'", *map(source_hash, scripts), *(["'wasm-unsafe-eval'"] if compiles else [])]
    return "; ".join((
        "default-src 'none'",
        f"script-src {' '.join(allowed)}",
        "style-src 'self'",
        "img-src 'self' data:",  # data: for the theme's icons, which stand in its style sheet
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
    ))  # fmt: skip


def tell_policy(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Give the templates the page's policy, and the scripts it needs."""
    compiles = pagename == SEARCH
    context["content_security_policy"] = policy(_theme_scripts(app), compiles=compiles)
    if not compiles:
        context["script_files"] = [
            file for file in context["script_files"] if file.filename not in _NEEDLESS
        ]


def _theme_scripts(app: Sphinx) -> tuple[str, ...]:
    """The inline scripts of the theme, which have no template code in them."""
    environment = app.builder.templates.environment
    source, _path, _fresh = environment.loader.get_source(environment, _THEME)
    return inline_scripts(source)
