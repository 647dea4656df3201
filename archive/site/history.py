"""Shows below each passage its permalink, its fingerprint and what happened to it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from archive.model.dates import ArchiveDate
from archive.model.ledger import Event, Kind, short
from archive.site.domain import ArchiveDomain, Block, archive_domain

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

_VERBS = {
    Kind.PUBLISH: "Published",
    Kind.REVISE: "Revised",
    Kind.MOVE: "Moved here",
    Kind.WITHDRAW: "Withdrawn",
}
_DIGITS_OF_A_COMMIT = 12


class passage_panel(nodes.General, nodes.Element):
    """What a passage's permalink opens to.

    Attributes: ``anchor``; ``address``, where it is hosted; ``sha256`` of its words now;
    ``events``, a list of (verb, day in words, fingerprint or None, commit or None);
    ``revised``, the day of the last revision in words, or None.
    """


def events_of(block: Block, domain: ArchiveDomain) -> list[Event]:
    """What the ledger tells of a block, its former anchors' moves included, by date."""
    histories = domain.ledger.histories
    own = [*histories[block.anchor].events] if block.anchor in histories else []
    moves = [histories[old].events[-1] for old in block.former if old in histories]
    return sorted([*own, *moves], key=lambda event: event.date)


def last_revision(events: list[Event]) -> str | None:
    """The day of the last revision in words; None where there is none."""
    days = [event.date for event in events if event.kind is Kind.REVISE]
    return ArchiveDate(days[-1]).spoken if days else None


class PassagePanels(SphinxPostTransform):
    """Puts its panel below each anchored block; a format without panels names the revision."""

    default_priority = 8

    def run(self, **kwargs: object) -> None:
        domain = archive_domain(self.env)
        document = domain.documents.get(self.env.docname)
        if document is None:
            return
        blocks = {block.anchor: block for block in document.blocks}
        for node in list(self.document.findall(nodes.Element)):
            block = blocks.get(node["ids"][0]) if node.get("ids") else None
            if block is not None and not isinstance(node, nodes.section):
                self._add(node, block, domain)

    def _add(self, node: nodes.Element, block: Block, domain: ArchiveDomain) -> None:
        events = events_of(block, domain)
        revised = last_revision(events)
        if self.env._app.builder.format == "html":
            self._open(node, self._panel(block, events, domain))
        elif revised:
            words = nodes.Text(f"Revised {revised}.")
            node.parent.insert(
                node.parent.index(node) + 1,
                nodes.paragraph("", "", words, classes=["passage-revised"]),
            )

    def _open(self, node: nodes.Element, panel: passage_panel) -> None:
        """Hold the block and its panel together, so that the panel can stand beside it."""
        together = nodes.container("", classes=["passage"])
        node.parent.replace(node, together)
        together += [node, panel]

    def _panel(self, block: Block, events: list[Event], domain: ArchiveDomain) -> passage_panel:
        page = self.env._app.builder.get_target_uri(self.env.docname)
        return passage_panel(
            "",
            anchor=block.anchor,
            spoken=block.spoken,
            address=f"{self.env.config.html_baseurl}{page}#{block.anchor}",
            sha256=block.fingerprint,
            revised=last_revision(events),
            events=[
                (
                    _VERBS[event.kind],
                    ArchiveDate(event.date).spoken,
                    event.sha256,
                    domain.ledger_commits.get(event.line),
                )
                for event in events
            ],
        )


def visit_passage_panel(self: HTML5Translator, node: passage_panel) -> None:
    shown = f"Revised {node['revised']}" if node["revised"] else "⋯"
    name = escape(f"Permalink and history of {node['spoken']}", quote=True)
    facts = [
        ("Permalink", f'<a href="{escape(node["address"])}">{escape(node["address"])}</a>'),
        ("Fingerprint", _fingerprint(node["sha256"])),
        *(
            (f"{verb} {day}", " ".join(filter(None, (_fingerprint(sha256), _commit(commit)))))
            for verb, day, sha256, commit in node["events"]
        ),
    ]
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in facts)
    self.body.append(
        f'<details class="passage-panel{" revised" if node["revised"] else ""}">'
        f'<summary title="{name}" aria-label="{escape(shown)}: {name}">{escape(shown)}</summary>'
        f"<dl>{rows}</dl></details>\n"
    )
    raise nodes.SkipNode


def _fingerprint(sha256: str | None) -> str:
    if sha256 is None:
        return ""
    return f'<code title="SHA-256 {sha256}">{short(sha256)}</code>'


def _commit(commit: str | None) -> str:
    return f"in commit <code>{commit[:_DIGITS_OF_A_COMMIT]}</code>" if commit else ""


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_node(passage_panel, html=(visit_passage_panel, None))
    app.add_post_transform(PassagePanels)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
