"""What the template of a panel is given: all forms of one citation, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archive.citation import bibtex, csl, ris
from archive.citation.formatted import formatted
from archive.citation.links import BIBTEX, CSL, DESCRIPTIONS, PROOF, RIS
from archive.citation.reference import Reference
from archive.model.ledger import short
from archive.model.telling import DatedEvent


def panel(
    reference: Reference, sha256: str | None, history: Sequence[DatedEvent], changed: str | None
) -> dict[str, Any]:
    """Return the context of ``panel.html``.

    ``sha256`` is the passage's present fingerprint, ``changed`` its last revision or amendment.
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
        "short": short,
    }
