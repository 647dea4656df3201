"""Shows what a text is to others: relations, origins of quotations, the source's own paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode
from sphinx.writers.html5 import HTML5Translator

from archive.citation.metadata import RELATED_BEFORE, Related
from archive.fidelity.quotations import Text
from archive.fidelity.source import Endnote, Paragraph, Source, Sources
from archive.model.passage import normalise
from archive.model.relations import TAKEN_UP
from archive.model.settings import Settings
from archive.model.verifying import origin_told, taken_up
from archive.model.words import N_, Words, words
from archive.site import around, joined, quotation, record_card
from archive.site.know.facts import Block, Document
from archive.site.know.relations import Followed, Tie
from archive.site.know.view import view_of
from archive.site.read.anchors import CLOSING, OPENING
from archive.site.read.records import field
from archive.site.read.sources import read_attestation, take_source
from archive.site.show import DocumentTransform
from archive.upstream import builder_of
from archive.upstream.domains import works_of

# --- Shows relations at both ends: in the record cards of documents, and in entries of works.


class RelationsInCards(DocumentTransform):
    """Adds to a document's card what it is related to, and what is related to it."""

    default_priority = 7

    def complete(self, document: Document, section: nodes.section) -> None:
        fields = next(section.findall(nodes.field_list), None)
        if fields is None or not isinstance(fields.parent, record_card):
            return
        names = [each.next_node(nodes.field_name) for each in fields.findall(nodes.field)]
        _ = words(document.language)
        before = _(RELATED_BEFORE)
        at = next(n for n, each in enumerate(names) if each and each.astext() == before)
        fields[at:at] = [
            field(_(said), [
                nodes.paragraph("", "", *shown(tie, self.env, document.language)) for tie in found
            ])
            for said, found in grouped(view_of(self.env).ties(document.docname))
        ]  # fmt: skip


class RelationsInEntries(SphinxPostTransform):
    """Adds to each entry of the bibliography the documents that are related to the work."""

    default_priority = 6  # after the bibliography is filled, at 4
    needs = (nodes.citation,)

    def run(self, **kwargs: object) -> None:
        view = view_of(self.env)
        for entry in self.document.findall(nodes.citation):
            work = works_of(self.env).with_id(entry["ids"][0])
            for said, found in grouped(view.work_ties(work.key)) if work is not None else ():
                line = nodes.paragraph("", f"{said}: ", classes=["backlinks"])
                for number, tie in enumerate(found):
                    line += [nodes.Text("; ")] if number else []
                    line += shown(tie, self.env)
                entry.append(line)


def grouped(ties: Iterable[Tie]) -> list[tuple[str, list[Tie]]]:
    """Return ties by the words of their relation, in the order of the first of each."""
    found: dict[str, list[Tie]] = {}
    for tie in ties:
        found.setdefault(tie.direction.words, []).append(tie)
    return list(found.items())


def shown(tie: Tie, env: BuildEnvironment, around: str | None = None) -> list[nodes.Node]:
    """Return a link to the other end, and the passage that it names of this one.

    ``around`` is the language of the page, if it is not that of the archive.
    """
    name = nodes.inline("", tie.name)
    if tie.language and tie.language != (around or env.config.language):
        name["classes"] = [f"language-{tie.language}"]
    link = make_refnode(builder_of(env), env.docname, tie.docname, tie.id, name)
    return [link, *([nodes.Text(f" ({tie.at})")] if tie.at else [])]


class taken_up_by(nodes.General, nodes.Element):
    """What a passage repeats, and what quotes or repeats it, below it; in pages only.

    Folded where it is much.

    Attribute: ``counted``, what is seen of it before it is opened, if it is folded.
    """

    html = around(
        lambda _, node: (
            f'<details class="taken-up"><summary>{escape(node["counted"])}</summary>\n'
            if node["counted"] else '<div class="taken-up">'
        ),
        lambda _, node: "</details>\n" if node["counted"] else "</div>\n",
    )  # fmt: skip


def taken_up_links(anchor: str, document: Document, env: BuildEnvironment) -> list[taken_up_by]:
    """Return links to what a passage repeats and to what quotes or repeats it; none without any."""
    found: dict[str, dict[str, Tie]] = {}
    for tie in view_of(env).ties(document.docname):
        if tie.at_id == anchor and tie.direction in TAKEN_UP:
            found.setdefault(tie.direction.words, {}).setdefault(tie.name, tie)
    if not found:
        return []
    _ = words(document.language)
    counted, _named = taken_up({said: list(ties) for said, ties in found.items()}, _)
    line = nodes.paragraph()
    for said, ties in found.items():
        links = joined([_plain_link(tie, env, document.language) for tie in ties.values()], "; ")
        line += [*([nodes.Text(" · ")] if line.children else []), nodes.Text(f"{_(said)} "), *links]
    return [taken_up_by("", line, counted=counted)]


def _plain_link(tie: Tie, env: BuildEnvironment, around: str | None) -> nodes.Node:
    return shown(tie._replace(at=""), env, around)[0]


def in_heads(ties: Iterable[Tie], settings: Settings) -> tuple[Related, ...]:
    """Return ties as heads, linksets and JSON-LD have them, with their permanent addresses."""
    return tuple(dict.fromkeys(
        Related(
            tie.name,
            f"{settings.base}{tie.docname}.html{f'#{tie.id}' if tie.id else ''}",
            tie.direction.rel, tie.direction.json_ld,
            (tie.language or "") if tie.kind == "versions" else "",
        )
        for tie in ties
    ))  # fmt: skip


# --- Shows where the words of quotations are from: at each quotation, and on the companion page.

ORIGIN = "origin"  # class of links from the words of a quotation to where they are from


def _link(_self: HTML5Translator, node: nodes.Element) -> str:
    title, address = escape(node["title"], quote=True), escape(node["href"], quote=True)
    classes = f"{ORIGIN} {node['result']}".strip()
    return f'<a class="{classes}" href="{address}" title="{title}">'


class origin_link(nodes.Inline, nodes.Element):
    """The link behind a quotation; in print a mark.  It has no text: what it says is its title.

    Attributes: ``href``, ``title`` and ``result``.
    """

    html = around(_link, "</a>")


class Origins(DocumentTransform):
    """Adds to quotations the links to where their words are from; in print the words lead there."""

    default_priority = 8  # before links are resolved

    def complete(self, document: Document, section: nodes.section) -> None:
        found = view_of(self.env).followed(document.docname)
        for place in list(self.document.findall(quotation)) if found else ():
            said = normalise(place.astext().strip(OPENING + CLOSING))
            own = [
                each for each in found
                if each.traced.anchor == place["anchor"] and normalise(each.traced.words) == said
            ]  # fmt: skip
            at = place.parent.index(place) + 1
            place.parent[at:at] = [self._behind(each, document.language) for each in own]
            if own and builder_of(self.env).format != "html":
                self._lead(place, own[0])

    def _behind(self, followed: Followed, language: str | None) -> origin_link:
        page = followed.tie.docname
        address = builder_of(self.env).get_relative_uri(self.env.docname, page)
        title = origin_told(followed.result, followed.tie.name, words(language))
        href, result = _address(address, followed), followed.result
        return origin_link("", href=href, title=title, result=result)

    def _lead(self, place: quotation, followed: Followed) -> None:
        tie = followed.tie
        for text in [each for each in place.children if isinstance(each, nodes.Text)]:
            link = make_refnode(
                builder_of(self.env), self.env.docname, tie.docname, tie.id, text.copy()
            )
            link["classes"].append(ORIGIN)
            place.replace(text, link)


def origins_of(app: Sphinx, document: Document, page: str) -> list[dict[str, str]]:
    """Return what became of the quotations of a document, for the template of ``page``.

    ``told`` is HTML.
    """
    labels = {block.anchor: block.label for block in document.blocks}
    return [
        {
            "anchor": each.traced.anchor, "label": labels[each.traced.anchor],
            "words": each.traced.words,
            "told": _told(each, _linked(app, each, page), words(document.language)),
        }
        for each in view_of(app.env).followed(document.docname)
    ]  # fmt: skip


def _linked(app: Sphinx, followed: Followed, page: str) -> str:
    address = _address(app.builder.get_relative_uri(page, followed.tie.docname), followed)
    return f'<a href="{escape(address)}">{escape(followed.tie.name)}</a>'


def _address(page: str, followed: Followed) -> str:
    return f"{page}#{followed.tie.id}" if followed.tie.id else page


_TOLD = {
    "exact": N_("word for word in {work} (paragraph {number} of its source)."),
    "differing": N_("otherwise in {work} (paragraph {number} of its source): {how}."),
    "not-found": N_("not found in what is held of {work}."),
    "not-held": N_("ascribed to {work}, which the archive does not hold."),
    "": N_("ascribed to {work}; not compared with its source yet."),
}


def _told(followed: Followed, work: str, _: Words) -> str:
    """Return what became of a quotation, as HTML; ``work`` is the link to what it is from."""
    traced = followed.traced
    how = ", ".join(_differing(*each, _) for each in traced.differences)
    return escape(_(_TOLD[followed.result])).format(
        work=work, number=traced.paragraph, how=escape(how or _("only the marks differ"))
    )


def _differing(here: str, there: str, _: Words) -> str:
    if not here:
        return _("“{there}” stands there as well").format(there=there)
    if not there:
        return _("“{here}” is not there").format(here=here)
    return _("“{there}” for “{here}”").format(here=here, there=there)


# --- The reading-room edition, in which each passage opens to the source paragraph it renders.
#
# It is built only from a folder of the sources (``make SOURCES=dir``), whose SHA-256 must match the
# records.  Every page says that it is not for publication.

WARNING = N_("Reading-room edition: holds source texts, not for publication")


class source_paragraph(nodes.General, nodes.Element):
    """The paragraph of the source that a passage renders.  Attribute: ``title``."""

    html = around(
        lambda _, node: (
            f'<details class="source-paragraph"><summary>{node["title"]}</summary><blockquote>'
        ),
        "</blockquote></details>\n",
    )


class SourceParagraphs(DocumentTransform):
    """Adds below each passage the paragraph it renders, with the endnotes cited there."""

    default_priority = 12
    builders = ("html", "pdf")

    def complete(self, document: Document, section: nodes.section) -> None:
        folder = self.env.config.archive_sources
        if not folder:
            return
        source, _problems = take_source(document, Sources(Path(folder)))
        if source is None:
            return
        places = {
            node["ids"][0]: node for node in self.document.findall(nodes.Element) if node.get("ids")
        }
        for passage, paragraph in self._rendered(document, source):
            node = places[passage.anchor]
            endnotes = [note for note in source.endnotes if note.paragraph == paragraph.number]
            shown = self._shown(paragraph, node, endnotes, document.language)
            node.parent.insert(node.parent.index(node) + 1, shown)

    def _rendered(self, document: Document, source: Source) -> Iterator[tuple[Block, Paragraph]]:
        """Each passage with its paragraph: as attested, else in their order."""
        attestation, _problems = read_attestation(Path(self.env.srcdir), document)
        known = attestation.attested if attestation is not None else ()
        numbers = {each.sha256: each.paragraph for each in known}
        for place, passage in enumerate(document.rendering, start=1):
            number = numbers.get(passage.fingerprint, place)
            if number <= len(source.paragraphs):
                yield passage, source.paragraphs[number - 1]

    def _shown(
        self,
        paragraph: Paragraph,
        passage: nodes.Element,
        endnotes: list[Endnote],
        language: str | None,
    ) -> nodes.Element:
        _ = words(language)
        title = _("Source, paragraph {number}").format(number=paragraph.number)
        quoted = [q.astext().strip(OPENING + CLOSING) for q in passage.findall(quotation)]
        body = [nodes.paragraph("", "", *highlighted(paragraph.text, quoted))]
        body += [
            nodes.paragraph(
                "",
                _("Endnote {number}: {text}").format(number=note.number, text=note.text),
                classes=["source-endnote"],
            )
            for note in endnotes
        ]
        if builder_of(self.env).format == "html":
            return source_paragraph("", *body, title=title)
        return nodes.block_quote("", *body, nodes.attribution("", title))


def highlighted(text: str, quotations: list[str]) -> Iterator[nodes.Node]:
    reading = Text(text)
    spans = sorted(span for words in quotations for span in reading.find(words) or ())
    done = 0
    for start, length in spans:
        if start < done:
            continue
        yield nodes.Text(reading.text[done:start])
        yield nodes.strong("", reading.text[start : start + length])
        done = start + length
    yield nodes.Text(reading.text[done:])


def mark_pages(app: Sphinx, pagename: str, context: dict[str, Any]) -> None:
    if app.config.archive_sources:
        context["theme_announcement"] = words(app.config.language)(WARNING)
