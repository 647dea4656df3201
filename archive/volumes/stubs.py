"""The pages of an archive as its volumes have them."""

from __future__ import annotations

import re
from collections.abc import Set

_HEADING = re.compile(r"^# .+$", re.MULTILINE)
# Directives that decide about every page: the sidebar's trees, and where references stand.
_KEPT = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{(?:toctree|bibliography)\}.*?^(?P=fence)\s*$",
    re.MULTILINE | re.DOTALL,
)
_LINK = re.compile(r"\]\((?:\./)?(?:documents/)?(?P<id>[a-z0-9-]+)\.md\)")


def stub(page: str) -> str:
    """A page with its title and what other pages show of it, for volumes that link to it."""
    title = _HEADING.search(page)
    kept = (match[0].rstrip() for match in _KEPT.finditer(page))
    return "\n\n".join([title[0] if title else "# Untitled", *kept]) + "\n"


def with_anchors(page: str, ids: Set[str]) -> str:
    """A page whose links to the files of documents are links to their ids."""
    return _LINK.sub(lambda found: f"](#{found['id']})" if found["id"] in ids else found[0], page)
