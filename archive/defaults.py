"""What Sphinx and its extensions are told for every archive.

An archive's ``conf.py`` begins with ``from archive.defaults import *``; what it sets after that
line holds for that archive.  The variables below are those that make sets.
"""

import os as _os
from pathlib import Path as _Path

extensions = [
    "myst_parser",  # documents are written in MyST Markdown
    "sphinxcontrib.bibtex",  # references come from references.bib
    "archive",  # all that makes this an archive: archive/features.py lists it
    "notfound.extension",  # a page for addresses that do not exist
]

exclude_patterns = [
    "_build", ".*", "tests", "work",
    "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE.md", "README.md", "SECURITY.md",
]  # fmt: skip
nitpicky = True
smartquotes = False  # quotation marks are part of what a passage says: they stay as written

# --- MyST: front matter gives the title; formulas are not written between dollar signs, which
# --- tell sums of money
myst_enable_extensions = [
    "amsmath", "attrs_block", "attrs_inline", "colon_fence", "deflist", "fieldlist",
    "strikethrough",
]  # fmt: skip
myst_title_to_header = True
myst_ref_domains = ["std"]  # where anchors are; no other domain is asked for them

# --- References: ids that never drift
bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "archive"
bibtex_reference_style = "label"
bibtex_cite_id = "cite-{key}"
bibtex_bibliography_id = "bibliography"

# --- Pages.  The two folders, the ledger and the wordings are left out where there are none.
templates_path = ["_templates"]
html_static_path = ["_static"]
html_extra_path = ["ledger.jsonl", "wordings.jsonl"]
html_theme = "archive"
html_title = ""  # the archive's name
html_css_files = ["archive.css"]
html_js_files = [(f"{name}.js", {"defer": "defer"}) for name in ("cite", "preview", "drawers")]
html_use_index = False  # the glossary is the index
html_copy_source = False
html_show_sourcelink = False
html_permalinks_icon = "¶"
html_theme_options = {
    "navigation_with_keys": False,
    "top_of_page_buttons": [],
    "light_css_variables": {},
    "dark_css_variables": {},
}


def hosted_at(address: str) -> str:
    """Where the archive is hosted, ending in a slash; links out of a PDF lead there.

    make BASEURL=https://… names another address for one build.
    """
    return _os.environ.get("BASEURL", address).rstrip("/") + "/"


# --- Whom errors are reported to, a mailto: or https: address: make CONTACT=mailto:…
archive_contact = _os.environ.get("CONTACT", "")

# --- Dead links are reported, and fail nothing
linkcheck_timeout = 10
linkcheck_retries = 2
linkcheck_workers = 2
linkcheck_report_timeouts_as_broken = True
linkcheck_ignore = [r"https://web\.archive\.org/.*"]

# --- The page for addresses that do not exist
notfound_template = "404.html"
notfound_context = {"title": "Not found"}

# --- A release refuses what is not published yet: make RELEASE=1
archive_release = _os.environ.get("RELEASE") == "1"

# --- The reading-room edition has the sources' folder: make SOURCES=folder
archive_sources = str(_Path(_os.environ["SOURCES"]).resolve()) if _os.environ.get("SOURCES") else ""

# --- Print: a4 or us-letter: make PAPER=us-letter
archive_pdf_paper = _os.environ.get("PAPER", "a4")
