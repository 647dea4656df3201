"""The EPUB of the archive: the settings of the book, and how its file is packed.

The file has the same bytes wherever it is made: it records neither the times nor the permissions of
this machine's files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from archive.files import replacing

if TYPE_CHECKING:
    from sphinx.config import Config

NAME, COVER = "archive.epub", "cover.png"
THEME, FOLDER = "archive-book", Path(__file__).parent / "theme"
PACKAGE = FOLDER.with_name("package")  # templates of the package document and the contents

# Stands first and uncompressed, so that its bytes identify the format (EPUB 3.3, 4.3).
_FIRST = "mimetype"


def book_settings(config: Config) -> dict[str, Any]:
    """The values of Sphinx's settings that the EPUB does not share with the pages."""
    identifier = f"{config.html_baseurl}{NAME}"
    return {
        "epub_theme": THEME,
        "html_theme": THEME,
        "html_static_path": [],
        "epub_css_files": [],
        "html_extra_path": [],
        "epub_basename": "archive",
        "epub_title": config.project,
        "epub_author": config.author,
        "epub_publisher": config.archive_publisher or config.project,
        "epub_copyright": config.copyright,
        "epub_description": config.archive_description,
        "epub_identifier": identifier,
        "epub_uid": identifier,
        "epub_cover": (COVER, ""),
        "epub_show_urls": "no",
        "epub_tocscope": "includehidden",  # the toctrees are hidden because pages have a sidebar
        "epub_tocdup": False,
        "epub_use_index": False,
        "epub_exclude_files": [".buildinfo", ".buildinfo.bak", "_static/pygments.css"],
    }


def access(pages: Iterable[str], summary: str) -> dict[str, list[str]]:
    """Accessibility metadata (EPUB Accessibility 1.1, 2.2), from the HTML of all pages."""
    features = [
        "structuralNavigation",
        "tableOfContents",
        "readingOrder",
        "displayTransformability",
    ]
    modes, sees = ["textual"], False
    for page in pages:
        sees |= "<img " in page
        if "<math " in page and "MathML" not in features:
            features.append("MathML")
    if sees:
        modes.append("visual")
        features.append("alternativeText")
    return {
        "schema:accessMode": modes,
        "schema:accessModeSufficient": ["textual"],
        "schema:accessibilityFeature": features,
        "schema:accessibilityHazard": ["none"],
        "schema:accessibilitySummary": [summary],
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
            packed.writestr(entry, added[name] if name in added else book.read(name))
