"""How Sphinx builds the archive.  The list of extensions reads as the list of features."""

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
    "archive.site.builder",  # pages at the same cost in an archive of any size
    "archive.site.collector",  # nor is what is known of it looked through again and again
    "archive.site.contents",  # and the contents of its pages take little room
    "archive.site.look",  # a changed look writes every page anew
    "archive.site.engine",  # a changed engine reads everything anew
    "archive.site.labels",  # labels found by page
    "archive.site.citations",  # citations found by key and by page
    "archive.site.bibliography",  # references, with sphinxcontrib-bibtex and our own style
    "archive.site.elsewhere",  # what a volume shows of other volumes
    "archive.site.generated",  # pages made from the domain's facts
    "archive.site.reference_pages",  # the bibliography, by letter where it is long
    "archive.site.entries",  # the bibliography as a list
    "archive.site.tables",  # the id of a table stands once
    "archive.site.nodes",  # margin labels and record cards
    "archive.site.domain",  # the facts of every document
    "archive.site.intake",  # files that cannot or must not be read
    "archive.site.inert",  # no script, no markup, nothing from outside
    "archive.site.outdated",  # changed files are read again, whatever their times
    "archive.site.reference_checks",  # what is wrong with the bibliography
    "archive.site.records",  # front matter as a typed record, shown as a card
    "archive.site.mentions",  # what each page names of others
    "archive.site.passages",  # anchors, their names, their labels in the margin
    "archive.site.math",  # formulas as MathML, without script
    "archive.site.quotations",  # exact words, marked for machines and readers
    "archive.site.reading_room",  # source paragraphs, where the sources are at hand
    "archive.site.attestations",  # what vouches for quotations, where they are not at hand
    "archive.site.making",  # how each document was made
    "archive.site.withdrawn",  # tombstones of withdrawn passages
    "archive.site.permanence",  # the ledger, and the documents held against it
    "archive.site.moved",  # old anchors answer at their old address
    "archive.site.panels",  # how to cite each document and passage, and its history
    "archive.site.ledger_page",  # every anchor ever published
    "archive.site.backlinks",  # who cites, mentions and refers to what
    "archive.site.cited_by",  # backlinks below references, glossary entries and documents
    "archive.site.reference_list",  # each document ends with the references it cites
    "archive.site.robust_links",  # addresses of references with their archived copies
    "archive.site.catalogue",  # the list of all documents
    "archive.site.holdings",  # how much is here, and what is new
    "archive.site.chronology",  # dated events and the passages that state them
    "archive.site.drawings",  # drawings of the archive's facts
    "archive.site.timeline",  # the chronology drawn
    "archive.site.archive_map",  # which documents cite what, and who refers to whom, drawn
    "archive.site.searched",  # what pages say, kept for the search index
    "archive.site.rewriting",  # pages follow what they show of other pages
    "archive.site.pages",  # what the templates are given
    "archive.site.landmarks",  # names for the parts of a page, for those who do not see it
    "archive.site.content_security",  # what a page may load and run
    "archive.site.heads",  # what machines read in a document's head
    "archive.site.exports",  # BibTeX, RIS, CSL-JSON and linkset beside each page
    "archive.site.inventory",  # the inventory, where what it lists has changed
    "archive.site.feeds",  # Atom feed, sitemap, robots.txt
    "archive.site.security_txt",  # whom to tell of a weakness
    "archive.site.leftovers",  # nothing is left of what is there no more
    "notfound.extension",  # a page for addresses that do not exist
    "archive.site.drafts",  # what an import left to write
    "archive.site.checks",  # all problems, at every build
    "archive.site.reading",  # reading and checking without a page
    "archive.pdf",  # each document and the whole archive as PDF
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
template_bridge = "archive.site.templates.Templates"
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
