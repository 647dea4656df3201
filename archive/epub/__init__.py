"""The EPUB of the archive: the settings of the book, and how its file is packed.

The file has the same bytes wherever it is made: it records neither the times nor the permissions of
this machine's files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from archive.files import replacing

if TYPE_CHECKING:
    from sphinx.config import Config

_HERE = Path(__file__).parent

# Stands first and uncompressed, so that its bytes identify the format (EPUB 3.3, 4.3).
_FIRST = "mimetype"
_PACKAGE = "content.opf"


def book_settings(config: Config) -> dict[str, Any]:
    """The values of Sphinx's settings that the EPUB does not share with the pages."""
    # Sphinx writes the XML id of the identifier into the table of contents, where EPUBCheck demands
    # the identifier.  So both are one value: the address, as an XML name.
    identifier = "epub-" + re.sub(r"[^A-Za-z0-9.]+", "-", config.html_baseurl).strip("-")
    return {
        "templates_path": [str(_HERE / "templates")],
        "html_theme": config.epub_theme,
        "html_static_path": [str(_HERE / "static")],
        "epub_css_files": [("book.css", {})],
        "html_extra_path": [],
        "epub_basename": "archive",
        "epub_title": config.project,
        "epub_author": config.author,
        "epub_publisher": config.author,
        "epub_copyright": config.copyright,
        "epub_identifier": identifier,
        "epub_uid": identifier,
        "version": "1",  # Sphinx demands one
        "epub_show_urls": "no",
        "epub_tocscope": "includehidden",  # the toctrees are hidden because pages have a sidebar
        "epub_use_index": False,
        "epub_exclude_files": [".buildinfo", ".buildinfo.bak"],
    }


def repack(path: Path, target: Path, more: Mapping[str, bytes]) -> None:
    """Pack the files of an EPUB again at ``target``, in the order of their names.

    ``more`` gives the files that its folder META-INF has besides (EPUB 3.3, 4.2.6.2).
    """
    with replacing(target) as draft, ZipFile(path) as book, ZipFile(draft, "w") as packed:
        added = {f"META-INF/{name}": data for name, data in more.items()}
        names = sorted({*book.namelist(), *added}, key=lambda name: (name != _FIRST, name))
        for name in names:
            entry = ZipInfo(name)  # dated 1980-01-01, the earliest day that ZIP knows
            entry.compress_type = ZIP_STORED if name == _FIRST else ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            if name in added:
                packed.writestr(entry, added[name])
            else:
                packed.writestr(entry, _package(book) if name == _PACKAGE else book.read(name))


def _package(book: ZipFile) -> str:
    """The package document with the property ``mathml`` for pages with formulas (EPUB 3.3, D.4).

    Sphinx does not write it.
    """
    package = book.read(_PACKAGE).decode("utf-8")
    for name in book.namelist():
        if name.endswith(".xhtml") and b"<math " in book.read(name):
            item = f'href="{escape(name)}" media-type="application/xhtml+xml"'
            package = package.replace(f"{item} />", f'{item} properties="mathml" />')
    return package
