"""Shows relations at both ends: in the record cards of documents, and in entries of works."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from docutils import nodes
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

from archive.citation.metadata import Related
from archive.model.card import RELATED_BEFORE
from archive.model.relations import TAKEN_UP
from archive.model.settings import Settings
from archive.model.verifying import taken_up
from archive.model.words import words
from archive.site.know.facts import Document
from archive.site.know.relations import Tie
from archive.site.know.view import view_of
from archive.site.nodes import around, joined, record_card
from archive.site.read.records import field
from archive.site.show.generated import DocumentTransform
from archive.upstream.access import builder_of
from archive.upstream.domains import works_of


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
