"""The search index for an archive that is opened as files, where nothing else can search.

It is Sphinx's own.  What several processes feed to it is put together here, and in a large
archive, whose every word would be megabytes for each reader, it knows titles alone: Pagefind
knows the words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.search import IndexBuilder

if TYPE_CHECKING:
    from os import PathLike

    from sphinx.environment import BuildEnvironment

FULL_TEXT_PAGES = 1_000  # up to which every word is in the index

# What was fed: titles, file names, words of titles, words, headings and index entries.
Fed = tuple[dict[str, Any], ...]


class SearchIndex(IndexBuilder):
    """Sphinx's index, which can be filled by several processes."""

    def __init__(
        self, env: BuildEnvironment, lang: str, options: dict[str, str], scoring: str
    ) -> None:
        super().__init__(env, lang, options, scoring)
        self._titles, self._filenames = {}, {}
        self._title_mapping, self._mapping = {}, {}
        self._all_titles, self._index_entries = {}, {}
        self._env = env

    def feed(
        self, docname: str, filename: str | PathLike[str], title: str, doctree: nodes.document
    ) -> None:
        """Enter a page: all its words, or those of its headings in a large archive."""
        known = doctree if len(self._env.found_docs) <= FULL_TEXT_PAGES else _headings(doctree)
        super().feed(docname, filename, title, known)

    def fed(self) -> Fed:
        """All that was fed, for the process that puts it together."""
        return (
            self._titles, self._filenames, self._all_titles, self._index_entries,
            self._title_mapping, self._mapping,
        )  # fmt: skip

    def take(self, fed: Fed) -> None:
        """Enter what another process was fed."""
        for own, other in zip(self.fed()[:4], fed[:4], strict=True):
            own.update(other)
        for own, other in zip(self.fed()[4:], fed[4:], strict=True):
            for word, docnames in other.items():
                own.setdefault(word, set()).update(docnames)


def _headings(doctree: nodes.document) -> nodes.document:
    """A page that holds the sections of another one and nothing of their text."""
    bare = doctree.copy()
    bare.children = []
    for section in doctree.findall(nodes.section):
        if isinstance(section[0], nodes.title):
            bare.append(nodes.section("", section[0].deepcopy(), ids=section["ids"]))
    return bare
