"""How a document or a passage is cited and what became of it: one section of the companion page.

The companion of a document (``<id>.made.html``) has a section for the document and for each of its
blocks, named by the anchor.  A page leads there by “Cite”; script shows the section in place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from archive.citation.dates import exact
from archive.citation.earlier import HISTORY
from archive.citation.formatted import formatted
from archive.citation.links import COMPANION, DESCRIPTIONS, PROOF
from archive.citation.reference import Reference
from archive.model.ledger import short
from archive.model.telling import DatedEvent
from archive.model.words import N_, Words

# What links to a section say on the page.
CITE, CITE_DOCUMENT, CITE_SIGNATORY = N_("Cite"), N_("Cite this document"), N_("Cite a signatory")


class Named(Protocol):
    """A passage as a section leads to it; a block of a document is one."""

    @property
    def anchor(self) -> str: ...
    @property
    def spoken(self) -> str: ...
    @property
    def label(self) -> str: ...


def citing(  # noqa: PLR0913, PLR0917 - each argument names what it says
    reference: Reference,
    sha256: str | None = None,
    history: Sequence[DatedEvent] = (),
    former: Sequence[str] = (),
    around: Named | None = None,
    parts: Sequence[Named] = (),
    versions: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the context of ``citing.html``.

    ``sha256`` is the passage's present fingerprint, ``former`` are the anchors that moved to it,
    ``around`` is the passage that it is a part of, ``parts`` are those that are parts of it, and
    ``versions`` says which passages of other versions answer it, see ``citation.versions``.
    """
    return {
        "reference": reference,
        "citations": formatted(reference),
        "day": _day(reference),
        "files": (*DESCRIPTIONS, PROOF) if reference.locator is None else (),
        "sha256": sha256,
        "history": history,
        "earlier": f"{reference.document}.{HISTORY}.html#{reference.key}"
        if len({each.sha256 for each in history if each.sha256}) > 1
        else "",
        "former": former,
        "around": around,
        "parts": parts,
        "short": short,
        **(versions or {}),
        "_": reference.words,
        # Styles have their own words, which are English.
        "style_tongue": "" if reference.words.is_english else ' lang="en" dir="ltr"',
    }


def _day(reference: Reference) -> str:
    """When an editor's note was published; empty of others, and before."""
    date = reference.record.date
    return date.edtf if reference.is_note and exact(date) else ""


def cite_name(shown: str, at: str, _: Words) -> str:
    """The name of a link for screen readers: what it says, and the locator that it leads to."""
    colon = N_("{link}: {place}") if shown == _(CITE_SIGNATORY) else N_("{link} {place}")
    return _(colon).format(link=shown, place=at)


def address(document: str, key: str) -> str:
    """The section of a document or passage, from its page."""
    return f"{document}.{COMPANION.suffix}#{key}"
