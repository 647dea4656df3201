"""The files beside the pages: citation forms of each document, all entries, security.txt."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.citation import bibtex, csl, linkset, ris
from archive.citation.forms import BIBTEX, CSL, LINKSET, MYST, RIS, Form
from archive.files import write_if_changed
from archive.site.know.citing import document_reference
from archive.site.know.domain import archive_domain

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

    from archive.citation.reference import Reference
    from archive.site.know.facts import Document


ALL_ENTRIES = "archive.bib"


def write_forms(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Write a document's forms whenever its page is written, which follows every change of it."""
    document = archive_domain(app.env).documents.get(pagename)
    reference = document_reference(document, app.config.html_baseurl) if document else None
    if document is not None and reference is not None:
        source = Path(app.srcdir, document.path).read_text("utf-8")
        write_if_changed(Path(app.outdir) / f"{pagename}.{MYST.suffix}", source)
        for form, text in forms(reference).items():
            write_if_changed(Path(app.outdir) / f"{pagename}.{form.suffix}", text)


def forms(reference: Reference) -> dict[Form, str]:
    """The text of each form of a document."""
    return {
        BIBTEX: bibtex.bibliography([reference]),
        RIS: ris.bibliography([reference]),
        CSL: csl.serialise([reference]),
        LINKSET: linkset.serialise(reference),
    }


def write_all(app: Sphinx, exception: Exception | None) -> None:
    """Write ``archive.bib``, all documents' entries, at the end of a build of pages."""
    if exception is None and app.builder.name == "html":
        documents = (document for document, _record in archive_domain(app.env).recorded())
        entries = (_entry(app, document) for document in documents)
        write_if_changed(Path(app.outdir, ALL_ENTRIES), "\n".join(entries))


def _entry(app: Sphinx, document: Document) -> str:
    """A document’s entry, from the file beside its page; one of another volume has none here."""
    with suppress(FileNotFoundError):
        return Path(app.outdir, f"{document.docname}.{BIBTEX.suffix}").read_text("utf-8")
    reference = document_reference(document, app.config.html_baseurl)
    return bibtex.bibliography([reference]) if reference is not None else ""


SECURITY_TXT = ".well-known/security.txt"

# RFC 9116, 2.5.5 recommends less than a year.
_VALID = timedelta(days=364)


def write_security_txt(app: Sphinx, exception: Exception | None) -> None:
    """Write the file at the end of a build of pages."""
    if exception is None and app.builder.name == "html":
        base = app.config.html_baseurl
        text = security_txt(app.config.archive_contact or f"{base}about.html", base, built())
        write_if_changed(Path(app.outdir) / SECURITY_TXT, text)


def built() -> datetime:
    """When this edition was made: SOURCE_DATE_EPOCH, so that a rebuild says the same, or now.

    See https://reproducible-builds.org/specs/source-date-epoch/.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(given), UTC) if given else datetime.now(UTC)


def security_txt(contact: str, base: str, moment: datetime) -> str:
    """The text, for an edition made at ``moment``, hosted at ``base``.

    It expires 364 days later: an archive that nobody builds any more has nobody to tell.
    """
    expires = (moment + _VALID).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f"Contact: {contact}\n"
        f"Expires: {expires}\n"
        "Preferred-Languages: en\n"
        f"Canonical: {base}{SECURITY_TXT}\n"
    )
