"""The works that the archive cites, as sphinxcontrib-bibtex formats them, indexed by key and id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment
    from sphinxcontrib.bibtex.domain import Citation


class Listed(NamedTuple):
    """A work, and its place among all works of all bibliographies."""

    place: int
    work: Citation


class Works:
    """Finds formatted works by key and by id; complete from ``env-updated`` on."""

    def __init__(self, works: Iterable[Citation] = ()) -> None:
        self._works = list(works)
        self._by_id = {work.citation_id: work for work in self._works}
        self._by_key: defaultdict[str, list[Listed]] = defaultdict(list)
        for place, work in enumerate(self._works):
            self._by_key[work.key].append(Listed(place, work))
        self._pages: Mapping[str, str] = {}

    def all(self) -> list[Citation]:
        """Every work, in the order of the bibliography."""
        return self._works

    def with_id(self, id_: str) -> Citation | None:
        """The work whose entry in the bibliography has this id."""
        return self._by_id.get(id_)

    def listed(self, key: str) -> list[Listed]:
        """Every place at which a key is listed."""
        return self._by_key.get(key, [])

    def place(self, pages: Mapping[str, str]) -> None:
        """Add the pages of works, by id, that are not on the page of their bibliography.

        A work that was placed before keeps its page.
        """
        self._pages = {**pages, **self._pages}

    def page_of(self, work: Citation) -> str:
        """The page on which a work stands."""
        return self._pages.get(work.citation_id, work.bibliography_key.docname)

    @property
    def docnames(self) -> set[str]:
        """The pages that hold a bibliography."""
        return {work.bibliography_key.docname for work in self._works}

    def among(self, keys: Iterable[str]) -> list[Citation]:
        """The works with these keys, in the order of the bibliography, each once."""
        found = (self.listed(key) for key in set(keys))
        return [each.work for each in sorted((listed[0] for listed in found if listed), key=_place)]


def _place(listed: Listed) -> int:
    return listed.place


def works_of(env: BuildEnvironment) -> Works:
    """The works of this build."""
    works = env.get_domain("cite").works  # type: ignore[attr-defined]
    assert isinstance(works, Works)
    return works
