"""The search index for an archive that is opened as files, where nothing else can search.

It is Sphinx's own.  What several processes feed to it is put together here, and in a large
archive, whose every word would be megabytes for each reader, it knows titles alone: Pagefind
knows the words.
"""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.search import IndexBuilder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from sphinx.environment import BuildEnvironment


# What was fed: titles, file names, words of titles, words, headings and index entries.
Fed = tuple[dict[str, Any], ...]


class SearchIndex(IndexBuilder):
    """Sphinx's index, which can be filled by several processes."""

    def __init__(
        self,
        env: BuildEnvironment,
        lang: str,
        options: dict[str, str],
        scoring: str,
        *,
        has_words: bool = True,
    ) -> None:
        super().__init__(env, lang, options, scoring)
        self._titles, self._filenames = {}, {}
        self._title_mapping, self._mapping = {}, {}
        self._all_titles, self._index_entries = {}, {}
        self._has_words = has_words

    def feed(
        self, docname: str, filename: str | PathLike[str], title: str, doctree: nodes.document
    ) -> None:
        """Enter a page: all its words, or those of its headings in a large archive."""
        known = doctree if self._has_words else _headings(doctree)
        super().feed(docname, filename, title, known)

    def load(self, stream: Any, format: Any) -> None:  # noqa: A002 - Sphinx's name
        """Load the index of the last build, with the index entries, which Sphinx leaves out."""
        text, form = stream.read(), self.formats.get(format, format)
        super().load(StringIO(text), form)
        frozen = form.loads(text)
        for entry, places in frozen["indexentries"].items():
            for page, id_, is_main in places:
                known = self._index_entries.setdefault(frozen["docnames"][page], [])
                known.append((entry, id_, "main" if is_main else ""))

    def prune(self, docnames: Iterable[str]) -> None:
        """Forget all other pages, with their index entries and the words that no page has."""
        kept = frozenset(docnames)
        super().prune(kept)
        self._index_entries = {
            docname: entries for docname, entries in self._index_entries.items() if docname in kept
        }
        for words in (self._mapping, self._title_mapping):
            for word in [word for word, pages in words.items() if not pages]:
                del words[word]

    def freeze(self) -> dict[str, Any]:
        """The index as it is written, the same in whatever order pages were fed."""
        frozen = super().freeze()
        entries = frozen["indexentries"]
        return {**frozen, "indexentries": {entry: sorted(entries[entry]) for entry in entries}}

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
