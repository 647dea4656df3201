"""The formatted entries of sphinxcontrib-bibtex, indexed by citation key and by id.

Replaces: the look-ups of ``BibtexDomain.citations``, a list that is scanned for each entry.
Why: a page needs its own few works out of thousands, and a page of a split bibliography takes over
entries from the page with the directive.
Tried with: sphinxcontrib-bibtex 2.7.0 under Sphinx 9.0.4, 9.1.1 and 9.2.0.
Upstream: none reported yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sphinx.environment import BuildEnvironment
from sphinxcontrib.bibtex.domain import Citation


class Listed(NamedTuple):
    """A work and its position among all entries of all bibliographies."""

    position: int
    work: Citation


class Works:
    """Finds works by key and by id; complete after ``env-updated``."""

    def __init__(self, works: Iterable[Citation] = ()) -> None:
        self._works = list(works)
        self._by_id = {work.citation_id: work for work in self._works}
        self._by_key: defaultdict[str, list[Listed]] = defaultdict(list)
        for position, work in enumerate(self._works):
            self._by_key[work.key].append(Listed(position, work))
        self._pages: Mapping[str, str] = {}

    def all(self) -> list[Citation]:
        """Return every work, in the order of the bibliography."""
        return self._works

    def with_id(self, id_: str) -> Citation | None:
        """Return the work whose entry in the bibliography has this id."""
        return self._by_id.get(id_)

    def listed(self, key: str) -> list[Listed]:
        """Return every entry of a key, one for each bibliography that lists it."""
        return self._by_key.get(key, [])

    def place(self, pages: Mapping[str, str]) -> None:
        """Add the pages of works, by id, that are not on the page of their bibliography.

        A work that was placed before keeps its page.
        """
        self._pages = {**pages, **self._pages}

    def page_of(self, work: Citation) -> str:
        """Return the page that shows a work's entry."""
        return self._pages.get(work.citation_id, work.bibliography_key.docname)

    @property
    def docnames(self) -> set[str]:
        """The pages with a bibliography directive."""
        return {work.bibliography_key.docname for work in self._works}

    def among(self, keys: Iterable[str]) -> list[Citation]:
        """Return the works with these keys, each once, in the order of the bibliography."""
        first = [listed[0] for key in set(keys) if (listed := self.listed(key))]
        return [each.work for each in sorted(first, key=lambda each: each.position)]


def works_of(env: BuildEnvironment) -> Works:
    """Return the works of this build."""
    works = env.get_domain("cite").works  # type: ignore[attr-defined]
    assert isinstance(works, Works)
    return works
