"""The settings of an archive that has an example of each kind of document."""

from archive.defaults import *

project = "Archive of the Five Harbours"
author = "The editors of the Archive of the Five Harbours"
copyright = "The editors, CC BY 4.0"
html_baseurl = hosted_at("https://harbours.example/")

archive_description = "Documents on the right to know which ferry is fit to sail."
archive_letters = {"a": "article", "c": "count", "e": "exhibit", "r": "resolved", "w": "whereas"}
