"""Sphinx's search index, fed by several processes and exact after an incremental build.

It serves the archive when it is opened as files, where Pagefind cannot run.  In a large archive it
holds titles and headings only, because every reader would load megabytes of words: 8.5 MB at 3,000
documents.

Replaces: ``IndexBuilder.feed``, ``_word_collector``, ``load``, ``prune`` and ``freeze``, and uses
its private tables.
Why: Sphinx's ``load`` loses the index entries and ``prune`` keeps words that no page has any more,
so that an incremental build differs from a cold one; and an index cannot be merged.  It stems each
word anew for each page, and looks at each occurrence: 5 % of a cold build.
Upstream: sphinx-doc/sphinx#12599 (index entries missing after a second build).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from io import StringIO
from os import PathLike
from typing import Any

from docutils import nodes
from sphinx.environment import BuildEnvironment
from sphinx.search import IndexBuilder, WordStore

# Titles, file names, headings and index entries by docname; then docnames by title word and word.
Tables = tuple[dict[str, Any], ...]


class SearchIndex(IndexBuilder):
    """Sphinx's index, which can take over the tables of another process."""

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
        # Own tables: Sphinx keeps its tables in the environment, which processes would exchange.
        self._titles, self._filenames = {}, {}
        self._title_mapping, self._mapping = {}, {}
        self._all_titles, self._index_entries = {}, {}
        self._has_words = has_words
        self.lang.stem = cache(self.lang.stem)  # type: ignore[method-assign]

    def feed(
        self, docname: str, filename: str | PathLike[str], title: str, doctree: nodes.document
    ) -> None:
        """Index all words of a page, or those of its headings in a large archive."""
        super().feed(docname, filename, title, doctree if self._has_words else _headings(doctree))

    def _word_collector(self, doctree: nodes.document) -> WordStore:
        """Collect each word of a page once: the index has no numbers of occurrences."""
        collected = super()._word_collector(doctree)
        collected.words = list(dict.fromkeys(collected.words))
        return collected

    def load(self, stream: Any, format: Any) -> None:  # noqa: A002 - Sphinx's name
        """Load the index of the last build with its index entries, which Sphinx leaves out."""
        text, form = stream.read(), self.formats.get(format, format)
        super().load(StringIO(text), form)
        frozen = form.loads(text)
        for entry, places in frozen["indexentries"].items():
            for page, id_, is_main in places:
                entries = self._index_entries.setdefault(frozen["docnames"][page], [])
                entries.append((entry, id_, "main" if is_main else ""))

    def prune(self, docnames: Iterable[str]) -> None:
        """Remove all other pages, their index entries, and words that no page has any more."""
        kept = frozenset(docnames)
        super().prune(kept)
        self._index_entries = {
            docname: entries for docname, entries in self._index_entries.items() if docname in kept
        }
        for words in (self._mapping, self._title_mapping):
            for word in [word for word, pages in words.items() if not pages]:
                del words[word]

    def freeze(self) -> dict[str, Any]:
        """Return the index for writing, independent of the order in which pages were fed."""
        frozen = super().freeze()
        entries = frozen["indexentries"]
        return {**frozen, "indexentries": {entry: sorted(entries[entry]) for entry in entries}}

    def tables(self) -> Tables:
        """Return everything that was fed, to be merged in another process."""
        return (
            self._titles, self._filenames, self._all_titles, self._index_entries,
            self._title_mapping, self._mapping,
        )  # fmt: skip

    def merge(self, tables: Tables) -> None:
        for own, other in zip(self.tables()[:4], tables[:4], strict=True):
            own.update(other)
        for own, other in zip(self.tables()[4:], tables[4:], strict=True):
            for word, docnames in other.items():
                own.setdefault(word, set()).update(docnames)


def _headings(doctree: nodes.document) -> nodes.document:
    """Return a copy of a page that has its sections and their headings only."""
    bare = doctree.copy()
    bare.children = []
    for section in doctree.findall(nodes.section):
        if isinstance(section[0], nodes.title):
            bare.append(nodes.section("", section[0].deepcopy(), ids=section["ids"]))
    return bare
