"""The standard domain and sphinxcontrib-bibtex's, with indexes in place of scans.

Replaces: ``StandardDomain.clear_doc``; ``BibtexDomain.clear_doc``, ``merge_domaindata``,
``env_updated``, ``get_all_cited_keys``, ``get_filtered_entries``, ``get_formatted_entries`` and
``resolve_xref``, and the look-ups of its list ``citations``.  The nodes are the same.
Why: ``clear_doc`` of both and ``resolve_xref`` scan what is known of the whole archive for each
page, ``get_filtered_entries`` costs bibliographies × entries × citations at every build, and every
entry is formatted twice at every build, which was 79 % of an edit at 3,000 documents.  A page needs
its own few works out of thousands, and one of a split bibliography takes over entries from the page
with the directive.  The indexes took a cold build of 1,000 documents from 75 to 37 CPU seconds,
together with a sidebar without documents.  Sphinx clears a page right before it reads it, so that a
label that moved to a page read before its old one is told as a duplicate: sphinx-doc/sphinx has it
for serial reading alone.
"""

from __future__ import annotations

import ast
import posixpath
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Set
from math import nan
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from docutils import nodes
from pybtex.backends.plaintext import Backend as PlainText
from pybtex.database import BibliographyData, Entry
from pybtex.plugin import find_plugin
from pybtex.style import FormattedEntry
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinxcontrib.bibtex.bibfile import BibData, BibFile
from sphinxcontrib.bibtex.citation_target import CitationTarget, parse_citation_targets
from sphinxcontrib.bibtex.directives import BibliographyKey
from sphinxcontrib.bibtex.domain import BibtexDomain, Citation
from sphinxcontrib.bibtex.roles import CitationRef
from sphinxcontrib.bibtex.style.referencing import format_references
from sphinxcontrib.bibtex.style.template import SphinxReferenceInfo

from archive.citation.biblatex import Reading, read
from archive.citation.style import ArchiveStyle
from archive.model.words import N_

# The parts of the domain's data whose values begin with the docname that defines them.
_PARTS = ("progoptions", "objects", "terms", "labels", "anonlabels")

# Clearing this many pages by scanning costs less than building the index.
_SCANNED_PAGES = 5


class LabelDomain(StandardDomain):
    """The standard domain; ``clear_doc`` costs O(labels of one page) after the first few pages."""

    # What is kept of an earlier build has to have all of this: another number drops what has not.
    data_version = StandardDomain.data_version + 1
    # Sphinx adds "terms" when it first clears a page, which never happens in a worker process.  As
    # it names its search page, the page that checks a reader's text has a label.
    initial_data = StandardDomain.initial_data | {  # type: ignore[misc]
        "terms": {},
        "labels": StandardDomain.initial_data["labels"]
        | {"check-my-text": ("check", "", N_("Check my text"))},
        "anonlabels": StandardDomain.initial_data["anonlabels"] | {"check-my-text": ("check", "")},
    }

    # The (part, key) pairs of each docname; None until _SCANNED_PAGES pages were cleared.
    _index: dict[str, list[tuple[str, Hashable]]] | None = None
    _cleared = 0

    def __init__(self, env: BuildEnvironment) -> None:
        super().__init__(env)
        self._forgotten: set[str] = set()  # pages that were cleared before any of them was read

    def forget(self, docnames: Iterable[str]) -> None:
        """Clear pages that are about to be read, before any of them is.

        Sphinx clears each right before it reads it, and takes a label that moved to a page that is
        read before its old one for a label on two pages.
        """
        for docname in docnames:
            self.clear_doc(docname)
        self._forgotten = set(docnames)

    def clear_doc(self, docname: str) -> None:
        if docname in self._forgotten:
            self._forgotten.discard(docname)
            return
        if self._index is None and self._cleared < _SCANNED_PAGES:
            self._cleared += 1
            super().clear_doc(docname)
            return
        if self._index is None:
            self._index = self._keys_by_docname()
        for part, key in self._index.pop(docname, ()):
            value = self.data[part].get(key)
            if value is not None and value[0] == docname:
                del self.data[part][key]

    def drop_index(self) -> None:
        """Drop the index, which is out of date once pages have been read."""
        self._index = None
        self._cleared = 0
        self._forgotten = set()

    def _keys_by_docname(self) -> dict[str, list[tuple[str, Hashable]]]:
        found: defaultdict[str, list[tuple[str, Hashable]]] = defaultdict(list)
        for part in _PARTS:
            for key, value in self.data.get(part, {}).items():
                found[value[0]].append((part, key))
        return found


def defined_by(env: BuildEnvironment, pages: Set[str]) -> Mapping[str, list[tuple[object, ...]]]:
    """Return the labels and objects of the standard domain that pages define, by docname."""
    found: defaultdict[str, list[tuple[object, ...]]] = defaultdict(list)
    for part in _PARTS if pages else ():
        for key, value in env.domains.standard_domain.data.get(part, {}).items():
            if value[0] in pages:
                found[value[0]].append((part, key, value))
    return found


def drop_label_index(app: Sphinx, env: BuildEnvironment, *_changes: Set[str]) -> None:
    """Drop the index of labels before pages are read."""
    domain = env.domains.standard_domain
    if isinstance(domain, LabelDomain):
        domain.drop_index()


def forget_pages(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Clear the labels of the pages that are about to be read."""
    domain = env.domains.standard_domain
    if isinstance(domain, LabelDomain):
        domain.forget(docnames)


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
        return self._by_id.get(id_)

    def listed(self, key: str) -> list[Listed]:
        """Return every entry of a key, one for each bibliography that lists it."""
        return self._by_key.get(key, [])

    def place(self, pages: Mapping[str, str]) -> None:
        """Add the pages of works, by id, that are not on the page of their bibliography.

        A work that was placed before keeps its page.
        """
        self._pages = {**pages, **self._pages}

    def gather(self) -> None:
        """Have all works on the pages of their bibliographies, in an output that divides none."""
        self._pages = {}

    def page_of(self, work: Citation) -> str:
        """Return the page that shows a work's entry."""
        return self._pages.get(work.citation_id, work.bibliography_key.docname)

    @property
    def divided(self) -> Mapping[str, str]:
        """The page of its directive, by each page that shows a part of a bibliography."""
        found = ((page, self._by_id.get(id_)) for id_, page in self._pages.items())
        return {page: work.bibliography_key.docname for page, work in found if work is not None}

    @property
    def docnames(self) -> set[str]:
        """The pages with a bibliography directive."""
        return {work.bibliography_key.docname for work in self._works}

    def among(self, keys: Iterable[str]) -> list[Citation]:
        """Return the works with these keys, each once, in the order of the bibliography."""
        first = [listed[0] for key in set(keys) if (listed := self.listed(key))]
        return [each.work for each in sorted(first, key=lambda each: each.position)]


def works_of(env: BuildEnvironment) -> Works:
    works = env.get_domain("cite").works  # type: ignore[attr-defined]
    assert isinstance(works, Works)
    return works


def entries_of(env: BuildEnvironment) -> Mapping[str, Entry]:
    """Return the entries of all BibTeX files, by key."""
    entries: Mapping[str, Entry] = env.get_domain("cite").bibdata.data.entries  # type: ignore[attr-defined]
    return entries


def reading_of(env: BuildEnvironment) -> Reading:
    """Return the works of all BibTeX files, with what is wrong with them."""
    domain = env.get_domain("cite")
    assert isinstance(domain, CitationDomain)
    return domain.reading


_log = logging.getLogger(__name__)
_ALL = ast.dump(ast.parse("True"))  # what the option :all: filters by

# An entry, its form in the bibliography and its form in a tooltip.
Formatted = tuple["Entry", "FormattedEntry", "FormattedEntry | None"]


class CitationRefs:
    """Citations in the text, by docname; has the ``append`` and iteration of upstream's list.

    They are kept as plain tuples, which are pickled and loaded in a third of the time.
    """

    def __init__(self) -> None:
        # Of each citation its id, its line, and the fields of its targets, the key first.
        self._by_docname: dict[str, list[tuple[str, int, list[tuple[str, str, str]]]]] = {}

    def append(self, ref: CitationRef) -> None:
        kept = ref.citation_ref_id, ref.line, [(*target,) for target in ref.targets]
        self._by_docname.setdefault(ref.docname, []).append(kept)

    def clear(self, docname: str) -> None:
        self._by_docname.pop(docname, None)

    def merge(self, docnames: Set[str], others: CitationRefs) -> None:
        for docname in docnames:
            if docname in others._by_docname:
                self._by_docname[docname] = others._by_docname[docname]

    def __iter__(self) -> Iterator[CitationRef]:
        for docname, refs in self._by_docname.items():
            for ref_id, line, targets in refs:
                yield CitationRef(
                    ref_id, docname, line, [CitationTarget(*each) for each in targets]
                )

    def keys(self, docnames: Iterable[str] | None = None) -> Iterator[str]:
        """Yield the key of each target of pages, or of all, in the order of pages and text."""
        for docname in self._by_docname if docnames is None else docnames:
            for _ref_id, _line, targets in self._by_docname.get(docname, ()):
                yield from (key for key, _pre, _post in targets)


class CitationDomain(BibtexDomain):
    """BibtexDomain with citations indexed by key and by docname."""

    data_version = BibtexDomain.data_version + 102
    initial_data: ClassVar = BibtexDomain.initial_data | {
        "citation_refs": CitationRefs(),
        "formatted_by": "",  # digest of the code that formatted the entries
    }

    # Set in ``env_updated`` of each build.
    works: Works = Works()
    _bibliography_pages: Set[str] = frozenset()

    def __init__(self, env: BuildEnvironment) -> None:
        super().__init__(env)
        self._reading: tuple[object, Reading] | None = None  # with the data that was read
        # The nodes of a citation and the pages they link to, by folder, builder, role and target.
        self._resolved: dict[tuple[str, ...], tuple[tuple[nodes.Node, ...], Set[str]]] = {}

    @property
    def reading(self) -> Reading:
        """The works of the BibTeX files, read once for each state of the files."""
        data = self.bibdata.data
        if self._reading is None or self._reading[0] is not data:
            self._reading = data, read(data.entries)
        return self._reading[1]

    def clear_doc(self, docname: str) -> None:
        self.data["citation_refs"].clear(docname)
        for bibliography in [each for each in self.bibliographies if each.docname == docname]:
            del self.bibliographies[bibliography]

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        self.data["citation_refs"].merge(docnames, otherdata["citation_refs"])
        for bibliography, facts in otherdata["bibliographies"].items():
            if bibliography.docname in docnames:
                self.bibliographies[bibliography] = facts

    def env_updated(self) -> Iterable[str]:
        """Format the entries and index them by key; return no page.

        The account of outputs rewrites each page whose entries changed.
        """
        code = self.env.config.archive_code_digest
        reusable = self.citations if self.data["formatted_by"] == code else []
        self._reusable = {(each.bibliography_key, each.key): each for each in reusable}
        super().env_updated()
        self.data["formatted_by"] = code
        self.works = Works(self.citations)
        self._resolved = {}
        self._bibliography_pages = {each.bibliography_key.docname for each in self.citations}
        return []

    def get_all_cited_keys(self, docnames: list[str]) -> Iterator[str]:
        yield from self.data["citation_refs"].keys(docnames)

    def get_filtered_entries(
        self, bibliography_key: BibliographyKey
    ) -> Iterable[tuple[str, Entry]]:
        """Return all works for the option ``:all:``; leave other filters to upstream.

        What others inherit from by ``crossref`` is a work of its own only where it is cited.
        """
        bibliography = self.bibliographies[bibliography_key]
        if ast.dump(bibliography.filter_) != _ALL:
            filtered: Iterable[tuple[str, Entry]] = super().get_filtered_entries(bibliography_key)
            return filtered
        works, prefix = self.reading.works, bibliography.keyprefix
        cited = set(self.data["citation_refs"].keys())
        hidden = {key for key in self.reading.parents if prefix + key not in cited}
        entries = self.get_entries(bibliography.bibfiles)
        return (
            (prefix + entry.key, entry)
            for entry in entries if entry.key in works and entry.key not in hidden
        )  # fmt: skip

    def get_formatted_entries(
        self,
        bibliography_key: BibliographyKey,
        docnames: list[str],
        tooltips: bool,
        tooltips_style: str,
    ) -> Iterable[Formatted]:
        """Format new and changed entries, once for bibliography and tooltip; reuse the others."""
        bibliography = self.bibliographies[bibliography_key]
        style = find_plugin("pybtex.style.formatting", bibliography.style)()
        if not isinstance(style, ArchiveStyle) or tooltips_style:
            yield from super().get_formatted_entries(
                bibliography_key, docnames, tooltips, tooltips_style
            )
            return
        style = ArchiveStyle(self.reading.works, self.env.config.language)
        entries = style.sort(dict(self.get_sorted_entries(bibliography_key, docnames)).values())
        for own_label, entry in zip(style.format_labels(entries), entries, strict=True):
            known = self._reusable.get((bibliography_key, bibliography.keyprefix + entry.key))
            label = bibliography.labelprefix + own_label
            formatted = _unchanged(known, label, entry) or style.format_entry(label, entry)
            yield entry, formatted, formatted if tooltips else None

    def resolve_xref(  # noqa: PLR0913, PLR0917 - Sphinx calls it so
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> nodes.inline:
        """Replace a citation by links to its entries, in the order of the bibliography."""
        resolved = nodes.inline(target, "", classes=["bibtex-citation"])
        resolved += self._links(fromdocname, builder, typ, target, node)
        return resolved

    def _links(
        self, fromdocname: str, builder: Builder, typ: str, target: str, node: pending_xref
    ) -> list[nodes.Node]:
        """Return the links of a citation.

        They are equal on all pages of a folder, except on pages that show the entries.
        """
        place = posixpath.dirname(fromdocname), builder.name, typ, target
        known, pages = self._resolved.get(place, ((), None))
        if pages is not None and fromdocname not in pages | self._bibliography_pages:
            return [each.deepcopy() for each in known]
        targets = {each.key: each for each in parse_citation_targets(target)}
        found = {key: self._nearest(key, fromdocname) for key in targets}
        for key in (key for key, listed in found.items() if listed is None):
            _log.warning(
                'could not find bibtex key "%s"', key,
                location=node, type="bibtex", subtype="key_not_found",
            )  # fmt: skip
        references = [
            (each.entry, each.formatted_entry, self._info(each, targets[each.key], node, builder))
            for each in _in_order(found.values(), fromdocname)
        ]
        links: list[nodes.Node] = format_references(self.reference_style, typ, references).render(
            self.backend
        )
        pages = {info.todocname for _entry, _formatted, info in references}
        if None not in found.values() and fromdocname not in pages | self._bibliography_pages:
            self._resolved[place] = tuple(each.deepcopy() for each in links), pages
        return links

    def resolve_any_xref(self, *_args: object) -> list[Any]:
        """Return nothing: a citation always has its own role."""
        return []

    def _nearest(self, key: str, docname: str) -> Listed | None:
        """Return the entry of a key on the page itself, otherwise the last one of the archive."""
        listed = [
            each
            for each in self.works.listed(key)
            if self.bibliographies[each.work.bibliography_key].list_ == "citation"
        ]
        own = [each for each in listed if each.work.bibliography_key.docname == docname]
        return (own or listed)[-1] if listed else None

    def _info(
        self, citation: Citation, target: CitationTarget, node: pending_xref, builder: Builder
    ) -> SphinxReferenceInfo:
        title = citation.tooltip_entry and citation.tooltip_entry.text.render(PlainText())
        return SphinxReferenceInfo(
            builder=builder,
            fromdocname=node.get("refdoc", self.env.docname),
            todocname=self.works.page_of(citation),
            citation_id=citation.citation_id,
            title=title and title.replace("\\url ", ""),
            pre_text=target.pre,
            post_text=target.post,
        )


def _in_order(found: Iterable[Listed | None], docname: str) -> list[Citation]:
    """Sort entries by their position, those on the page itself first."""
    listed = sorted(filter(None, found), key=lambda each: each.position)
    own = [each for each in listed if each.work.bibliography_key.docname == docname]
    return [each.work for each in (*own, *(each for each in listed if each not in own))]


def _unchanged(known: Citation | None, label: str, entry: Entry) -> FormattedEntry | None:
    """Return the formatted entry of an earlier build if neither entry nor label changed."""
    inherits = {"crossref", "xdata"} & entry.fields.keys()
    if known is None or known.formatted_entry.label != label or inherits:
        return None
    return known.formatted_entry if known.entry is entry or known.entry == entry else None


def forget_bibliography(env: BuildEnvironment) -> None:
    """Have the BibTeX files parsed again: no time of a file is this one.

    sphinxcontrib-bibtex takes the time of a file after it has parsed it: a save meanwhile is lost.
    """
    data = env.get_domain("cite").data
    files = data["bibdata"].bibfiles.items()
    data["bibdata"] = data["bibdata"]._replace(
        bibfiles={path: file._replace(mtime=nan) for path, file in files}
    )


def keep_parsed(env: BuildEnvironment, data: BibliographyData, times: Mapping[Path, float]) -> None:
    """Give sphinxcontrib-bibtex what was parsed of the one file, so that it is parsed once.

    ``times`` are the modification times that the files had before they were read.  Of several
    files sphinxcontrib-bibtex notes which entry is whose, and parses them itself.
    """
    if len(times) == 1:
        ((path, time),) = times.items()
        bibfiles = {path.resolve(): BibFile(time, dict.fromkeys(data.entries))}
        env.get_domain("cite").data["bibdata"] = BibData(env.config.bibtex_encoding, bibfiles, data)
