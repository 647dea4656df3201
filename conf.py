"""How Sphinx builds the archive."""

import os
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent))

project = "Press Freedom Archive"
author = "The editors of the Press Freedom Archive"
copyright = "The editors, CC BY 4.0; the sources remain their publishers’"
language = "en"

extensions = [
    "myst_parser",  # documents are written in MyST Markdown
    "sphinxcontrib.bibtex",  # references come from references.bib
    "archive",  # all that makes this an archive: archive/features.py lists it
    "notfound.extension",  # a page for addresses that do not exist
]

exclude_patterns = [
    "_build",
    ".*",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SCALE.md",
    "LICENSE.md",
    "LICENSES.md",
    "SECURITY.md",
    "hosting",
    "tests",
    "work",
]
nitpicky = True
smartquotes = False  # quotation marks are part of what a passage says: they stay as written

# --- MyST: front matter gives the title; formulas are not written between dollar signs, which
# --- tell sums of money
myst_enable_extensions = [
    "amsmath",
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "fieldlist",
]
myst_title_to_header = True
myst_ref_domains = ["std"]  # where anchors are; no other domain is asked for them

# --- References: ids that never drift
bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "archive"
bibtex_reference_style = "label"
bibtex_cite_id = "cite-{key}"
bibtex_bibliography_id = "bibliography"

# --- Pages
templates_path = ["_templates"]
html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_css_files = ["archive.css"]
html_js_files = [
    ("cite.js", {"defer": "defer"}),
    ("preview.js", {"defer": "defer"}),
]
html_extra_path = ["ledger.jsonl"]
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
# A list of more entries than this is cut into pages
archive_page_entries = 200
# Where the archive is hosted; links out of a PDF lead there.  make BASEURL=https://… sets it.
html_baseurl = os.environ.get("BASEURL", "https://press-freedom-archive.example/").rstrip("/") + "/"

# Whom security.txt names: a mailto: or https: address.  make CONTACT=mailto:… sets it.
archive_contact = os.environ.get("CONTACT", "")

# --- Dead links are reported, and fail nothing
linkcheck_timeout = 10
linkcheck_retries = 2
linkcheck_workers = 2
linkcheck_report_timeouts_as_broken = True
linkcheck_ignore = [rf"{re.escape(html_baseurl)}.*", r"https://web\.archive\.org/.*"]

# --- The page for addresses that do not exist: its links start at the root of the site
notfound_urls_prefix = urlsplit(html_baseurl).path
notfound_template = "404.html"
notfound_context = {"title": "Not found"}

# --- A release refuses what is not published yet
archive_release = os.environ.get("RELEASE") == "1"

# --- The reading-room edition has the sources' folder
archive_sources = str(Path(os.environ["SOURCES"]).resolve()) if os.environ.get("SOURCES") else ""

# --- Print: a4 or us-letter; an archive of more than so many pages is bound in volumes, of which
# --- archive.pdf is the index
archive_pdf_paper = os.environ.get("PAPER", "a4")
archive_pdf_volume_pages = 150
