"""Writes ``/.well-known/security.txt``: whom to tell of a weakness (RFC 9116)."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from archive.site.exports import write_if_changed

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

PLACE = ".well-known/security.txt"

# RFC 9116, 2.5.5 recommends less than a year.
_VALID = timedelta(days=364)


def write_security_txt(app: Sphinx, exception: Exception | None) -> None:
    """Write the file at the end of a build of pages."""
    if exception is None and app.builder.name == "html":
        base = app.config.html_baseurl
        text = security_txt(app.config.archive_contact or f"{base}about.html", base, built())
        write_if_changed(Path(app.outdir) / PLACE, text)


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
        f"Canonical: {base}{PLACE}\n"
    )


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_config_value("archive_contact", "", "", str)
    app.connect("build-finished", write_security_txt)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
