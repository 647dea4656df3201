"""The settings of the Example Archive.  The engine's archive.defaults has what is not set here."""

from archive.defaults import *

project = "Example Archive"
author = "The editors of the Example Archive"
copyright = "The editors, CC BY 4.0; the sources remain their publishers’"

# Where you host the archive.  Citations, links out of PDFs and the sitemap name this address.
html_baseurl = hosted_at("https://archive.example/")

# The licence of the archive's own words.
archive_licence = ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")

# What a document may be: some of the kinds of archive.model.kinds, or others.  Without this line it
# may be any of them; a mapping says what differs, such as {"letter": {"label": "Epistle"}}.
archive_kinds = ["letter", "report", "statement"]

# What the letters of anchors stand for, besides i (item), n (editor’s note), p (paragraph) and
# s (section), which every archive has.
archive_letters = {"a": "article"}
