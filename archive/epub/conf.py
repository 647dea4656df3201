"""How Sphinx builds the EPUB: the archive's settings, less what only the web and paper have."""

import re
import runpy
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_settings = runpy.run_path(str(_ROOT / "conf.py"))
globals().update({name: value for name, value in _settings.items() if not name.startswith("_")})

# What decides about the text of a page.  The rest of the archive's features stands around pages
# on the web, beside them, or in another form of them.
_OF_THE_TEXT = {
    "myst_parser",
    "archive.site.archive_map",
    "archive.site.backlinks",
    "archive.site.bibliography",
    "archive.site.catalogue",
    "archive.site.checks",
    "archive.site.chronology",
    "archive.site.citations",
    "archive.site.cited_by",
    "archive.site.domain",
    "archive.site.drawings",
    "archive.site.engine",
    "archive.site.generated",
    "archive.site.labels",
    "archive.site.holdings",
    "archive.site.ledger_page",
    "archive.site.math",
    "archive.site.mentions",
    "archive.site.moved",
    "archive.site.nodes",
    "archive.site.passages",
    "archive.site.permanence",
    "archive.site.quotations",
    "archive.site.records",
    "archive.site.reference_list",
    "archive.site.reference_pages",
    "archive.site.timeline",
    "archive.site.withdrawn",
}
extensions = [
    *(name for name in _settings["extensions"] if name in _OF_THE_TEXT),
    "archive.epub",  # documents in the book's order, bytes that repeat
]

templates_path = [str(Path(__file__).parent / "templates")]
html_static_path = [str(Path(__file__).parent / "static")]
html_css_files = ["book.css"]
html_extra_path: list[str] = []
bibtex_bibfiles = [str(_ROOT / name) for name in _settings["bibtex_bibfiles"]]

epub_basename = "archive"
epub_title = _settings["project"]
epub_author = epub_publisher = _settings["author"]
epub_copyright = _settings["copyright"]
# The address, as an XML name: Sphinx has the identifier's own id for it in the table of contents,
# where EPUBCheck wants the identifier.
epub_identifier = "epub-" + re.sub(r"[^A-Za-z0-9.]+", "-", _settings["html_baseurl"]).strip("-")
epub_uid = epub_identifier
version = "1"  # EPUB wants some; the date of the edition tells more
epub_show_urls = "no"
epub_tocscope = "includehidden"  # our toctrees are hidden on the web, where there is a sidebar
epub_use_index = False
epub_exclude_files = [".buildinfo", ".buildinfo.bak"]
