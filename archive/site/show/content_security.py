"""The Content Security Policy of each page (CSP Level 3), in its head.

A page runs the archive's own script files and the theme's inline script, which applies the reader's
choice of a light or dark theme before anything is displayed.  It loads nothing from other hosts,
and styles only from files.  Script files that no page needs are left out.

Pages have no integrity attributes: Subresource Integrity needs CORS, which ``file:`` addresses do
not have, so browsers would refuse the files of a site opened from disk.  The files come from the
same host as the page; to verify a copy, use the site's manifest.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from jinja2 import Environment
from sphinx.application import Sphinx

SEARCH = "search"  # the page that runs Pagefind, which is WebAssembly

# Sphinx's scripts for highlighting search terms and for indexes of code.  One of them stores the
# search terms in the browser.
_UNUSED = frozenset({
    "_static/documentation_options.js", "_static/doctools.js", "_static/sphinx_highlight.js",
})  # fmt: skip

_THEME = "base.html"  # furo's template with the inline scripts


class _InlineScripts(HTMLParser):
    """Collects the inline scripts of a page that a browser runs."""

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


def inline_scripts(html: str) -> tuple[str, ...]:
    """Return the text of each inline script of a page, exactly as a browser hashes it."""
    parser = _InlineScripts()
    parser.feed(html)
    parser.close()
    return tuple(parser.found)


def source_hash(script: str) -> str:
    """Return the CSP hash source of an inline script."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def policy(scripts: Iterable[str], *, compiles: bool = False) -> str:
    """Return the policy of a page with these inline scripts; ``compiles`` allows WebAssembly."""
    allowed = ["'self'", *map(source_hash, scripts), *(["'wasm-unsafe-eval'"] if compiles else [])]
    return "; ".join((
        "default-src 'none'",
        f"script-src {' '.join(allowed)}",
        "style-src 'self'",
        "img-src 'self' data:",  # data: for the icons in the theme's style sheet
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
    ))  # fmt: skip


def set_policy(app: Sphinx, pagename: str, context: dict[str, Any]) -> None:
    """Set the page's policy and the script files it needs in the template's context."""
    compiles = pagename == SEARCH
    scripts = _theme_scripts(app.builder.templates.environment)
    context["content_security_policy"] = policy(scripts, compiles=compiles)
    if not compiles:
        context["script_files"] = [
            file for file in context["script_files"] if file.filename not in _UNUSED
        ]


@lru_cache(maxsize=1)  # all pages of a build have the same template
def _theme_scripts(environment: Environment) -> tuple[str, ...]:
    """Return the theme's inline scripts, which contain no template code."""
    assert environment.loader is not None
    source, _path, _fresh = environment.loader.get_source(environment, _THEME)
    return inline_scripts(source)
