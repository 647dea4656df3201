"""The bibliography, the reference list of a document, and backlinks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode
from sphinx.writers.html5 import HTML5Translator
from sphinxcontrib.bibtex.domain import Citation
from sphinxcontrib.bibtex.nodes import bibliography
from sphinxcontrib.bibtex.transforms import BibliographyTransform

from archive.citation.style import version_date
from archive.citation.works import Work
from archive.citation.works_export import BESIDE, CITED, TAKE, to_take
from archive.model.passage import unbroken
from archive.model.words import words
from archive.site import joined
from archive.site.know.facts import Document, Part, Place, initial, parts
from archive.site.know.outputs import GeneratedPage
from archive.site.know.view import View, view_of
from archive.site.show import DocumentTransform, closing_heading, links_to_parts, list_pages
from archive.upstream import builder_of
from archive.upstream.domains import reading_of, works_of


def place_works(app: Sphinx, env: BuildEnvironment) -> None:
    """Set the page of each work of a split bibliography before anything links to it."""
    works = works_of(env)
    if app.builder.name == "html":
        pages = {work.citation_id: name for name, part in split_pages(env) for work in part.items}
        works.place(pages)


def split_pages(env: BuildEnvironment) -> Iterator[tuple[str, Part[Citation]]]:
    """Yield the pages of each bibliography that is too long for one page, by name."""
    works = works_of(env)
    for docname in sorted(works.docnames):
        listed = [work for work in works.all() if work.bibliography_key.docname == docname]
        size = env.config.archive_page_entries
        if len(listed) > size:
            for part in parts(listed, lambda work: initial(work.formatted_entry.label), size):
                yield f"{docname}/{part.slug}", part


ALL_WORKS = "works"  # the stem of the files with all works, at the root of the site


def all_works(view: View) -> list[Work]:
    """Return the works of all bibliographies, each once, in their order."""
    works = reading_of(view.env).works
    return [works[key] for key in dict.fromkeys(work.entry.key for work in view.works())]


def cited_works(view: View, document: Document) -> list[Work]:
    """Return the works that a document cites, in the order of the bibliography."""
    works = reading_of(view.env).works
    cited = {key for block in document.blocks for key in block.cites}
    return [works[work.entry.key] for work in view.works_among(cited)]


def downloads(opening: str, files: Iterable[tuple[str, str]]) -> nodes.paragraph:
    """Return a line of links to the files of a list of works, each with its name and address."""
    links = [nodes.reference("", name, internal=True, refuri=address) for name, address in files]
    return nodes.paragraph(
        "", opening, *joined(links, ", "), nodes.Text("."), classes=["works-to-take"]
    )


class Bibliography(SphinxPostTransform):
    """Replaces a bibliography by its entries, or by links to the pages of a split one."""

    default_priority = 4  # before sphinxcontrib-bibtex's own, which then finds no bibliography
    needs = (bibliography,)

    def run(self, **kwargs: object) -> None:
        for place in list(self.document.findall(bibliography)):
            docname = place["docname"]
            shown = self._split(docname) or [self._entries(docname, place["ids"][0])]
            place.replace_self([*self._downloads(docname), *shown])

    def _entries(self, docname: str, id_: str) -> nodes.Node:
        listed = [
            work
            for work in view_of(self.env).works()
            if work.bibliography_key.docname == docname and work.bibliography_key.id_ == id_
        ]
        return nodes.container("", *map(entry, listed)) if listed else nodes.target()

    def _downloads(self, docname: str) -> list[nodes.Node]:
        if builder_of(self.env).name != "html":
            return []
        up, _ = "../" * docname.count("/"), words(self.config.language)
        line = downloads(
            _("For reference managers, all works listed here: "), to_take(f"{up}{ALL_WORKS}")
        )
        own = [
            nodes.reference("", name, internal=True, refuri=f"{up}archive.{suffix}")
            for suffix, name in (("bib", "BibLaTeX"), ("bibtex.bib", "BibTeX"))
        ]
        line += [
            nodes.Text(_(" The archive’s own documents: ")),
            *joined(own, ", "),
            nodes.Text("."),
        ]
        return [line]

    def _split(self, docname: str) -> list[nodes.Node]:
        if builder_of(self.env).name != "html":
            return []
        pages = [each for each in split_pages(self.env) if each[0].startswith(f"{docname}/")]
        return [links_to_parts(pages, self.env, docname)] if pages else []


def reference_pages(app: Sphinx) -> Iterator[GeneratedPage]:
    def entries(_name: str, part: Part[Citation]) -> list[nodes.Node]:
        for work in part.items:
            view_of(app.env).note("work", work.key)
        return [nodes.container("", *map(entry, part.items))]

    _ = words(app.config.language)
    return list_pages(
        app, split_pages(app.env), entries, called=lambda work: work.citation_id,
        heading=_("References: {part}"),
    )  # fmt: skip


def visit_citation(self: HTML5Translator, node: nodes.citation) -> None:
    if not isinstance(node.previous_sibling(), nodes.citation):
        self.body.append('<div role="list" class="citation-list">\n')
    self.body.append(self.starttag(node, "div", CLASS="citation", role="listitem"))


def depart_citation(self: HTML5Translator, node: nodes.citation) -> None:
    self.body.append("</div>\n")
    if not isinstance(node.next_node(descend=False, siblings=True), nodes.citation):
        self.body.append("</div>\n")


def formatted(work: Citation) -> nodes.paragraph:
    """Return a new paragraph with a formatted entry; bibtex's stored nodes stay unchanged."""
    paragraph: nodes.paragraph = BibliographyTransform.backend.paragraph(work.formatted_entry)
    return paragraph


def entry(work: Citation) -> nodes.citation:
    """Return a work as an entry of the bibliography, with its id and its label."""
    shown = nodes.citation("", ids=[work.citation_id], docname=work.bibliography_key.docname)
    shown += nodes.label("", work.formatted_entry.label, support_smartquotes=False)
    shown += formatted(work)
    return shown


def link_to_work(work: Citation, env: BuildEnvironment, docname: str) -> nodes.reference:
    """Return a link from a page to a work's entry; its text is the work's label."""
    return make_refnode(
        builder_of(env), docname, view_of(env).page_of(work),
        work.citation_id, nodes.inline("", work.formatted_entry.label),
    )  # fmt: skip


# The Memento TimeGate of the Internet Archive (RFC 7089); "*" as the date lists all copies.
_TIMEGATE = "https://web.archive.org/web"


def _visit_link(self: HTML5Translator, node: nodes.Element) -> None:
    address = escape(node["refuri"], quote=True)
    day = f' data-versiondate="{node["version_date"]}"' if node["version_date"] else ""
    self.body.append(
        f'<a class="reference external" href="{address}" data-originalurl="{address}"{day}>'
    )


def _depart_link(self: HTML5Translator, node: nodes.Element) -> None:
    """Name a copy as one only where the entry has its address; else say that it is a search."""
    copy, day = node["archived"], (node["version_date"] or "*").replace("-", "")
    address = escape(copy or f"{_TIMEGATE}/{day}/{node['refuri']}", quote=True)
    _ = words(self.config.language)
    name = _("archived copy") if copy else _("look for archived copies")
    self.body.append(f'</a> (<a class="archived-copy" href="{address}">{name}</a>)')


class robust_link(nodes.Inline, nodes.TextElement):
    """A web link of an entry, with a link to an archived copy, or to a search for one.

    Attributes: ``refuri``; ``version_date``, ISO 8601 or None; ``archived``, an address or None.
    """

    html = _visit_link, _depart_link


class RobustLinks(SphinxPostTransform):
    """Adds links to archived copies to the site; print shows the address itself."""

    default_priority = 11
    needs = (nodes.citation,)
    builders = ("html",)

    def run(self, **kwargs: object) -> None:
        for entry in self.document.findall(nodes.citation):
            work = works_of(self.env).with_id(entry["ids"][0])
            known = reading_of(self.env).works.get(work.entry.key) if work is not None else None
            day = version_date(known) if known is not None else None
            copy = (known and known.plain("archiveurl")) or None
            for link in list(entry.findall(nodes.reference)):
                address = link.get("refuri", "")
                if address.startswith(("http://", "https://")) and not _stays(link, address):
                    link.parent.replace(link, robust_link(
                        "", "", *link.children, refuri=address, version_date=day, archived=copy
                    ))  # fmt: skip


def _stays(link: nodes.reference, address: str) -> bool:
    """Whether a link leads into the archive, or is a DOI, which is made to stay."""
    return bool(link.get("internal")) or address.startswith("https://doi.org/")


MARK = "anchor-mark"  # class of links whose text is an anchor's label
SINCE = "since"  # attribute of the last link to another document: the address of the first


def marks(places: Iterable[Place], env: BuildEnvironment, docname: str) -> list[nodes.Node]:
    """Return links to places, grouped by document: ``ALA resolution W3, N1; NCAC statement P1``.

    Places of the page's own document have no name before them.
    """
    shown: list[nodes.Node] = []
    for document, group in groupby(places, key=lambda place: place.document):
        if shown:
            shown.append(nodes.Text("; "))
        if document.docname != docname:
            shown.append(nodes.Text(f"{document.short_title} "))
        links = [_mark(place, env, docname) for place in group]
        if document.docname != docname:
            links[-1][SINCE] = links[0].get("refid") or links[0]["refuri"]
        shown += joined(links, ", ")
    return shown


def _mark(place: Place, env: BuildEnvironment, docname: str) -> nodes.reference:
    anchor = place.block.anchor
    link = make_refnode(
        builder_of(env), docname, place.document.docname, anchor,
        nodes.inline("", unbroken(place.document.way(place.block))), place.block.spoken,
    )  # fmt: skip
    link["classes"].append(MARK)
    return link


class EntryBacklinks(SphinxPostTransform):
    """Adds to each entry of bibliography and glossary the passages that refer to it."""

    default_priority = 6  # after the bibliography is filled, at 4
    needs = (nodes.citation, addnodes.glossary)

    def run(self, **kwargs: object) -> None:
        view, own = view_of(self.env), self.config.language
        _ = words(own)
        for entry in self.document.findall(nodes.citation):
            work = works_of(self.env).with_id(entry["ids"][0])
            cited = view.backlinks("reference", work.key) if work is not None else ()
            if cited:
                entry.append(backlink_paragraph(_("Cited in "), cited, self.env, own))
        for glossary in self.document.findall(addnodes.glossary):
            for item in glossary.findall(nodes.definition_list_item):
                names = (term.astext().lower() for term in item.findall(nodes.term))
                found = {
                    place.order: place for name in names for place in view.backlinks("term", name)
                }
                places = [place for _order, place in sorted(found.items())]
                definition = next(item.findall(nodes.definition), None)
                if places and definition is not None:
                    definition.append(backlink_paragraph(_("Mentioned in "), places, self.env, own))


class ReferredToBy(DocumentTransform):
    """Adds to the end of a document the documents that refer to it."""

    default_priority = 10

    def complete(self, document: Document, section: nodes.section) -> None:
        places = view_of(self.env).backlinks("document", document.id)
        if places:
            section += closing_heading("Referred to by", words(document.language), self.env)
            section += backlink_paragraph("", places, self.env, document.language)


def backlink_paragraph(
    opening: str, places: Sequence[Place], env: BuildEnvironment, language: str | None = None
) -> nodes.paragraph:
    """Return links to places: at most as many as a list on one page has, and how many more are."""
    shown, more = places[: env.config.archive_page_entries], ""
    if rest := len(places) - len(shown):
        more = words(language).plural(" and {} more passage", " and {} more passages", rest)
    return nodes.paragraph(
        "", opening, *marks(shown, env, env.docname), nodes.Text(f"{more}."), classes=["backlinks"]
    )


class ReferenceList(DocumentTransform):
    """Adds the works that a document cites to its page; the PDF builder makes its own list."""

    default_priority = 9
    formats = ("html",)

    def complete(self, document: Document, section: nodes.section) -> None:
        cited = {key for block in document.blocks for key in block.cites}
        works = view_of(self.env).works_among(cited)
        entries = [self._entry(work, document) for work in works]
        if entries:
            _ = words(document.language)
            section += closing_heading("References", _, self.env)
            section += nodes.bullet_list("", *entries, classes=["reference-list"])
            if builder_of(self.env).name == "html":  # a book has no files beside it
                section += downloads(_(TAKE), to_take(f"{document.id}.{CITED}", BESIDE))

    def _entry(self, work: Citation, document: Document) -> nodes.list_item:
        entry = formatted(work)
        label = nodes.strong("", "", link_to_work(work, self.env, self.env.docname))
        entry.insert(0, [label, nodes.Text(" ")])
        places = [Place(document, block) for block in document.blocks if work.key in block.cites]
        cited_in = words(document.language)("Cited in ")
        return nodes.list_item("", entry, backlink_paragraph(cited_in, places, self.env))
