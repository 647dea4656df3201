"""The standard domain, with what it holds of each page found by page.

Sphinx's own goes through all labels and objects of the project whenever a page is read, to find
those of that page.  This one finds them once for all pages that are about to be read, where these
are more than a few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from typing import TYPE_CHECKING

from sphinx.domains.std import StandardDomain

if TYPE_CHECKING:
    from collections.abc import Set

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


# The parts of the domain's data whose values begin with the name of the page that defines them.
_PARTS = ("progoptions", "objects", "terms", "labels", "anonlabels")

# So many pages are cleared sooner than the labels of all are sorted by page.
_FEW = 5


class LabelDomain(StandardDomain):
    """The labels, terms and objects of all pages."""

    # Sphinx makes the terms' part when a page is first cleared, which a process that reads pages
    # for another never does.
    initial_data = StandardDomain.initial_data | {"terms": {}}  # type: ignore[misc]

    # By docname: the part of the data and the key in it.  None until a few pages were cleared.
    _held: dict[str, list[tuple[str, Hashable]]] | None = None
    _cleared = 0

    def clear_doc(self, docname: str) -> None:
        if self._held is None and self._cleared < _FEW:
            self._cleared += 1
            super().clear_doc(docname)
            return
        if self._held is None:
            self._held = self._by_docname()
        for part, key in self._held.pop(docname, ()):
            held = self.data[part].get(key)
            if held is not None and held[0] == docname:
                del self.data[part][key]

    def forget(self) -> None:
        """Have the pages' labels looked up anew, at the beginning of each round of reading."""
        self._held = None
        self._cleared = 0

    def _by_docname(self) -> dict[str, list[tuple[str, Hashable]]]:
        found: defaultdict[str, list[tuple[str, Hashable]]] = defaultdict(list)
        for part in _PARTS:
            for key, value in self.data.get(part, {}).items():
                found[value[0]].append((part, key))
        return found


def begin_reading(
    app: Sphinx, env: BuildEnvironment, added: Set[str], changed: Set[str], removed: Set[str]
) -> list[str]:
    """What a page defines is what it defined when the last build ended."""
    forget_labels(env)
    return []


def forget_labels(env: BuildEnvironment) -> None:
    """Have the labels of pages looked up anew before any page is read."""
    domain = env.domains.standard_domain
    if isinstance(domain, LabelDomain):
        domain.forget()
