"""Writes the other formats of each document, ``archive.bib`` and ``security.txt``."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sphinx.application import Sphinx

from archive.citation import bibtex, csl, links, ris
from archive.citation.links import BIBTEX, CSL, LINKSET, MYST, RIS, Form
from archive.citation.reference import Reference
from archive.files import write_if_changed
from archive.site.know.facts import Document
from archive.site.know.outputs import write_output
from archive.site.know.relations import document_reference
from archive.site.know.view import View, view_of

ALL_ENTRIES = "archive.bib"


def write_forms(app: Sphinx, document: Document) -> None:
    """Write a document's formats; called when its page is written, after every change."""
    reference = document_reference(document, view_of(app.env).settings)
    if reference is not None:
        source = Path(app.srcdir, document.path).read_text("utf-8")
        write_if_changed(Path(app.outdir) / f"{document.docname}.{MYST.suffix}", source)
        for form, text in forms(reference).items():
            write_if_changed(Path(app.outdir) / f"{document.docname}.{form.suffix}", text)


def forms(reference: Reference) -> dict[Form, str]:
    """Return the text of each bibliographic format of a document."""
    return {
        BIBTEX: bibtex.bibliography([reference]),
        RIS: ris.bibliography([reference]),
        CSL: csl.serialise([reference]),
        LINKSET: links.serialise(reference),
    }


def write_all(app: Sphinx, exception: Exception | None) -> None:
    """Write ``archive.bib``, the entries of all documents, after a successful build of pages."""
    if exception is None and app.builder.name == "html":
        write_output(app, ALL_ENTRIES, _all_entries)


def _all_entries(view: View) -> str:
    references = (document_reference(each, view.settings) for each, _record in view.recorded())
    return "\n".join(bibtex.bibliography([each]) for each in references if each is not None)


SECURITY_TXT = ".well-known/security.txt"

# RFC 9116, 2.5.5 recommends less than one year.
_VALID = timedelta(days=364)


def write_security_txt(app: Sphinx, exception: Exception | None) -> None:
    """Write ``security.txt`` after a successful build of pages."""
    if exception is None and app.builder.name == "html":
        base = app.config.html_baseurl
        about = f"{base}about.html" if "about" in app.env.found_docs else base
        text = security_txt(app.config.archive_contact or about, base, built())
        write_if_changed(Path(app.outdir) / SECURITY_TXT, text)


def built() -> datetime:
    """Return the time of this build: SOURCE_DATE_EPOCH, for reproducible builds, or now.

    See https://reproducible-builds.org/specs/source-date-epoch/.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(given), UTC) if given else datetime.now(UTC)


def security_txt(contact: str, base: str, moment: datetime) -> str:
    """Return the file for a site built at ``moment`` and hosted at ``base``.

    It expires after 364 days, because an archive that is no longer built has no valid contact.
    """
    expires = (moment + _VALID).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f"Contact: {contact}\n"
        f"Expires: {expires}\n"
        "Preferred-Languages: en\n"
        f"Canonical: {base}{SECURITY_TXT}\n"
    )
