"""The settings of an archive that texts are checked against."""

from archive.defaults import *

project = "Archive of the Lamps"
author = "The editors of the Archive of the Lamps"
copyright = "The editors, CC BY 4.0"
html_baseurl = hosted_at("https://lamps.example/")

archive_description = "A charter of lamps, in three languages, and a resolution on it."
archive_letters = {"a": "article", "r": "resolved", "w": "whereas"}
