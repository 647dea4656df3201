"""The citations' domain, with indexes in place of scans.

sphinxcontrib-bibtex looks through all citations and all places that cite again for each entry,
each citation and each page, and formats every entry twice at every build.  This domain gives what
that one gives, and costs the same for a page in an archive of any size.
"""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from pybtex.backends.plaintext import Backend as PlainText
from pybtex.plugin import find_plugin
from sphinx.util import logging
from sphinxcontrib.bibtex.citation_target import CitationTarget, parse_citation_targets
from sphinxcontrib.bibtex.domain import BibtexDomain, Citation
from sphinxcontrib.bibtex.style.referencing import format_references
from sphinxcontrib.bibtex.style.template import SphinxReferenceInfo

from archive.citation.style import ArchiveStyle
from archive.site.know.works import Listed, Works

if TYPE_CHECKING:
    from collections.abc import Set

    from pybtex.database import Entry
    from pybtex.style import FormattedEntry
    from sphinx.addnodes import pending_xref
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment
    from sphinxcontrib.bibtex.directives import BibliographyKey
    from sphinxcontrib.bibtex.roles import CitationRef


_log = logging.getLogger(__name__)

_ALL = ast.dump(ast.parse("True"))  # what the option :all: filters by

# An entry, how the bibliography words it, and how a tooltip does.
Worded = tuple["Entry", "FormattedEntry", "FormattedEntry | None"]


class CitationRefs:
    """The places that cite, by page; a list to those who add to it and go through it."""

    def __init__(self) -> None:
        self._by_docname: dict[str, list[CitationRef]] = {}

    def append(self, place: CitationRef) -> None:
        """Add a place to those of its page."""
        self._by_docname.setdefault(place.docname, []).append(place)

    def clear(self, docname: str) -> None:
        """Forget the places of one page."""
        self._by_docname.pop(docname, None)

    def take(self, docnames: Set[str], others: CitationRefs) -> None:
        """Take over what was read of some pages elsewhere."""
        for docname in docnames:
            if docname in others._by_docname:
                self._by_docname[docname] = others._by_docname[docname]

    def __iter__(self) -> Iterator[CitationRef]:
        return chain.from_iterable(self._by_docname.values())


class CitationDomain(BibtexDomain):
    """What sphinxcontrib-bibtex knows of citations, found by key and by page."""

    data_version = BibtexDomain.data_version + 100
    initial_data: ClassVar = BibtexDomain.initial_data | {
        "citation_refs": CitationRefs(),
        "worded_by": "",  # the fingerprint of the engine that worded the citations
    }

    # Worked out at each build, when all pages are read.
    works: Works = Works()
    _listing: Set[str] = frozenset()  # pages with a bibliography

    def __init__(self, env: BuildEnvironment) -> None:
        super().__init__(env)
        # The links of a citation, and the pages that they lead to.
        self._linked: dict[tuple[str, ...], tuple[tuple[nodes.Node, ...], Set[str]]] = {}

    def clear_doc(self, docname: str) -> None:
        self.data["citation_refs"].clear(docname)
        for bibliography in [each for each in self.bibliographies if each.docname == docname]:
            del self.bibliographies[bibliography]

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        self.data["citation_refs"].take(docnames, otherdata["citation_refs"])
        for bibliography, facts in otherdata["bibliographies"].items():
            if bibliography.docname in docnames:
                self.bibliographies[bibliography] = facts

    def env_updated(self) -> Iterable[str]:
        """Word the entries, and index them by key; pages follow by the digest of what they show."""
        engine = self.env.config.archive_engine
        known = self.citations if self.data["worded_by"] == engine else []
        self._known = {(each.bibliography_key, each.key): each for each in known}
        super().env_updated()
        self.data["worded_by"] = engine
        self.works = Works(self.citations)
        self._linked = {}
        self._listing = {each.bibliography_key.docname for each in self.citations}
        return []

    def get_all_cited_keys(self, docnames: list[str]) -> Iterator[str]:
        order = {docname: position for position, docname in enumerate(docnames)}
        for place in sorted(self.citation_refs, key=lambda place: order[place.docname]):
            yield from (target.key for target in place.targets)

    def get_filtered_entries(
        self, bibliography_key: BibliographyKey
    ) -> Iterable[tuple[str, Entry]]:
        """All entries where all are asked for; a filter is left to sphinxcontrib-bibtex."""
        bibliography = self.bibliographies[bibliography_key]
        if ast.dump(bibliography.filter_) != _ALL:
            filtered: Iterable[tuple[str, Entry]] = super().get_filtered_entries(bibliography_key)
            return filtered
        entries = self.get_entries(bibliography.bibfiles)
        return ((bibliography.keyprefix + entry.key, entry) for entry in entries)

    def get_formatted_entries(
        self,
        bibliography_key: BibliographyKey,
        docnames: list[str],
        tooltips: bool,
        tooltips_style: str,
    ) -> Iterable[Worded]:
        """Word the entries that are new or changed; the others are as they were."""
        bibliography = self.bibliographies[bibliography_key]
        style = find_plugin("pybtex.style.formatting", bibliography.style)()
        if not isinstance(style, ArchiveStyle) or tooltips_style:
            yield from super().get_formatted_entries(
                bibliography_key, docnames, tooltips, tooltips_style
            )
            return
        entries = style.sort(dict(self.get_sorted_entries(bibliography_key, docnames)).values())
        for label, entry in zip(style.format_labels(entries), entries, strict=True):
            known = self._known.get((bibliography_key, bibliography.keyprefix + entry.key))
            worded = _still_worded(known, bibliography.labelprefix + label, entry)
            worded = worded or style.format_entry(bibliography.labelprefix + label, entry)
            yield entry, worded, worded if tooltips else None

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
        """Replace a citation by links to its entries, in the order in which they are listed."""
        shown = nodes.inline(target, "", classes=["bibtex-citation"])
        shown += self._shown(fromdocname, builder, typ, target, node)
        return shown

    def _shown(
        self, fromdocname: str, builder: Builder, typ: str, target: str, node: pending_xref
    ) -> list[nodes.Node]:
        """The links of a citation, which are the same on all pages of a folder but the entries’."""
        place = posixpath.dirname(fromdocname), builder.name, typ, target
        known, pages = self._linked.get(place, ((), None))
        if pages is not None and fromdocname not in pages | self._listing:
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
        shown: list[nodes.Node] = format_references(self.reference_style, typ, references).render(
            self.backend
        )
        pages = {info.todocname for _entry, _worded, info in references}
        if None not in found.values() and fromdocname not in pages | self._listing:
            self._linked[place] = tuple(each.deepcopy() for each in shown), pages
        return shown

    def resolve_any_xref(self, *_args: object) -> list[Any]:
        """Citations are written with their own role."""
        return []

    def _nearest(self, key: str, docname: str) -> Listed | None:
        """The entry of a key that a page links to: its own, else the last one of the archive."""
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
    """Those of the page itself first, then as they are listed."""
    listed = sorted(filter(None, found), key=lambda each: each.place)
    own = [each for each in listed if each.work.bibliography_key.docname == docname]
    return [each.work for each in (*own, *(each for each in listed if each not in own))]


def _still_worded(known: Citation | None, label: str, entry: Entry) -> FormattedEntry | None:
    """How an entry was worded before, where neither it nor its label has changed."""
    if known is None or known.formatted_entry.label != label:
        return None
    return known.formatted_entry if known.entry is entry or known.entry == entry else None
