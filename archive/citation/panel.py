"""What the template of a panel is given: all forms of one citation, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from archive.citation import bibtex, csl, ris
from archive.citation.formatted import formatted
from archive.citation.links import BIBTEX, CSL, DESCRIPTIONS, PROOF, RIS
from archive.citation.reference import Reference
from archive.model.ledger import short
from archive.model.telling import DatedEvent


class Named(Protocol):
    """A passage as a panel leads to it; a block of a document is one."""

    @property
    def anchor(self) -> str: ...
    @property
    def spoken(self) -> str: ...
    @property
    def label(self) -> str: ...


def panel(  # noqa: PLR0913, PLR0917 - each argument names what it says
    reference: Reference,
    sha256: str | None = None,
    history: Sequence[DatedEvent] = (),
    changed: str | None = None,
    around: Named | None = None,
    parts: Sequence[Named] = (),
    *,
    of_many: bool = False,
) -> dict[str, Any]:
    """Return the context of ``panel.html``.

    ``sha256`` is the passage's present fingerprint, ``changed`` its last revision or amendment;
    ``around`` the passage that it is a part of, ``parts`` those that are parts of it.  ``of_many``
    says that the panel stands for a group of signatories, of which it cites the first.
    """
    return {
        "reference": reference,
        "citations": formatted(reference),
        "records": [  # for reference managers, by the name of the format
            (BIBTEX.label, bibtex.entry(reference)),
            (RIS.label, ris.entry(reference)),
            (CSL.label, csl.serialise([reference])),
        ],
        "files": (*DESCRIPTIONS, PROOF) if reference.locator is None else (),
        "sha256": sha256,
        "history": history,
        "changed": changed,
        "around": around,
        "parts": parts,
        "of_many": of_many,
        "short": short,
    }
