"""The forms in which a document lies beside its page, under one stem."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """One file beside a document's page."""

    suffix: str
    media_type: str  # as registered, or as agents know it
    label: str


MYST = Form("md", "text/markdown", "MyST")
PDF = Form("pdf", "application/pdf", "PDF")
BIBTEX = Form("bib", "application/x-bibtex", "BibTeX")
RIS = Form("ris", "application/x-research-info-systems", "RIS")
CSL = Form("json", "application/vnd.citationstyles.csl+json", "CSL-JSON")
LINKSET = Form("linkset.json", "application/linkset+json", "Linkset")

# What describes the document, in the order in which it is offered.
DESCRIPTIONS = (BIBTEX, RIS, CSL)
