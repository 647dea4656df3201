"""The Content Security Policy of each page (CSP Level 3), in its head.

A page runs the archive's own script files and the theme's inline script, which applies the reader's
choice of a light or dark theme before anything is displayed.  It loads nothing from other hosts,
and styles only from files.  Script files that no page needs are left out.  A host that sends no
headers, such as GitHub Pages, thus serves pages with the same policy as one that does.

Pages have no integrity attributes: Subresource Integrity needs CORS, which ``file:`` addresses do
not have, so browsers would refuse the files of a site opened from disk.  The files come from the
same host as the page; to verify a copy, use the site's manifest.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from archive.model.showing import page_policy, source_hash
from archive.upstream.builder import UNUSED

_UNUSED = frozenset(f"_static/{name}" for name in UNUSED)

SEARCH = "search"  # the page that runs Pagefind, which is WebAssembly

_THEME = "theme/furo/base.html"  # furo's template with its inline script, below the package
_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


@cache
def own_scripts() -> frozenset[str]:
    """The hash sources of the inline scripts that the engine's pages have: those of furo.

    They contain no template code, so the template has the bytes that every page has.
    """
    found = find_spec("furo")
    assert found is not None
    assert found.submodule_search_locations is not None
    template = Path(next(iter(found.submodule_search_locations)), _THEME).read_bytes()
    return frozenset(map(source_hash, _INLINE.findall(template)))


def set_policy(app: Sphinx, pagename: str, context: dict[str, Any]) -> None:
    """Set the page's policy and the script files it needs in the template's context."""
    compiles = pagename == SEARCH
    context["content_security_policy"] = page_policy(own_scripts(), compiles=compiles)
    context["script_files"] = [
        file for file in context["script_files"] if file.filename not in _UNUSED
    ]
