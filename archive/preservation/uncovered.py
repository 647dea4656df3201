"""What no line of the ledger covers: files that only a signature or a manifest vouches for.

README ("Check a copy") lists them.  Every other kind of file is held against the ledger.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# A page with the words of a document, or of its passages.
_DOCUMENT = r"documents/(?!index\.)[a-z0-9-]+(\.made|\.history|\.versions)?\.html"

UNCOVERED = {
    "style sheets": r"_static/.*\.(css|map|txt)",
    "picture cards": r".*\.card\.png|_static/.*\.(png|svg|ico)",
    "fonts": r"_static/.*\.(woff2?|ttf)",
    "pages that are no documents": rf"(?!{_DOCUMENT}$).*\.html",
    "feeds": r".*\.(atom|feed\.json|opml)|atom\.xml",
    "the indices that are searched and that texts are checked with":
        r"(search-index|check-index|pagefind)/.*|searchindex\.js",
    "lists and data of works cited": r"works\..*|documents/[^/]*\.references\.\w+",
    "what hosts and programs are told":
        r"_headers|_redirects|sizes\.txt|robots\.txt|sitemap[\w-]*\.xml|opensearch\.xml|llms\.txt|"
        r"objects\.inv|\.buildinfo|\.well-known/.*",
}  # fmt: skip
_KINDS = {what: re.compile(pattern) for what, pattern in UNCOVERED.items()}


def uncovered(paths: Iterable[str]) -> list[str]:
    """The kinds of files among some that no line of the ledger covers."""
    there = list(paths)
    return [what for what, kind in _KINDS.items() if any(map(kind.fullmatch, there))]
